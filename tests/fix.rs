//! Fixing: what `--fix`, `--diff` and `--interactive` change, and all that they must leave as it is.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use insta::assert_snapshot;
use proptest::prelude::*;
use replylint::check::{Options, Progress, documented_book};
use replylint::config::Settings;
use replylint::fix::{Answer, Choice, Fixer, Question, Session, ask_text, fix_text};
use replylint::lint::Linter;
use replylint::linters::Linters;
use replylint::rules::{RuleBook, Severity};
use std::fs;
use std::sync::LazyLock;
use support::Desk;

/// Rules with edits of every kind.
const EDITS: &str = r#"
set: edits
language: test
rules:
  - id: marks
    severity: warning
    avoid: [{re: "!{2,}"}, {re: "\\?{2,}"}]
    message: "“{match}” shouts; one mark is enough"
    replace:
      - {of: "!+", with: "!", safe: true}
      - {of: "\\?+", with: "?", safe: true}
  - id: simply
    severity: suggestion
    avoid: [simply]
    message: "“{match}” makes it sound easy; leave it out"
    instead: [Restart it and tell us what you see.]
    replace: {with: ""}
  - id: formal
    severity: suggestion
    avoid: [prior to *ing, utilise]
    message: "“{match}” is stiff; use the everyday word"
    replace:
      - {of: "prior to (.+)", with: "before {1}"}
      - {with: use}
  - id: blame
    severity: error
    avoid: [you forgot]
    message: "“{match}” puts the fault on the customer"
    instead: [The form is not here yet., not here yet]
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    for name in ["rules/manners.yml", "rules/words.yml"] {
        fs::remove_file(desk.path().join(name)).unwrap();
    }
    desk.file("rules/edits.yml", EDITS);
    desk
}

fn text(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path().join(name)).unwrap()
}

/// The file after `--fix`, which must have nothing left to do.
fn fixed(desk: &Desk, name: &str, content: &str) -> String {
    desk.file(name, content);
    desk.status(&format!("check --fix {name}"));
    let once = text(desk, name);
    let again = desk.run(&format!("check --fix {name}"));
    assert!(again.contains("0 fixed"), "{again}");
    assert_eq!(text(desk, name), once);
    once
}

#[test]
fn a_diff_shows_what_a_fix_would_change_and_writes_nothing() {
    let desk = desk();
    let files = [
        (
            "a.md",
            "# Late\n\nHello Ana,\n\nwe are sorry!!! Which one??\n\n```\nlet a = b!!;\n```\n\n> It is late!!!\n\nBest!!\n",
        ),
        (
            "b.yml",
            "replies:\n  - title: late\n    body: |\n      Hello Ana,\n\n      it is late!!\n  - title: short\n    body: 'It''s here!!! Which??'\n",
        ),
        ("c.txt", "No change.\n"),
        ("d.txt", "The last line has no end!!"),
    ];
    for (name, content) in files {
        desk.file(name, content);
    }
    assert_snapshot!("fix_diff", desk.run("check --diff a.md b.yml c.txt d.txt"));
    for (name, content) in files {
        assert_eq!(text(&desk, name), content, "{name}");
    }
    assert_snapshot!("fix_diff_of_nothing", desk.run("check --diff c.txt"));
    assert_snapshot!("fix_diff_of_stdin", desk.run_with("check --diff - --stdin-filename x.md", "Hello!!\n"));
}

#[test]
fn a_fix_makes_safe_edits_and_reports_what_is_left() {
    let desk = desk();
    desk.file("a.txt", "Hello Ana,\n\nit is here!!! You forgot the form. Simply restart it.\n");
    assert_snapshot!("fix_report", desk.run("check --fix a.txt"));
    assert_eq!(text(&desk, "a.txt"), "Hello Ana,\n\nit is here! You forgot the form. Simply restart it.\n");
    assert_snapshot!("fix_second_run", desk.run("check --fix a.txt"));
    assert_eq!(desk.status("check --fix --unsafe a.txt"), 1);
    assert_eq!(text(&desk, "a.txt"), "Hello Ana,\n\nit is here! You forgot the form. Restart it.\n");
    desk.file("b.txt", "It is here!!!\n");
    assert_eq!(desk.status("check --fix b.txt"), 0, "the exit status is about what is left");
    // Words with a space between them are in one piece in HTML too; with a line end between them they are not.
    desk.file("a.html", "<p>It came prior to calling.</p><p>And prior\n to  asking.</p>\n");
    let said = desk.run("check --fix --unsafe a.html");
    assert!(said.contains("1 fixed, 1 edit can't be made"), "{said}");
    assert_eq!(text(&desk, "a.html"), "<p>It came before calling.</p><p>And prior\n to  asking.</p>\n");
    desk.file("c.txt", "It is here!!!\n");
    let json = desk.run("check --fix --format json c.txt");
    assert!(json.contains("\"fixed\": 1"), "{json}");
}

