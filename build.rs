//! Puts the rule files into the binary three times: as they are (for `explain` and `test`), as JSON without documentation
//! (to be compiled together with a team's own rules), and as a compiled rule book, which a check reads in a millisecond.
//!
//! The compiler is the program's own: the same source files are part of this script.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

#[allow(dead_code, unused_imports, unreachable_pub, unfulfilled_lint_expectations)]
#[path = "src/problem.rs"]
mod problem;

#[allow(dead_code, unused_imports, unreachable_pub, unfulfilled_lint_expectations)]
#[path = "src/table.rs"]
mod table;
#[allow(dead_code, unused_imports, unreachable_pub, unfulfilled_lint_expectations)]
#[path = "src/wording.rs"]
mod wording;

#[allow(dead_code, unused_imports, unreachable_pub, unfulfilled_lint_expectations)]
#[path = "src/text"]
mod text {
    mod language;
    mod span;
    mod token;
    mod vocabulary;
    mod words;

    pub use language::Language;
    pub use span::{LineIndex, Position, Span};
    pub use token::{Kind, Shape, Token};
    pub use vocabulary::Vocabulary;
    pub(crate) use vocabulary::split_words;
    pub(crate) use words::is_symbol;
}

#[allow(dead_code, unused_imports, unreachable_pub, unfulfilled_lint_expectations)]
#[path = "src/rules"]
mod rules {
    mod anchor;
    pub mod book;
    mod choices;
    mod code;
    mod compile;
    pub mod declaration;
    mod edges;
    mod fields;
    mod filter;
    mod index;
    pub mod language_file;
    mod lazy_regex;
    mod locate;
    mod needs;
    mod pattern;
    mod phrase;
    mod program;
    mod reading;
    mod rewording;
    pub mod set_file;
    mod sketch;

    pub use book::RuleBook;
}

use rules::RuleBook;
use rules::declaration::LanguageDecl;
use rules::language_file::{is_language_file, parse_language};
use rules::set_file::{Origin, SetFile, parse};

fn main() {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/rules");
    println!("cargo::rerun-if-changed=src/text");
    println!("cargo::rerun-if-changed=src/problem.rs");
    println!("cargo::rerun-if-changed=src/table.rs");
    println!("cargo::rerun-if-changed=src/wording.rs");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    let mut files = Vec::new();
    collect(&root.join("rules"), &mut files);
    files.sort();
    let mut yaml = String::from("static BUILT_IN_YAML: &[(&str, &str)] = &[\n");
    let mut json = String::from("static BUILT_IN_JSON: &[(&str, &str)] = &[\n");
    // Files beside the languages' folders hold for all of them.
    let mut shared_files = String::new();
    let mut languages: Vec<(String, LanguageDecl, Vec<SetFile>)> = Vec::new();
    for file in files {
        let name = file.strip_prefix(&root).expect("files are under the root").to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{name}: {e}"));
        let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let bare = serde_json::to_string(&without_documentation(value)).unwrap_or_else(|e| panic!("{name}: {e}"));
        if let Some(shared) = name.strip_prefix("rules/").filter(|rest| !rest.contains('/')) {
            let constant = shared.trim_end_matches(".yml").to_uppercase();
            writeln!(shared_files, "static BUILT_IN_{constant}: &str = {bare:?};").expect("strings take text");
            continue;
        }
        writeln!(yaml, "({name:?}, include_str!({:?})),", file.display().to_string()).expect("strings take text");
        writeln!(json, "({name:?}, {bare:?}),").expect("strings take text");
        let language = name.split('/').nth(1).unwrap_or("").to_owned();
        if languages.last().is_none_or(|(known, ..)| *known != language) {
            languages.push((language, LanguageDecl::default(), Vec::new()));
        }
        let (_, forms, sets) = languages.last_mut().expect("one was pushed");
        if is_language_file(&name) {
            *forms = parse_language(&name, &text).unwrap_or_else(|problems| panic!("{problems:?}"));
        } else {
            let declaration = parse(&name, &text).unwrap_or_else(|problem| panic!("{problem}"));
            sets.push(SetFile { origin: Origin::BuiltIn(Cow::Owned(name)), text: Cow::Owned(text), declaration });
        }
    }
    let mut books = String::from("static BUILT_IN_BOOKS: &[(&str, &[u8])] = &[\n");
    for (language, forms, sets) in &languages {
        let book = RuleBook::compile(forms, sets).unwrap_or_else(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        });
        let file = out.join(format!("{language}.book"));
        std::fs::write(&file, postcard::to_stdvec(&book).expect("a book can be written"))
            .expect("OUT_DIR can be written");
        writeln!(books, "({language:?}, include_bytes!({:?})),", file.display().to_string())
            .expect("strings take text");
    }
    let parts = [yaml, json, books].map(|part| part + "];\n");
    std::fs::write(out.join("built_in.rs"), parts.concat() + &shared_files).expect("OUT_DIR can be written");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("rules/ is part of the package").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "yml") {
            files.push(path);
        }
    }
}

/// What a check needs: everything but the documentation of the set, its rules and its signals.
fn without_documentation(mut set: serde_yaml::Value) -> serde_yaml::Value {
    use serde_yaml::Value;
    const DOCUMENTATION: [&str; 4] = ["about", "why", "source", "examples"];
    let strip = |value: &mut Value| {
        if let Value::Mapping(map) = value {
            map.retain(|key, _| !key.as_str().is_some_and(|k| DOCUMENTATION.contains(&k)));
        }
    };
    strip(&mut set);
    if let Some(Value::Sequence(rules)) = set.get_mut("rules") {
        rules.iter_mut().for_each(strip);
    }
    if let Some(Value::Mapping(signals)) = set.get_mut("signals") {
        signals.iter_mut().for_each(|(_, signal)| strip(signal));
    }
    set
}
