//! Silence with a reason: what a comment reaches, in every format that has comments, and what is said of one that is
//! not understood or not needed.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use support::Desk;

/// Rules about comments, for the tests' own language.
const COMMENTS: &str = "\
set: hygiene
about: Comments.
language: test
rules:
  - id: bad-ignore
    severity: warning
    ignored: malformed
    message: \"this comment silences nothing: {match}\"
  - id: unused-ignore
    severity: warning
    ignored: unused
    message: \"there is nothing to silence for `{match}` here; take it out\"
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("rules/hygiene.yml", COMMENTS);
    desk
}

/// What is found in one file, a line each, without its name.
fn found(name: &str, text: &str) -> String {
    let desk = desk();
    desk.file(name, text);
    let output = desk.output(&format!("check {name} --format concise"), "");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    String::from_utf8(output.stdout).unwrap().replace(&format!("{name}:"), "")
}

const TWO: &str = "10:12: warning[words/calm-down] “calm down” gives an order; offer help\n";

#[test]
fn a_comment_above_a_reply_silences_the_whole_reply() {
    let replies = |comment: &str| {
        format!(
            "# Replies\n\n## One\n{comment}\n\nHello Ana, calm down.\n\nReally, calm down.\n## Two\nHello Leo, calm down.\n"
        )
    };
    assert_eq!(found("replies.md", &replies("<!-- replylint: ignore words/calm-down -- they asked for it -->")), TWO);
    // The set will do, several rules will do, and the comment may wrap.
    assert_eq!(found("replies.md", &replies("<!--replylint:ignore words -- they asked for it-->")), TWO);
    let wrapped = replies("<!-- replylint: ignore words -- they\nasked for it -->").replace("\n\nReally", "\nReally");
    assert_eq!(found("replies.md", &wrapped), TWO);
    // Above the heading, or on it.
    let above = replies("").replace("## One\n\n", "<!-- replylint: ignore words -- they asked -->\n## One\n");
    assert_eq!(found("replies.md", &above), TWO);
    let on_it = replies("").replace("## One", "## One <!-- replylint: ignore words -- they asked -->");
    assert_eq!(found("replies.md", &on_it), TWO);
}

#[test]
fn a_comment_before_a_fence_silences_what_is_in_it() {
    let text = "# Canned replies\n\n## One\n\n<!-- replylint: ignore words/calm-down -- quoted -->\n```\nHello Ana, calm down.\n```\n\n## Two\n\n```\nHello Leo, calm down.\n```\n";
    assert_eq!(found("replies.md", text), "13:12: warning[words/calm-down] “calm down” gives an order; offer help\n");
}

#[test]
fn a_comment_inside_a_reply_silences_a_paragraph_or_a_line() {
    let paragraph = "Hello Ana,\n\n<!-- replylint: ignore words/calm-down -- a quotation -->\nplease calm down\nand do calm down.\n\nOnce more, calm down.\n";
    assert_eq!(found("reply.md", paragraph), "7:12: warning[words/calm-down] “calm down” gives an order; offer help\n");
    let line = "Hello Ana,\n\nplease calm down. <!-- replylint: ignore words/calm-down -- a quotation -->\nOnce more, calm down.\n";
    assert_eq!(found("reply.md", line), "4:12: warning[words/calm-down] “calm down” gives an order; offer help\n");
    // At the top of the file it stands above the reply.
    let top = "<!-- replylint: ignore words/calm-down -- a quotation -->\n\nHello Ana,\n\nplease calm down.\n\nOnce more, calm down.\n";
    assert_eq!(found("reply.md", top), "");
}

#[test]
fn ignore_file_silences_every_reply_of_the_file() {
    let text = "# Replies\n<!-- replylint: ignore-file words/calm-down -- under review -->\n## One\nHello Ana, calm down.\n\n## Two\nHello Leo, calm down.\n";
    assert_eq!(found("replies.md", text), "");
}