#[test]
fn standard_input_is_printed_with_its_edits() {
    let desk = desk();
    let output = desk.output("check --fix - --stdin-filename x.md", "Hello!!\r\nyou forgot it!!");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "Hello!\r\nyou forgot it!");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("error[edits/blame]") && said.contains("2 fixed"), "{said}");
    assert_eq!(output.status.code(), Some(1));
    // What can't be read is not printed as if it were a draft.
    let mut broken = desk.command();
    let file = fs::File::open(desk.file("latin", b"Sch\xf6n!!")).unwrap();
    let output = broken.args(["check", "--fix", "-"]).stdin(file).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

#[test]
fn what_is_silenced_or_accepted_stays_as_it_is() {
    let desk = desk();
    let draft = "It works!!\n\n<!-- replylint: ignore edits/marks -- their own slogan -->\nBuy it!!\n";
    desk.file("a.md", draft);
    assert!(desk.run("check --fix a.md").contains("1 fixed"));
    assert_eq!(text(&desk, "a.md"), draft.replace("works!!", "works!"));
    desk.file("b.md", "Really!!\n");
    assert_eq!(desk.status("baseline create b.md"), 0);
    desk.file("b.md", "Really!!\n\nNo??\n");
    assert!(desk.run("check --fix --baseline .replylint-baseline.json b.md").contains("1 fixed"));
    assert_eq!(text(&desk, "b.md"), "Really!!\n\nNo?\n");
}

#[test]
fn only_the_edited_bytes_change() {
    let desk = desk();
    for (name, content, expected) in [
        ("crlf.txt", "Hello!!\r\n\r\nIt is here??\r\n", "Hello!\r\n\r\nIt is here?\r\n"),
        ("bom.md", "\u{feff}Hello!!\n", "\u{feff}Hello!\n"),
        ("mixed.txt", "a!!\rb!!\r\nc!!\n\n\n", "a!\rb!\r\nc!\n\n\n"),
        ("end.txt", "  Hello!!  ", "  Hello!  "),
        (
            "quoted.txt",
            "> It is late!!\n\nIt is here!!\n\nOn Monday Ana wrote:\nWhere??\n",
            "> It is late!!\n\nIt is here!\n\nOn Monday Ana wrote:\nWhere??\n",
        ),
        ("code.md", "Type `a!!` now!!\n\n    b!!\n", "Type `a!!` now!\n\n    b!!\n"),
        (
            "fence.md",
            "# One\n\n```\nHello Ana, it is here!!\n```\n\n# Two\n\n```\nHello Bo, it is late!!\n```\n",
            "# One\n\n```\nHello Ana, it is here!\n```\n\n# Two\n\n```\nHello Bo, it is late!\n```\n",
        ),
        ("label.txt", "Hello, press \"Go!!\" now!!\n", "Hello, press \"Go!!\" now!\n"),
        ("said.txt", "\"Hello, it is here!!\"", "\"Hello, it is here!\""),
        ("field.txt", "Hello {{a!!}}, it is here!!\n", "Hello {{a!!}}, it is here!\n"),
        (
            "a.json",
            "{\"replies\": [{\"title\": \"a!!\", \"body\": \"Hello,\\nit\\u0021! is here!! \\\"Now!!\\\"\"}]}",
            "{\"replies\": [{\"title\": \"a!!\", \"body\": \"Hello,\\nit\\u0021! is here! \\\"Now!!\\\"\"}]}",
        ),
        (
            "a.csv",
            "title,body\na!!,\"Hello Ana, \"\"it\"\" is here!!\nBest!!\"\n",
            "title,body\na!!,\"Hello Ana, \"\"it\"\" is here!\nBest!\"\n",
        ),
        (
            "a.yml",
            "# Why!!\nreplies:\n  - body: >-\n      Hello Ana, it\n      is here!!\n      Best!!\n  - body: \"It is \\x21! here!!\"\n",
            "# Why!!\nreplies:\n  - body: >-\n      Hello Ana, it\n      is here!\n      Best!\n  - body: \"It is \\x21! here!\"\n",
        ),
        (
            "a.jsonl",
            "{\"id\": 1, \"reply\": \"It is here!!\"}\n{\"id\": 2, \"reply\": \"And it!!\", \"customer\": \"Where??\"}\n",
            "{\"id\": 1, \"reply\": \"It is here!\"}\n{\"id\": 2, \"reply\": \"And it!\", \"customer\": \"Where??\"}\n",
        ),
        (
            "a.html",
            "<p title=\"a!!\">Hello Ana,</p>\n<p>it is <b>here</b>!! <!-- or?? --></p>\n<script>a!!</script>",
            "<p title=\"a!!\">Hello Ana,</p>\n<p>it is <b>here</b>! <!-- or?? --></p>\n<script>a!!</script>",
        ),
    ] {
        assert_eq!(fixed(&desk, name, content), expected, "{name}");
    }
}

