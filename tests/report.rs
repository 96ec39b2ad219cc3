//! The HTML report: a whole page of a small run, and what a hostile draft may never do in it.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use html5gum::{Token, Tokenizer};
use std::collections::{BTreeMap, BTreeSet};
use support::Desk;

const HOSTILE: &str = "Hello Ana,\n\n<img src=x onerror=alert(1)> calm down </script><script>alert(2)</script>\n\n\
    ::error::forged &amp; \"><a href=https://evil.example>x</a> <!--script--> \u{202e}desrever\u{1b}[31m \u{9b}2J calm down\n";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.file("drafts/bad.txt", "You forgot to attach it! Calm down!\n\nSimply wait. Simply wait.\n");
    desk.file("drafts/good.md", "Hello Ana,\n\nWe are sorry for the wait. We will send a new lamp today.\n");
    desk.file("drafts/hostile <b>&'\".txt", HOSTILE);
    desk.file("drafts/broken.txt", b"Hello \xff");
    desk.file(
        "drafts/named.md",
        "## </summary><b>one\n\nHello Ana, simply wait.\n\n## two\n\n<!-- replylint: ignore words -- we say so -->\n\nHello Ana, calm down.\n",
    );
    desk
}

fn page(desk: &Desk) -> String {
    String::from_utf8(desk.output("check drafts --format html", "").stdout).unwrap()
}

/// A tag with its attributes.
type Tag = (String, BTreeMap<String, String>);

/// The opening tags and the text outside style and script, as a browser reads them.
fn read(page: &str) -> (Vec<Tag>, String) {
    let (mut tags, mut text, mut open, mut skipped) = (Vec::new(), String::new(), Vec::new(), false);
    for token in Tokenizer::new(page) {
        match token.unwrap() {
            Token::StartTag(tag) => {
                let name = String::from_utf8(tag.name.to_vec()).unwrap();
                skipped = matches!(name.as_str(), "style" | "script");
                if !tag.self_closing && !matches!(name.as_str(), "meta" | "input" | "col") {
                    open.push(name.clone());
                }
                let value = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                let attributes = tag.attributes.iter().map(|(name, of)| (value(name), value(of))).collect();
                tags.push((name, attributes));
            }
            Token::EndTag(tag) => {
                skipped = false;
                assert_eq!(open.pop().map(String::into_bytes), Some(tag.name.to_vec()), "every tag is closed in turn");
            }
            Token::String(part) if !skipped => text.push_str(std::str::from_utf8(&part).unwrap()),
            Token::Error(error) => panic!("no browser has to guess: {error:?}"),
            _ => {}
        }
    }
    assert_eq!(open, Vec::<String>::new());
    (tags, text)
}

#[test]
fn whole_page() {
    let page = page(&desk());
    let (_, body) = page.split_once("<body>").unwrap();
    let (body, _) = body.split_once("<script>").unwrap();
    // Its own style and script are files of their own.
    insta::assert_snapshot!("page", body.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn a_hostile_draft_stays_text() {
    let page = page(&desk());
    let (tags, text) = read(&page);
    for words in ["<img src=x onerror=alert(1)>", "</script><script>alert(2)</script>", "&amp; \"><a href=https://evil"]
    {
        // The marks stand between the words, and leave no trace in the text.
        assert!(text.contains(words), "{words} is shown as it is");
    }
    assert_eq!(tags.iter().filter(|(name, _)| name == "script").count(), 1);
    let foreign = ["img", "iframe", "link", "object", "embed", "base", "b"]
        .map(|foreign| tags.iter().filter(|(name, attributes)| name == foreign && !attributes.is_empty()).count());
    assert_eq!(foreign, [0; 7]);
    let handlers: Vec<&String> = tags
        .iter()
        .flat_map(|(_, attributes)| attributes.keys())
        .filter(|name| name.starts_with("on") || *name == "style")
        .collect();
    assert!(handlers.is_empty(), "{handlers:?}");
    let harmful =
        |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert_eq!(page.chars().find(|c| harmful(*c)), None);
    assert!(!page.lines().any(|line| line.trim_start().starts_with("::")), "no line is a command for a build server");
}

#[test]
fn nothing_is_fetched_and_every_link_stays_inside() {
    let (tags, _) = read(&page(&desk()));
    let ids: BTreeSet<&String> = tags.iter().filter_map(|(_, attributes)| attributes.get("id")).collect();
    let of_ids = tags.iter().filter(|(_, attributes)| attributes.contains_key("id")).count();
    assert_eq!(ids.len(), of_ids, "no id twice");
    let mut links = 0;
    for (name, attributes) in &tags {
        assert!(!attributes.contains_key("src"), "{name} {attributes:?}");
        if let Some(target) = attributes.get("href") {
            let inside = target.strip_prefix('#').unwrap_or_else(|| panic!("{target} leads outside"));
            assert!(ids.contains(&inside.to_owned()), "{target} leads nowhere");
            links += 1;
        }
        if let Some(label) = attributes.get("aria-labelledby") {
            assert!(ids.contains(label), "nothing is called {label}");
        }
    }
    assert!(links > 10);
}

#[test]
fn the_policy_names_the_page_s_own_style_and_script() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let page = page(&desk());
    let (_, policy) = page.split_once("http-equiv=\"Content-Security-Policy\" content=\"").unwrap();
    let (policy, _) = policy.split_once('"').unwrap();
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    for (tag, directive) in [("style", "style-src"), ("script", "script-src")] {
        let (_, own) = page.split_once(&format!("<{tag}>")).unwrap();
        let (own, _) = own.split_once(&format!("</{tag}>")).unwrap();
        let hash = base64::prelude::BASE64_STANDARD.encode(sha2::Sha256::digest(own));
        assert!(policy.contains(&format!("{directive} 'sha256-{hash}'")), "{policy}");
    }
}

#[test]
fn secrets_are_hidden() {
    let desk = Desk::empty();
    desk.file(
        "card.txt",
        "Hi Ana,\n\nWe charged your card 4111 1111 1111 1111 and we will write on Monday.\n\nBest,\nTom\n",
    );
    desk.file(
        "silenced.md",
        "<!-- replylint: ignore privacy -- a test number -->\n\nHi Ana, you failed to see 4111 1111 1111 1111.\n",
    );
    let page = String::from_utf8(desk.output("check . --format html --profile strict", "").stdout).unwrap();
    assert!(page.contains("privacy/") && page.contains("1111"), "the last digits are shown");
    assert!(!page.contains("4111"), "and no others");
}

#[test]
fn nothing_at_all_is_a_page_too() {
    let desk = Desk::new();
    desk.file("drafts/good.md", "Hello Ana,\n\nWe are sorry for the wait. We will send a new lamp today.\n");
    let (tags, text) = read(&page(&desk));
    assert!(text.contains("None: nothing was found."), "{text}");
    assert_eq!(tags.iter().filter(|(_, a)| a.get("class").is_some_and(|c| c == "reply clean")).count(), 1);
}
