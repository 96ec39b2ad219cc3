//! Replies and rules made from a seed. The words of the replies are those of support: plain sentences with many fillings,
//! and sentences from the examples of the built-in rules.

#![allow(dead_code, reason = "each bench uses some of it")]

use replylint::rules::declaration::{LanguageDecl, PhraseDecl};
use replylint::rules::{RuleBook, SetFile, built_in_sets, parse_set};
use std::collections::BTreeMap;

/// Words of a reply.
const WORDS: usize = 100;

/// One reply in so many holds a sentence that a rule reports.
const FLAGGED_EVERY: u64 = 3;

/// Numbers that look random and are the same on every machine (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit.max(1)
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize].clone()
    }
}

const NAMES: [&str; 24] = [
    "Ana", "Leo", "Mia", "Noah", "Zoë", "Priya", "Omar", "Lucía", "Wei", "Sven", "Fatima", "Jonas", "Chloe", "Ravi",
    "Elena", "Tom", "Aisha", "Marek", "Ines", "Kofi", "Hana", "Piotr", "Grace", "Yusuf",
];
const THINGS: [&str; 32] = [
    "parcel",
    "order",
    "kettle",
    "desk lamp",
    "subscription",
    "invoice",
    "router",
    "jacket",
    "booking",
    "ticket",
    "meter reading",
    "statement",
    "card",
    "bike helmet",
    "coffee grinder",
    "account",
    "payment",
    "voucher",
    "charger",
    "garden chair",
    "season pass",
    "contract",
    "printer",
    "mattress",
    "delivery",
    "password",
    "tent",
    "policy",
    "blender",
    "membership",
    "hotel room",
    "prescription",
];
const PARTS: [&str; 24] = [
    "warehouse",
    "courier",
    "billing team",
    "settings page",
    "Export menu",
    "bank",
    "workshop",
    "supplier",
    "front desk",
    "app",
    "driver",
    "pharmacy",
    "depot",
    "mobile site",
    "sorting office",
    "second page",
    "label",
    "login screen",
    "statement",
    "calendar",
    "price list",
    "size chart",
    "help page",
    "returns desk",
];
const DAYS: [&str; 16] = [
    "Monday",
    "Tuesday morning",
    "Wednesday",
    "Thursday by noon",
    "Friday",
    "tomorrow",
    "4 March",
    "the end of the week",
    "the first of the month",
    "12 June",
    "this afternoon",
    "the 21st",
    "next Monday",
    "Saturday",
    "9 a.m.",
    "the weekend",
];
const VERBS: [&str; 24] = [
    "checked",
    "found",
    "reset",
    "packed",
    "refunded",
    "repaired",
    "traced",
    "corrected",
    "replaced",
    "tested",
    "weighed",
    "measured",
    "booked",
    "cancelled",
    "renewed",
    "sent",
    "moved",
    "labelled",
    "cleaned",
    "restored",
    "merged",
    "split",
    "scanned",
    "collected",
];
const SENTENCES: [&str; 40] = [
    "I have {v} your {t} and it is with the {p} now.",
    "The {p} tells me that the {t} left on {d}.",
    "Your {t} will be with you by {d}.",
    "Could you send me a photo of the {t} so that I can see which part it is?",
    "I've asked the {p} to look at it again on {d}.",
    "The {t} you describe is the older one, which was {v} last spring.",
    "Please open the {p}, choose the second tab and pick the {t} you want.",
    "A new {t} costs 24.50, and you can pay by card or by bank transfer.",
    "We {v} the {t} on {d}, so the amount of {n} goes back to your card in three days.",
    "If it has not arrived by {d}, reply here and I'll send another one.",
    "The number of your {t} is {n}; please keep it for the {p}.",
    "I'm sorry that the {t} was late.",
    "The fault was ours: the {p} had the wrong address for your {t}.",
    "You don't need to do anything about the {t}.",
    "Thanks for the photo of the {t}, it shows the crack well.",
    "The {p} opens at nine on {d} and closes at six.",
    "When you come to the {p}, bring the {t} and the receipt.",
    "Your {t} was {v} twice, and I have taken one of them off the {p}.",
    "It takes about ten minutes until the {p} shows the change.",
    "The size you asked for, 42, is back in stock from {d}.",
    "I have added a note for the {p}, so that nobody asks you again.",
    "Both the {t} and the {p} were {v} today.",
    "The email with the code sometimes lands in the spam folder; its subject is {n}.",
    "Turn the {t} round: the serial number stands under the lid.",
    "As it rained on {d}, the {p} had to wait for a dry hour.",
    "I can hold the {t} for you until {d}.",
    "There is a newer version of the app, which mends the {p}.",
    "Our {p} found a loose cable in the {t} and {v} it.",
    "For a {t} of that weight the {p} asks for a second pair of hands.",
    "The discount ends on {d}, and it counts for every {t} in your basket.",
    "We ship the {t} to Norway and Iceland too, at {n} a piece.",
    "What I see here is that the {t} was {v} on {d} at the {p}.",
    "I'll write to you again on {d}, as soon as the {p} has answered.",
    "Which of the two addresses should the {t} go to?",
    "The warranty for the {t} runs for two years from {d}.",
    "To change the {t}, sign in, go to the {p} and press Edit.",
    "The {p} keeps the {t} for seven days before it goes back.",
    "Nothing was charged for the {t}: the {n} you saw is a hold that lapses on {d}.",
    "I tried the {t} on my own phone, and the {p} came up at once.",
    "You can track the {t} at https://track.example/{n} from {d} on.",
];
const OPENINGS: [&str; 4] = ["Hi {c},", "Hello {c},", "Dear {c},", "Good morning {c},"];
const CLOSINGS: [&str; 4] = [
    "Kind regards,\n{c}",
    "Best wishes,\n{c}",
    "Thank you for your patience.\n{c}",
    "Let me know if anything else is left.\n\nBest,\n{c}",
];