#[test]
fn yaml_comments_stand_above_or_at_the_end_of_the_line() {
    let yaml = "\
responses:
  # replylint: ignore words/calm-down -- from the film
  utter_a:
    - text: Hello Ana, calm down.
  utter_b:
    - text: Hello Leo, calm down. # replylint: ignore words/calm-down -- from the film
  utter_c:
    - text: | # replylint: ignore words -- from the film
        Hello Bo,
        calm down.
  utter_d:
    - text: |
        Hello Zoë,
        calm down.
      # replylint: ignore words -- from the film
  utter_e:
    - text: \"Hello Kim, calm down. # replylint: ignore words -- sent\"
";
    // What stands below one reply stands above the next.
    assert_eq!(
        found("domain.yml", yaml),
        "\
14:9: warning[words/calm-down] “calm down” gives an order; offer help
17:36: warning[hygiene/bad-ignore] this comment silences nothing: it stands in the text that is sent; put it outside, or use the config
"
    );
}

#[test]
fn html_and_template_comments() {
    for comment in [
        "<!-- replylint: ignore words -- a quotation -->",
        "{{!-- replylint: ignore words -- a quotation --}}",
        "{# replylint: ignore words -- a quotation #}",
    ] {
        let text = format!(
            "<html><body>\n<p>Hello Ana,</p>\n{comment}\n<p>please calm down.</p>\n<p>Calm down!</p>\n</body></html>\n"
        );
        assert_eq!(
            found("mail.html", &text),
            "5:4: warning[words/calm-down] “Calm down” gives an order; offer help\n",
            "{comment}"
        );
    }
}

#[test]
fn front_matter_names_rules_with_or_without_reasons() {
    let reply = "Hello Ana,\n\nplease calm down. Simply wait.\n";
    assert_eq!(found("a.md", &format!("---\nignore: [words/calm-down, words/simply]\n---\n{reply}")), "");
    assert_eq!(found("a.md", &format!("---\nignore: words\n---\n{reply}")), "");
    assert_eq!(
        found("a.md", &format!("---\nsubject: x\nignore:\n  words/calm-down: a quotation\n  words/clam: y\n---\n{reply}")),
        "\
9:19: suggestion[words/simply] “Simply” makes it sound easy; leave it out
5:3: warning[hygiene/bad-ignore] this comment silences nothing: there is no rule or set `words/clam`; did you mean `words/calm-down`?
"
    );
    assert!(found("a.md", &format!("---\nignore: 3\n---\n{reply}")).contains("there is no rule or set `3`"));
    for unreadable in ["[[words]]", "['']", "{'': a quotation}", "{: a quotation}", "{[words]: a quotation}"] {
        let said = found("a.md", &format!("---\nignore: {unreadable}\n---\n{reply}"));
        assert!(said.contains("\n2:1: warning[hygiene/bad-ignore] "), "{unreadable}: {said}");
        assert!(said.contains("write a rule, a list of rules"), "{unreadable}: {said}");
    }
}

#[test]
fn what_silences_nothing_is_reported() {
    let text = "<!-- replylint: ignore words/calm-down, words/simply -- a quotation -->\nHello Ana, calm down.\n";
    let unused =
        "1:1: warning[hygiene/unused-ignore] there is nothing to silence for `words/simply` here; take it out\n";
    assert_eq!(found("reply.md", text), unused);
    let after = "Hello Ana, it is here.\n\n<!-- replylint: ignore words -- a quotation -->\n";
    assert!(found("reply.md", after).contains("hygiene/unused-ignore"));
    // A rule that did not run may have had something to say.
    let desk = desk();
    desk.file("reply.md", text);
    for arguments in ["--ignore words/simply", "--select words/calm-down,hygiene", "--ignore hygiene"] {
        let output = desk.output(&format!("check reply.md --format concise {arguments}"), "");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{arguments}");
    }
    desk.file("replylint.yml", "language: test\nrules: [rules]\nseverity: {hygiene/unused-ignore: error}\n");
    assert!(desk.run("check reply.md --format concise").contains("error[hygiene/unused-ignore]"));
}

#[test]
fn a_comment_about_replylint_in_a_fence_or_in_code_is_no_comment() {
    let text =
        "Hello Ana, write it like `<!-- replylint: ignore words -->`:\n\n```\n<!-- replylint: ignore words -->\n```\n";
    assert_eq!(found("reply.md", text), "");
}

