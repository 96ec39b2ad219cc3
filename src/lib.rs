//! replylint checks the tone of customer-support replies: YAML rule sets in, annotated suggestions out.
//!
//! The program is `replylint` (see the README). The library is what it is made of, one direction, no global state:
//!
//! 1. [`config::Settings`] say which rules are wanted; [`check::rule_book`] reads and checks them.
//! 2. [`lint::Linter`] turns a reply into an [`lint::Outcome`]: findings, each with its words, its reason and what to
//!    write instead. It reads no file and prints nothing.
//! 3. [`check::check_files`] does that for files found by [`discover::discover`], and [`report::write`] writes the
//!    [`check::Report`] in any of the formats.
//! 4. [`fix::fix_text`] applies the edits that rules offer, and [`fix::write`] puts the text into its file.
//!
//! # Checking one reply
//!
//! ```
//! use replylint::check::rule_book;
//! use replylint::config::Settings;
//! use replylint::lint::Linter;
//! use replylint::text::{Format, LineIndex};
//!
//! let settings = Settings { language: "en".to_owned(), ..Settings::default() };
//! let book = match rule_book(&settings) {
//!     Ok(book) => book,
//!     Err(problems) => panic!("{}", problems[0]), // each has its file, its place and a way out
//! };
//! let linter = Linter::new(&book, &[]);
//!
//! let reply = "Hi Ana,\n\nYou failed to attach the invoice.";
//! let outcome = linter.lint(reply, Format::Text, None);
//! let lines = LineIndex::new(reply);
//! for finding in &outcome.findings {
//!     let at = lines.position(finding.span.start);
//!     println!("{}:{} {}[{}] {}", at.line, at.column, finding.severity, finding.rule, finding.message);
//! }
//!
//! let blame = &outcome.findings[0];
//! assert!(blame.rule.starts_with("blame/"));
//! assert_eq!(&reply[blame.span.start..blame.span.end], "You failed to");
//! assert!(!blame.instead.is_empty());
//!
//! // The customer's message makes rules speak that the reply alone does not.
//! let customer = "My parcel is two weeks late. Where is it?";
//! let outcome = linter.lint("Hi Ana,\n\nYour parcel is in Leeds.", Format::Text, Some(customer));
//! assert!(outcome.findings.iter().any(|finding| finding.rule == "apology/missing"));
//! ```

pub mod baseline;
pub mod check;
pub mod cli;
pub mod config;
pub mod discover;
pub mod fix;
pub mod globs;
mod in_order;
pub mod input;
pub mod lint;
pub mod linters;
#[cfg(feature = "lsp")]
pub mod lsp;
pub mod problem;
pub mod report;
pub mod rules;
pub mod stream;
mod table;
pub mod text;
mod whole;
pub mod wording;

#[cfg(test)]
mod schema;
