//! Every shape in which collections keep replies: what is found, what it is called, and that each word has its place.
//!
//! The replies hold words `mark1`, `mark2` ...: wherever one is found in a reply, its place must be where it stands in
//! the file.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use proptest::prelude::*;
use replylint::input::{Reading, Reply, replies};
use replylint::text::{LineIndex, Span};
use support::Desk;

/// What is found in a file: the names and the first lines of the replies.
fn found(path: &str, text: &str) -> Vec<(String, String)> {
    let (kind, found, problems) = replies(path, text, Reading { named: true, instruction: None, kind: None });
    assert!(problems.is_empty(), "{path}: {problems:?}");
    assert_places(path, text, &found);
    assert!(!kind.name().is_empty());
    let line = |reply: &Reply<'_>| reply.text.trim().lines().next().unwrap_or("").to_owned();
    found.iter().map(|reply| (reply.name.clone().unwrap_or_default(), line(reply))).collect()
}

fn assert_places(path: &str, file: &str, found: &[Reply<'_>]) {
    let index = LineIndex::new(file);
    for reply in found {
        for (at, _) in reply.text.match_indices("mark") {
            let word: String = reply.text[at..].chars().take_while(|c| c.is_alphanumeric()).collect();
            let (start, end) = reply.place(&index, Span::new(at, at + word.len()));
            let there = file.match_indices(&word).find(|(from, _)| index.position(*from) == start);
            let Some((from, _)) = there else {
                panic!("{path}: {word} is said to stand at {}:{}", start.line, start.column);
            };
            assert_eq!(index.position(from + word.len()), end, "{path}: {word}");
        }
    }
}

fn one(name: &str, line: &str) -> (String, String) {
    (name.to_owned(), line.to_owned())
}

#[test]
fn a_mistake_has_its_place_in_characters_and_inside_the_file() {
    let at = |path: &str, text: &str| {
        let (_, _, problems) = replies(path, text, Reading { named: true, instruction: None, kind: None });
        problems[0].position.map(|position| (position.line, position.column))
    };
    assert_eq!(at("a.json", "[\n\"Hé, é\" x]"), Some((2, 9)));
    for (broken, place) in [("n\n", (1, 2)), ("[1,\n", (2, 1)), ("[1,\n  x]\n", (2, 3))] {
        assert_eq!(at("a.json", broken), Some(place), "{broken:?}");
        assert_eq!(at("a.json", &broken.replace('\n', "\r\n")), Some(place), "{broken:?} with CRLF");
    }
    assert_eq!(at("a.yml", "Hello there: |\none. Sadly"), Some((2, 11)), "the parser counts a line more than there is");
    let cut = "{\"reply\": \"Hello\n";
    assert_eq!(at("a.jsonl", &cut.replace('\n', "\r\n")), at("a.jsonl", cut));
}

#[test]
fn markdown_with_fences_under_headings() {
    let file = "# Saved replies\n\nHow we answer people.\n\n## Claimed\n\nPaste when it is taken.\n\n```\nThanks mark1, it is yours.\n```\n\n\
                ## Long\n\n```markdown\nHi mark2,\n```bash\n# not a heading\n```\nBye mark3.\n```\n\n## Setup\n\n```bash\nnpm install\n```\n\n\
                - **In a list**\n\n  _action: close_\n\n  ```md\n  Thanks mark4 for it.\n\n  More mark5.\n  ```\n";
    let expected = [
        one("Claimed", "Thanks mark1, it is yours."),
        one("Long", "Hi mark2,"),
        one("In a list", "Thanks mark4 for it."),
    ];
    assert_eq!(found("docs/x.md", file), expected);
}

#[test]
fn markdown_with_plain_sections() {
    let file = "---\ncustomer: Where is it?\n---\n# Support macros\n\nAn introduction to all of this.\n\n## Late\n*Subject*: Your parcel\n\nHi Ana,\n\nit is mark1.\n\n---\n\n\
                ## Lost\n\nHi Ana,\n\nit is *mark2*.\n\n## Usage notes\n\nPick one of the two, and change it.\n";
    assert_eq!(found("macros.md", file), [one("Late", "Hi Ana,"), one("Lost", "Hi Ana,")]);
    let (_, replies, _) = replies("macros.md", file, Reading { named: true, instruction: None, kind: None });
    assert_eq!(replies[0].customer.as_deref(), Some("Where is it?"));
}

#[test]
fn markdown_with_quotes_and_labels() {
    let quotes = "# Replies\n\n> Owner: support\n\n**Title: Triaged**\n> Thanks for mark1,\n> and mark2.\n\n_(then label it)_\n\n---\n\n**Title: Closed**\n> It is mark3 now.\n";
    assert_eq!(found("x.md", quotes), [one("Triaged", "Thanks for mark1,"), one("Closed", "It is mark3 now.")]);
    let labels = "# Reviews\n\n### Kate\n\n> It broke at once.\n\n**Reply:**\n\nSorry to hear of mark1, Kate.\n\n---\n\n### Ole\n\n> It works well.\n\n**Reply:**\n\nThanks for mark2, Ole.\n";
    assert_eq!(
        found("x.md", labels),
        [one("Kate", "Sorry to hear of mark1, Kate."), one("Ole", "Thanks for mark2, Ole.")]
    );
    let (_, replies, _) = replies("x.md", labels, Reading { named: true, instruction: None, kind: None });
    assert_eq!(replies[0].customer.as_deref(), Some("It broke at once."));
}

#[test]
fn one_markdown_reply_a_file() {
    let file = "---\ntitle: \"A bug\"\nchannel: email\n---\n\nI'm sorry about mark1.\n\nBye mark2.\n";
    assert_eq!(found("x.md", file), [one("A bug", "I'm sorry about mark1.")]);
    let mail = "**Subject:** Late\n\nHi Ana,\n\n## What happened\n\nIt was mark1.\n\n## What now\n\nWe send mark2.\n";
    assert_eq!(found("x.md", mail).len(), 1);
    let quoted = "> You never sent it!\n\nHi Ana, we did.\n";
    assert_eq!(found("macros/x.md", quoted).len(), 1);
}

#[test]
fn bots_in_yaml() {
    let file = "# a comment\njobs:\n  stale:\n    steps:\n      - uses: actions/stale@v9\n        with:\n          stale-issue-message: >\n            This is mark1\n            and mark2.\n\n            Bye mark3.\n\
                \x20         close-issue-message: 'It''s mark4, at last.'\n          exempt-labels: a,b\n      - uses: some/commit-action\n        with:\n          message: \"chore: release it now please.\"\n";
    let expected =
        [one("stale-issue-message", "This is mark1 and mark2."), one("close-issue-message", "It's mark4, at last.")];
    assert_eq!(found(".github/workflows/stale.yml", file), expected);
    let labels = "labels:\n  - name: support\n    labeled:\n      issue:\n        body: |-\n          Hi @{{ user }}, é\n\n          - mark1\n            - mark2\n        action: close\ncomment:\n  footer: \"A bot wrote this text, sorry.\"\n";
    assert_eq!(found(".github/label-commenter-config.yml", labels), [one("support", "Hi @{{ user }}, é")]);
    let welcome =
        "newIssueWelcomeComment: \"Thanks mark1!\\n\\\n  See \\\"mark2\\\" and \\u00e9 mark3.\"\ncloseComment: true\n";
    assert_eq!(found("config.yml", welcome), [one("newIssueWelcomeComment", "Thanks mark1!")]);
}

#[test]
fn rasa_and_help_desks_in_yaml() {
    let rasa = "intents:\n- deny\nresponses:\n  utter_deny:\n  - text: No\n  utter_hi:\n  - buttons:\n    - title: Yes please do it\n    text: Hello mark1\n  - text: \"Hi\\tmark2\"\n";
    assert_eq!(
        found("domain.yml", rasa),
        [one("utter_deny", "No"), one("utter_hi", "Hello mark1"), one("utter_hi", "Hi\tmark2")]
    );
    let desk = "---\n- title: Sample\n  response: |\n    Hi <b>mark1</b>,<br>\n    it is&nbsp;mark2 &amp; mark3.\n  notes: |\n    Only for the staff of this desk.\n";
    assert_eq!(found("premade.yaml", desk), [one("Sample", "Hi mark1,")]);
}

#[test]
fn replies_come_in_the_order_of_the_file() {
    let expected = [one("list", "Thanks for mark1."), one("", "Thanks for mark2."), one("", "Thanks for mark3.")];
    let yaml = "tea:\n  list: [Thanks for mark1.]\nmsg: Thanks for mark2.\nmore: [Thanks for mark3.]\n";
    assert_eq!(found("canned-responses.yml", yaml), expected);
    let json = r#"{"tea": {"list": ["Thanks for mark1."]}, "msg": "Thanks for mark2.", "more": ["Thanks for mark3."]}"#;
    assert_eq!(found("macros.json", json), expected);
}

#[test]
fn exports_in_json() {
    let shapes = [
        (r#"[{"title": "Late", "body": "It is \"mark1\",\nand \u00e9 mark2."}]"#, "Late"),
        (
            r#"{"macros": [{"title": "Late", "actions": [{"field": "status", "value": "solved"}, {"field": "comment_value", "value": ["channel:all", "It is mark1."]}]}]}"#,
            "Late",
        ),
        (
            r#"{"macros": [{"title": "Late", "actions": [{"field": "comment_value_html", "value": "<p>It is mark1.</p>"}]}]}"#,
            "Late",
        ),
        (r#"[{"title": "Late", "content": "It is mark1.", "content_html": "<div>It is mark1.</div>"}]"#, "Late"),
        (
            r#"{"data": [{"name": "Late", "actions": [{"name": "setResponseText", "arguments": {"body_text": "It is mark1.", "body_html": "<b>It is mark1.</b>"}}]}]}"#,
            "Late",
        ),
        (r#"{"_embedded": {"replies": [{"id": 7, "name": "Late", "text": "<p>It is mark1.</p>"}]}}"#, "Late"),
        (
            r#"{"type": "macro.list", "data": [{"type": "macro", "name": "Late", "body": "<p>It is mark1.</p>", "body_text": "It is mark1."}]}"#,
            "Late",
        ),
        (r#"{"_results": [{"name": "Late", "subject": "About it", "body": "<div>It is mark1.</div>"}]}"#, "Late"),
        (r#"[{"name": "Late", "keywords": "late", "content": "<div>It is mark1.</div>", "active": true}]"#, "Late"),
        (r#"[{"id": 1, "short_code": "Late", "content": "It is mark1."}]"#, "Late"),
        (r#"{"canned_replies": {"late": {"title": "Late", "content": "It is mark1."}}}"#, "Late"),
        (r#"[{"type": "label", "name": "Late", "action": "close", "comment": "It is mark1."}]"#, "Late"),
        (r#"{"replies": {"Late": "It is mark1 now, sorry."}}"#, "Late"),
    ];
    for (file, name) in shapes {
        let found = found("export.json", file);
        assert_eq!(found.len(), 1, "{file}");
        assert_eq!(found[0].0, name, "{file}");
        assert!(found[0].1.starts_with("It is "), "{file}: {}", found[0].1);
    }
    let asked = r#"[{"question": "Where is it?", "answer": "It is mark1."}]"#;
    let (_, replies, _) = replies("x.json", asked, Reading { named: true, instruction: None, kind: None });
    assert_eq!(replies[0].customer.as_deref(), Some("Where is it?"));
    // A rule of a linter, a manifest, a form: none of them.
    for other in [
        r#"{"name": "x", "version": "1.0", "description": "A package that does many things well.", "scripts": {"test": "x"}}"#,
        r#"{"rules": [{"id": "a", "message": "Do not write this here, please.", "severity": "error"}]}"#,
    ] {
        assert_eq!(found("package.json", other), []);
    }
}

#[test]
fn tables() {
    let file = "\"title\",\"customer\",\"body\",\"note\"\r\n\"Late, again\",\"Where?\",\"It is \"\"mark1\"\",\r\nand é mark2.\",x\r\nLost,,It is mark3 now.,\r\n";
    assert_eq!(found("x.csv", file), [one("Late, again", "It is \"mark1\","), one("Lost", "It is mark3 now.")]);
    let two = "id;audience;original_title;polished_title;original_text;polished_text\n1;Customer;One;Uno;It is mark1 here.;It is mark2 there.\n";
    assert_eq!(found("x.csv", two), [one("One", "It is mark1 here."), one("Uno", "It is mark2 there.")]);
    let unnamed =
        "shortcut,formal,casual\nlate,\"Dear Ana, your parcel mark1 is late.\",\"Hi Ana, parcel mark2 is late.\"\n";
    assert_eq!(found("x.csv", unnamed).len(), 2);
    assert_eq!(found("x.csv", "city,people\nOslo,700000\nBergen,290000\n"), []);
}

#[test]
fn html_templates() {
    let file = "<html><head><title>Late</title><style>p { color: red }</style></head><body><table><tr><td>\n\
                <p title=\"no mark9\">Hi {$name},</p><!-- no --><p>it&rsquo;s <b>mark1</b>&nbsp;{if $x}and {/if}mark2.</p></td></tr></table></body></html>";
    assert_eq!(found("mail.tpl", file), [one("Late", "Hi {$name},")]);
    let page = "<h1>Templates</h1><h3>Late</h3><figure><pre>1\n2</pre><pre>Hello Ana,\nit is mark1.</pre></figure>\
                <h3>Lost</h3><pre>SUBJECT: lost\nGOAL: calm</pre><pre>Hello Ana, it is mark2.</pre>";
    assert_eq!(found("templates.html", page), [one("Late", "Hello Ana,"), one("Lost", "Hello Ana, it is mark2.")]);
}

#[test]
fn texts_snippets_and_mails() {
    let separated =
        "# Replies of ours\n# Each begins with '#CR'.\n\n#CR\nPlease try mark1\n\n#CR\nPlease post mark2 here.\n";
    assert_eq!(found("x.txt", separated), [one("", "Please try mark1"), one("", "Please post mark2 here.")]);
    let titled = "=== Late ===\nIt is mark1.\n=== Lost ===\nIt is mark2.\n";
    assert_eq!(found("x.txt", titled), [one("Late", "It is mark1."), one("Lost", "It is mark2.")]);
    let summary = "Hi Ana,\n\n-----\nOrder 12, one lamp\n-----\n\nThanks, Ole\n";
    assert_eq!(found("draft.txt", summary).len(), 1);
    let deck = "# Code\nfor;Loop;for x in y mark9\n# Email\nty;Thanks;Thanks for mark1.\\n\\nBye mark2\nsig;Signed;Best mark3\nooo;Out;I am mark4 today; sorry.\n";
    assert_eq!(
        found("deck.md", deck),
        [one("Thanks", "Thanks for mark1."), one("Signed", "Best mark3"), one("Out", "I am mark4 today; sorry.")]
    );
    let mail = "From: Ole <ole@example.com>\r\nTo: ana@example.com\r\nSubject: Your lamp\r\n\r\nHi Ana,\r\n\r\nit is mark1.\r\n\r\n> Where is it?\r\n";
    assert_eq!(found("x.eml", mail), [one("Your lamp", "Hi Ana,")]);
    assert_eq!(found("draft.txt", mail), [one("Your lamp", "Hi Ana,")]);
}

#[test]
fn a_finding_knows_its_line_and_its_reply() {
    let desk = Desk::new();
    desk.file("export.json", "[\n  {\"title\": \"Lamp\", \"body\": \"Hello Ana,\\n\\nyou forgot to pay.\"}\n]\n");
    desk.file("macros.csv", "title,body\nLamp,\"Hello Ana,\nyou forgot to \"\"pay\"\".\"\n");
    desk.file("bot.yml", "closeComment: >\n  Hello Ana,\n  you forgot\n  to pay.\n");
    let said = desk.run("check --format concise export.json macros.csv bot.yml");
    for place in ["export.json:2:44: error", "macros.csv:3:1: error", "bot.yml:3:3: error"] {
        assert!(said.contains(place), "{place} in\n{said}");
    }
    let human = desk.run("check export.json");
    assert!(human.contains("reply: Lamp"), "{human}");
    let json = desk.run("check --format json export.json");
    assert!(json.contains("\"name\": \"Lamp\""), "{json}");
}

#[test]
fn the_list_of_replies() {
    let desk = Desk::empty();
    desk.file("macros/late.md", "Hi Ana,\n\nit is late.\n");
    desk.file("export.json", "[{\"title\": \"Lamp\", \"body\": \"Hello Ana, it is on its way.\"}]\n");
    desk.file(".github/stale.yml", "markComment: >\n  This is stale, sorry.\n");
    desk.file("data.json", "{\"a\": [1, 2]}\n");
    desk.file("broken.json", "{\"a\": [1, 2}\n");
    insta::assert_snapshot!("inputs_list", [desk.run("replies"), desk.run("replies broken.json data.json")].join("\n"));
}

#[test]
fn the_config_says_how_files_are_read() {
    let desk = Desk::empty();
    desk.file(
        "replylint.yml",
        "inputs:\n  - files: \"export/*.json\"\n    each: record\n    reply: items[].texts.en\n    title: items[].code\n    customer: ask\n    format: html\n  \
         - files: notes.csv\n    reply: say\n    title: when\n  - files: \"**/*.page\"\n    each: heading\n",
    );
    desk.file("export/a.json", "{\"items\": [{\"code\": \"late\", \"ask\": \"Where?\", \"texts\": {\"en\": \"<p>Hi Ana</p>\", \"de\": \"Hallo\"}}]}\n");
    desk.file("export/b.json", "{\"other\": 1}\n");
    desk.file("notes.csv", "when,say,why\nlate,Soon,x\n");
    desk.file("deep/x.page", "# All\n\n## One\n\nyes\n\n## Two\n\nno\n");
    insta::assert_snapshot!(
        "inputs_config",
        [desk.run("replies"), desk.run("replies --format jsonl export/a.json")].join("\n")
    );
    let wrong = Desk::empty();
    wrong.file("replylint.yml", "inputs:\n  - files: \"a[\"\n");
    wrong.file("other.yml", "inputs:\n  - files: a\n    each: paragraph\n");
    insta::assert_snapshot!(
        "inputs_config_wrong",
        [wrong.run("replies"), wrong.run("replies --config other.yml")].join("\n")
    );
}

#[test]
fn a_walk_leaves_other_files_alone() {
    let desk = Desk::empty();
    desk.file("README.md", "# A program\n\n> It changed my life, I use it every day.\n\nRun it.\n");
    desk.file("LICENSE.txt", "Permission is hereby granted to everybody.\n");
    desk.file("docs/guide.md", "# Guide\n\n```console\n$ run --it\n```\n");
    desk.file("latin.csv", b"a,b\n\xe9,1\n");
    desk.file("chart/x.yaml", "a: {{ .Values }}\n");
    desk.file("data.json", "{\"event\": \"a\"}\n{\"event\": \"b\"}\n");
    desk.file("openapi.yml", "paths:\n  /a:\n    get:\n      description: Gives you all that there is, at once.\n");
    assert_eq!(desk.run("replies").lines().nth(1), Some("0 replies in 0 files"));
    desk.file("macros/broken.json", "{\"a\": [1, 2}\n");
    assert!(desk.run("replies").contains("macros/broken.json:1:12"));
}

#[test]
fn broken_files_are_problems_with_a_place() {
    let said = |path: &str, text: &str| {
        let (_, replies, problems) = replies(path, text, Reading { named: true, instruction: None, kind: None });
        let position = problems[0].position.expect("a place");
        assert!(problems[0].help.is_some() && problems.len() == 1);
        (replies.len(), position.line, position.column)
    };
    assert_eq!(said("x.json", "[\n  {\"body\": \"a b\" \"c\"}]"), (0, 2, 18));
    assert_eq!(said("x.csv", "title,body\na,It is fine now.\nb,\"It is\n"), (1, 3, 3));
    assert_eq!(said("x.yml", "closeComment: Thanks for it.\nother: \"a\n").1, 2);
}

/// Pieces of which files of all formats are made, and mistakes in them.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "# Replies\n",
        "## One\n",
        "```\n",
        "```md\n",
        "> Hi Ana,\n",
        "---\n",
        "**Reply:**\n",
        "- a: b\n",
        "- ",
        "body: |\n",
        "  text: >-\n",
        "\"",
        "'",
        "\\",
        "\\u12",
        "{",
        "}",
        "[",
        "]",
        "\"body\": \"",
        ",",
        ";",
        ":",
        "\n",
        "\r\n",
        "\t",
        " ",
        "<p>",
        "</p>",
        "<pre>",
        "<",
        "&amp;",
        "&",
        "<!--",
        "{if ",
        "{%",
        "From: a@b.c\n",
        "To: d@e.f\n",
        "From a 1\n",
        "Content-Transfer-Encoding: base64\n",
        "Content-Transfer-Encoding: quoted-printable\n",
        "Content-Type: text/html\n",
        "=C3=A9",
        "=\n",
        "Thanks for it.",
        "Hi Ana,",
        "é",
        "😀",
        "#CR\n",
        "=== x ===\n",
        "a;b;c d\n",
        "title,body\n",
        "&anchor ",
        "*anchor",
        "!!str ",
        "<title>",
        "\u{feff}",
        "\u{0}",
        "SGk=\n",
        "\"\"",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Reads a file and asks for every place that a reply could have.
fn read_all(path: &str, text: &str) {
    let (_, found, problems) = replies(path, text, Reading { named: true, instruction: None, kind: None });
    let index = LineIndex::new(text);
    let lines = text.split(['\n', '\r']).count();
    for reply in &found {
        let places = [0, reply.text.len() / 2, reply.text.len()]
            .map(|at| reply.place(&index, Span::new(at, reply.text.len())).0);
        assert!(places.iter().all(|place| place.line <= lines && place.column >= 1));
        let _ = reply.is_verbatim(text);
    }
    assert!(problems.iter().all(|problem| problem.path.is_some()));
}

macro_rules! never_panics {
    ($($name:ident $path:literal;)*) => { proptest! { $(
        #[test]
        fn $name(text in pieces(), any in any::<String>()) {
            read_all($path, &text);
            read_all($path, &any);
        }
    )* } };
}

never_panics! {
    text_never_panics "x.txt";
    markdown_never_panics "replies.md";
    json_lines_never_panics "x.jsonl";
    json_never_panics "x.json";
    yaml_never_panics "x.yml";
    tables_never_panic "x.csv";
    html_never_panics "x.html";
    mail_never_panics "x.eml";
    names_without_ending_never_panic "canned";
}

proptest! {
    #[test]
    fn scalars_of_any_text_are_read_as_they_are(text in "[ -~é😀\n\t]{1,60}") {
        let texts = |path: &str, file: &str| {
            let (_, found, problems) = replies(path, file, Reading { named: true, instruction: None, kind: None });
            assert!(problems.is_empty(), "{problems:?} in {file}");
            found.into_iter().map(|reply| reply.text.into_owned()).collect::<Vec<_>>()
        };
        let text = format!("Hello there, {} bye now.", text.replace(['<', '&', '{'], ""));
        let quoted = serde_json::to_string(&text).unwrap();
        prop_assert_eq!(texts("x.json", &format!("[{{\"title\": \"a\", \"body\": {quoted}}}]")), vec![text.clone()]);
        prop_assert_eq!(texts("x.yml", &format!("closeComment: {quoted}\n")), vec![text.clone()]);
        prop_assert_eq!(texts("x.csv", &format!("title,body\na,\"{}\"\n", text.replace('"', "\"\""))), vec![text.clone()]);
    }
}

#[test]
fn the_front_matter_says_what_a_reply_is_about() {
    let desk = Desk::empty();
    let reply = |front: &str| {
        format!("---\n{front}\n---\nHi Ana,\n\nYour parcel is in Leeds and comes on Friday.\n\nBest, Tom\n")
    };
    desk.file("a.md", reply("situation: delay"));
    desk.file("b.md", reply("situation: [delay, thanks]"));
    desk.file("c.md", reply("situation: dealy"));
    desk.file("d.md", reply("subject: Your parcel"));
    assert_eq!(
        desk.run("check --select apology --format concise a.md b.md c.md d.md"),
        "\
$ replylint check --select apology --format concise a.md b.md c.md d.md
a.md:4:1: warning[apology/missing] the reply deals with a delay and never says sorry; say it early, and name what happened
b.md:4:1: warning[apology/missing] the reply deals with a delay and never says sorry; say it early, and name what happened
--- standard error
problem: c.md: the front matter names a situation `dealy` that is none
  help: did you mean `delay`?
--- exit status 2
"
    );
}