#[test]
fn an_edit_that_would_need_an_escape_is_left_and_counted() {
    let desk = desk();
    desk.file(
        "rules/edits.yml",
        "set: edits\nlanguage: test\nrules:\n  - {id: quote, severity: warning, avoid: [the form], message: name it, replace: {with: the \"A\" form, safe: true}}\n",
    );
    let body = "We need the form.";
    desk.file("a.txt", body);
    desk.file("a.json", format!("{{\"replies\": [{{\"body\": \"{body}\"}}]}}"));
    desk.file("a.csv", format!("title,body\nx,\"{body}\"\n"));
    desk.file("a.yml", format!("replies:\n  - body: \"{body}\"\n  - body: |\n      {body}\n"));
    let said = desk.run("check --fix a.txt a.json a.csv a.yml");
    assert!(said.contains("2 fixed, 3 edits can't be made where the words stand"), "{said}");
    assert_eq!(text(&desk, "a.txt"), "We need the \"A\" form.");
    assert!(text(&desk, "a.json").contains(body) && text(&desk, "a.csv").contains(body));
    assert_eq!(
        text(&desk, "a.yml"),
        format!("replies:\n  - body: \"{body}\"\n  - body: |\n      We need the \"A\" form.\n")
    );
}

#[test]
fn an_edit_spoils_no_markup_and_takes_no_placeholder() {
    let desk = desk();
    desk.file(
        "rules/edits.yml",
        "set: edits\nlanguage: test\nrules:\n  - {id: a, severity: warning, avoid: [the .. form], message: name it, replace: {with: it, safe: true}}\n  \
         - {id: b, severity: warning, avoid: [dash], message: no dash, replace: {with: \"- dot\", safe: true}}\n",
    );
    for content in [
        "We need the **old form**.\n", // half of the emphasis would stay
        "We need the {{kind}} form.\n",
        "We need the `A1` form.\n",
        "Hello,\n\ndash is here.\n", // would begin a list
    ] {
        desk.file("a.md", content);
        let said = desk.run("check --fix a.md");
        assert!(said.contains("0 fixed, 1 edit can't be made where the words stand"), "{said}");
        assert_eq!(text(&desk, "a.md"), content);
    }
    assert_eq!(fixed(&desk, "a.md", "We need the old form.\n"), "We need it.\n");
}

#[test]
fn edits_side_by_side_have_their_turn_until_all_is_settled() {
    let desk = desk();
    desk.file("a.txt", "Simply simply utilise it prior to calling!!\n");
    assert_eq!(desk.status("check --fix --unsafe a.txt"), 0);
    assert_eq!(text(&desk, "a.txt"), "Use it before calling!\n");
}

#[test]
fn edits_without_an_end_change_nothing() {
    let desk = desk();
    let rule = |id: &str, from: &str, to: &str| {
        format!(
            "  - {{id: {id}, severity: warning, avoid: [{from}], message: no, replace: {{with: \"{to}\", safe: true}}}}\n"
        )
    };
    let set = "set: edits\nlanguage: test\nrules:\n";
    desk.file("rules/edits.yml", format!("{set}{}{}", rule("a", "red", "blue"), rule("b", "blue", "red")));
    desk.file("a.txt", "It is red.\n");
    desk.file("b.txt", "It is here.\n");
    assert_snapshot!("fix_without_an_end", desk.run("check --fix a.txt b.txt"));
    assert_eq!(text(&desk, "a.txt"), "It is red.\n");
    desk.file("rules/edits.yml", format!("{set}{}", rule("a", "red", "{match} red")));
    assert_eq!(desk.status("check --fix a.txt"), 2);
    assert_eq!(text(&desk, "a.txt"), "It is red.\n");
}

