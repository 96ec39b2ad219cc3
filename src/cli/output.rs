//! `--format` and `--output`: which formats a run writes, and where to.

use super::Console;
use crate::problem::Problem;
use crate::report::Format;
use crate::whole::Unfinished;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

/// One format and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    /// The file; nothing for standard output.
    pub(super) file: Option<PathBuf>,
}

/// The formats of a run. Each `--output` belongs to the `--format` before it.
#[derive(Clone, Debug)]
pub(super) struct OutputArgs {
    pub(super) outputs: Vec<Output>,
}

impl Args for OutputArgs {
    fn augment_args(command: Command) -> Command {
        command
            .arg(
                Arg::new("format")
                    .long("format")
                    .help("How to print the findings; may be given several times, each but one with --output")
                    .value_name("FORMAT")
                    .default_value("human")
                    .value_parser(value_parser!(Format))
                    .action(ArgAction::Append),
            )
            .arg(
                Arg::new("output")
                    .long("output")
                    .short('o')
                    .value_name("FILE")
                    .help("Write the format named before it to this file instead of standard output")
                    .value_parser(value_parser!(PathBuf))
                    .action(ArgAction::Append),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OutputArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = matches.value_source("format") == Some(ValueSource::CommandLine);
        let formats =
            matches.indices_of("format").into_iter().flatten().zip(matches.get_many("format").into_iter().flatten());
        let formats: Vec<(usize, Format)> =
            if given { formats.map(|(at, format)| (at, *format)).collect() } else { vec![(0, Format::default())] };
        let files: Vec<(usize, &PathBuf)> = match (matches.indices_of("output"), matches.get_many("output")) {
            (Some(places), Some(files)) => places.zip(files).collect(),
            _ => Vec::new(),
        };
        pair(&formats, &files).map(|outputs| Self { outputs })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Formats and files, each with its place on the command line, in pairs.
fn pair(formats: &[(usize, Format)], files: &[(usize, &PathBuf)]) -> Result<Vec<Output>, clap::Error> {
    let usage = |message: &str| clap::Error::raw(ErrorKind::ArgumentConflict, message);
    let Some((first, _)) = formats.first() else { return Ok(Vec::new()) };
    if files.iter().any(|(at, _)| at < first) {
        return Err(usage(
            "an --output belongs to the --format before it, and there is none\n\n  \
             tip: put --format first, as in `--format sarif --output report.sarif`",
        ));
    }
    let mut outputs = Vec::new();
    for (number, (at, format)) in formats.iter().enumerate() {
        let next = formats.get(number + 1).map_or(usize::MAX, |(next, _)| *next);
        let own = files.iter().filter(|(place, _)| at <= place && *place < next);
        let before = outputs.len();
        outputs.extend(own.map(|(_, file)| Output { format: *format, file: place(file) }));
        if outputs.len() == before {
            outputs.push(Output { format: *format, file: None });
        }
    }
    if outputs.iter().filter(|output| output.file.is_none()).count() > 1 {
        return Err(usage(
            "two formats would go to standard output\n\n  \
             tip: give each but one a file, as in `--format sarif --output report.sarif --format human`",
        ));
    }
    Ok(outputs)
}

/// The file that an `--output` names; nothing if that is standard output.
fn place(file: &Path) -> Option<PathBuf> {
    let names_stdout = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].iter().any(|name| file == Path::new(name));
    (!names_stdout).then(|| file.to_owned())
}

/// A file that can be written, found out before the run so that no run is lost.
#[derive(Debug)]
pub(super) struct Target {
    /// As the user named it.
    name: PathBuf,
    /// The file itself, behind links.
    path: PathBuf,
    /// Written as it stands, since a new file can't take its place: a device or a pipe.
    is_device: bool,
}

/// Makes sure that every file can be written, that no two outputs are one, and that none is one of `inputs`, which the run
/// reads. Nothing is changed.
///
/// # Errors
/// Every output that can't be written, and why.
pub(super) fn targets(outputs: &[Output], inputs: &[&Path]) -> Result<Vec<Option<Target>>, Vec<Problem>> {
    let mut targets: Vec<Option<Target>> = Vec::new();
    let mut problems = Vec::new();
    let to_stdout = outputs.iter().any(|output| output.file.is_none());
    for output in outputs {
        let Some(name) = &output.file else {
            targets.push(None);
            continue;
        };
        let refused = |why, help: &str| unwritable(name, why).help(help);
        match Target::new(name) {
            Err(problem) => problems.push(problem),
            Ok(target) if target.is_same_as_any(&targets) => {
                problems.push(refused("two outputs would go to this file", "give each format a file of its own"));
            }
            Ok(target) if inputs.iter().any(|input| target.is(input)) => {
                problems.push(refused("this file is to be read and to be written", "name another file after --output"));
            }
            Ok(target) if to_stdout && target.is_stdout() => problems.push(refused(
                "standard output goes to this file already",
                "drop this --output, or send standard output elsewhere",
            )),
            Ok(target) => targets.push(Some(target)),
        }
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems) }
}

fn unwritable(name: &Path, why: &str) -> Problem {
    Problem::in_file(name.display().to_string(), why)
}

impl Target {
    fn new(name: &Path) -> Result<Self, Problem> {
        let path = behind_links(name).map_err(|error| failed(name, &error))?;
        let is_device = match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() => {
                return Err(unwritable(name, "can't write here: this is a directory").help("name a file in it"));
            }
            Ok(metadata) => !metadata.is_file() || path.starts_with("/dev") || path.starts_with("/proc"),
            Err(_) => false,
        };
        let target = Self { name: name.to_owned(), path, is_device };
        if !is_device {
            // A file that may not be written is left alone, though another could take its place.
            if target.path.exists() {
                OpenOptions::new().write(true).open(&target.path).map_err(|error| failed(name, &error))?;
            }
            target.temporary().map_err(|error| failed(name, &error))?;
        }
        Ok(target)
    }

