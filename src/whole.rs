//! Files that are written whole or not at all: each is made beside its place and moved there when it is complete. What is
//! not complete is removed, also when the program is interrupted (SIGINT, SIGTERM).

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::NamedTempFile;

/// How an unfinished file is called. It is hidden, so that no walk takes it for a draft.
const PREFIX: &str = ".replylint-";
const SUFFIX: &str = ".tmp";

/// The unfinished files there are. Whoever holds the lock keeps others from coming and going.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file in the making. It goes away unless it is moved to its place.
#[derive(Debug)]
pub(crate) struct Unfinished {
    file: Option<NamedTempFile>,
    path: PathBuf,
}

impl Unfinished {
    /// An empty file in `directory` with `permissions`; without them, with those of any new file.
    ///
    /// # Errors
    /// What the system says, without the name of a file that nobody asked for.
    pub(crate) fn new_in(directory: &Path, permissions: Option<Permissions>) -> io::Result<Self> {
        interrupts::watch();
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX).suffix(SUFFIX);
        if let Some(permissions) = permissions.or_else(usual) {
            builder.permissions(permissions);
        }
        let mut others = unfinished();
        let file = builder.tempfile_in(directory).map_err(|error| plain(&error))?;
        let path = file.path().to_owned();
        others.push(path.clone());
        Ok(Self { file: Some(file), path })
    }

    /// Where it stands meanwhile.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The file itself.
    ///
    /// # Errors
    /// It has been moved to its place.
    pub(crate) fn file(&self) -> io::Result<&File> {
        self.file.as_ref().map(NamedTempFile::as_file).ok_or_else(gone)
    }

    /// Moves it to `place`, when all of it is on the disk. What stood there is replaced.
    ///
    /// # Errors
    /// What the system says; a full disk may say so only now.
    pub(crate) fn move_to(mut self, place: &Path) -> io::Result<()> {
        self.file()?.sync_all()?;
        let file = self.file.take().ok_or_else(gone)?;
        file.persist(place).map(drop).map_err(|error| plain(&error.error))
    }

    /// The same, where nothing may stand.
    ///
    /// # Errors
    /// As [`Self::move_to`]; or something stands there.
    pub(crate) fn move_to_new(mut self, place: &Path) -> io::Result<()> {
        self.file()?.sync_all()?;
        let file = self.file.take().ok_or_else(gone)?;
        file.persist_noclobber(place).map(drop).map_err(|error| plain(&error.error))
    }
}

impl Write for Unfinished {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Gone first, forgotten then.
        drop(self.file.take());
        unfinished().retain(|path| *path != self.path);
    }
}

fn gone() -> io::Error {
    io::Error::other("this file is finished")
}

/// The error without the name of the unfinished file in it.
fn plain(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}

/// The permissions of a new file that is no secret; the user's mask is taken off.
#[cfg(unix)]
fn usual() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn usual() -> Option<Permissions> {
    None
}

/// What keeps a file from being written, in words.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => plain(error).to_string(),
    }
}

/// Removes what is unfinished. As long as the result is held, nothing new begins.
#[cfg_attr(not(unix), expect(dead_code, reason = "interrupts end the program at once there"))]
fn remove_all() -> MutexGuard<'static, Vec<PathBuf>> {
    let files = unfinished();
    for file in files.iter() {
        let _ = fs::remove_file(file);
    }
    files
}

#[cfg(unix)]
mod interrupts {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;
    use std::sync::Once;
    use std::sync::mpsc::channel;

    /// From now on, an interrupt removes what is unfinished before it ends the program as it would have without us. A run
    /// that writes no file never gets here.
    pub(super) fn watch() {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| {
            let (ready, is_ready) = channel::<()>();
            // Where no thread can be had, interrupts do what they always did.
            let spawned = std::thread::Builder::new().name("interrupts".to_owned()).spawn(move || {
                let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
                drop(ready);
                if let Some(signal) = signals.forever().next() {
                    let _kept = super::remove_all();
                    let _ = emulate_default_handler(signal);
                }
            });
            if spawned.is_ok() {
                // Ends with an error when the thread has dropped its side.
                let _ = is_ready.recv();
            }
        });
    }
}

#[cfg(not(unix))]
mod interrupts {
    pub(super) fn watch() {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_is_not_finished_goes_away() {
        let desk = tempfile::tempdir().unwrap();
        let mut file = Unfinished::new_in(desk.path(), None).unwrap();
        file.write_all(b"half").unwrap();
        let name = names(desk.path()).remove(0);
        assert!(name.starts_with(PREFIX) && name.ends_with(SUFFIX), "{name}");
        drop(file);
        assert!(names(desk.path()).is_empty());
        let mut file = Unfinished::new_in(desk.path(), None).unwrap();
        file.write_all(b"whole").unwrap();
        file.move_to(&desk.path().join("a.txt")).unwrap();
        assert_eq!(names(desk.path()), ["a.txt"]);
        let again = Unfinished::new_in(desk.path(), None).unwrap();
        let refused = again.move_to_new(&desk.path().join("a.txt")).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(desk.path().join("a.txt")).unwrap(), b"whole");
        assert_eq!(names(desk.path()), ["a.txt"]);
        assert!(unfinished().iter().all(|path| !path.starts_with(desk.path())));
    }

    #[test]
    fn a_reason_names_no_file_that_nobody_asked_for() {
        let missing = Path::new("/nowhere/at/all");
        let error = Unfinished::new_in(missing, None).unwrap_err();
        assert!(!error.to_string().contains(PREFIX), "{error}");
        assert_eq!(reason(&io::ErrorKind::StorageFull.into()), "the disk is full");
    }
}
