//! `answer:` what the customer asked is taken up.

use super::finding::{Evidence, Finding};
use super::signals::Speaker;
use super::{Context, one_line};
use crate::rules::book::Subject;
use crate::text::{Kind, Shape, View};

/// Shortest word that says what a question is about, in characters.
const CONTENT_WORD_MIN: usize = 4;
/// Fewest such words in a question that can be judged.
const CONTENT_WORDS_MIN: usize = 2;

/// Reported at the start of the reply, with the question that seems open, if no word of a question comes back.
pub(super) fn questions(context: &Context<'_>, rule: usize) -> Option<Finding> {
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
            let question = one_line(customer.words(start, end));
            let mut finding = context.finding_that_says(rule, (from, to), &[("question", &question)]);
            finding.evidence =
                vec![Evidence { signal: "question".into(), from: Speaker::Customer, text: question, span: None }];
            return Some(finding);
        }
    }
    None
}

/// Fewest words of substance in a message that can be judged by its words.
const MESSAGE_WORDS_MIN: usize = 5;

/// Reported at the start of the reply if no word of the customer's message comes back.
pub(super) fn words(context: &Context<'_>, rule: usize) -> Option<Finding> {
    let customer = context.customer?;
    let about = content_words(customer, 0, customer.tokens.len(), context);
    let answers = content_words(context.view, 0, context.view.tokens.len(), context);
    let echoes = about.iter().any(|word| answers.iter().any(|answer| is_same_stem(word, answer)));
    let (start, end) = context.opening();
    (about.len() >= MESSAGE_WORDS_MIN && !echoes).then(|| context.finding(rule, start, end))
}

/// Longest name that a customer signs with, in words.
const NAME_WORDS_MAX: usize = 3;
/// Longest greeting with a name, in words.
const GREETING_WORDS_MAX: usize = 5;

/// Reported on the name in the greeting, if the customer signed with another one.
pub(super) fn name(context: &Context<'_>, rule: usize) -> Option<Finding> {
    let signed = signature(context.customer?)?;
    let greeting = context.view.sentences.first()?;
    let tokens = &context.view.tokens[greeting.start as usize..greeting.end as usize];
    // The words up to the first mark: "Dear Ms Novak". More of them are a sentence, not a greeting.
    let opening = tokens.iter().take_while(|t| t.kind == Kind::Word).count();
    if !(2..=GREETING_WORDS_MAX).contains(&opening) || tokens.get(opening).is_some_and(|t| t.kind.is_wordlike()) {
        return None;
    }
    // Words that phrases name ("Sir", "Team") are no names.
    let is_name = |at: &usize| tokens[*at].shape.has(Shape::CAPITALISED) && tokens[*at].word == 0;
    let named: Vec<usize> = (1..opening).filter(is_name).map(|at| greeting.start as usize + at).collect();
    let (first, last) = (*named.first()?, *named.last()?);
    let same = |at: &usize| signed.contains(&folded(context.view.words(*at, *at + 1)));
    if named.iter().any(same) {
        return None;
    }
    let mut finding = context.finding(rule, first, last + 1);
    finding.evidence =
        vec![Evidence { signal: "name".into(), from: Speaker::Customer, text: signed.join(" "), span: None }];
    Some(finding)
}

/// The name in the customer's last line ("Bram", "Kind regards, Bram"), if it can be nothing else: one to three words in
/// capitals that no phrase names.
fn signature(customer: &View) -> Option<Vec<String>> {
    let last = customer.sentences.last()?;
    let line = last.start as usize..last.end as usize;
    let alone = customer.sentences.len() > 1 && customer.sentences[customer.sentences.len() - 2].line < last.line;
    let start = line.clone().rev().find(|at| customer.tokens[*at].kind == Kind::Comma).map_or(line.start, |at| at + 1);
    let name = start..line.end;
    let is_name = |at: usize| {
        let token = &customer.tokens[at];
        token.kind == Kind::Word && token.shape.has(Shape::CAPITALISED) && token.word == 0
    };
    let short = (1..=NAME_WORDS_MAX).contains(&name.len()) && start <= line.start + NAME_WORDS_MAX;
    (alone && short && name.clone().all(is_name)).then(|| name.map(|at| folded(customer.words(at, at + 1))).collect())
}

/// A name without case and accents.
fn folded(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    name.nfd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn content_words(view: &View, start: usize, end: usize, context: &Context<'_>) -> Vec<String> {
    view.tokens[start..end]
        .iter()
        .enumerate()
        .filter(|(_, t)| matches!(t.kind, Kind::Word | Kind::Number))
        .map(|(index, _)| view.words(start + index, start + index + 1).to_lowercase())
        .filter(|word| {
            word.chars().count() >= CONTENT_WORD_MIN && !context.book.language.common_words.contains(word.as_str())
        })
        .collect()
}

/// Words that begin alike are the same word in another form: "shipping" and "shipped".
fn is_same_stem(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let longest = a.chars().count().max(b.chars().count());
    shared >= CONTENT_WORD_MIN && shared + 3 >= longest
}
