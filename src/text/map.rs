//! The exact, piecewise map from a normalised text back to the text it was made from.

use super::Span;

/// A stretch of the view and where it came from.
#[derive(Clone, Copy, Debug)]
struct Segment {
    view: u32,
    source: u32,
    source_len: u32,
    /// Byte for byte the same length and order; otherwise the stretch maps as a whole.
    linear: bool,
}

/// Maps byte positions of a view to byte positions of its source.
#[derive(Clone, Debug, Default)]
pub struct Map {
    segments: Vec<Segment>,
    view_len: u32,
    /// Where a view of no bytes stands.
    empty_at: u32,
}

impl Map {
    /// A map of no bytes, with room for so many stretches.
    pub(crate) fn with_capacity(segments: usize) -> Self {
        Self { segments: Vec::with_capacity(segments), ..Self::default() }
    }

    /// Makes it the map of no bytes.
    pub(super) fn clear(&mut self) {
        self.segments.clear();
        (self.view_len, self.empty_at) = (0, 0);
    }

    /// Says that the next `len` bytes of the view are the source's bytes from `source` on.
    pub(crate) fn copy(&mut self, source: usize, len: usize) {
        if len == 0 {
            self.stand_at(source);
            return;
        }
        let (source, len) = (source as u32, len as u32);
        if let Some(last) = self.segments.last_mut()
            && last.linear
            && last.source + last.source_len == source
        {
            last.source_len += len;
        } else {
            self.segments.push(Segment { view: self.view_len, source, source_len: len, linear: true });
        }
        self.view_len += len;
    }

    /// Says that the next `len` bytes of the view stand for the whole of `source`.
    pub(crate) fn replace(&mut self, source: Span, len: usize) {
        if len == 0 {
            self.stand_at(source.start);
            return;
        }
        self.segments.push(Segment {
            view: self.view_len,
            source: source.start as u32,
            source_len: source.len() as u32,
            linear: false,
        });
        self.view_len += len as u32;
    }

    /// Where the view stands as long as it is empty.
    fn stand_at(&mut self, source: usize) {
        if self.segments.is_empty() {
            self.empty_at = source as u32;
        }
    }

    /// The map of the bytes `view` of this view, counted from the range's start.
    pub(crate) fn slice(&self, view: Span) -> Self {
        let mut out =
            Self { empty_at: self.to_source(Span::new(view.start, view.start)).start as u32, ..Self::default() };
        let first = self.segments.partition_point(|s| s.view as usize <= view.start).saturating_sub(1);
        for (index, segment) in self.segments.iter().enumerate().skip(first) {
            let end = self.segments.get(index + 1).map_or(self.view_len, |next| next.view) as usize;
            let (from, to) = (view.start.max(segment.view as usize), view.end.min(end));
            if segment.view as usize >= view.end {
                break;
            }
            if from >= to {
                continue;
            }
            if segment.linear {
                out.copy(segment.source as usize + (from - segment.view as usize), to - from);
            } else {
                let start = segment.source as usize;
                out.replace(Span::new(start, start + segment.source_len as usize), to - from);
            }
        }
        out
    }

    /// This map, where its source is itself the view of `outer`: from this view to the source of `outer`.
    pub(crate) fn through(&self, outer: &Self) -> Self {
        let at = self.empty_at as usize;
        let mut out = Self { empty_at: outer.to_source(Span::new(at, at)).start as u32, ..Self::default() };
        for (index, segment) in self.segments.iter().enumerate() {
            let end = self.segments.get(index + 1).map_or(self.view_len, |next| next.view);
            let source = Span::new(segment.source as usize, (segment.source + segment.source_len) as usize);
            if segment.linear {
                out.append(&outer.slice(source));
            } else {
                out.replace(outer.to_source(source), (end - segment.view) as usize);
            }
        }
        out
    }

    /// Puts the view of `next` behind this one.
    pub(crate) fn append(&mut self, next: &Self) {
        for (index, segment) in next.segments.iter().enumerate() {
            let end = next.segments.get(index + 1).map_or(next.view_len, |s| s.view);
            let source = segment.source as usize;
            if segment.linear {
                self.copy(source, (end - segment.view) as usize);
            } else {
                self.replace(Span::new(source, source + segment.source_len as usize), (end - segment.view) as usize);
            }
        }
    }

    /// The source bytes that a range of the view was made from. An empty range maps to an empty range.
    pub fn to_source(&self, view: Span) -> Span {
        if self.segments.is_empty() {
            return Span::new(self.empty_at as usize, self.empty_at as usize);
        }
        let first = self.segment_at(view.start);
        let start = if first.linear {
            first.source + (view.start as u32 - first.view).min(first.source_len)
        } else {
            first.source
        };
        if view.is_empty() {
            return Span::new(start as usize, start as usize);
        }
        let last = self.segment_at(view.end - 1);
        let end = if last.linear {
            last.source + (view.end as u32 - last.view).min(last.source_len)
        } else {
            last.source + last.source_len
        };
        Span::new(start as usize, end.max(start) as usize)
    }

    /// The source bytes that a range of the view was copied from, byte for byte and in one piece.
    pub fn copied_from(&self, view: Span) -> Option<Span> {
        let first = self.segments.first().map(|_| self.segment_at(view.start))?;
        let end = first.view + first.source_len;
        (first.linear && view.end <= end as usize).then(|| self.to_source(view))
    }

    /// The view position of source byte `source`: where it stands, or where the next kept byte stands.
    pub fn to_view(&self, source: usize) -> usize {
        let source = source as u32;
        let index = self.segments.partition_point(|s| s.source + s.source_len <= source);
        match self.segments.get(index) {
            Some(s) if s.linear && source > s.source => (s.view + (source - s.source)) as usize,
            Some(s) => s.view as usize,
            None => self.view_len as usize,
        }
    }

    fn segment_at(&self, view: usize) -> &Segment {
        let index = self.segments.partition_point(|s| s.view as usize <= view);
        &self.segments[index.saturating_sub(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_compose_and_are_cut() {
        // File `a\nb cd`, decoded to `a⏎b cd` (one escape), cut to `b cd`, folded to `b·cd`.
        let mut file = Map::default();
        file.copy(10, 1);
        file.replace(Span::new(11, 13), 1);
        file.copy(13, 4);
        let cut = file.slice(Span::new(2, 6));
        assert_eq!(cut.to_source(Span::new(0, 1)), Span::new(13, 14));
        let mut folded = Map::default();
        folded.copy(2, 1);
        folded.replace(Span::new(3, 4), 2);
        folded.copy(4, 2);
        let whole = folded.through(&file);
        assert_eq!(whole.to_source(Span::new(0, 1)), Span::new(13, 14));
        assert_eq!(whole.to_source(Span::new(1, 3)), Span::new(14, 15));
        assert_eq!(whole.to_source(Span::new(3, 5)), Span::new(15, 17));
    }
}