/// Makes replies.
pub(crate) struct Replies {
    flagged: Vec<String>,
    passed: Vec<String>,
    /// The words of those that pass.
    words: Vec<String>,
}

impl Replies {
    pub(crate) fn new() -> Self {
        let (_, sets) = built_in_sets("en", true).unwrap_or_else(|problems| panic!("{}", problems[0]));
        let mut replies = Self { flagged: Vec::new(), passed: Vec::new(), words: Vec::new() };
        for rule in sets.iter().flat_map(|set| &set.declaration.rules).filter(|rule| rule.avoid.is_some()) {
            let short = |text: &&str| !text.contains('\n') && text.split(' ').count() <= 20;
            replies.flagged.extend(rule.examples.flag.iter().map(|e| e.text.as_str()).filter(short).map(str::to_owned));
            replies.passed.extend(rule.examples.pass.iter().map(|e| e.text.as_str()).filter(short).map(str::to_owned));
        }
        let words = replies.passed.iter().flat_map(|sentence| sentence.split(' '));
        replies.words =
            words.filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())).map(str::to_owned).collect();
        replies
    }

    /// Replies without end, the same for the same seed. They say much again: of the words of 10,000, seven tenths stand in
    /// sentences that were met before, with other names and things.
    pub(crate) fn from(&self, seed: u64) -> impl Iterator<Item = String> + '_ {
        let mut random = Random::new(seed);
        std::iter::repeat_with(move || self.reply(&mut random, |sentence, _| sentence))
    }

    /// The same, but nothing between the greeting and the closing is said twice, nor anything like it: each sentence ends
    /// with four words of others.
    pub(crate) fn distinct(&self, seed: u64) -> impl Iterator<Item = String> + '_ {
        let mut random = Random::new(seed);
        std::iter::repeat_with(move || {
            self.reply(&mut random, |mut sentence, random| {
                let end = sentence.trim_end_matches(['.', '?', '!']).len();
                let words = [(); 4].map(|()| random.pick(&self.words));
                sentence.insert_str(end, &format!(", {}", words.join(" ")));
                sentence
            })
        })
    }

    fn reply(&self, random: &mut Random, mut finish: impl FnMut(String, &mut Random) -> String) -> String {
        let mut reply = filled(random.pick(&OPENINGS), random);
        reply.push_str("\n\n");
        let mut flagged = random.below(FLAGGED_EVERY) == 0;
        let mut sentences = 0;
        while reply.split_whitespace().count() < WORDS - 6 {
            let sentence = match random.below(8) {
                0 | 1 => random.pick(&self.passed),
                2.. if flagged => {
                    flagged = false;
                    random.pick(&self.flagged)
                }
                _ => filled(random.pick(&SENTENCES), random),
            };
            reply.push_str(&finish(sentence, random));
            sentences += 1;
            reply.push_str(if sentences % 3 == 0 { "\n\n" } else { " " });
        }
        reply.truncate(reply.trim_end().len());
        reply.push_str("\n\n");
        reply.push_str(&filled(random.pick(&CLOSINGS), random));
        reply.push('\n');
        reply
    }
}