#[test]
fn wrong_arguments_and_wrong_rules_are_told() {
    let desk = desk();
    desk.file("a.txt", "Hello!!\n");
    let said = ["--unsafe", "--fix --diff", "--fix --staged", "--interactive", "--interactive -"]
        .map(|flags| desk.run(&format!("check {flags} a.txt")));
    assert_snapshot!("fix_usage", said.join("\n"));
    let rule = |replace: &str| {
        format!(
            "set: edits\nlanguage: test\nrules:\n  - id: a\n    severity: warning\n    avoid: [red]\n    message: no\n    replace: {replace}\n"
        )
    };
    let said = [
        "{of: \"(red\", with: blue}",
        "[{with: blue}, {of: red, after: \"[\", with: blue}]",
        "blue",
        "{wth: blue}",
        "{of: \"x*\", with: blue}",
    ]
    .map(|replace| {
        desk.file("rules/edits.yml", rule(replace));
        desk.run("check --fix a.txt")
    });
    assert_snapshot!("fix_bad_rules", said.join("\n"));
    assert_eq!(text(&desk, "a.txt"), "Hello!!\n");
}

#[cfg(unix)]
mod files {
    use super::*;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn permissions_and_owner_stay() {
        let desk = desk();
        for wanted in [0o600, 0o640, 0o664, 0o755] {
            let path = desk.file("a.txt", "Hello!!\n");
            set_mode(&path, wanted);
            let before = fs::metadata(&path).unwrap();
            assert_eq!(desk.status("check --fix a.txt"), 0);
            let after = fs::metadata(&path).unwrap();
            assert_eq!(mode(&path), wanted);
            assert_eq!((before.uid(), before.gid()), (after.uid(), after.gid()));
            assert_eq!(text(&desk, "a.txt"), "Hello!\n");
        }
    }

    #[test]
    fn the_file_that_a_link_leads_to_is_written_once() {
        let desk = desk();
        desk.file("deep/real.txt", "Hello!!\n");
        symlink("deep/real.txt", desk.path().join("link.txt")).unwrap();
        let said = desk.run("check --fix link.txt deep/real.txt");
        assert!(said.contains("1 fixed"), "{said}");
        assert!(fs::symlink_metadata(desk.path().join("link.txt")).unwrap().file_type().is_symlink());
        assert_eq!(text(&desk, "deep/real.txt"), "Hello!\n");
    }

    #[test]
    fn what_is_read_only_stays_as_it_is() {
        let desk = desk();
        let file = desk.file("a.txt", "Hello!!\n");
        set_mode(&file, 0o444);
        let inside = desk.file("closed/b.txt", "Hello!!\n");
        set_mode(inside.parent().unwrap(), 0o555);
        desk.file("c.txt", "Hello!!\n");
        let said = desk.run("check --fix a.txt closed/b.txt c.txt");
        set_mode(inside.parent().unwrap(), 0o755);
        assert_snapshot!("fix_read_only", said);
        assert_eq!(
            [text(&desk, "a.txt"), text(&desk, "closed/b.txt"), text(&desk, "c.txt")],
            ["Hello!!\n", "Hello!!\n", "Hello!\n"]
        );
        let left: Vec<_> = fs::read_dir(desk.path().join("closed")).unwrap().collect();
        assert_eq!(left.len(), 1);
    }

