//! The command line as people meet it: whole outputs of the built binary.
//!
//! The snapshots use rules of their own (tests/fixtures/rules), since the wording of the built-in ones goes on changing.
//! `INSTA_UPDATE=always cargo test --test cli` writes them anew; read the difference before you commit it.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use support::{Desk, RULES};

const GOOD: &str = "Hello Ana,\n\nWe are sorry for the wait. We will send a new lamp today.\n";
const BAD: &str = "You forgot to attach the invoice, so please calm down.\n\n\
    Your lamp is two days late! Simply wait! We will call you!\n";
const RECORDS: &str = concat!(
    r#"{"id": "a-1", "reply": "Hello Ana,\nyour lamp is weeks late.", "customer": "I am still waiting."}"#,
    "\n",
    r#"{"id": 7, "text": "Hello Ben, \"it\" is here."}"#,
    "\n",
    r#"{"body": "It ships today.", "customer": "Which battery fits the lantern? I am still waiting!"}"#,
    "\n"
);

/// One good draft, one bad one, and an export of three.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("drafts/bad.txt", BAD);
    desk.file("drafts/good.md", GOOD);
    desk.file("drafts/export.jsonl", RECORDS);
    desk
}

/// Each test is one snapshot of everything its commands say.
macro_rules! shows {
    ($name:ident, $desk:expr, $($arguments:expr),+ $(,)?) => {
        #[test]
        fn $name() {
            let desk = $desk;
            let said: Vec<String> = [$($arguments),+].iter().map(|arguments| desk.run(arguments)).collect();
            insta::assert_snapshot!(stringify!($name), said.join("\n"));
        }
    };
}

shows!(check_human, desk(), "check drafts/bad.txt", "check drafts/good.md", "check drafts");
shows!(check_concise, desk(), "check --format concise drafts");
shows!(check_json, desk(), "check --format json drafts");
shows!(check_jsonl, desk(), "check --format jsonl drafts");
shows!(check_in_color, desk(), "check --color always drafts/bad.txt", "check --color never drafts/good.md");
shows!(check_quiet_and_verbose, desk(), "check --quiet drafts", "check --verbose drafts", "check -q -v drafts");
shows!(
    check_reply_to,
    {
        let desk = Desk::new();
        desk.file("reply.txt", "Hello Ana, it ships today.\n");
        desk.file("customer.txt", "My lamp is late and I am still waiting! Which battery fits the lantern?\n");
        desk
    },
    "check reply.txt",
    "check reply.txt --reply-to customer.txt",
    "check reply.txt --reply-to customer.txt --profile strict",
    "check reply.txt --reply-to nobody.txt",
);
shows!(
    check_select_and_ignore,
    desk(),
    "check --format concise drafts --select words",
    "check --format concise drafts --select words/simply,manners/hello",
    "check --format concise drafts --select words --ignore words/you-forgot",
    "check --format concise drafts --select words --ignore words",
);
shows!(
    check_severities,
    desk(),
    "check -q --format concise drafts/bad.txt --min-severity warning",
    "check -q --format concise drafts/bad.txt --min-severity error",
    "check -q --format concise drafts/bad.txt --select words/simply",
    "check -q --format concise drafts/bad.txt --select words/simply --fail-on suggestion",
    "check -q --format concise drafts/bad.txt --select words/calm-down --fail-on error",
    "check -q --format concise drafts/bad.txt --fail-on never",
    "check -q --format concise drafts/bad.txt --fail-on sometimes",
);
shows!(
    config_decides,
    {
        let desk = Desk::new();
        desk.file("drafts/bad.txt", BAD);
        desk.file(
            "only.yml",
            "language: test\nrules: [rules]\nallow: [Calm]\nseverity: {manners: off, words/simply: error}\n",
        );
        desk.file("lax.yml", "language: test\nrules: [rules]\nfail-on: never\nextends: strict\n");
        desk
    },
    "check --format concise drafts --config only.yml",
    "check --format concise drafts --config lax.yml",
    "check --format concise drafts --config none.yml",
    "check drafts --config only.yml --no-config",
);
shows!(
    config_mistakes,
    {
        let desk = Desk::new();
        desk.file("key.yml", "language: test\nrules: [rules]\nseverty:\n  words: off\n");
        desk.file("level.yml", "language: test\nrules: [rules]\nseverity:\n  words: wraning\n");
        desk.file(
            "id.yml",
            "language: test\nrules: [rules]\nseverity:\n  manners: off\n  words/simpley: off\n  zebra: off\n",
        );
        desk.file("rules.yml", "language: test\nrules: [rulez]\n");
        desk.file("type.yml", "language: test\nrules: rules\n");
        desk.file("language.yml", "language: tset\n");
        desk.file("extends.yml", "language: test\nrules: [rules]\nextends: minimum\n");
        desk.file("reply.txt", GOOD);
        desk
    },
    "check reply.txt --config key.yml",
    "check reply.txt --config level.yml",
    "check reply.txt --config id.yml",
    "check reply.txt --config rules.yml",
    "check reply.txt --config type.yml",
    "check reply.txt --config language.yml",
    "check reply.txt --config extends.yml",
    "check reply.txt --select wrods --ignore words/simply,words/you-forget",
    "explain words/simpli",
    "explain zebra",
);
shows!(
    explain,
    desk(),
    "explain words/you-forgot",
    "explain manners/regret",
    "explain words/shouting",
    "explain words/answered"
);
shows!(explain_in_color, desk(), "explain words/simply --color always");
shows!(
    rules,
    {
        let desk = desk();
        desk.file(
            "less.yml",
            "language: test\nrules: [rules]\nseverity: {words/simply: off, words/calm-down: error}\n",
        );
        desk
    },
    "rules",
    "rules --signals",
    "rules --config less.yml",
);
shows!(
    test_own_rules,
    {
        let desk = desk();
        desk.file("broken/words.yml", BROKEN_EXAMPLES);
        desk.file("bare/bare.yml", "set: bare\nrules:\n  - {id: a, severity: warning, avoid: [b], message: c}\n");
        desk
    },
    "test rules --no-config",
    "test broken --no-config",
    "test bare --no-config",
    "test nowhere --no-config",
);
const BROKEN_EXAMPLES: &str = "\
set: mine
language: test
rules:
  - id: lamp
    severity: warning
    avoid: [the lamp]
    message: x
    examples:
      flag:
        - Here is the lamp.
        - Here is a lamp.
        - text: Take the lamp home.
          at: lamp home
      pass:
        - It is here.
        - \"Yes.\\nThe lamp is here.\"
