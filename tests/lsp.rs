//! `replylint lsp`, driven as an editor drives it: over its standard input and output.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

#[path = "support/editor.rs"]
mod editor;
mod support;

use editor::{Editor, applied};
use serde_json::{Value, json};
use support::Desk;

const DRAFT: &str = "untitled:Draft-1";

/// A rule whose edits change no meaning, and one whose edits may.
const EDITS: &str = "\
set: edits
about: Words with edits.
language: test
rules:
  - {id: please, severity: warning, avoid: [kindly], message: \"“{match}” is stiff; write please\",
     why: It reads like a form., source: house style, instead: [please], replace: {with: please, safe: true}}
  - {id: asap, severity: warning, avoid: [asap], message: \"“{match}” presses; name a day\",
     why: It says nothing., source: house style, replace: {with: soon}}
";

fn at(line: u32, start: u32, end: u32) -> Value {
    json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}})
}

fn all() -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": 9999, "character": 0}})
}

/// Rule and range of each diagnostic, as in `words/simply 3:0-6`.
fn short(diagnostics: &[Value]) -> Vec<String> {
    let one = |d: &Value| {
        let (start, end) = (&d["range"]["start"], &d["range"]["end"]);
        let to = if start["line"] == end["line"] { String::new() } else { format!("{}:", end["line"]) };
        let code = d["code"].as_str().unwrap_or("problem");
        format!("{code} {}:{}-{to}{}", start["line"], start["character"], end["character"])
    };
    diagnostics.iter().map(one).collect()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().unwrap()).collect()
}

fn titled<'a>(actions: &'a [Value], title: &str) -> &'a Value {
    actions.iter().find(|action| action["title"] == title).unwrap_or_else(|| panic!("{:?}", titles(actions)))
}

#[test]
fn a_draft_is_checked_as_it_is_typed() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    editor.open_text(DRAFT, "markdown", "Hello Ana,\r\n\r\n😀 Simply restart it.\r\n");
    let found = editor.diagnostics(DRAFT, 1);
    assert_eq!(
        found,
        [json!({
            "range": at(2, 3, 9), "severity": 3, "code": "words/simply", "source": "replylint",
            "message": "“Simply” makes it sound easy; leave it out",
        })]
    );
    // Several edits in one message, each on the text that the one before it left.
    editor.change(
        DRAFT,
        2,
        json!([
            {"range": at(2, 3, 10), "text": ""},
            {"range": at(2, 3, 4), "text": "Please r"},
            {"range": at(3, 0, 0), "text": "You forgot to 😀😀.\r\n"},
        ]),
    );
    assert_eq!(short(&editor.diagnostics(DRAFT, 2)), ["words/you-forgot 3:0-13"]);
    editor.change(DRAFT, 3, json!([{"text": "Hello Ana, it is here."}]));
    assert!(editor.diagnostics(DRAFT, 3).is_empty());
    editor.change(DRAFT, 4, json!([{"range": at(0, 0, 5), "text": "Well"}]));
    assert_eq!(short(&editor.diagnostics(DRAFT, 4)), ["manners/hello 0:0-4"]);
    editor.tell("textDocument/didClose", json!({"textDocument": {"uri": DRAFT}}));
    assert!(editor.diagnostics_of_file(DRAFT).is_empty(), "what is closed has nothing to say");
    assert_eq!(editor.quit(), (0, String::new()));
}

#[test]
fn columns_count_what_the_editor_asked_for() {
    let desk = Desk::new();
    for (offered, agreed, column) in [
        (json!(null), "utf-16", 4),
        (json!(["utf-8", "utf-16"]), "utf-8", 7),
        (json!(["utf-32"]), "utf-32", 3),
        (json!(["ebcdic"]), "utf-16", 4),
    ] {
        let mut editor = Editor::start(&desk, &[]);
        let capabilities = json!({"general": {"positionEncodings": offered},
            "textDocument": {"publishDiagnostics": {"versionSupport": true}}});
        let root = editor.uri("");
        let result = editor.ask("initialize", json!({"rootUri": root, "capabilities": capabilities}));
        assert_eq!(result["capabilities"]["positionEncoding"], agreed);
        editor.open_text(DRAFT, "plaintext", "Hello Ana,\n\né😀 Simply.\n");
        let found = editor.diagnostics(DRAFT, 1);
        assert_eq!(found[0]["range"], at(2, column, column + 6), "{agreed}");
        // Edits are counted the same way: the emoji goes, and one letter of two bytes comes.
        let (from, to) = (column - 3, column - 1);
        let (from, to) = if agreed == "utf-8" { (from - 2, to) } else { (from.max(1), to) };
        editor.change(DRAFT, 2, json!([{"range": at(2, from, to), "text": "é"}]));
        let expected = if agreed == "utf-8" { 5 } else { 3 };
        assert_eq!(editor.diagnostics(DRAFT, 2)[0]["range"], at(2, expected, expected + 6), "{agreed}");
    }
}