    #[test]
    fn a_killed_run_leaves_every_file_old_or_new() {
        const FILES: usize = 25;
        const KILLS: u32 = 30;
        let desk = desk();
        let old = format!("Hello Ana,\n\n{}it is here!!\n", "It is a long story. ".repeat(500));
        let new = old.replace("!!", "!");
        let fill = || (0..FILES).for_each(|number| drop(desk.file(&format!("drafts/{number}.txt"), &old)));
        fill();
        let started = std::time::Instant::now();
        assert_eq!(desk.status("check --fix drafts"), 0);
        let whole = started.elapsed();
        for kill in 0..KILLS {
            fill();
            let mut child =
                desk.command().args(["check", "--fix", "drafts"]).stdout(std::process::Stdio::null()).spawn().unwrap();
            std::thread::sleep(whole * kill / KILLS);
            child.kill().unwrap();
            child.wait().unwrap();
            for number in 0..FILES {
                let now = text(&desk, &format!("drafts/{number}.txt"));
                assert!(now == old || now == new, "{number}.txt is neither: {} bytes", now.len());
            }
        }
        // What a killed run left lying about is no draft, and the next run does the rest.
        assert_eq!(desk.status("check --fix drafts"), 0);
        (0..FILES).for_each(|number| assert_eq!(text(&desk, &format!("drafts/{number}.txt")), new));
    }
}

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| {
    let settings = Settings { language: "en".to_owned(), ..Settings::default() };
    documented_book(&settings, false).unwrap_or_else(|problems| panic!("{problems:?}")).0
});

static OWN_BOOK: LazyLock<RuleBook> = LazyLock::new(|| {
    let desk = desk();
    let settings =
        Settings { language: "test".to_owned(), rules: vec![desk.path().join("rules")], ..Settings::default() };
    documented_book(&settings, false).unwrap_or_else(|problems| panic!("{problems:?}")).0
});

static SETTINGS: LazyLock<Settings> = LazyLock::new(Settings::default);
static PROGRESS: LazyLock<Progress> = LazyLock::new(Progress::default);

fn options() -> Options<'static> {
    Options {
        progress: &PROGRESS,
        reply_to: None,
        min_severity: Severity::Suggestion,
        keep_texts: replylint::check::Texts::None,
        excerpts: false,
        inputs: &[],
        kind: None,
        threads: None,
    }
}

/// What a person who answers `answers` is asked, and the text that comes of it.
fn asked(text: &str, unsafe_too: bool, answers: &[Answer]) -> (Vec<(String, Vec<Choice>)>, String) {
    let linters = Linters::new(Linter::new(&OWN_BOOK, &[]), &SETTINGS);
    let mut questions = Vec::new();
    let mut answers = answers.iter();
    let mut answer = |question: &Question<'_>| {
        let at = question.position;
        questions.push((format!("{}:{} {}", at.line, at.column, question.rule), question.choices.to_vec()));
        *answers.next().expect("an answer to every question")
    };
    let fixer = Fixer { linters: &linters, options: options(), unsafe_too, baseline: None };
    let fixed = ask_text(fixer, "a.md", text, true, &mut Session::default(), &mut answer);
    assert!(answers.next().is_none(), "not asked often enough: {questions:?}");
    (questions, fixed.text)
}

#[test]
fn a_person_decides_each_edit() {
    let draft = "Hi!! Simply restart it.\nYou forgot the form. It is here??\n";
    use Answer::{All, Leave, Quit, Take};
    let (questions, text) = asked(draft, false, &[Take(0), Take(1), Take(0), Leave]);
    assert_eq!(text, "Hi! Restart it and tell us what you see.\nThe form is not here yet. It is here??\n");
    let places: Vec<&str> = questions.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["1:3 edits/marks", "1:5 edits/simply", "2:1 edits/blame", "2:37 edits/marks"]);
    // Each shows what would come of it; half a sentence is no choice.
    assert_eq!(questions[1].1.len(), 2);
    assert_eq!((questions[1].1[0].after.as_str(), questions[1].1[0].safe), ("Hi! Restart it.", Some(false)));
    assert_eq!((questions[2].1.len(), questions[2].1[0].safe), (1, None));
    assert_eq!(questions[2].1[0].after, "The form is not here yet. It is here??");
    // "All" makes safe edits from there on, and never takes an example.
    assert_eq!(asked(draft, false, &[All]).1, "Hi! Simply restart it.\nYou forgot the form. It is here?\n");
    assert_eq!(asked(draft, true, &[All]).1, "Hi! Restart it.\nYou forgot the form. It is here?\n");
    assert_eq!(asked(draft, true, &[Take(0), Quit]).1, "Hi! Simply restart it.\nYou forgot the form. It is here??\n");
    assert_eq!(asked(draft, true, &[Leave, Leave, Leave, Leave]).1, draft);
}

