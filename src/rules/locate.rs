//! Where in a YAML file something stands. Asked only when an error needs its place: serde has forgotten it by then.

use crate::text::Position;
use saphyr_parser::{Event, Parser};

/// One step into a YAML document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// The value under a key.
    Key(String),
    /// An item of a list, from 0.
    Item(usize),
}

/// The place of a value under nested keys.
pub(crate) fn locate_key(yaml: &str, keys: &[&str]) -> Option<Position> {
    let path: Vec<Step> = keys.iter().map(|key| Step::Key((*key).to_owned())).collect();
    locate(yaml, &path)
}

type Spanned<'a> = (Event<'a>, Position);

/// The place of the value at `path`, or of the nearest thing around it that exists.
pub(crate) fn locate(yaml: &str, path: &[Step]) -> Option<Position> {
    let events: Vec<Spanned<'_>> = Parser::new_from_str(yaml)
        .map_while(Result::ok)
        .filter(|(event, _)| {
            !matches!(
                event,
                Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing
            )
        })
        .map(|(event, span)| (event, Position { line: span.start.line(), column: span.start.col() + 1 }))
        .collect();
    let mut at = 0;
    let mut best = events.first()?.1;
    for step in path {
        let Some((found, position)) = enter(&events, at, step) else {
            break;
        };
        best = position;
        at = found;
    }
    Some(best)
}

/// The child of the value at `at` that `step` names: its index, and the place to show for it.
fn enter(events: &[Spanned<'_>], at: usize, step: &Step) -> Option<(usize, Position)> {
    let is_mapping = matches!(events.get(at)?.0, Event::MappingStart(..));
    let mut child = at + 1;
    let mut count = 0;
    while child < events.len() && !matches!(events[child].0, Event::MappingEnd | Event::SequenceEnd) {
        let value = if is_mapping { after(events, child) } else { child };
        let wanted = match (step, &events[child].0) {
            (Step::Key(name), Event::Scalar(key, ..)) => is_mapping && name.as_str() == &**key,
            (Step::Item(index), _) => !is_mapping && *index == count,
            (Step::Key(_), _) => false,
        };
        if wanted {
            return Some((value, events.get(value)?.1));
        }
        child = after(events, value);
        count += 1;
    }
    None
}

/// The index just past the value that begins at `at`.
fn after(events: &[Spanned<'_>], at: usize) -> usize {
    let mut depth = 0usize;
    for (index, (event, _)) in events.iter().enumerate().skip(at) {
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => depth += 1,
            Event::MappingEnd | Event::SequenceEnd => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    events.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_values_and_falls_back_to_what_is_around_them() {
        let yaml =
            "set: x\nrules:\n  - id: a\n    avoid: [one, two]\n  - id: b\n    avoid:\n      - three\n      - four\n";
        let at = |path: &[Step]| locate(yaml, path).map(|p| (p.line, p.column));
        let key = |name: &str| Step::Key(name.to_owned());
        assert_eq!(at(&[key("rules"), Step::Item(1), key("avoid"), Step::Item(1)]), Some((8, 9)));
        assert_eq!(at(&[key("rules"), Step::Item(0), key("avoid"), Step::Item(1)]), Some((4, 18)));
        assert_eq!(at(&[key("rules"), Step::Item(1), key("nothing")]), Some((5, 5)));
        assert_eq!(at(&[key("set")]), Some((1, 6)));
    }
}