#[test]
fn every_kind_of_file_is_read_as_check_reads_it() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    let record = r#"{"reply": "Hello Ana, \"it\" is here. Simply plug it in.", "customer": "I am still waiting."}"#;
    for (name, language, text, expected) in [
        ("macros/a.txt", "plaintext", "Simply restart it.\n", vec!["manners/hello 0:0-6", "words/simply 0:0-6"]),
        // A mark of the byte order is a character of the first line.
        ("macros/bom.txt", "plaintext", "\u{feff}Hello Ana, simply wait.", vec!["words/simply 0:12-18"]),
        // What is quoted is the customer's, and calls for regret.
        (
            "macros/b.md",
            "markdown",
            "> I am still waiting.\n\nHello Ana, it ships today.\n",
            vec!["manners/regret 2:0-5"],
        ),
        (
            "macros/c.md",
            "markdown",
            "---\ncustomer: I am still waiting.\n---\nHello Ana, it ships.\n",
            vec!["manners/regret 3:0-5"],
        ),
        ("replies.jsonl", "jsonl", record, vec!["manners/regret 0:11-16", "words/simply 0:38-44"]),
        (
            "d.eml",
            "mail",
            "From: a@b.c\nSubject: x\nContent-Type: text/plain\n\nHello Ana, simply wait.\n",
            vec!["words/simply 4:11-17"],
        ),
        // No drafts: code, a read-me, a config.
        ("src/main.rs", "rust", "// Simply restart it.\n", vec![]),
        ("README.md", "markdown", "# The lamp\n\nSimply restart it.\n", vec![]),
        ("package.json", "json", "{\"text\": \"Simply\"}", vec![]),
        ("rules/words.yml", "yaml", support::RULES[2].1, vec![]),
        ("empty.md", "markdown", "", vec![]),
    ] {
        let uri = editor.uri(name);
        editor.open_text(&uri, language, text);
        assert_eq!(short(&editor.diagnostics(&uri, 1)), expected, "{name}");
    }
    for (uri, number) in [("git:/macros/a.md?HEAD", 0), ("untitled:Draft-2", 2)] {
        editor.open_text(uri, "markdown", "Simply restart it.\n");
        assert_eq!(editor.diagnostics(uri, 1).len(), number, "{uri}");
    }
    // A bad record is said to be one, and the others are checked.
    let uri = editor.uri("macros/more.jsonl");
    editor.open_text(&uri, "jsonl", &format!("{{\"reply\": \n{record}\n"));
    let found = editor.diagnostics(&uri, 1);
    assert_eq!(short(&found).len(), 3, "{found:#?}");
    assert!(found.iter().any(|d| d["code"].is_null() && d["range"]["start"]["line"] == 0), "{found:#?}");
}

#[test]
fn settings_hold_as_they_do_in_a_run() {
    let desk = Desk::new();
    desk.file(
        "replylint.yml",
        "language: test\nrules: [rules]\nallow: [restart it]\nexclude: [old/]\nseverity: {words/simply: error}\n\
         overrides:\n  - {files: chat/, severity: {manners: off}}\n",
    );
    desk.file("drafts/.replylintignore", "*.tmp.md\n");
    desk.file("team/replylint.yml", "language: test\nrules: [../rules]\nseverity: {words: off}\n");
    let mut editor = Editor::open(&desk);
    for (name, expected) in [
        ("a.md", vec!["manners/hello 0:0-6", "words/simply 0:0-6"]),
        ("chat/a.md", vec!["words/simply 0:0-6"]),
        ("team/a.md", vec!["manners/hello 0:0-6"]),
        ("old/a.md", vec![]),
        ("drafts/a.tmp.md", vec![]),
    ] {
        let uri = editor.uri(name);
        editor.open_text(&uri, "markdown", "Simply wait.\n");
        let found = editor.diagnostics(&uri, 1);
        assert_eq!(short(&found), expected, "{name}");
        assert!(found.iter().all(|d| d["code"] != "words/simply" || d["severity"] == 1), "{found:?}");
    }
}