#[test]
fn twenty_malformed_comments() {
    let comments = [
        "<!-- replylint ignore words -- a reason -->",
        "<!-- replylint: ignroe words -- a reason -->",
        "<!-- replylint: -->",
        "<!-- replylint: ignore -->",
        "<!-- replylint: ignore -- a reason -->",
        "<!-- replylint: ignore words/clam-down -- a reason -->",
        "<!-- replylint: ignore words, nothing-like-it -- a reason -->",
        "<!-- replylint: ignore words -->",
        "<!-- replylint: ignore words -- -->",
        "<!-- replylint: ignore words - a reason -->",
        "<!-- replylint: ignore words — a reason -->",
        "<!-- replylint: ignore words --a reason -->",
        "<!-- replylint: ignore words because of a reason -->",
        "<!-- replylint: ignore words/calm-down words/simply -- a reason -->",
        "<!-- replylint: ignore words,, manners -- a reason -->",
        "<!-- replylint: ignore words/* -- a reason -->",
        "<!-- replylint: ignore all -- a reason -->",
        "<!-- replylint: disable words -- a reason -->",
        "<!-- replylnt: ignore words -- a reason -->",
        "<!-- REPLYLINT: IGNORE words -- a reason -->",
        "<!-- replylint: ignore words -- a reason",
    ];
    let mut all = String::new();
    for comment in comments {
        let said = found("reply.md", &format!("Hello Ana,\n\nplease calm down. {comment}\n"));
        let (found_still, about): (Vec<&str>, Vec<&str>) =
            said.lines().partition(|line| line.contains("words/calm-down]"));
        assert_eq!((found_still.len(), about.len()), (1, 1), "{comment}\n{said}");
        all.push_str(&format!("{comment}\n  {}\n", about[0]));
    }
    for (name, text) in [
        ("reply.txt", "Hello Ana, calm down. <!-- replylint: ignore words -- a reason -->\n"),
        ("reply.md", "Hello Ana, calm down.\n\n{# replylint: ignore words -- a reason #}\n"),
        ("reply.txt", "# replylint: ignore words -- a reason\nHello Ana, calm down.\n"),
        (
            "replies.json",
            r#"[{"title": "a", "body": "Hello Ana, calm down. <!-- replylint: ignore words -- a reason -->"}]"#,
        ),
        ("replies.csv", "title,body\na,\"Hello Ana, calm down. <!-- replylint: ignore words -- a reason -->\"\n"),
        (
            "replies.md",
            "# Replies\n\n## One\n\n```\nHello Ana,\n\nplease calm down.\n\nBye, Bo\n<!-- replylint: ignore words -- a reason -->\n```\n",
        ),
        ("saved.yml", "- title: a\n  body: |\n    Hello Ana, calm down.\n    # replylint: ignore words -- a reason\n"),
    ] {
        let said = found(name, text);
        let about: Vec<&str> = said.lines().filter(|line| line.contains("[hygiene/")).collect();
        assert_eq!((said.matches("[words/calm-down]").count(), about.len()), (1, 1), "{name}\n{said}");
        all.push_str(&format!("{name}\n  {}\n", about[0]));
    }
    insta::assert_snapshot!("twenty_malformed", all);
}

#[test]
fn every_output_agrees() {
    let desk = desk();
    desk.file(
        "a.md",
        "Hello Ana, calm down. <!-- replylint: ignore words/calm-down -- a\tquotation -->\nSimply wait.\n",
    );
    desk.file("b.md", "Hello Leo, calm down. <!-- replylint: ignore words/clam -- no -->\n");
    insta::assert_snapshot!("outputs_human", desk.run("check a.md b.md --verbose"));
    insta::assert_snapshot!("outputs_concise", desk.run("check a.md b.md --format concise"));
    insta::assert_snapshot!("outputs_json", desk.run("check a.md --format json"));
    insta::assert_snapshot!("outputs_jsonl", desk.run("check a.md b.md --format jsonl"));
}

#[test]
fn a_silenced_secret_stays_hidden() {
    let desk = Desk::empty();
    let text = "Hi Ana,\n\nYou failed to pay with card 4111 1111 1111 1111. <!-- replylint: ignore privacy -- a test card -->\n";
    desk.file("reply.md", text);
    for format in ["human", "concise", "json", "jsonl"] {
        let said = desk.run(
            &format!("check reply.md --verbose --format {format}")
                .replace("--verbose --format concise", "--format concise"),
        );
        assert!(!said.contains("4111 1111"), "{format}:\n{said}");
    }
}

#[test]
fn the_rules_about_comments_are_rules() {
    let desk = Desk::empty();
    assert!(desk.run("rules").contains("hygiene/bad-ignore"));
    let page = desk.run("explain hygiene/unused-ignore");
    assert!(page.contains("a rule that such a comment names, with nothing for it to silence"), "{page}");
}
