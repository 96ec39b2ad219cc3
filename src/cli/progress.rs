//! How far a long run has come: one line on a terminal, drawn over itself and taken away at the end.

use crate::check::Progress;
use std::io::{IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// A run that is done sooner shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two drawings.
const PACE: Duration = Duration::from_millis(200);
/// Takes the line away: back to its start, and everything behind it gone.
const CLEAR: &str = "\r\u{1b}[K";

/// Does `work` on `files` files and shows meanwhile how far it is, if somebody sits at a terminal.
pub(super) fn watched<R>(progress: &Progress, files: usize, work: impl FnOnce() -> R) -> R {
    if files == 0 || !is_shown() {
        return work();
    }
    std::thread::scope(|scope| {
        // Dropped when the work is done, or has panicked: that is what ends the drawing.
        let (busy, done) = channel::<()>();
        scope.spawn(move || draw(progress, files, &done, PATIENCE, std::io::stderr()));
        let result = work();
        drop(busy);
        result
    })
}

/// Whether somebody sits at a terminal that can take lines away.
pub(super) fn is_shown() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    !dumb && std::env::var_os("CI").is_none() && std::io::stderr().is_terminal()
}

/// Takes the line away, so that something else can be printed. It is drawn again.
pub(super) fn clear() {
    let mut out = std::io::stderr();
    let _ = write!(out, "{CLEAR}").and_then(|()| out.flush());
}

fn draw(progress: &Progress, files: usize, done: &Receiver<()>, patience: Duration, mut out: impl Write) {
    let mut wait = patience;
    let mut drawn = false;
    while let Err(RecvTimeoutError::Timeout) = done.recv_timeout(wait) {
        let (read, replies) = (progress.files.load(Ordering::Relaxed), progress.replies.load(Ordering::Relaxed));
        // A terminal that takes no more is no reason to stop.
        let _ = write!(out, "{CLEAR}checked {replies} replies, {read} of {files} files").and_then(|()| out.flush());
        (drawn, wait) = (true, PACE);
    }
    if drawn {
        let _ = write!(out, "{CLEAR}").and_then(|()| out.flush());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_is_drawn_and_taken_away() {
        let progress = Progress::default();
        progress.files.store(3, Ordering::Relaxed);
        progress.replies.store(40, Ordering::Relaxed);
        let (busy, done) = channel();
        let mut out = Telling { text: Vec::new(), busy: Some(busy) };
        draw(&progress, 7, &done, Duration::ZERO, &mut out);
        let lines = String::from_utf8(out.text).unwrap();
        assert_eq!(lines, format!("{CLEAR}checked 40 replies, 3 of 7 files{CLEAR}"));
    }

    #[test]
    fn a_short_run_draws_nothing() {
        let (busy, done) = channel();
        drop(busy);
        let mut out = Vec::new();
        draw(&Progress::default(), 7, &done, Duration::from_secs(60), &mut out);
        assert_eq!(out, b"");
    }

    /// Ends the work as soon as one line is out.
    struct Telling {
        text: Vec<u8>,
        busy: Option<std::sync::mpsc::Sender<()>>,
    }

    impl Write for Telling {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.text.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            self.busy = None;
            Ok(())
        }
    }
}
