//! Work done on several threads and handed on in order, while there is more of it to come.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::mpsc::channel;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// How many pieces of work each thread may be ahead of what is taken: what waits in memory is that much and no more.
const AHEAD: usize = 4;

/// Does `work` on each of `pieces` on so many threads and hands the results to `take`, in order, until it wants no more.
/// The pieces are asked for by whoever is free, one at a time, and need not all be there at the start.
pub(crate) fn in_order<T: Send, R: Send>(
    threads: usize,
    pieces: impl Iterator<Item = T> + Send,
    work: impl Fn(T) -> R + Sync,
    mut take: impl FnMut(R) -> ControlFlow<()>,
) -> ControlFlow<()> {
    if threads < 2 {
        return pieces.map(work).try_for_each(take);
    }
    let pieces = Mutex::new(pieces.fuse().enumerate());
    let room = Room::new(threads * AHEAD);
    let (done, results) = channel();
    thread::scope(|scope| {
        let _end = Closing { room: &room, always: true };
        let mut started = 0;
        for _ in 0..threads {
            let (done, pieces, room, work) = (done.clone(), &pieces, &room, &work);
            let worker = move || {
                let _end = Closing { room, always: false };
                while room.enter() {
                    let next = lock(pieces).next();
                    let Some((number, piece)) = next else { break };
                    if done.send((number, work(piece))).is_err() {
                        break;
                    }
                }
            };
            started += usize::from(thread::Builder::new().spawn_scoped(scope, worker).is_ok());
        }
        drop(done);
        if started == 0 {
            // A system that has no more threads to give: this one is there.
            return lock(&pieces).by_ref().try_for_each(|(_, piece)| take(work(piece)));
        }
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (number, result) in results {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                next += 1;
                room.leave();
                take(result)?;
            }
        }
        ControlFlow::Continue(())
    })
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

/// Closes the room when it goes away, so that nobody waits for room that nobody makes.
struct Closing<'a> {
    room: &'a Room,
    /// Else only when the thread has panicked.
    always: bool,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        if self.always || thread::panicking() {
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
