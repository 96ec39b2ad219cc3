//! House rules: what the design promises about the code and the built-in rules, as far as a program can see it.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use replylint::check::documented_book;
use replylint::config::Settings;
use replylint::rules::SetFile;
use replylint::rules::declaration::{PhraseDecl, Phrases, PrinciplesDecl};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static SETS: LazyLock<Vec<SetFile>> = LazyLock::new(|| {
    let settings = Settings { language: "en".to_owned(), ..Settings::default() };
    documented_book(&settings, true).unwrap_or_else(|problems| panic!("{problems:?}")).1
});

/// A source file: its path from the root, its lines, and its code without comments and tests.
struct Source {
    path: String,
    lines: usize,
    code: String,
    literals: Vec<String>,
}

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let mut sources: Vec<Source> = files("src", "rs")
        .into_iter()
        .map(|path| {
            let text = read(&path);
            let tested = text.find("\n#[cfg(test)]").unwrap_or(text.len());
            let (code, literals) = code_and_literals(&text[..tested]);
            Source { path, lines: text.lines().count(), code, literals }
        })
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 20, "the sources were not found");
    sources
});

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap().replace("\r\n", "\n")
}

/// The files under `directory` that end in `extension`, from the root and with `/`.
fn files(directory: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().join(directory)];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path.strip_prefix(root()).unwrap().display().to_string().replace('\\', "/"));
            }
        }
    }
    found
}

/// Rust without its comments and the text of its strings, and that text.
fn code_and_literals(source: &str) -> (String, Vec<String>) {
    let (mut code, mut literals) = (String::new(), Vec::new());
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let before = code.chars().next_back().unwrap_or(' ');
        let raw = ["r\"", "r#\"", "br\"", "br#\""].into_iter().find(|open| rest.starts_with(open));
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if let Some(open) = raw.filter(|_| !before.is_alphanumeric() && before != '_') {
            let close = if open.contains('#') { "\"#" } else { "\"" };
            let body = &rest[open.len()..];
            let end = body.find(close).unwrap_or(body.len());
            literals.push(body[..end].to_owned());
            code.push_str("\"\"");
            rest = body.get(end + close.len()..).unwrap_or("");
        } else if c == '"' {
            let body = &rest[1..];
            let mut escaped = false;
            let end = body.char_indices().find(|(_, c)| {
                let closes = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                closes
            });
            let end = end.map_or(body.len(), |(at, _)| at);
            literals.push(body[..end].replace("\\\"", "\"").replace("\\\n", "").replace("\\n", "\n"));
            code.push_str("\"\"");
            rest = body.get(end + 1..).unwrap_or("");
        } else if c == '\'' && (rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'')) {
            // A character, not a lifetime.
            let body = &rest
                [if rest.starts_with("'\\") { 3 } else { 1 + rest[1..].chars().next().map_or(1, char::len_utf8) }..];
            rest = &body[body.find('\'').map_or(0, |at| at + 1)..];
            code.push_str("' '");
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    (code, literals)
}

#[test]
fn the_scanner_tells_code_from_text() {
    let (code, literals) = code_and_literals(
        "// \"no\"\nlet a = \"one \\\" two\"; let b: &'a str = r#\"x \"y\" z\"#; let c = ['\"', '\\'', '\\u{1}']; f(\"é\")",
    );
    assert_eq!(literals, ["one \" two", "x \"y\" z", "é"]);
    assert!(!code.contains("no") && code.contains("&'a str"), "{code}");
}

/// Every list of phrases of the built-in rules, with where it stands.
fn all_phrases() -> Vec<(String, &'static Phrases)> {
    let mut all = Vec::new();
    for set in SETS.iter() {
        let name = &set.declaration.set;
        for (list, phrases) in &set.declaration.phrases.0 {
            all.push((format!("{name}: <{list}>"), phrases));
        }
        for (signal, s) in &set.declaration.signals.0 {
            for phrases in [&s.phrases, &s.customer, &s.weak, &s.unless, &s.unless_sentence] {
                all.push((format!("{name}: signal {signal}"), phrases));
            }
        }
        for rule in &set.declaration.rules {
            let limit = rule.limit.as_ref().map(|limit| &limit.phrases);
            for phrases in
                [Some(&rule.unless), Some(&rule.unless_sentence), Some(&rule.suspect), rule.avoid.as_ref(), limit]
                    .into_iter()
                    .flatten()
            {
                all.push((format!("{name}/{}", rule.id), phrases));
            }
        }
    }
    all
}

fn plain(phrases: &Phrases) -> impl Iterator<Item = &str> {
    phrases.0.iter().filter_map(|phrase| match phrase {
        PhraseDecl::Plain(text) => Some(text.as_str()),
        PhraseDecl::Pattern { text, .. } => text.as_deref(),
    })
}

fn rules() -> impl Iterator<Item = (String, &'static replylint::rules::declaration::RuleDecl)> {
    SETS.iter()
        .flat_map(|set| set.declaration.rules.iter().map(|rule| (format!("{}/{}", set.declaration.set, rule.id), rule)))
}

