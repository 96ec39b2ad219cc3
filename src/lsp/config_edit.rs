//! Turning a rule off in a config, with as little of the file changed as can be.

use crate::config::{ConfigDecl, Level};
use crate::text::Span;

/// The key that holds severities.
const KEY: &str = "severity";

/// The edit of `yaml` that turns `rule` off: what to put where, in bytes. Nothing where the config is not written in a way
/// that such an edit is sure to be right for.
pub(super) fn turn_off(yaml: &str, rule: &str) -> Option<(Span, String)> {
    let before: ConfigDecl = parsed(yaml)?;
    let newline = if yaml.contains("\r\n") { "\r\n" } else { "\n" };
    let edit = match key_line(yaml) {
        None => {
            let gap = if yaml.is_empty() || yaml.ends_with('\n') { "" } else { newline };
            let end = Span::new(yaml.len(), yaml.len());
            (end, format!("{gap}{KEY}:{newline}  {rule}: off{newline}"))
        }
        Some(line) => {
            let text = &yaml[line.start..line.end];
            match text.find('{') {
                Some(brace) => {
                    let at = line.start + brace + 1;
                    let is_empty = yaml[at..].trim_start().starts_with('}');
                    (Span::new(at, at), format!("{rule}: off{}", if is_empty { "" } else { ", " }))
                }
                None => {
                    let next = yaml[line.end..].trim_start_matches(['\r', '\n']);
                    let indent: String = next.chars().take_while(|c| *c == ' ').collect();
                    let indent = if indent.is_empty() { "  " } else { indent.as_str() };
                    let end = Span::new(line.end, line.end);
                    (end, format!("{newline}{indent}{rule}: off"))
                }
            }
        }
    };
    let after = parsed(&super::edits::spliced(yaml, edit.0, &edit.1))?;
    let mut expected = before.severity.0.clone();
    let is_there = expected.iter().any(|(name, _)| name == rule);
    expected.push((rule.to_owned(), Level::Off));
    let same = after.severity.0.len() == expected.len() && expected.iter().all(|one| after.severity.0.contains(one));
    (!is_there && same).then_some(edit)
}

fn parsed(yaml: &str) -> Option<ConfigDecl> {
    if yaml.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Some(ConfigDecl::default());
    }
    serde_yaml::from_str(yaml).ok()
}

/// The line of the key, without its end.
fn key_line(yaml: &str) -> Option<Span> {
    let mut at = 0;
    for line in yaml.split_inclusive('\n') {
        if line.strip_prefix(KEY).is_some_and(|rest| rest.trim_start().starts_with(':')) {
            return Some(Span::new(at, at + line.trim_end_matches(['\r', '\n']).len()));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(yaml: &str) -> Option<String> {
        let (span, with) = turn_off(yaml, "a/b")?;
        Some(super::super::edits::spliced(yaml, span, &with))
    }

    #[test]
    fn a_rule_is_turned_off_however_the_config_is_written() {
        let yes = |yaml: &str, expected: &str| assert_eq!(off(yaml).as_deref(), Some(expected));
        yes("", "severity:\n  a/b: off\n");
        yes("# nothing yet\n", "# nothing yet\nseverity:\n  a/b: off\n");
        yes("language: en", "language: en\nseverity:\n  a/b: off\n");
        yes("severity: {c: off} # ours\n", "severity: {a/b: off, c: off} # ours\n");
        yes("severity: {}\n", "severity: {a/b: off}\n");
        yes("severity:\n    c: off\n", "severity:\n    a/b: off\n    c: off\n");
        yes("severity: # ours\n  c: off\nlanguage: en\n", "severity: # ours\n  a/b: off\n  c: off\nlanguage: en\n");
        yes("severity:\r\n  c: off\r\n", "severity:\r\n  a/b: off\r\n  c: off\r\n");
    }

    #[test]
    fn a_config_that_is_broken_or_says_something_already_is_left_alone() {
        for yaml in ["severity: [", "severity: {a/b: error}\n", "nonsense: 1\n", "severity:\n  a/b: warning\n"] {
            assert_eq!(off(yaml), None, "{yaml}");
        }
    }
}