#[test]
fn the_words_that_called_for_a_rule_are_shown_with_it() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    editor.open_text(DRAFT, "plaintext", "Hello Ana, 😀 it is days late, and days late again.\n");
    let found = editor.diagnostics(DRAFT, 1);
    assert_eq!(short(&found), ["manners/regret 0:20-29"]);
    let related = found[0]["relatedInformation"].as_array().unwrap();
    assert_eq!(related.len(), 1);
    assert_eq!(related[0]["location"], json!({"uri": DRAFT, "range": at(0, 35, 44)}));
    assert_eq!(related[0]["message"], "because of “days late”");
}

#[test]
fn quick_fixes_do_what_their_titles_say() {
    let desk = Desk::new();
    desk.file("rules/edits.yml", EDITS);
    let mut editor = Editor::open(&desk);
    let text = "😀 Kindly wait. You forgot to attach it, kindly.\r\nAnswer asap.\r\n";
    editor.open_text(DRAFT, "markdown", text);
    editor.diagnostics(DRAFT, 1);
    let actions = editor.actions(DRAFT, all(), json!({"diagnostics": []}));
    let of = |title: &str| applied(text, titled(&actions, title));
    assert_eq!(of("Replace “Kindly” with “Please”"), text.replace("Kindly", "Please"));
    assert_eq!(of("Replace “kindly” with “please”"), text.replace("kindly", "please"));
    assert_eq!(of("Write “Third”"), text.replace("You forgot to", "Third"));
    assert_eq!(of("Replace “asap” with “soon”"), text.replace("asap", "soon"));
    assert_eq!(
        of("Rewrite the sentence: “Could you send it again?”"),
        "😀 Kindly wait. Could you send it again?\r\nAnswer asap.\r\n"
    );
    assert_eq!(of("Add at the top: “Hello {{name}},”"), format!("Hello {{{{name}}}},\r\n\r\n{text}"));
    let edit = titled(&actions, "Replace “Kindly” with “Please”");
    assert_eq!((&edit["kind"], &edit["isPreferred"]), (&json!("quickfix"), &json!(true)));
    assert_eq!(edit["diagnostics"][0]["code"], "edits/please");
    assert_eq!(titled(&actions, "Replace “asap” with “soon”")["isPreferred"], false);
    let off = titled(&actions, "Turn edits/asap off in replylint.yml");
    let config = editor.uri("replylint.yml");
    assert_eq!(applied(support::CONFIG, off), format!("{}severity:\n  edits/asap: off\n", support::CONFIG));
    assert!(off["edit"]["changes"][&config].is_array(), "{off}");

    let mut unique = titles(&actions);
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), actions.len(), "nothing is offered twice");

    // All that is safe at once; what may change the meaning stays.
    let only = json!({"diagnostics": [], "only": ["source.fixAll"]});
    let fixes = editor.actions(DRAFT, at(0, 0, 0), only);
    assert_eq!(titles(&fixes), ["Make all safe replylint edits"]);
    let fixed = applied(text, &fixes[0]);
    assert_eq!(fixed, "😀 Please wait. You forgot to attach it, please.\r\nAnswer asap.\r\n");
    editor.change(DRAFT, 2, json!([{"text": fixed}]));
    let rest = editor.actions(DRAFT, at(0, 0, 0), json!({"diagnostics": [], "only": ["source.fixAll"]}));
    assert_eq!(rest, [] as [Value; 0]);
    // Where nothing is wrong there is nothing to do.
    assert_eq!(editor.actions(DRAFT, at(5, 0, 0), json!({"diagnostics": [], "only": ["quickfix"]})), [] as [Value; 0]);
}