/// Fails with one line for each broken rule.
fn none(broken: Vec<String>) {
    assert!(broken.is_empty(), "{} to mend:\n{}", broken.len(), broken.join("\n"));
}

#[test]
fn no_rule_is_named_in_the_source() {
    let ids: BTreeSet<String> = rules().map(|(id, _)| id).collect();
    let mut broken = Vec::new();
    for source in SOURCES.iter() {
        for literal in &source.literals {
            // The help of a command shows how it is typed.
            for id in ids.iter().filter(|id| literal.contains(id.as_str()) && !literal.contains("replylint explain")) {
                broken.push(format!("{}: {id} in {literal:?}", source.path));
            }
        }
    }
    none(broken);
}

#[test]
fn no_matched_phrase_stands_in_the_source() {
    // Shorter phrases are common words; the program's own messages may hold them.
    let is_telling = |phrase: &&str| {
        phrase.split(' ').count() >= 3 && phrase.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '\''))
    };
    let phrases: BTreeSet<String> = all_phrases()
        .into_iter()
        .flat_map(|(_, phrases)| plain(phrases).filter(is_telling).map(str::to_lowercase).collect::<Vec<_>>())
        .collect();
    assert!(phrases.len() > 100, "only {} phrases to look for", phrases.len());
    let spaced = |text: &str| {
        let words: String =
            text.to_lowercase().chars().map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' }).collect();
        format!(" {} ", words.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let mut broken = Vec::new();
    for source in SOURCES.iter() {
        for literal in &source.literals {
            let text = spaced(literal);
            for phrase in phrases.iter().filter(|phrase| text.contains(&format!(" {phrase} "))) {
                broken.push(format!("{}: “{phrase}” in {literal:?}", source.path));
            }
        }
    }
    none(broken);
}

#[test]
fn ids_are_unique() {
    let mut seen = BTreeSet::new();
    none(rules().map(|(id, _)| id).filter(|id| !seen.insert(id.clone())).collect());
}

#[test]
fn every_rule_is_documented_and_tested() {
    let mut broken = Vec::new();
    for (id, rule) in rules() {
        let mut want = |fine: bool, what: &str| {
            if !fine {
                broken.push(format!("{id} {what}"));
            }
        };
        // A count or an order has no words to replace; its message says what to do behind a semicolon.
        let says_what_to_do = (rule.limit.is_some() || rule.order.is_some()) && rule.message.contains(';');
        want(!rule.why.trim().is_empty(), "has no `why`");
        want(!rule.source.trim().is_empty(), "has no `source`");
        want(!rule.instead.is_empty() || says_what_to_do, "has no `instead`");
        want(rule.examples.flag.len() >= 3, "has fewer than 3 `flag` examples");
        want(rule.examples.pass.len() >= 3, "has fewer than 3 `pass` examples");
    }
    none(broken);
}

#[test]
fn every_set_says_what_it_is_about() {
    let says = |set: &SetFile| !set.declaration.about.trim().is_empty();
    let is_said = |set: &SetFile| SETS.iter().any(|file| file.declaration.set == set.declaration.set && says(file));
    none(SETS.iter().filter(|set| !is_said(set)).map(|set| set.path().to_owned()).collect());
}

#[test]
fn messages_read_alike() {
    let mut broken = Vec::new();
    for (id, rule) in rules() {
        let message = rule.message.trim();
        let first = message.chars().next().unwrap_or('.');
        if !(first.is_lowercase() || matches!(first, '{' | '“' | '"')) {
            broken.push(format!("{id} starts with a capital: {message}"));
        }
        if message.ends_with(['.', '!']) {
            broken.push(format!("{id} ends with a full stop: {message}"));
        }
        if message.contains('\n') {
            broken.push(format!("{id} has more than one line: {message}"));
        }
    }
    none(broken);
}

#[test]
fn every_list_is_used() {
    let names = |text: &str| -> Vec<String> {
        text.split('<')
            .skip(1)
            .filter_map(|rest| rest.split_once('>'))
            .map(|(name, _)| name.trim().to_owned())
            .collect()
    };
    let mut broken = Vec::new();
    for set in SETS.iter() {
        let own = format!("{}: ", set.declaration.set);
        let own_rule = format!("{}/", set.declaration.set);
        let used: BTreeSet<String> = all_phrases()
            .into_iter()
            .filter(|(place, _)| place.starts_with(&own) || place.starts_with(&own_rule))
            .flat_map(|(place, phrases)| {
                // A list that only names itself is not used.
                let itself = place.split('<').nth(1).map(|name| name.trim_end_matches('>').to_owned());
                plain(phrases).flat_map(names).filter(|name| itself.as_ref() != Some(name)).collect::<Vec<_>>()
            })
            .collect();
        let unused = set.declaration.phrases.0.iter().filter(|(name, _)| !used.contains(name));
        broken.extend(unused.map(|(name, _)| format!("{}: nothing uses <{name}>", set.path())));
    }
    none(broken);
}

#[test]
fn layers_look_down_only() {
    let forbidden: [(&str, &[&str]); 5] = [
        ("src/text/", &["rules", "lint", "report", "cli", "check", "config", "input", "discover"]),
        ("src/rules/", &["report", "cli", "check", "input", "discover", "config", "lint"]),
        ("src/lint/", &["report", "cli", "check", "input", "discover", "config"]),
        ("src/input/", &["report", "cli", "check", "lint", "rules", "discover", "config"]),
        ("src/report/", &["cli", "discover", "input"]),
    ];
    let mut broken = Vec::new();
    for source in SOURCES.iter() {
        for (_, layers) in forbidden.iter().filter(|(layer, _)| source.path.starts_with(layer)) {
            for layer in *layers {
                // The examples of rules are run by the linter.
                let is_runner = source.path == "src/rules/examples.rs" && *layer == "lint";
                if !is_runner && source.code.contains(&format!("crate::{layer}::")) {
                    broken.push(format!("{} uses crate::{layer}", source.path));
                }
            }
        }
    }
    none(broken);
}

#[test]
fn only_the_command_layer_prints() {
    let mut broken = Vec::new();
    for source in SOURCES.iter().filter(|s| !s.path.starts_with("src/cli/") && s.path != "src/main.rs") {
        for call in ["println!", "print!", "eprintln!", "eprint!", "dbg!", "io::stdout", "io::stderr", "process::exit"]
        {
            if source.code.contains(call) {
                broken.push(format!("{} has {call}", source.path));
            }
        }
    }
    none(broken);
}

#[test]
fn no_file_is_too_long() {
    none(SOURCES.iter().filter(|s| s.lines > 600).map(|s| format!("{} has {} lines", s.path, s.lines)).collect());
}

#[test]
fn a_new_rule_touches_one_yaml_file() {
    // Every file under rules/ is in the binary, without a list of them anywhere.
    let written: BTreeSet<String> =
        files("rules/en", "yml").into_iter().filter(|path| !path.ends_with("/language.yml")).collect();
    let built_in: BTreeSet<String> = SETS.iter().map(|set| set.path().to_owned()).collect();
    assert_eq!(written, built_in);
    let named = SOURCES
        .iter()
        .flat_map(|s| s.literals.iter().filter(|l| l.contains("rules/en/")).map(|l| format!("{}: {l}", s.path)));
    none(named.collect());
}

#[test]
fn a_new_format_touches_one_file_and_one_enum() {
    let mut broken = Vec::new();
    for (layer, shared) in [("src/report/", &["summary", "common"][..]), ("src/input/", &["common"])] {
        let list = &SOURCES.iter().find(|s| s.path == format!("{layer}mod.rs")).unwrap().code;
        for source in SOURCES.iter().filter(|s| s.path.starts_with(layer) && !s.path.ends_with("/mod.rs")) {
            // `markdown/blocks.rs` is a part of `markdown.rs`.
            let module = source.path.trim_start_matches(layer).trim_end_matches(".rs").split('/').next().unwrap_or("");
            if shared.contains(&module) {
                continue;
            }
            if !["=> ", "=> (", "=> Box::new("].iter().any(|arm| list.contains(&format!("{arm}{module}::"))) {
                broken.push(format!("{}: no format of {layer}mod.rs is written or read by it", source.path));
            }
        }
    }
    // Elsewhere a format is passed on, never told apart from all the others.
    for source in SOURCES.iter().filter(|s| !matches!(s.path.as_str(), "src/report/mod.rs" | "src/input/mod.rs")) {
        for variant in ["Format::Concise", "Format::Json", "Kind::JsonLines"] {
            if source.code.contains(variant) {
                broken.push(format!("{} names {variant}", source.path));
            }
        }
    }
    none(broken);
}

#[test]
fn every_principle_is_kept_or_says_why_not() {
    let declared: PrinciplesDecl = serde_yaml::from_str(&read("rules/principles.yml")).unwrap();
    let advice = SETS.iter().flat_map(|set| &set.declaration.coach).map(|c| (format!("coach: {}", c.say), &c.source));
    let sources: Vec<(String, &String)> = rules().map(|(id, rule)| (id, &rule.source)).chain(advice).collect();
    let mut broken = Vec::new();
    for (of, source) in &sources {
        if !declared.principles.iter().any(|principle| principle.is_named_by(source)) {
            broken.push(format!("{of} names no principle of rules/principles.yml: {source}"));
        }
    }
    for principle in &declared.principles {
        let kept = sources.iter().any(|(_, source)| principle.is_named_by(source));
        if kept == principle.reason.is_some() {
            broken.push(format!("`{}` needs either a rule or line of the coach, or a reason", principle.name));
        }
    }
    none(broken);
}

#[test]
fn profiles_name_rules_that_exist() {
    let ids: BTreeSet<String> = rules().map(|(id, _)| id).collect();
    let known = |name: &str| ids.contains(name) || ids.iter().any(|id| id.split('/').next() == Some(name));
    let mut broken = Vec::new();
    for (profile, settings) in replylint::config::profiles().unwrap() {
        let named = settings.only.iter().chain(settings.severity.0.iter().map(|(name, _)| name));
        broken.extend(named.filter(|name| !known(name)).map(|name| format!("profile {profile} names {name}")));
    }
    none(broken);
}