";
shows!(init, Desk::empty(), "init", "init", "init there/below", "test support-rules", "check .");
shows!(
    usage,
    desk(),
    "",
    "chekc",
    "check --format human2 drafts",
    "check -j 0 drafts",
    "check nowhere.txt",
    "check rules",
    "explain",
    "completions tcsh",
    "--version"
);
shows!(
    help,
    desk(),
    "--help",
    "check --help",
    "explain --help",
    "rules --help",
    "test --help",
    "init --help",
    "completions --help"
);
shows!(
    check_many_suggestions,
    {
        let desk = Desk::new();
        desk.file("many.txt", "Hello, just a, just b, just c, just d, just e, just f, just g. Bye.\n");
        desk
    },
    "check many.txt"
);
shows!(
    check_quoted_mail,
    {
        let desk = Desk::new();
        desk.file("mail.txt", "Hello Ana,\n\nit ships today.\n\n> You forgot to send it, I am still waiting!\n\nOn Monday Ana wrote:\nYou forgot to send it.\n");
        desk
    },
    "check mail.txt"
);

#[test]
fn standard_input() {
    let desk = Desk::new();
    let said = [
        desk.run_with("check -", BAD),
        desk.run_with(
            "check - --format concise --stdin-filename macros/late.md",
            "> You forgot to\n\nHello Ana, simply wait.\n",
        ),
        desk.run_with("check - --format concise --stdin-filename export.jsonl", RECORDS),
        desk.run_with("check -", ""),
        desk.run_with("check - --format json", GOOD),
    ];
    insta::assert_snapshot!("standard_input", said.join("\n"));
}

#[test]
fn exit_status_is_the_same_in_every_format() {
    let desk = desk();
    for format in ["human", "concise", "json", "jsonl"] {
        assert_eq!(desk.status(&format!("check --format {format} drafts/good.md")), 0, "{format}");
        assert_eq!(desk.status(&format!("check --format {format} drafts/bad.txt")), 1, "{format}");
        assert_eq!(desk.status(&format!("check --format {format} drafts nowhere.txt")), 2, "{format}");
        assert_eq!(desk.status(&format!("check --format {format} drafts --fail-on never")), 0, "{format}");
    }
}

#[test]
fn config_is_found_upward_and_can_be_left_out() {
    let desk = desk();
    let below = |arguments: &[&str]| {
        let output = desk.command().current_dir(desk.path().join("drafts")).args(arguments).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap())
    };
    let concise = ["check", "bad.txt", "--format", "concise", "--select", "words"];
    let (found, status) = below(&concise);
    assert!(found.starts_with("bad.txt:1:1: error[words/you-forgot]"), "{found}");
    assert_eq!(status, 1);
    let (_, status) = below(&[&concise[..], &["--no-config"]].concat());
    assert_eq!(status, 2, "without the config there is no set `words`");
    let (given, status) = below(&[&concise[..], &["--no-config", "--rules", "../rules"]].concat());
    assert_eq!((given, status), (found, 1));
}