#[test]
fn an_edit_is_offered_only_where_the_file_takes_it() {
    let desk = Desk::new();
    desk.file("rules/edits.yml", EDITS.replace("with: soon", "with: at \"noon\""));
    let mut editor = Editor::open_with(&desk, json!({"workspace": {"workspaceEdit": {"documentChanges": true}}}));
    let uri = editor.uri("replies.jsonl");
    let text = "{\"reply\": \"Hello Ana, kindly answer asap.\"}\n";
    editor.open_text(&uri, "jsonl", text);
    let actions = editor.actions(&uri, all(), json!({"diagnostics": [], "only": ["quickfix"]}));
    let kindly = titled(&actions, "Replace “kindly” with “please”");
    assert_eq!(applied(text, kindly), text.replace("kindly", "please"));
    let document = &kindly["edit"]["documentChanges"][0]["textDocument"];
    assert_eq!(*document, json!({"uri": uri, "version": 1}), "an able editor is told which version it is for");
    // A quotation mark would end the string.
    assert!(!titles(&actions).iter().any(|title| title.contains("noon")), "{:?}", titles(&actions));
}

#[test]
fn pointing_at_a_finding_tells_all_about_it() {
    let desk = Desk::new();
    let mut editor = Editor::open_with(&desk, json!({"textDocument": {"hover": {"contentFormat": ["markdown"]}}}));
    let uri = editor.uri("a.md");
    editor.open_text(&uri, "markdown", "> I am *still waiting*.\n\nHello Ana, **it** ships. You forgot to <b>.\n");
    let hovers = [(2, 0), (2, 25)].map(|(line, column)| {
        let hover = editor.hover(&uri, line, column);
        format!("{}\n{}", hover["range"], hover["contents"]["value"].as_str().unwrap())
    });
    insta::assert_snapshot!("hover", hovers.join("\n=====\n"));
    assert_eq!(editor.hover(&uri, 0, 3), Value::Null, "nothing is said of the customer's words");

    // An editor that says nothing of Markdown gets none.
    let mut plain = Editor::open(&desk);
    plain.open_text(&uri, "markdown", "Hello Ana. You forgot to * it.\n");
    let hover = plain.hover(&uri, 0, 12);
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert!(hover["contents"]["value"].as_str().unwrap().starts_with("error[words/you-forgot]: “You forgot to”"));
}