    /// The folder it stands in.
    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// A new file beside it, which goes away unless it is moved to its place. What stood there keeps its permissions.
    fn temporary(&self) -> io::Result<Unfinished> {
        Unfinished::new_in(self.folder(), fs::metadata(&self.path).ok().map(|metadata| metadata.permissions()))
    }

    /// Whether the file is this output.
    pub(super) fn is(&self, file: &Path) -> bool {
        !self.is_device && behind_links(file).is_ok_and(|file| file == self.path)
    }

    /// Whether a file of this name may be this output, unless it is a link.
    pub(super) fn has_name_of(&self, file: &Path) -> bool {
        self.path.file_name() == file.file_name()
    }

    fn is_same_as_any(&self, others: &[Option<Target>]) -> bool {
        let is_bin = self.path == Path::new("/dev/null");
        !is_bin && others.iter().flatten().any(|other| other.path == self.path)
    }

    fn is_stdout(&self) -> bool {
        let both = same_file::Handle::stdout().and_then(|out| Ok((out, same_file::Handle::from_path(&self.path)?)));
        !self.is_device && both.is_ok_and(|(out, file)| out == file)
    }
}

/// An output that is written in parts.
pub(super) struct Sink<'a> {
    target: Option<&'a Target>,
    out: Out,
}

enum Out {
    Stdout(BufWriter<io::Stdout>),
    Device(BufWriter<File>),
    /// Stands beside the file until it is complete.
    File(BufWriter<Unfinished>),
    /// Said on standard error when it is complete.
    Said(Vec<u8>),
}

impl<'a> Sink<'a> {
    /// Opens a file, or standard output. Where that holds a draft already, standard error takes its place.
    ///
    /// # Errors
    /// What the system says, with the file's name.
    pub(super) fn open(target: Option<&'a Target>, is_stdout_taken: bool) -> Result<Self, Problem> {
        let Some(target) = target else {
            if is_stdout_taken {
                return Ok(Self { target, out: Out::Said(Vec::new()) });
            }
            return Ok(Self { target, out: Out::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())) });
        };
        let out = if target.is_device {
            OpenOptions::new().append(true).open(&target.path).map(|file| Out::Device(BufWriter::new(file)))
        } else {
            target.temporary().map(|file| Out::File(BufWriter::with_capacity(1 << 16, file)))
        };
        out.map(|out| Self { target: Some(target), out }).map_err(|error| failed(&target.name, &error))
    }

    /// Writes one more part and passes it on. Whether anybody still reads.
    ///
    /// # Errors
    /// As [`Sink::open`].
    pub(super) fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<bool, Problem> {
        let (out, is_file): (&mut dyn Write, bool) = match &mut self.out {
            Out::Stdout(out) => (out, false),
            Out::Device(out) => (out, false),
            Out::File(out) => (out, true),
            Out::Said(out) => (out, true),
        };
        match write(out).and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe && !is_file => Ok(false),
            Err(error) => Err(self.problem(&error)),
        }
    }

    /// Says that all parts are written: only now does the file take its place.
    ///
    /// # Errors
    /// As [`Sink::open`].
    pub(super) fn finish(self, console: &Console) -> Result<(), Problem> {
        let (out, target) = match (self.out, self.target) {
            (Out::File(out), Some(target)) => (out, target),
            (Out::Said(text), _) => {
                console.say(&String::from_utf8_lossy(&text));
                return Ok(());
            }
            _ => return Ok(()),
        };
        let moved =
            out.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| file.move_to(&target.path));
        moved.map_err(|error| failed(&target.name, &error))
    }

    /// Whether it goes to standard output.
    pub(super) fn is_stdout(&self) -> bool {
        matches!(self.out, Out::Stdout(_))
    }

    /// Whether it goes to a screen.
    pub(super) fn is_terminal(&self) -> bool {
        self.is_stdout() && io::stdout().is_terminal()
    }

    fn problem(&self, error: &io::Error) -> Problem {
        match self.target {
            Some(target) => failed(&target.name, error),
            None => Problem::new(format!("can't write to standard output: {error}")),
        }
    }
}

/// The problem for a file that can't be written.
fn failed(name: &Path, error: &io::Error) -> Problem {
    let folder = name.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = name.display().to_string();
    let (why, help) = match error.kind() {
        io::ErrorKind::NotFound => (
            format!("can't write here: there is no folder `{}`", folder.display()),
            "make the folder first, or name another",
        ),
        io::ErrorKind::PermissionDenied => {
            ("can't write here: permission denied".to_owned(), "check the permissions of the file and its folder")
        }
        io::ErrorKind::NotADirectory => {
            (format!("can't write here: `{}` is no folder", folder.display()), "name a file in a folder")
        }
        io::ErrorKind::StorageFull => {
            ("can't write this file: the disk is full".to_owned(), "make room, or name a file on another disk")
        }
        _ => (format!("can't write this file: {error}"), "name another file after --output"),
    };
    Problem::in_file(name, why).help(help)
}

/// Most links behind one another.
const LINKS_MAX: usize = 40;

/// The file that a path leads to, whether or not it is there yet. Its folder must be there.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        if let Ok(real) = path.canonicalize() {
            return Ok(real);
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize()?;
        match fs::read_link(&path) {
            // A link to a file that is not there yet.
            Ok(next) => path = folder.join(next),
            Err(_) => {
                let name = path.file_name().ok_or(io::ErrorKind::NotFound)?;
                return Ok(folder.join(name));
            }
        }
    }
    Err(io::Error::other("too many links"))
}
