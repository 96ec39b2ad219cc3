//! Work done on several threads and handed on in order, while there is more of it to come.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many pieces of work each thread may be ahead of what is taken: what waits in memory is that much and no more.
const AHEAD: usize = 4;

/// Does `work` on each of `pieces` on so many threads, this one among them, and hands the results to `take`, in order, until
/// it wants no more. The pieces are asked for by whoever is free, one at a time, and need not all be there at the start;
/// `take` is called by whoever has done the piece that all others wait for.
pub(crate) fn in_order<T, R: Send>(
    threads: usize,
    pieces: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
    take: impl FnMut(R) -> ControlFlow<()> + Send,
) -> ControlFlow<()> {
    if threads < 2 {
        return pieces.map(work).try_for_each(take);
    }
    let pieces = Mutex::new(pieces.fuse().enumerate());
    let room = Room::new(threads * AHEAD);
    let done = Mutex::new(Done { waiting: BTreeMap::new(), next: 0, flow: ControlFlow::Continue(()), take });
    let worker = || {
        let _end = Closing { room: &room };
        while room.enter() {
            // The lock is not held while the piece is worked on.
            let next = lock(&pieces).next();
            let Some((number, piece)) = next else { break };
            let result = work(piece);
            let mut done = lock(&done);
            done.waiting.insert(number, result);
            done.hand_on(&room);
        }
    };
    thread::scope(|scope| {
        // A system that has no more threads to give has this one.
        let others = (1..threads).map_while(|_| thread::Builder::new().spawn_scoped(scope, worker).ok());
        let _others: Vec<_> = others.collect();
        worker();
    });
    lock(&done).flow
}

/// What is done and waits for what comes before it.
struct Done<R, F> {
    waiting: BTreeMap<usize, R>,
    /// The number of the piece that is to be taken next.
    next: usize,
    flow: ControlFlow<()>,
    take: F,
}

impl<R, F: FnMut(R) -> ControlFlow<()>> Done<R, F> {
    /// Hands on what comes next and is done.
    fn hand_on(&mut self, room: &Room) {
        while self.flow.is_continue()
            && let Some(result) = self.waiting.remove(&self.next)
        {
            self.next += 1;
            room.leave();
            // Should it panic, nothing else is handed on.
            self.flow = ControlFlow::Break(());
            self.flow = (self.take)(result);
        }
        if self.flow.is_break() {
            room.close();
        }
    }
}

/// Who panicked with this in hand left it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many more pieces may be begun; nothing if no more are wanted at all.
struct Room {
    free: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Room {
    fn new(size: usize) -> Self {
        Self { free: Mutex::new(Some(size)), changed: Condvar::new() }
    }

    /// Waits for room and takes it. Whether more is wanted.
    fn enter(&self) -> bool {
        let free = self.changed.wait_while(lock(&self.free), |free| *free == Some(0));
        match &mut *free.unwrap_or_else(PoisonError::into_inner) {
            Some(free) => {
                *free -= 1;
                true
            }
            None => false,
        }
    }

    fn leave(&self) {
        if let Some(free) = &mut *lock(&self.free) {
            *free += 1;
        }
        self.changed.notify_one();
    }

    fn close(&self) {
        *lock(&self.free) = None;
        self.changed.notify_all();
    }
}

/// Closes the room when its thread panics, so that nobody waits for room that nobody makes.
struct Closing<'a> {
    room: &'a Room,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.room.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// The later of two is done first.
    fn slow(number: usize) -> usize {
        thread::sleep(Duration::from_micros(if number.is_multiple_of(2) { 300 } else { 0 }));
        number
    }

    #[test]
    fn results_come_in_order_and_no_thread_runs_ahead() {
        for threads in [1, 2, 7] {
            let (begun, mut taken) = (AtomicUsize::new(0), Vec::new());
            let pieces = (0..300).inspect(|_| _ = begun.fetch_add(1, Ordering::SeqCst));
            let flow = in_order(threads, pieces, slow, |number| {
                taken.push(number);
                let ahead = begun.load(Ordering::SeqCst) - taken.len();
                assert!(ahead <= threads * AHEAD, "{ahead} ahead on {threads} threads");
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
            assert_eq!(taken, (0..300).collect::<Vec<_>>());
        }
    }

    #[test]
    fn it_ends_when_no_more_is_wanted() {
        for threads in [1, 3] {
            let mut taken = Vec::new();
            let flow = in_order(threads, 0.., slow, |number| {
                taken.push(number);
                if number < 9 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            assert!(flow.is_break());
            assert_eq!(taken, (0..10).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_panic_on_either_side_leaves_nobody_waiting() {
        let work = |number| if number == 5 { panic!("on purpose") } else { number };
        let flow = || in_order(2, 0.., work, |_| ControlFlow::Continue(()));
        assert!(catch_unwind(AssertUnwindSafe(flow)).is_err());
        let flow = || {
            in_order(2, 0.., slow, |number| if number == 5 { panic!("on purpose") } else { ControlFlow::Continue(()) })
        };
        assert!(catch_unwind(AssertUnwindSafe(flow)).is_err());
    }
}
