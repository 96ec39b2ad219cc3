//! Which replies a comment is about, and which of their words. However many comments and replies a file has, each of its
//! bytes is looked at a few times only.

use super::Place;
use super::order::Reach;
use crate::text::{Aside, Span, Standing};

/// What a comment is about. Comments that are about the same are one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// Every reply of the file.
    File,
    /// All of a reply.
    Reply(usize),
    /// The lines of the file in this range, of whichever reply.
    Lines(Span),
    /// The paragraph of a reply that ends at byte `end` of its text, from byte `from` on: that of the first comment in it.
    Paragraph {
        /// The reply.
        reply: usize,
        /// Where the first comment in it ends.
        from: usize,
        /// Where the paragraph ends.
        end: usize,
    },
}

/// Finds what comments are about, one after the other in order of place.
pub(super) struct Aim<'a> {
    file: &'a str,
    replies: &'a [Place<'a>],
    /// Every aside of the file, in order.
    asides: Vec<(Span, bool)>,
    /// Where lines end.
    breaks: Vec<usize>,
    /// Where the words of each reply begin, behind the comments at its top.
    begins: Vec<usize>,
    /// Whether replies begin and end one after the other. Blocks of HTML may stand in each other.
    is_in_order: bool,
    /// The lines that were looked at last, and whether anything but comments stands on them.
    line: Option<(Span, bool)>,
    paragraph: Option<Paragraph>,
}

/// The paragraph that was looked at last.
#[derive(Clone, Copy)]
struct Paragraph {
    reply: usize,
    from: usize,
    /// Where its last line of words begins.
    last_words: usize,
    end: usize,
}

impl<'a> Aim<'a> {
    pub(super) fn new(file: &'a str, asides: &[Aside], replies: &'a [Place<'a>]) -> Self {
        let mut spans: Vec<(Span, bool)> =
            asides.iter().map(|aside| (aside.span, aside.standing == Standing::Comment)).collect();
        spans.sort_unstable();
        let breaks = file.bytes().enumerate().filter(|(_, b)| matches!(b, b'\n' | b'\r')).map(|(at, _)| at).collect();
        let begins: Vec<usize> = replies.iter().map(|place| first_words(file, place.span, &spans)).collect();
        let is_in_order = begins.is_sorted()
            && replies.is_sorted_by_key(|place| place.span.start)
            && replies.is_sorted_by_key(|place| place.span.end);
        Self { file, replies, asides: spans, breaks, begins, is_in_order, line: None, paragraph: None }
    }

    /// What the comment at `at` is about, and from which byte of its reply on; nothing, if there is no reply for it.
    pub(super) fn target(&mut self, at: Span, reach: Reach) -> Option<(Target, usize)> {
        if reach == Reach::File {
            return Some((Target::File, 0));
        }
        let line = self.line_of(at);
        let has_words = match self.line {
            Some((last, has_words)) if last == line => has_words,
            _ => {
                let has_words = self.has_words(line);
                self.line = Some((line, has_words));
                has_words
            }
        };
        if has_words && self.on_lines(line).next().is_some() {
            return Some((Target::Lines(line), 0));
        }
        match self.within(at).filter(|_| !has_words) {
            Some(reply) => Some(self.paragraph_below(reply, at.end)),
            None => self.next_reply(at.start).map(|reply| (Target::Reply(reply), 0)),
        }
    }

    /// The replies that have words on these lines: some are CSV cells that share one.
    pub(super) fn on_lines(&self, line: Span) -> impl Iterator<Item = usize> + '_ {
        let (from, to) = if self.is_in_order {
            let from = self.replies.partition_point(|place| place.span.end <= line.start);
            (from, self.begins.partition_point(|begins| *begins < line.end).max(from))
        } else {
            (0, self.replies.len())
        };
        (from..to).filter(move |reply| self.begins[*reply] < line.end && line.start < self.replies[*reply].span.end)
    }

    /// The lines that `span` stands on, without the last line end.
    fn line_of(&self, span: Span) -> Span {
        let before = self.breaks.partition_point(|at| *at < span.start);
        let start = before.checked_sub(1).map_or(0, |last| self.breaks[last] + 1);
        let behind = self.breaks.partition_point(|at| *at < span.end);
        Span::new(start, self.breaks.get(behind).copied().unwrap_or(self.file.len()))
    }