#[test]
fn every_built_in_edit_ends_its_own_finding() {
    let settings = Settings { language: "en".to_owned(), ..Settings::default() };
    let (book, sets) = documented_book(&settings, true).unwrap_or_else(|problems| panic!("{problems:?}"));
    let mut edited = 0;
    for set in &sets {
        for rule in set.declaration.rules.iter().filter(|rule| !rule.replace.0.is_empty()) {
            let id = format!("{}/{}", set.declaration.set, rule.id);
            let number = book.rules.iter().position(|r| r.id == id).unwrap();
            let linter = Linter::new(&book, &[]).only(number);
            let linters = Linters::new(linter.clone(), &SETTINGS);
            for example in &rule.examples.flag {
                let fixer = Fixer { linters: &linters, options: options(), unsafe_too: true, baseline: None };
                let fixed = fix_text(fixer, "a.txt", &example.text, true).unwrap();
                if fixed.fixes.fixed > 0 {
                    edited += 1;
                    let left = linter.lint(&fixed.text, replylint::text::Format::Text, None);
                    assert!(left.findings.is_empty(), "{id}: {:?}", fixed.text);
                }
            }
        }
    }
    assert!(edited >= 3, "only {edited} examples were edited");
}

fn draft() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop_oneof![Just("Hello"), Just("it is here"), Just("sorry"), Just("prior to shipping"), Just("In the event that"), Just("utilise"), Just("Ana")],
        3 => prop_oneof![Just("!!"), Just("!!!"), Just("??"), Just("?!"), Just("!"), Just(".")],
        3 => prop_oneof![Just(" "), Just("  "), Just("\n"), Just("\n\n"), Just("\r\n"), Just("\t")],
        2 => prop_oneof![Just("{{name}}"), Just("`a!!`"), Just("**"), Just("\n> Late!!\n"), Just("\n- "), Just("\n# "), Just("\n```\n"), Just("https://a.example/?a!!"), Just("\""), Just("'"), Just("\\"), Just("é"), Just("&amp;"), Just("<b>"), Just("|"), Just(":"), Just("#"), Just("\u{200b}"), Just("\u{1}")],
    ];
    prop::collection::vec(piece, 1..30).prop_map(|pieces| pieces.concat())
}

fn as_yaml_block(drafts: &[String]) -> String {
    let block = |draft: &String| draft.lines().map(|line| format!("      {line}\n")).collect::<String>();
    let items: String =
        drafts.iter().map(|draft| format!("  - title: one\n    body: |\n      Hello,\n{}", block(draft))).collect();
    format!("replies:\n{items}")
}

fn as_csv(drafts: &[String]) -> String {
    let rows: String = drafts.iter().map(|draft| format!("one,\"Hello, {}\"\n", draft.replace('"', "\"\""))).collect();
    format!("title,body\n{rows}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixing_settles_and_every_format_stays_whole(drafts in prop::collection::vec(draft(), 1..4)) {
        let json = serde_json::json!({"replies": drafts.iter().map(|d| serde_json::json!({"body": format!("Hello, {d}")})).collect::<Vec<_>>()});
        let files = [
            ("a.txt", drafts.concat()),
            ("a.md", drafts.concat()),
            ("a.html", format!("<p>{}</p>", drafts.concat())),
            ("a.json", json.to_string()),
            ("a.yml", as_yaml_block(&drafts)),
            ("a.csv", as_csv(&drafts)),
        ];
        let linters = Linters::new(Linter::new(&BOOK, &[]), &SETTINGS);
        let fixer = Fixer { linters: &linters, options: options(), unsafe_too: true, baseline: None };
        for (name, text) in files {
            let once = fix_text(fixer, name, &text, true);
            prop_assert!(once.is_ok(), "{name}: {once:?}");
            let once = once.unwrap();
            let again = fix_text(fixer, name, &once.text, true).unwrap();
            prop_assert_eq!(&again.text, &once.text, "{}", name);
            prop_assert_eq!(again.fixes.fixed, 0);
            match name {
                "a.json" => prop_assert!(serde_json::from_str::<serde_json::Value>(&once.text).is_ok(), "{}", once.text),
                "a.csv" => {
                    let rows = |text: &str| csv::Reader::from_reader(text.as_bytes()).records().filter(Result::is_ok).count();
                    prop_assert_eq!(rows(&text), rows(&once.text));
                }
                "a.yml" => {
                    let is_yaml = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).is_ok();
                    // A stray control character makes a text no YAML, and an edit may happen to take it away.
                    prop_assert!(!is_yaml(&text) || is_yaml(&once.text), "{}", once.text);
                }
                _ => {}
            }
        }
    }
}