#[test]
fn changes_of_config_and_rules_are_picked_up() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    let watch = editor.told("client/registerCapability");
    assert_eq!(watch["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    let (uri, config, words) = (editor.uri("a.md"), editor.uri("replylint.yml"), editor.uri("rules/words.yml"));
    let changed = |uri: &str| json!({"changes": [{"uri": uri, "type": 2}]});
    editor.open_text(&uri, "markdown", "Hello Ana, simply wait.\n");
    assert_eq!(short(&editor.diagnostics(&uri, 1)), ["words/simply 0:11-17"]);

    desk.file("replylint.yml", "language: test\nrules: [rules]\nseverity: {words/simply: off}\n");
    editor.tell("workspace/didChangeWatchedFiles", changed(&config));
    assert!(editor.diagnostics(&uri, 1).is_empty());

    // A broken config: said once and on the file; the rules from before hold on.
    desk.file("replylint.yml", "language: test\nrules: [rules]\nseverity: {words/simpl: off}\n");
    editor.tell("workspace/didChangeWatchedFiles", changed(&config));
    let found = editor.diagnostics_of_file(&config);
    assert_eq!(short(&found), ["problem 2:24-28"]);
    let message = editor.told("window/showMessage");
    assert_eq!(message["type"], 1);
    let said = message["message"].as_str().unwrap();
    assert!(said.contains("did you mean `words/simply`?; the rules from before hold on"), "{said}");
    editor.change(&uri, 2, json!([{"range": at(0, 11, 11), "text": "you forgot to "}]));
    assert_eq!(short(&editor.diagnostics(&uri, 2)), ["words/you-forgot 0:11-24"]);
    editor.tell("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    // Once this is answered, the files have been looked at, and what is written next is not seen half-written.
    editor.hover(&uri, 0, 0);

    // Mended, and a rule file broken instead; saving anything is enough to have it seen.
    desk.file("replylint.yml", "language: test\nrules: [rules]\n");
    desk.file("rules/words.yml", "set: words\nrulez: []\n");
    editor.tell("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    let found = editor.diagnostics_of_file(&words);
    assert!(found[0]["message"].as_str().unwrap().contains("there is no key `rulez` here"), "{found:?}");
    assert!(editor.diagnostics_of_file(&config).is_empty(), "the config is right again");
    let said = editor.told("window/showMessage")["message"].to_string();
    assert!(said.contains("words.yml"), "what was said before is not said again: {said}");

    desk.file("rules/words.yml", support::RULES[2].1);
    editor.tell("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    assert!(editor.diagnostics_of_file(&words).is_empty(), "the rules are right again");
    editor.change(&uri, 3, json!([{"range": at(0, 11, 11), "text": ""}]));
    assert_eq!(short(&editor.diagnostics(&uri, 3)), ["words/you-forgot 0:11-24", "words/simply 0:25-31"]);

    // A config that comes nearer holds from then on, and one that goes does so no more.
    desk.file("drafts/replylint.yml", "language: test\nrules: [../rules]\nseverity: {words: off}\n");
    let nearer = editor.uri("drafts/a.md");
    editor.open_text(&nearer, "markdown", "Hello Ana, simply wait.\n");
    assert!(editor.diagnostics(&nearer, 1).is_empty());
    std::fs::remove_file(desk.path().join("drafts/replylint.yml")).unwrap();
    editor.tell("workspace/didChangeWatchedFiles", changed(&editor.uri("drafts/replylint.yml")));
    assert_eq!(short(&editor.diagnostics(&nearer, 1)), ["words/simply 0:11-17"]);
}

#[test]
fn a_problem_stays_in_its_place_until_the_file_is_looked_at_again() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    let (uri, config) = (editor.uri("a.md"), editor.uri("replylint.yml"));
    desk.file("replylint.yml", "language: test\nrules: [rules]\nseverity: {words/simpl: off}\n");
    editor.open_text(&uri, "markdown", "Hello Ana, simply wait.\n");
    assert_eq!(short(&editor.diagnostics_of_file(&config)), ["problem 2:24-28"]);
    // The file is mended, and nobody has told of it yet while a text is checked.
    desk.file("replylint.yml", "language: test\nrules: [rules]\n");
    for version in 2..5 {
        editor.change(&uri, version, json!([{"text": "Hello Ana, wait.\n"}]));
        editor.diagnostics(&uri, version);
    }
    editor.tell("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    assert!(editor.diagnostics_of_file(&config).is_empty(), "nothing was said of it meanwhile");
}

#[test]
fn an_editor_that_watches_nothing_needs_not_tell() {
    let desk = Desk::new();
    let mut editor = Editor::open_with(&desk, json!({"workspace": {}}));
    let uri = editor.uri("a.md");
    editor.open_text(&uri, "markdown", "Hello Ana, simply wait.\n");
    assert_eq!(editor.diagnostics(&uri, 1).len(), 1);
    desk.file("replylint.yml", "language: test\nrules: [rules]\nseverity: {words: off}\n");
    assert!(editor.diagnostics(&uri, 1).is_empty());
}

#[test]
fn a_config_that_is_broken_from_the_start_is_said_to_be() {
    let desk = Desk::new();
    desk.file("replylint.yml", "languag: test\n");
    let mut editor = Editor::open(&desk);
    let (uri, config) = (editor.uri("a.md"), editor.uri("replylint.yml"));
    editor.open_text(&uri, "markdown", "Simply wait.\n");
    let said = editor.told("window/showMessage")["message"].to_string();
    assert!(said.contains("nothing is checked until it is mended"), "{said}");
    assert_eq!(short(&editor.diagnostics_of_file(&config)), ["problem 0:0-13"]);
    assert!(editor.diagnostics(&uri, 1).is_empty());
    desk.file("replylint.yml", support::CONFIG);
    editor.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    assert_eq!(editor.diagnostics(&uri, 1).len(), 2);
    assert!(editor.diagnostics_of_file(&config).is_empty());
}

#[test]
fn requests_out_of_order_are_refused_and_the_session_goes_on() {
    let desk = Desk::new();
    let mut editor = Editor::start(&desk, &["--stdio"]);
    let code = |answer: Value| answer["error"]["code"].as_i64().unwrap();
    assert_eq!(code(editor.answer("textDocument/hover", json!({}))), -32002);
    assert_eq!(code(editor.answer("initialize", json!({"capabilities": 7}))), -32602);
    editor.open_text(DRAFT, "markdown", "said too early");
    editor.ask("initialize", json!({"capabilities": {}}));
    assert_eq!(code(editor.answer("initialize", json!({"capabilities": {}}))), -32600);
    assert_eq!(code(editor.answer("textDocument/rename", json!({}))), -32601);
    assert_eq!(code(editor.answer("textDocument/hover", json!({"textDocument": 7}))), -32602);
    let nowhere = json!({"textDocument": {"uri": "untitled:none"}, "position": {"line": 0, "character": 0}});
    assert_eq!(code(editor.answer("textDocument/hover", nowhere)), -32602);
    editor.raw(b"Content-Length: 5\r\n\r\n{\"a\":");
    assert_eq!(code(editor.wait(|m| m["id"].is_null() && !m["error"].is_null())), -32700);
    editor.raw(b"Content-Length: 2\r\n\r\n[]");
    assert_eq!(code(editor.wait(|m| m["id"].is_null() && !m["error"].is_null())), -32600);
    editor.tell("textDocument/didOpen", json!({"textDocument": 7}));
    editor.tell("workspace/whatever", json!(null));
    editor.ask("shutdown", Value::Null);
    assert_eq!(code(editor.answer("textDocument/hover", json!({}))), -32600);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.end(), (0, String::new()));
}

#[test]
fn edits_that_can_not_be_are_told_of() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    editor.change("untitled:none", 1, json!([{"text": "x"}]));
    let logged = |editor: &mut Editor| editor.told("window/logMessage")["message"].as_str().unwrap().to_owned();
    assert_eq!(logged(&mut editor), "an edit of untitled:none, which is not open, was left out");
    editor.tell("textDocument/didClose", json!({"textDocument": {"uri": "untitled:none"}}));
    assert_eq!(logged(&mut editor), "untitled:none was closed and is not open");
    editor.open_text(DRAFT, "markdown", "Hello Ana,");
    editor.change(DRAFT, 2, json!([{"range": at(7, 0, 99), "text": " simply wait."}]));
    assert!(logged(&mut editor).starts_with("1 edit(s) of untitled:Draft-1 were out of range"));
    assert_eq!(short(&editor.diagnostics(DRAFT, 2)), ["words/simply 0:11-17"]);
    // The end before the start, and the middle of a character.
    editor.change(
        DRAFT,
        3,
        json!([{"range": {"start": {"line": 0, "character": 10}, "end": {"line": 0, "character": 0}}, "text": "😀"}]),
    );
    editor.change(DRAFT, 4, json!([{"range": at(0, 1, 1), "text": "!"}]));
    assert_eq!(short(&editor.diagnostics(DRAFT, 4)), ["manners/hello 0:4-10", "words/simply 0:4-10"]);
    editor.change(DRAFT, 5, json!([{"range": at(0, 4_294_967_295, 4_294_967_295), "text": "\0"}]));
    editor.diagnostics(DRAFT, 5);
    assert_eq!(editor.quit().0, 0);
}

#[test]
fn a_client_that_does_not_speak_the_protocol_is_told_so() {
    let desk = Desk::new();
    let mut said = String::new();
    for input in [
        "",
        "hello there\r\n",
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "Content-Length: 100\r\n\r\n{}",
        "Content-Length: 99999999999999999\r\n\r\n{}",
        "Content-Length: \u{1b}[31m\r\n\r\n",
    ] {
        let output = desk.output("lsp", input);
        let shown = input.escape_debug();
        let problems = String::from_utf8(output.stderr).unwrap();
        said.push_str(&format!("{shown}\n{problems}--- exit status {}\n\n", output.status.code().unwrap()));
        assert!(output.stdout.is_empty());
    }
    insta::assert_snapshot!("lsp_bad_clients", said);

    let mut early = Editor::open(&desk);
    early.tell("exit", Value::Null);
    assert_eq!(early.end(), (1, String::new()), "exit without shutdown");
    let mut shut = Editor::open(&desk);
    shut.ask("shutdown", Value::Null);
    assert_eq!(shut.end(), (0, String::new()), "gone after shutdown");
    let (status, problems) = Editor::open(&desk).end();
    assert_eq!(status, 1);
    assert!(problems.contains("the editor went away"), "{problems}");
}

#[test]
fn hundreds_of_edits_come_to_the_right_end() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    let long = format!("Hello Ana,\n\n{}\n", "The lamp ships today, and the shade with it. ".repeat(200));
    editor.open_text(DRAFT, "markdown", &long);
    let typed = "😀 Simply wait for it. ".repeat(20);
    let mut column = 0;
    for (number, c) in typed.chars().enumerate() {
        editor.change(DRAFT, number as i64 + 2, json!([{"range": at(2, column, column), "text": c}]));
        column += c.len_utf16() as u32;
    }
    let found = editor.diagnostics(DRAFT, typed.chars().count() as i64 + 1);
    let expected: Vec<String> = (0..20).map(|n| format!("words/simply 2:{}-{}", n * 23 + 3, n * 23 + 9)).collect();
    assert_eq!(short(&found), expected);
    let versions: Vec<i64> = editor.versions_seen(DRAFT);
    assert!(versions.is_sorted(), "{versions:?}");
}

#[test]
fn a_comment_silences_a_finding_where_it_stands() {
    let desk = Desk::new();
    let mut editor = Editor::open(&desk);
    let title = "Silence words/simply here, with a reason";
    let comment = "<!-- replylint: ignore words/simply -- say here why -->";
    let only = json!({"diagnostics": [], "only": ["quickfix"]});
    for (name, language, text, expected) in [
        (
            "macros/a.md",
            "markdown",
            "Hello Ana,\r\n\r\n😀 Simply wait.\r\nJust so.\r\n",
            Some(format!("Hello Ana,\r\n\r\n😀 Simply wait. {comment}\r\nJust so.\r\n")),
        ),
        (
            "macros/a.yml",
            "yaml",
            "close-comment: >\n  Hello Ana, simply wait for it.\n",
            Some("# replylint: ignore words/simply -- say here why\nclose-comment: >\n  Hello Ana, simply wait for it.\n".to_owned()),
        ),
        // No comment would be one here: all of it is sent.
        ("macros/a.txt", "plaintext", "Hello Ana, simply wait.\n", None),
        ("macros/a.jsonl", "jsonl", "{\"reply\": \"Hello Ana, simply wait.\"}\n", None),
    ] {
        let uri = editor.uri(name);
        editor.open_text(&uri, language, text);
        let found = editor.diagnostics(&uri, 1);
        assert_eq!(found[0]["code"], "words/simply", "{name}: {found:?}");
        let actions = editor.actions(&uri, found[0]["range"].clone(), only.clone());
        let silenced = actions.iter().find(|action| action["title"] == title).map(|action| applied(text, action));
        assert_eq!(silenced, expected, "{name}");
        if let Some(silenced) = silenced {
            editor.change(&uri, 2, json!([{"text": silenced}]));
            assert_eq!(editor.diagnostics(&uri, 2).len(), found.len() - 1, "{name}");
        }
    }
}

#[test]
fn accepted_findings_stay_silent() {
    let desk = Desk::new();
    desk.file("a.md", "Hello Ana, simply wait.\n");
    assert_eq!(desk.status("baseline create a.md"), 0);
    desk.file("replylint.yml", format!("{}baseline: .replylint-baseline.json\n", support::CONFIG));
    let mut editor = Editor::open(&desk);
    let uri = editor.uri("a.md");
    editor.open_text(&uri, "markdown", "Hello Ana, simply wait.\n");
    assert!(editor.diagnostics(&uri, 1).is_empty());
    editor.change(&uri, 2, json!([{"range": at(0, 11, 17), "text": "just"}]));
    assert_eq!(short(&editor.diagnostics(&uri, 2)), ["words/simply 0:11-15"]);
    desk.file(".replylint-baseline.json", "no baseline");
    editor.tell("workspace/didChangeWatchedFiles", json!({"changes": []}));
    let baseline = editor.uri(".replylint-baseline.json");
    assert!(editor.diagnostics_of_file(&baseline)[0]["message"].as_str().unwrap().contains("this is no baseline"));
}
