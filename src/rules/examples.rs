//! Running the examples of rules and signals: each as written and in every dress a draft may wear.

use super::declaration::ExampleDecl;
use super::locate::{Step, locate};
use super::{Check, RuleBook, SetFile};
use crate::lint::{Linter, silence};
use crate::text::{Aside, Format, Position};

/// A way to rewrite a text without changing what it says.
pub type Dress = fn(&str) -> String;

/// The dresses an example is tried in, by name.
pub const VARIANTS: [(&str, Dress); 5] = [
    ("as written", str::to_owned),
    ("re-wrapped at 40 columns", rewrap),
    ("with curly quotes", curl),
    ("with CRLF line ends", crlf),
    ("with no-break spaces", no_break),
];

/// What an example expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expects {
    Finding,
    Silence,
}

/// How an example failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// Nothing was found where something should be.
    Missed,
    /// Something was found where nothing should be.
    Noisy,
    /// The wrong words were marked.
    WrongPlace,
}

impl Failing {
    /// How it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::Noisy => "noisy",
            Self::WrongPlace => "wrong place",
        }
    }
}

/// One example that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The rule, or the signal as `signal <name>`.
    pub of: String,
    /// How.
    pub failing: Failing,
    /// In which dress.
    pub variant: &'static str,
    /// The example, as written in the file.
    pub text: String,
    /// The words that should have been marked.
    pub expected: Option<String>,
    /// The words that were.
    pub found: Vec<String>,
    /// The rule file.
    pub path: String,
    /// The example's place in it.
    pub position: Option<Position>,
}

/// One example to run.
#[derive(Clone, Debug)]
pub struct Example<'a> {
    /// The rule's index in the book, or the signal's.
    subject: Subject,
    /// As in [`Failure::of`].
    pub of: String,
    declared: &'a ExampleDecl,
    expects: Expects,
    file: &'a SetFile,
    path: Vec<Step>,
}

#[derive(Clone, Copy, Debug)]
enum Subject {
    Rule(usize),
    Signal(usize),
}

/// All examples of `sets`, in order. `book` must hold every rule of the sets.
pub fn collect<'a>(book: &RuleBook, sets: &'a [SetFile]) -> Vec<Example<'a>> {
    let key = |name: &str| Step::Key(name.to_owned());
    let mut out = Vec::new();
    let mut add =
        |subject, of: &str, file: &'a SetFile, path: &[Step], name: &str, list: &'a [ExampleDecl], expects| {
            for (index, declared) in list.iter().enumerate() {
                let mut path = path.to_vec();
                path.extend([key("examples"), key(name), Step::Item(index)]);
                out.push(Example { subject, of: of.to_owned(), declared, expects, file, path });
            }
        };
    for file in sets {
        for (name, signal) in &file.declaration.signals.0 {
            let Some(number) = book.signal(name) else {
                continue;
            };
            let (path, of) = ([key("signals"), key(name)], format!("signal {name}"));
            let subject = Subject::Signal(number);
            add(subject, &of, file, &path, "found", &signal.examples.found, Expects::Finding);
            add(subject, &of, file, &path, "absent", &signal.examples.absent, Expects::Silence);
        }
        for (index, rule) in file.declaration.rules.iter().enumerate() {
            let id = format!("{}/{}", file.declaration.set, rule.id);
            let Some(number) = book.rules.iter().position(|r| r.id == id) else {
                continue;
            };
            let path = [key("rules"), Step::Item(index)];
            let subject = Subject::Rule(number);
            add(subject, &id, file, &path, "flag", &rule.examples.flag, Expects::Finding);
            add(subject, &id, file, &path, "pass", &rule.examples.pass, Expects::Silence);
        }
    }
    out
}

impl Example<'_> {
    /// Runs the example in every dress; the first failure, if any.
    pub fn run(&self, book: &RuleBook) -> Option<Failure> {
        VARIANTS.iter().find_map(|(name, dress)| self.run_variant(book, name, *dress))
    }

    fn run_variant(&self, book: &RuleBook, variant: &'static str, dress: Dress) -> Option<Failure> {
        let text = dress(&self.declared.text);
        let customer = self.declared.customer.as_deref();
        let found: Vec<String> = match self.subject {
            Subject::Rule(rule) if matches!(book.rules[rule].check, Check::Ignored(_)) => {
                let found = silence::in_example(book, rule, &text, &Aside::comments(&text));
                found.iter().map(|f| text[f.span.start..f.span.end].to_owned()).collect()
            }
            Subject::Rule(rule) => {
                let outcome = Linter::new(book, &[]).only(rule).lint(&text, Format::Text, customer);
                outcome.findings.iter().map(|f| text[f.span.start..f.span.end].to_owned()).collect()
            }
            Subject::Signal(signal) => {
                let outcome = Linter::new(book, &[]).lint(&text, Format::Text, customer);
                if outcome.signals.get(signal).copied().unwrap_or(false) { vec![String::new()] } else { Vec::new() }
            }
        };
        let at = self.declared.at.as_deref();
        let failing = match self.expects {
            Expects::Finding if found.is_empty() => Failing::Missed,
            Expects::Silence if !found.is_empty() => Failing::Noisy,
            Expects::Finding if at.is_some_and(|at| !found.iter().any(|f| plain(f) == plain(at))) => {
                Failing::WrongPlace
            }
            _ => return None,
        };
        Some(Failure {
            of: self.of.clone(),
            failing,
            variant,
            text: self.declared.text.clone(),
            expected: self.declared.at.clone(),
            found: found.into_iter().filter(|f| !f.is_empty()).collect(),
            path: self.file.path().to_owned(),
            position: locate(self.file.yaml(), &self.path),
        })
    }
}

/// Letters only as far as two spellings of the same words differ.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if matches!(c, '’' | '‘') { '\'' } else { c })
        .filter(|c| !matches!(c, '"' | '“' | '”'))
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rewrap(text: &str) -> String {
    let wrap = |line: &str| {
        let mut out = String::new();
        let mut column = 0;
        for word in line.split(' ') {
            let width = word.chars().count();
            if column > 0 && column + 1 + width > 40 {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += width;
        }
        out
    };
    text.lines().map(wrap).collect::<Vec<_>>().join("\n")
}

fn curl(text: &str) -> String {
    let mut open = true;
    text.chars()
        .map(|c| match c {
            '\'' => '’',
            '"' => {
                open = !open;
                if open { '”' } else { '“' }
            }
            c => c,
        })
        .collect()
}

fn crlf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', "\r\n")
}

fn no_break(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}