/// A sentence with its places filled.
fn filled(pattern: &str, random: &mut Random) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let number;
        out.push_str(match &rest[open..open + 3] {
            "{c}" => random.pick(&NAMES),
            "{t}" => random.pick(&THINGS),
            "{p}" => random.pick(&PARTS),
            "{d}" => random.pick(&DAYS),
            "{v}" => random.pick(&VERBS),
            _ => {
                number = (1000 + random.below(99_000)).to_string();
                &number
            }
        });
        rest = &rest[open + 3..];
    }
    out.push_str(rest);
    out
}

/// What generated phrases are made of.
struct Words {
    /// The words of the rules' examples, as often as they stand there: what glues a phrase together.
    any: Vec<String>,
    /// Each once, without those that stand in every text: what a phrase is about.
    telling: Vec<String>,
}

impl Words {
    fn new() -> Self {
        let replies = Replies::new();
        let texts = replies.flagged.iter().chain(&replies.passed);
        let words = texts.flat_map(|text| text.split(|c: char| !c.is_ascii_alphabetic()));
        let any: Vec<String> = words.filter(|word| word.len() > 1).map(str::to_lowercase).collect();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        any.iter().for_each(|word| *times.entry(word).or_default() += 1);
        let is_telling = |times: usize| times * FREQUENT < any.len();
        let telling =
            times.iter().filter(|(_, times)| is_telling(**times)).map(|(word, _)| (*word).to_owned()).collect();
        Self { any, telling }
    }
}

/// A word that is met more often than once in so many words says little.
const FREQUENT: usize = 1_000;

/// A book of generated rules alone: `number` of them, each with four phrases of two to five words, with choices, gaps and
/// words that may be left out, as people write them.
///
/// What makes them like real ones: nearly all of a large set is about what a given reply does not say. Every phrase holds two
/// words that tell something, so that it shares words with the replies and yet hardly ever stands in one. What is found comes
/// from a few phrases taken from the replies themselves: the r-th rule has one with the chance 1/r, as with words, of which
/// the r-th commonest is met 1/r as often as the commonest. So ten times more rules find a little more, not ten times more.
pub(crate) fn generated_book(number: usize) -> RuleBook {
    let (forms, _) = built_in_sets("en", false).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let words = Words::new();
    let mut random = Random::new(11);
    let mut sets = Vec::new();
    for (set, first) in (0..number).step_by(100).enumerate() {
        let mut yaml = format!("set: made-{set}\nrules:\n");
        for rule in first..number.min(first + 100) {
            yaml.push_str(&format!("  - id: rule-{rule}\n    severity: warning\n    avoid:\n"));
            let speaks = random.below(rule as u64 + 1) == 0;
            for index in 0..4 {
                let phrase = if speaks && index == 0 { said(&mut random) } else { phrase(&words, &mut random) };
                yaml.push_str(&format!("      - \"{phrase}\"\n"));
            }
            yaml.push_str("    message: \"“{match}” is made up\"\n    why: To measure.\n");
            yaml.push_str("    instead: [\"Something else.\"]\n");
        }
        let name = format!("made-{set}.yml");
        sets.push(parse_set(&name, &yaml).unwrap_or_else(|problem| panic!("{problem}")));
    }
    compiled(&forms, &sets)
}