#[test]
fn a_nearer_config_wins() {
    let desk = desk();
    desk.file("drafts/replylint.yml", "language: test\nrules: [../rules]\nseverity: {words: off, manners: off}\n");
    let output = desk.command().current_dir(desk.path().join("drafts")).args(["check", "bad.txt"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_own_set_replaces_the_built_in_one_of_its_name() {
    let desk = Desk::empty();
    desk.file(
        "own/greeting.yml",
        "set: greeting\nrules:\n  - {id: own, severity: warning, avoid: [ahoy], message: no}\n",
    );
    let said = desk.run_with("check - --rules own --select greeting --format concise", "Ahoy.");
    assert!(said.contains("<stdin>:1:1: warning[greeting/own] no"), "{said}");
    let said = desk.run("explain greeting/missing --rules own");
    assert!(said.contains("there is no rule or set `greeting/missing`"), "{said}");
}

#[test]
fn a_secret_is_hidden_in_every_output() {
    let desk = desk();
    desk.file(
        "own/vault.yml",
        "set: vault\nrules:\n  - id: code\n    severity: error\n    avoid: [code <number>]\n    mask: true\n    replace: {with: \"[{match}]\"}\n    message: take “{match}” out\n",
    );
    for format in ["human", "concise", "json", "jsonl"] {
        let said =
            desk.run_with(&format!("check - --rules own --select vault --format {format}"), "The code 4471 opens it.");
        assert!(said.contains("vault/code"), "{said}");
        assert!(!said.contains("4471"), "{format} shows the secret: {said}");
    }
    // Too mild to be reported, and a secret in the lines around what is.
    desk.file(
        "mild/vault.yml",
        "set: vault\nrules:\n  - id: code\n    severity: suggestion\n    avoid: [code <number>]\n    mask: true\n    message: take “{match}” out\n  \
         - id: opens\n    severity: error\n    avoid: [opens]\n    message: do not tell\n",
    );
    for format in ["human", "html"] {
        let arguments = format!("check - --rules mild --select vault --min-severity error --format {format}");
        let said = desk.run_with(&arguments, "The code 4471 opens it.");
        assert!(said.contains("vault/opens") && said.contains("****") && !said.contains("4471"), "{format}: {said}");
    }
}

#[test]
fn allowed_words_are_no_finding() {
    let desk = desk();
    desk.file("allow.yml", "language: test\nrules: [rules]\nallow: [SIMPLY, \"calm down\", forg]\n");
    let said = desk.run("check --format concise drafts/bad.txt --select words --config allow.yml");
    assert!(!said.contains("simply]") && !said.contains("calm-down]"), "{said}");
    assert!(said.contains("you-forgot]"), "a part of a word allows nothing: {said}");
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let desk = Desk::new();
    for number in 0..60 {
        desk.file(&format!("many/{number:02}.txt"), if number % 3 == 0 { GOOD } else { BAD });
        desk.file(&format!("many/{number:02}.jsonl"), RECORDS.repeat(40));
    }
    desk.file("many/zz.jsonl", "{\"reply\": \n{\"reply\": 4}\n");
    for format in ["human", "concise", "json", "jsonl"] {
        let run = |jobs: u32| desk.output(&format!("check many --format {format} -j {jobs}"), "");
        let (one, four) = (run(1), run(4));
        assert!(one.stdout.len() > 10_000, "{format}");
        assert!(one.stdout == four.stdout && one.stderr == four.stderr, "{format} differs");
        assert_eq!((one.status.code(), four.status.code()), (Some(2), Some(2)));
    }
}

#[test]
fn piped_output_has_no_escape_codes_unless_asked_for() {
    let desk = desk();
    let escapes = |arguments: &str, variable: Option<(&str, &str)>| {
        let mut command = desk.command();
        command.args(arguments.split(' ')).envs(variable);
        let output = command.output().unwrap();
        output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
    };
    let check = "check drafts nowhere";
    assert!(!escapes(check, None));
    assert!(escapes("check drafts nowhere --color always", None));
    assert!(escapes(check, Some(("CLICOLOR_FORCE", "1"))));
    assert!(!escapes("check drafts nowhere --color never", Some(("CLICOLOR_FORCE", "1"))));
    assert!(escapes("check drafts nowhere --color always", Some(("NO_COLOR", "1"))));
    assert!(!escapes("check drafts nowhere --format json --color always --quiet", None) || cfg!(unix));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_ends_quietly() {
    use std::process::Stdio;
    let desk = desk();
    desk.file("drafts/many.jsonl", RECORDS.repeat(3000));
    for format in ["human", "concise", "json", "jsonl"] {
        let mut child = desk
            .command()
            .args(["check", "drafts", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
        assert!(output.status.code().is_some_and(|code| code < 2), "{format}: {:?}", output.status);
    }
}

#[test]
fn completions_name_every_command() {
    let desk = Desk::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = desk.run(&format!("completions {shell}"));
        for word in ["check", "explain", "rules", "test", "init", "completions", "reply-to", "min-severity"] {
            assert!(said.contains(word), "{shell} has no {word}");
        }
        assert!(said.ends_with("--- exit status 0\n"), "{shell}");
    }
}

#[test]
fn init_writes_a_config_and_rules_that_work() {
    let desk = Desk::empty();
    assert_eq!(desk.status("init"), 0);
    assert_eq!(desk.status("test support-rules --no-config"), 0);
    let said = desk.run_with("check - --select house-style --format concise", "Please restart the gizmo.");
    assert!(said.contains("warning[house-style/product-name]"), "{said}");
}

#[test]
fn drafts_cannot_reach_the_terminal() {
    let desk = Desk::new();
    let draft =
        "Hello Ana, you forgot to \u{1b}[2J\u{1b}]0;owned\u{7} \u{202e}simply\u{202c} \u{9b}31m go.\n::error::x\n";
    desk.file("evil\u{1b}[31m.txt", draft);
    desk.file("evil.jsonl", "{\"id\": \"\\u001b[31m\", \"reply\": \"you forgot to \\u001b[2J \\u202e go\"}\n");
    for format in ["human", "concise"] {
        let output = desk.output(&format!("check . --format {format} --verbose"), "");
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        for c in ['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}'] {
            assert!(!text.contains(c), "{format} lets {c:?} through:\n{text:?}");
        }
        assert!(!text.lines().any(|line| line.starts_with("::")), "{format}: {text}");
    }
}

#[test]
fn the_test_rules_pass_their_own_examples() {
    assert_eq!(RULES.len(), 3);
    assert_eq!(Desk::new().status("test"), 0);
}

#[test]
fn a_rule_that_is_off_says_nothing_where_another_has_its_phrase() {
    let desk = Desk::empty();
    for set in ["one", "two"] {
        let rule = "{id: bird, severity: warning, message: a bird, avoid: [bird]}";
        desk.file(&format!("rules/{set}.yml"), format!("set: {set}\nlanguage: test\nrules: [{rule}]\n"));
    }
    desk.file("replylint.yml", "language: test\nrules: [rules]\n");
    desk.file("a.txt", "The bird.\n");
    for (off, on) in [("one", "two"), ("two", "one")] {
        let said = desk.run(&format!("check a.txt --format concise --ignore {off}"));
        assert!(said.contains(&format!("a.txt:1:5: warning[{on}/bird] a bird\n")), "{said}");
        assert!(!said.contains(&format!("[{off}/bird]")), "{said}");
    }
}

/// A rule's `suspect` phrases in replies with and without a signal that vouches for them.
#[test]
fn what_may_be_meant_well_is_a_suggestion_where_the_reply_makes_up_for_it() {
    let desk = Desk::empty();
    desk.file(
        "own/tea.yml",
        "set: tea\nlanguage: test\nsignals:\n  regret: {phrases: [sorry], vouches: true}\n  thanks: {phrases: [thanks]}\n\
         rules:\n  - {id: leaves, severity: error, message: 'm', avoid: [read the leaves], suspect: [you waited, you spilled]}\n  \
         - {id: cups, severity: warning, message: 'm', suspect: [that cup], unless: [that cup of yours]}\n",
    );
    desk.file("replylint.yml", "language: test\nrules: [own]\n");
    let said = |reply: &str| {
        let output = desk.output("check - --format concise", reply);
        let lines = String::from_utf8(output.stdout).unwrap();
        let severities =
            lines.lines().filter_map(|line| line.split(": ").nth(1)?.split('[').next()).collect::<Vec<_>>();
        (severities.join(" "), output.status.code())
    };
    for (reply, expected, status) in [
        ("You waited.", "error", 1),
        ("Thanks. You waited.", "error", 1),
        ("Sorry. You waited.", "suggestion", 0),
        ("You waited. We are sorry.", "suggestion", 0),
        ("Sorry. Read the leaves. You spilled it.", "error suggestion", 1),
        ("That cup is chipped.", "warning", 1),
        ("Sorry, that cup is chipped.", "suggestion", 0),
        ("Sorry, that cup of yours is chipped.", "", 0),
    ] {
        assert_eq!(said(reply), (expected.to_owned(), Some(status)), "{reply}");
    }
}
