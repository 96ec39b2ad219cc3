//! Putting a text into its file in one step: after a crash, the file holds the old text or the new one.

use crate::problem::Problem;
use crate::whole::{Unfinished, reason};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Writes `new` into the file at `path`, which held `old` when it was read. The file that a link leads to is written;
/// permissions, and where allowed the owner, stay as they are.
///
/// # Errors
/// What stands in the way: the file can't be written, its directory can't, or somebody else has changed it since. The file
/// is as it was.
pub fn write(path: &Path, old: &[u8], new: &[u8]) -> Result<(), Problem> {
    let refuse = |message: String, help: &str| {
        Err(Problem::in_file(path.display().to_string(), format!("not fixed: {message}")).help(help))
    };
    let prepared = fs::canonicalize(path).and_then(|target| Ok((fs::metadata(&target)?, target)));
    let (metadata, target) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return refuse(format!("can't find the file again: {error}"), "run it again"),
    };
    let directory = target.parent().unwrap_or(Path::new("."));
    // Opening a pipe would wait for whoever reads it.
    if !metadata.is_file() {
        return refuse("this is no plain file".to_owned(), "name a file");
    }
    // A new file takes the place of the old one, which a read-only file would not hinder.
    if metadata.permissions().readonly() {
        return refuse("this file is read-only".to_owned(), "make it writable first");
    }
    if let Err(error) = OpenOptions::new().write(true).open(&target) {
        return refuse(format!("can't write this file: {error}"), "check its permissions");
    }
    if is_closed(directory) {
        return refuse("its directory is read-only".to_owned(), "make the directory writable first");
    }
    let written = match beside(directory, &metadata, new) {
        Ok(written) => written,
        Err(error) => {
            return refuse(
                format!("can't write in its directory: {}", reason(&error)),
                "check its permissions and the free space",
            );
        }
    };
    match fs::read(&target) {
        Ok(now) if now == old => {}
        Ok(_) => return refuse("the file was changed in the meantime".to_owned(), "run it again"),
        Err(error) => return refuse(format!("can't read the file again: {error}"), "run it again"),
    }
    if let Err(error) = written.move_to(&target) {
        return refuse(format!("can't put the new text in its place: {}", reason(&error)), "check its permissions");
    }
    // The name is on the disk only when the directory is. Some file systems can't do that, and the file is whole anyway.
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
    Ok(())
}

/// A file beside the target, whole and on the disk.
fn beside(directory: &Path, metadata: &fs::Metadata, text: &[u8]) -> io::Result<Unfinished> {
    // What is in it may be no business of others.
    let mut file = Unfinished::new_in(directory, Some(metadata.permissions()))?;
    file.write_all(text)?;
    keep_owner(file.path(), metadata);
    file.file()?.set_permissions(metadata.permissions())?;
    file.file()?.sync_all()?;
    Ok(file)
}

#[cfg(unix)]
fn keep_owner(path: &Path, metadata: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, chown};
    // Only root may give files away; anybody may give one to a group of theirs.
    if chown(path, Some(metadata.uid()), Some(metadata.gid())).is_err() {
        let _ = chown(path, None, Some(metadata.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata) {}

/// Whether nobody may write in a directory, as its mode says. Root could all the same.
#[cfg(unix)]
fn is_closed(directory: &Path) -> bool {
    fs::metadata(directory).is_ok_and(|metadata| metadata.permissions().readonly())
}

#[cfg(not(unix))]
fn is_closed(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_changed_in_the_meantime_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.txt");
        fs::write(&path, "changed").unwrap();
        let problem = write(&path, b"old", b"new").unwrap_err();
        assert!(problem.message.contains("changed in the meantime"), "{problem}");
        assert_eq!(fs::read(&path).unwrap(), b"changed");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "nothing is left lying about");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_no_file_to_be_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let problem = write(&path, b"old", b"new").unwrap_err();
        assert!(problem.message.contains("this is no plain file"), "{problem}");
    }
}
