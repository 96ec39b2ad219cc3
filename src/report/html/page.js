"use strict";
// The page is whole without this script; it adds the filters.
const form = document.getElementById("filters");
const count = document.getElementById("count");
const nothing = document.getElementById("nothing");
const total = Number(form.dataset.total);

// `data-f` lists the findings of a reply as `severity:rule`, numbers both.
const replies = Array.from(document.querySelectorAll(".reply"), (element) => ({
  element,
  file: element.dataset.file,
  counts: !element.classList.contains("aside"),
  findings: element.dataset.f ? element.dataset.f.split(" ").map((pair) => pair.split(":")) : [],
  words: null,
}));

function wordsOf(reply) {
  if (reply.words === null) {
    const parts = reply.element.querySelectorAll("h3, .text, .said, .id");
    reply.words = Array.from(parts, (part) => part.textContent).join(" ").toLowerCase().replace(/\s+/g, " ");
  }
  return reply.words;
}

function filter() {
  const severities = new Set(Array.from(form.querySelectorAll("[name=severity]:checked"), (box) => box.value));
  const rules = form.rule.value ? new Set(form.rule.value.split(" ")) : null;
  const file = form.file.value;
  const wanted = form.words.value.toLowerCase().replace(/\s+/g, " ").trim();
  let shown = 0;
  let any = false;
  for (const reply of replies) {
    const speaks = reply.findings.length
      ? reply.findings.some(([severity, rule]) => severities.has(severity) && (!rules || rules.has(rule)))
      : severities.has("0") && !rules;
    const fits = speaks && (!file || file === reply.file) && (!wanted || wordsOf(reply).includes(wanted));
    if (reply.element.hidden === fits) reply.element.hidden = !fits;
    if (fits) any = true;
    if (fits && reply.counts) shown += 1;
  }
  const of = total.toLocaleString("en");
  count.textContent = shown === total ? `All ${of} replies` : `${shown.toLocaleString("en")} of ${of} replies`;
  nothing.hidden = any;
}

let waiting = 0;
function soon() {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(filter);
}

function openAll(open) {
  for (const reply of replies) if (!reply.element.hidden) reply.element.open = open;
}

// A link to a reply or a finding shows it, whatever is filtered.
function follow() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const reply = target && target.closest(".reply");
  if (!reply) return;
  if (reply.hidden) { form.reset(); filter(); }
  reply.open = true;
  target.scrollIntoView();
}

form.addEventListener("input", soon);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));
document.getElementById("open").addEventListener("click", () => openAll(true));
document.getElementById("close").addEventListener("click", () => openAll(false));
document.addEventListener("click", (event) => {
  const pick = event.target.closest("[data-rules]");
  if (!pick) return;
  form.reset();
  form.rule.value = pick.dataset.rules;
  filter();
});
window.addEventListener("hashchange", follow);
// What the filters leave is printed open, and closed again afterwards.
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = replies.filter((reply) => !reply.element.hidden && !reply.element.open);
  for (const reply of opened) reply.element.open = true;
});
window.addEventListener("afterprint", () => {
  for (const reply of opened) reply.element.open = false;
});
form.hidden = false;
for (const pick of document.querySelectorAll(".pick[hidden]")) pick.hidden = false;
filter();
follow();
