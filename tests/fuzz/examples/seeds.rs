//! Writes a first corpus for every target: the shipped examples, the rules and their examples, each behind the byte that
//! chooses what it is taken for. `cargo run --example seeds -- CORPUS`, from this directory.

use replylint::check::documented_book;
use replylint::rules::declaration::{ExampleDecl, PhraseDecl};
use replylint_fuzz::{SETTINGS, laws};
use std::fs;
use std::path::{Path, PathBuf};

/// The most that is taken of one file, in bytes: short inputs are tried more often.
const MOST: usize = 4_000;

struct Corpus {
    directory: PathBuf,
    written: usize,
}

impl Corpus {
    fn add(&mut self, target: &str, choice: usize, text: &str) {
        let mut end = text.len().min(MOST);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let directory = self.directory.join(target);
        fs::create_dir_all(&directory).expect("a directory");
        let bytes = [&[choice as u8], &text.as_bytes()[..end]].concat();
        fs::write(directory.join(format!("seed-{:05}", self.written)), bytes).expect("a file");
        self.written += 1;
    }

    /// A draft of that kind, for every target that takes drafts.
    fn draft(&mut self, kind: usize, text: &str) {
        for target in ["input", "silence", "fix", "check"] {
            self.add(target, kind, text);
        }
        self.add("view", kind, text);
    }
}

fn files(directory: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

fn main() {
    let directory = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "corpus".to_owned()));
    let mut corpus = Corpus { directory, written: 0 };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut drafts, mut rules) = (Vec::new(), Vec::new());
    files(&root.join("examples"), &mut drafts);
    for path in drafts {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let kind = replylint::input::Kind::detect(&path, &text);
        let number = laws::FILES.iter().position(|(other, _)| *other == kind).unwrap_or(0);
        corpus.draft(number, &text);
    }
    files(&root.join("rules"), &mut rules);
    for path in rules.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yml")) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        corpus.add("rules", if path.ends_with("language.yml") { 0 } else { 2 }, &text);
    }
    for config in [
        "language: en\nseverity: {blame: error}\nallow: [sorry]\nfail-on: error\n",
        "extends: [formal]\noverrides:\n  - files: 'a/*.md'\n    ignore: [blame]\n",
        "inputs:\n  - files: '**/*.json'\n    reply: macros[].body\n    title: macros[].title\nexclude: [b]\ninclude: [c]\n",
    ] {
        corpus.add("rules", 1, config);
    }
    let (_, sets) = documented_book(&SETTINGS, true).unwrap_or_else(|problems| panic!("{problems:?}"));
    for set in &sets {
        for rule in &set.declaration.rules {
            let examples: Vec<&ExampleDecl> = rule.examples.flag.iter().chain(&rule.examples.pass).collect();
            let first = examples.first().map_or("", |example| example.text.as_str());
            for example in examples.iter().take(2) {
                corpus.add("view", 0, &example.text);
                let json = serde_json::json!({"id": 1, "reply": example.text, "customer": example.customer});
                corpus.draft(corpus.written % laws::FILES.len(), &example.text);
                corpus.draft(2, &format!("{json}\n{json}\n"));
            }
            let name = format!("{}/{}", set.declaration.set, rule.id);
            let body = first.replace('\n', "\n      ");
            for (kind, text) in [
                (1, format!("# A\n\n<!-- replylint: ignore {name} -- as agreed -->\n{first}\n\n# B\n\n{first}\n")),
                (1, format!("---\nignore: {{{name}: as agreed}}\nsituation: delay\n---\n{first}\n")),
                (
                    4,
                    format!("a:\n  # replylint: ignore {name} -- as agreed\n  - title: t\n    body: |\n      {body}\n"),
                ),
                (6, format!("<p>{first}</p>{{# replylint: ignore-file {name} -- as agreed #}}")),
            ] {
                corpus.add("silence", kind, &text);
                corpus.add("fix", kind, &text);
            }
            let phrases = rule.avoid.iter().flat_map(|phrases| &phrases.0);
            for phrase in phrases.take(3) {
                let (choice, words) = match phrase {
                    PhraseDecl::Plain(text) => (0, text),
                    PhraseDecl::Pattern { text: Some(text), .. } => (1, text),
                    PhraseDecl::Pattern { re: Some(text), .. } => (2, text),
                    PhraseDecl::Pattern { .. } => continue,
                };
                corpus.add("phrase", choice, &format!("{words}\nown list\n{first}"));
            }
        }
    }
    for (kind, text) in [
        (
            3,
            r#"{"macros": [{"title": "Late", "body": "Sorry!!! It\u2019s <b>late</b>."}], "responses": {"utter_a": [{"text": "Calm down"}]}}"#,
        ),
        (
            4,
            "version: '3.1'\nresponses:\n  utter_late:\n  - text: >-\n      You failed to\n      attach it!!\n  - text: \"It\\u2019s \\\"late\\\"\"\n",
        ),
        (5, "title,body,customer\nLate,\"Hi \"\"Ana\"\",\nit is late!!\",Where?\nLost;It is lost,\n"),
        (
            6,
            "<!DOCTYPE html><html><head><style>p{}</style></head><body><p>You failed&nbsp;to attach it!!</p>{% if a %}<br>{{ name }}{% endif %}</body></html>",
        ),
        (
            7,
            "From: a@a.example\r\nTo: b@b.example\r\nSubject: Re: Late\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nYou failed to attach it=21=21\r\n> Where is it?\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+SGk8L3A+\r\n--x--\r\n",
        ),
        (
            7,
            "From a@a.example Mon Jan  1 00:00:00 2024\nSubject: A\n\nYou failed to attach it.\n\nFrom b@b.example Mon Jan  1 00:00:00 2024\nSubject: B\n\nCalm down!!\n",
        ),
        (8, "late;Late parcel;You failed to attach it!!\nlost;Lost;It is lost.\\nBye\n"),
        (0, "=== Late ===\nYou failed to attach it.\n=== Lost ===\nIt is lost!!\n"),
    ] {
        corpus.draft(kind, text);
    }
    println!("{} seeds in {}", corpus.written, corpus.directory.display());
}
