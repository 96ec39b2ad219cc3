//! `answer:` what the customer asked is taken up.

use super::finding::{Evidence, Finding};
use super::signals::Speaker;
use super::{Context, one_line};
use crate::rules::book::Subject;
use crate::text::{Kind, View};

/// Shortest word that says what a question is about, in characters.
const CONTENT_WORD_MIN: usize = 4;
/// Fewest such words in a question that can be judged.
const CONTENT_WORDS_MIN: usize = 2;

/// Reported at the start of the reply, with the question that seems open, if no word of a question comes back.
pub(super) fn check(context: &Context<'_>, rule: usize) -> Option<Finding> {
    let customer = context.customer?;
    let answers: Vec<String> = content_words(context.view, 0, context.view.tokens.len(), context);
    for sentence in &customer.sentences {
        let (start, end) = (sentence.start as usize, sentence.end as usize);
        let asks = customer.tokens[start..end].iter().any(|t| t.kind == Kind::Question);
        if !asks || context.signals.in_customer.silence(Subject::Rule(rule), customer, start, end) {
            continue;
        }
        let about = content_words(customer, start, end, context);
        if about.len() >= CONTENT_WORDS_MIN
            && !about.iter().any(|word| answers.iter().any(|answer| is_same_stem(word, answer)))
        {
            let (from, to) = context.opening();
            let mut finding = context.finding(rule, from, to);
            let question = one_line(customer.words(start, end));
            finding.message = finding.message.replace("{question}", &question);
            finding.evidence =
                vec![Evidence { signal: "question".to_owned(), from: Speaker::Customer, text: question, span: None }];
            return Some(finding);
        }
    }
    None
}

fn content_words(view: &View, start: usize, end: usize, context: &Context<'_>) -> Vec<String> {
    view.tokens[start..end]
        .iter()
        .enumerate()
        .filter(|(_, t)| matches!(t.kind, Kind::Word | Kind::Number))
        .map(|(index, _)| view.words(start + index, start + index + 1).to_lowercase())
        .filter(|word| word.chars().count() >= CONTENT_WORD_MIN && !context.book.language.common_words.contains(word))
        .collect()
}

/// Words that begin alike are the same word in another form: "shipping" and "shipped".
fn is_same_stem(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let longest = a.chars().count().max(b.chars().count());
    shared >= CONTENT_WORD_MIN && shared + 3 >= longest
}