    /// Whether anything stands on these lines that is neither a comment nor a mark of a quote or a list.
    fn has_words(&self, line: Span) -> bool {
        let is_word = |c: char| !c.is_whitespace() && !matches!(c, '>' | '-' | '*');
        let first = self.asides.partition_point(|(aside, _)| aside.start < line.start);
        let asides = self.asides[first..].iter().map(|(aside, _)| *aside);
        let mut at = line.start;
        for aside in asides.take_while(|aside| aside.start < line.end).filter(|aside| aside.end <= line.end) {
            if at < aside.start && self.file[at..aside.start].contains(is_word) {
                return true;
            }
            at = at.max(aside.end);
        }
        self.file[at..line.end].contains(is_word)
    }

    /// The first reply that the comment stands in.
    fn within(&self, at: Span) -> Option<usize> {
        let holds = |reply: &usize| self.begins[*reply] < at.start && at.end <= self.replies[*reply].span.end;
        if self.is_in_order {
            let first = self.replies.partition_point(|place| place.span.end < at.end);
            return Some(first).filter(|first| *first < self.replies.len()).filter(holds);
        }
        (0..self.replies.len()).find(holds)
    }

    fn next_reply(&self, at: usize) -> Option<usize> {
        if self.is_in_order {
            return Some(self.begins.partition_point(|begins| *begins < at)).filter(|next| *next < self.replies.len());
        }
        let next = (0..self.replies.len()).filter(|reply| self.begins[*reply] >= at);
        next.min_by_key(|reply| self.replies[*reply].span.start)
    }

    /// The paragraph that begins behind byte `at` of the file.
    fn paragraph_below(&mut self, reply: usize, at: usize) -> (Target, usize) {
        let place = &self.replies[reply];
        let mut start = part(place, Span::new(at, at)).start;
        while !place.text.is_char_boundary(start) {
            start += 1;
        }
        let paragraph = match self.paragraph {
            // As long as words follow, the paragraph ends where it ended for the comment before.
            Some(last) if last.reply == reply && (last.from..=last.last_words).contains(&start) => last,
            _ => {
                let (last_words, end) = paragraph_from(place.text, start);
                Paragraph { reply, from: start, last_words, end }
            }
        };
        self.paragraph = Some(paragraph);
        (Target::Paragraph { reply, from: paragraph.from, end: paragraph.end }, start)
    }
}

/// The bytes of a reply that were made from `span` of the file.
pub(super) fn part(place: &Place<'_>, span: Span) -> Span {
    let view = |at: usize| place.map.map_or(at, |map| map.to_view(at)).min(place.text.len());
    Span::new(view(span.start), view(span.end))
}

/// Of the paragraph that begins at byte `start`, where its last line of words begins and where it ends.
fn paragraph_from(text: &str, start: usize) -> (usize, usize) {
    let (mut end, mut last_words, mut has_words) = (start, start, false);
    for line in text[start..].split_inclusive('\n') {
        let is_blank = !line.contains(|c: char| !c.is_whitespace() && c != '>');
        if is_blank && has_words {
            break;
        }
        // More comments may stand between.
        if !is_blank && !line.trim_start().starts_with("<!--") {
            (has_words, last_words) = (true, end);
        }
        end += line.len();
    }
    (last_words, end)
}

/// Where the words of a reply begin, behind the comments at its top.
fn first_words(file: &str, reply: Span, asides: &[(Span, bool)]) -> usize {
    let mut at = reply.start;
    loop {
        let rest = file.get(at..reply.end.max(at)).unwrap_or("");
        at += rest.len() - rest.trim_start().len();
        let first = asides.partition_point(|(aside, _)| aside.start < at);
        let here = asides[first..].iter().take_while(|(aside, _)| aside.start == at);
        match here.filter(|(_, is_comment)| *is_comment).map(|(aside, _)| aside.end).next() {
            Some(end) if end > at => at = end,
            _ => return at,
        }
    }
}
