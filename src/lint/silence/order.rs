//! What a comment orders: `replylint: ignore <rule or set>[, <rule>...] -- reason`. Read strictly: one that is not
//! understood to the last word silences nothing.

use crate::problem::did_you_mean;
use crate::text::ADDRESSEE;
use crate::wording::Wording;

/// How far a comment reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// What it stands at.
    Here,
    /// Every reply of the file.
    File,
}

/// The words for it.
const KEYWORDS: [(&str, Reach); 2] = [("ignore", Reach::Here), ("ignore-file", Reach::File)];

/// Most rules and sets that one comment names.
const NAMES_MAX: usize = 100;

/// Longest reason that is shown, in characters.
const REASON_MAX: usize = 500;

/// What stands in front of the reason.
const BECAUSE: &str = "--";

/// An order that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub reach: Reach,
    pub rules: Vec<String>,
    pub reason: String,
}

/// Reads the words of a comment. `ids` are the rules that there are.
///
/// # Errors
/// What is wrong with them and how to write it.
pub(super) fn read(words: &str, ids: &[Wording]) -> Result<Order, String> {
    let words = words.trim();
    let end = words.find(|c: char| c == ':' || c.is_whitespace()).unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    if name != ADDRESSEE {
        return Err(format!("it begins with `{name}`; write `{ADDRESSEE}:`"));
    }
    let Some(rest) = rest.strip_prefix(':') else {
        return Err(format!("there is no colon behind `{ADDRESSEE}`"));
    };
    let rest = rest.trim();
    let (keyword, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let known: Vec<&str> = KEYWORDS.iter().map(|(name, _)| *name).collect();
    let Some((_, reach)) = KEYWORDS.iter().find(|(name, _)| *name == keyword) else {
        return Err(match did_you_mean(keyword, known.iter().copied()) {
            _ if keyword.is_empty() => format!("it says nothing; write `{}`", known.join("` or `")),
            Some(near) => format!("there is no `{keyword}`; did you mean `{near}`?"),
            None => format!("there is no `{keyword}`; write `{}`", known.join("` or `")),
        });
    };
    let (named, reason) = because(rest)?;
    let rules = rules(named, ids)?;
    if !reason.contains(char::is_alphanumeric) {
        return Err(format!("it gives no reason behind `{BECAUSE}`"));
    }
    Ok(Order { reach: *reach, rules, reason: shown(reason) })
}

/// A reason on one line, and not longer than anybody reads: it stands at every finding that it silences.
pub(super) fn shown(reason: &str) -> String {
    let end = reason.char_indices().nth(REASON_MAX).map(|(end, _)| end);
    let said = super::super::one_line(&reason[..end.unwrap_or(reason.len())]);
    if end.is_some() { format!("{said}…") } else { said }
}

/// The rules, and the reason.
fn because(rest: &str) -> Result<(&str, &str), String> {
    let alone = |at: &usize| {
        let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        space(rest[..*at].chars().next_back()) && space(rest[at + BECAUSE.len()..].chars().next())
    };
    if let Some(at) = rest.match_indices(BECAUSE).map(|(at, _)| at).find(alone) {
        return Ok((&rest[..at], &rest[at + BECAUSE.len()..]));
    }
    let dash = rest.split_whitespace().find(|word| matches!(*word, "-" | "–" | "—" | "---" | ":" | "because"));
    Err(match dash {
        Some(dash) => format!("the reason stands behind `{BECAUSE}`, not `{dash}`"),
        None if rest.contains(BECAUSE) => format!("`{BECAUSE}` needs a space on both sides"),
        None => format!("it gives no reason; write ` {BECAUSE} ` and why"),
    })
}

fn rules(named: &str, ids: &[Wording]) -> Result<Vec<String>, String> {
    if named.trim().is_empty() {
        return Err("it names no rule".to_owned());
    }
    let mut rules = Vec::new();
    if named.split(',').nth(NAMES_MAX).is_some() {
        return Err(format!("it names more than {NAMES_MAX} rules; name their sets"));
    }
    for name in named.split(',').map(str::trim) {
        if name.is_empty() {
            return Err("there is a comma too many between the rules".to_owned());
        }
        if name.contains(char::is_whitespace) {
            return Err("there is no comma between the rules".to_owned());
        }
        known(name, ids)?;
        rules.push(name.to_owned());
    }
    Ok(rules)
}

/// Refuses a name that no rule and no set has.
pub(super) fn known(name: &str, ids: &[Wording]) -> Result<(), String> {
    if ids.iter().any(|id| super::names(name, id)) {
        return Ok(());
    }
    let sets: Vec<&str> = ids.iter().filter_map(|id| id.split('/').next()).collect();
    // A set is meant by `blame/*`.
    let bare = name.trim_end_matches(['/', '*']).trim_matches(['`', '"', '\'']);
    let near = did_you_mean(bare, ids.iter().map(Wording::as_str).chain(sets));
    Err(match near {
        Some(near) => format!("there is no rule or set `{name}`; did you mean `{near}`?"),
        None => format!("there is no rule or set `{name}`; `replylint rules` lists them"),
    })
}