fn compiled(forms: &LanguageDecl, sets: &[SetFile]) -> RuleBook {
    RuleBook::compile(forms, sets).unwrap_or_else(|problems| panic!("{}", problems[0]))
}

fn phrase(words: &Words, random: &mut Random) -> String {
    let (a, b, c) = (random.pick(&words.telling), random.pick(&words.telling), random.pick(&words.telling));
    let (x, y) = (random.pick(&words.any), random.pick(&words.any));
    match random.below(6) {
        0 => format!("{a} {b}"),
        1 => format!("{x} {a} {b}"),
        2 => format!("({a}|{b}) {x} {c}"),
        3 => format!("{a} .. ({b}|{c}|{x} {y})"),
        4 => format!("{x} ({a})? {b} {y} {c}"),
        _ => format!("({x} {a}|{b}) .. {y} {c}"),
    }
}

/// Three words side by side from a sentence of the replies.
fn said(random: &mut Random) -> String {
    loop {
        let sentence = random.pick(&SENTENCES);
        let words: Vec<&str> = sentence.split(' ').collect();
        let at = random.below(words.len() as u64 - 2) as usize;
        let words = &words[at..at + 3];
        if words.iter().all(|word| word.chars().all(|c| c.is_ascii_alphabetic())) {
            return words.join(" ").to_lowercase();
        }
    }
}

/// The built-in phrases that are plain words, for tools that search for literals.
pub(crate) fn plain_phrases() -> Vec<String> {
    let is_plain = |text: &String| text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '\''));
    phrases().into_iter().filter(is_plain).collect()
}

/// Plain words that the built-in phrases stand for, for the same tools: a few readings of each phrase, and none of those with
/// gaps, lists and marks.
pub(crate) fn readings() -> Vec<String> {
    let mut all: Vec<String> = phrases().iter().flat_map(|phrase| readings_of(phrase)).collect();
    all.sort();
    all.dedup();
    all
}

fn phrases() -> Vec<String> {
    let (_, sets) = built_in_sets("en", true).unwrap_or_else(|problems| panic!("{}", problems[0]));
    let phrases = sets.iter().flat_map(|set| &set.declaration.rules).filter_map(|rule| rule.avoid.as_ref());
    phrases
        .flat_map(|phrases| &phrases.0)
        .filter_map(|phrase| match phrase {
            PhraseDecl::Plain(text) => Some(text.clone()),
            PhraseDecl::Pattern { text, .. } => text.clone(),
        })
        .collect()
}

/// Readings that are taken of one phrase.
const READINGS: usize = 4;

fn readings_of(phrase: &str) -> Vec<String> {
    if phrase.contains(|c: char| !c.is_alphanumeric() && !matches!(c, ' ' | '\'' | '(' | ')' | '|' | '?')) {
        return Vec::new();
    }
    let mut rest = phrase;
    let whole = choices(&mut rest);
    let mut readings: Vec<String> =
        whole.iter().map(|words| words.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    readings.retain(|reading| !reading.is_empty());
    readings.truncate(READINGS);
    readings
}

/// The readings of what stands before the next `)` or the end.
fn choices(rest: &mut &str) -> Vec<String> {
    let (mut done, mut open) = (Vec::new(), vec![String::new()]);
    while let Some(c) = rest.chars().next() {
        *rest = &rest[c.len_utf8()..];
        match c {
            ')' => break,
            '|' => done.append(&mut std::mem::replace(&mut open, vec![String::new()])),
            '(' => {
                let mut inner = choices(rest);
                if let Some(after) = rest.strip_prefix('?') {
                    *rest = after;
                    inner.push(String::new());
                }
                open = open.iter().flat_map(|start| inner.iter().map(move |end| format!("{start}{end}"))).collect();
                open.truncate(READINGS);
            }
            _ => open.iter_mut().for_each(|reading| reading.push(c)),
        }
    }
    done.append(&mut open);
    done
}
