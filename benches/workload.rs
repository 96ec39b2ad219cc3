//! The inputs of `compare.sh` and its tools: a program that only reads files, a stopwatch and a scale.
//!
//! `workload inputs DIR` writes replies to DIR, `workload rules` measures generated rule sets of growing size,
//! `workload read PATH...` reads files and does nothing else, `workload time WARM-UPS RUNS NAME COMMAND ...` times commands in
//! turn, `workload memory NAME COMMAND` says how much memory one takes. Everything that is made comes from a seed, so that two runs
//! measure the same.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool that prints what it measures")]

mod support;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["inputs", directory] => inputs(Path::new(directory)),
        ["read", paths @ ..] => println!("{} bytes", paths.iter().map(|path| read(Path::new(path))).sum::<u64>()),
        ["rules", replies, counts @ ..] => rules(replies, counts),
        ["time", warm_ups, runs, commands @ ..] => {
            time(warm_ups.parse().unwrap_or(1), runs.parse().unwrap_or(5), commands);
        }
        ["memory", name, command] => memory(name, command),
        // `cargo bench` and `cargo test` run every target: there is nothing to do without being asked.
        [] => {}
        _ => {
            eprintln!(
                "usage: workload inputs DIR | read PATH... | rules REPLIES COUNT... | memory NAME COMMAND | \
                 time WARM-UPS RUNS NAME COMMAND ..."
            );
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

/// Replies that end in a sentence with something for everybody to say, so that it shows whether a program reads them all.
const MARKED: usize = 1_000;
const MARK: &str = "PS: You failed to tell us that teh chairman is very unique.";

/// Bytes of the JSON Lines file.
const LINES_SIZE: usize = 60_000_000;

/// Bytes of the one that says nothing twice.
const DISTINCT_SIZE: usize = 12_000_000;

fn inputs(directory: &Path) {
    let replies = support::Replies::new();
    tree(&directory.join("tree-10000"), replies.from(7).take(10_000));
    tree(&directory.join("tree-100000"), replies.from(7).take(100_000));
    tree(&directory.join("distinct-10000"), replies.distinct(7).take(10_000));
    let marked = directory.join("marked");
    for (number, reply) in replies.from(12).take(MARKED).enumerate() {
        let folder = marked.join(format!("{:02}", number / 100));
        std::fs::create_dir_all(&folder).expect("the directory can be written");
        std::fs::write(folder.join(format!("{number:04}.txt")), format!("{reply}\n{MARK}\n"))
            .expect("the directory can be written");
    }
    lines(&directory.join("replies.jsonl"), replies.from(8), LINES_SIZE);
    lines(&directory.join("distinct.jsonl"), replies.distinct(8), DISTINCT_SIZE);
    let one = replies.from(9).next().unwrap_or_default();
    std::fs::write(directory.join("one.txt"), one).expect("the directory can be written");
    for (name, phrases) in [("phrases.txt", support::plain_phrases()), ("readings.txt", support::readings())] {
        std::fs::write(directory.join(name), phrases.join("\n")).expect("the directory can be written");
    }
}

/// A file for each reply, a hundred in a directory.
fn tree(directory: &Path, replies: impl Iterator<Item = String>) {
    for (index, reply) in replies.enumerate() {
        let folder = directory.join(format!("{:03}", index / 100));
        std::fs::create_dir_all(&folder).expect("the directory can be written");
        std::fs::write(folder.join(format!("{:02}.txt", index % 100)), reply).expect("the directory can be written");
    }
}

/// A JSON Lines file of at least `size` bytes.
fn lines(path: &Path, replies: impl Iterator<Item = String>, size: usize) {
    let mut lines = String::with_capacity(size);
    for (id, reply) in replies.enumerate() {
        if lines.len() >= size {
            break;
        }
        lines.push_str(&format!("{}\n", serde_json::json!({"id": id, "reply": reply})));
    }
    std::fs::write(path, lines).expect("the directory can be written");
}

/// Reads what `path` names; the number of bytes.
fn read(path: &Path) -> u64 {
    if !path.is_dir() {
        return std::fs::read(path).map_or(0, |bytes| bytes.len() as u64);
    }
    let mut entries: Vec<_> =
        std::fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().map(|entry| read(entry)).sum()
}

/// How the time to check replies grows with the number of rules. Compiling is timed apart.
fn rules(replies: &str, counts: &[&str]) {
    use replylint::lint::Linter;
    use replylint::text::Format;
    let texts: Vec<String> = support::Replies::new().from(10).take(replies.parse().unwrap_or(1000)).collect();
    let books: Vec<_> = counts
        .iter()
        .map(|count| {
            let started = Instant::now();
            let book = support::generated_book(count.parse().unwrap_or(0));
            (*count, started.elapsed(), book)
        })
        .collect();
    let mut times = vec![Vec::new(); books.len()];
    for _ in 0..5 {
        for ((_, _, book), times) in books.iter().zip(&mut times) {
            let linter = Linter::new(book, &[]);
            let started = Instant::now();
            let found: usize = texts.iter().map(|text| linter.lint(text, Format::Text, None).findings.len()).sum();
            times.push((started.elapsed(), found));
        }
    }
    let hundred = books.iter().position(|(count, ..)| *count == "100").map(|index| median(&times[index]).0);
    for ((count, compiled, _), times) in books.iter().zip(&times) {
        let (time, found) = median(times);
        let ratio = hundred.map_or(0.0, |hundred| time.as_secs_f64() / hundred.as_secs_f64());
        println!(
            "{count:>6} rules: {ratio:5.2} of the time with 100 ({time:.1?}, {found} findings; compiled in {compiled:.1?})"
        );
    }
}

fn median<T: Copy + Ord>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// Runs commands (a name, then a line for the shell) in turn, so that all of them meet the same moods of the machine. The first
/// rounds fill the page cache and do not count.
fn time(warm_ups: usize, runs: usize, commands: &[&str]) {
    let commands: Vec<(&str, &str)> = commands.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); commands.len()];
    for round in 0..warm_ups + runs {
        for ((_, line), times) in commands.iter().zip(&mut times) {
            let started = Instant::now();
            let status = shell(line).status();
            let took = started.elapsed();
            // The shell's words for a program that can't be run. Any other may be a count of findings.
            let ran = status.is_ok_and(|status| status.code().is_some_and(|code| !matches!(code, 126 | 127)));
            if round >= warm_ups && ran {
                times.push(took);
            }
        }
    }
    for ((name, line), times) in commands.iter().zip(&times) {
        let shown: String = line.chars().take(COMMAND_SHOWN).collect();
        if times.len() < runs {
            println!("{name:>22}: did not run: {shown}");
            continue;
        }
        let (time, least) = (median(times), times.iter().min().copied().unwrap_or_default());
        println!("{name:>22}: {:9.2} ms  least {:9.2}  {shown}", ms(time), ms(least));
    }
}

/// Longest command that is printed, in characters: some name a thousand files.
const COMMAND_SHOWN: usize = 160;

fn shell(line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("exec {line}")]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Prints the most memory that a command had at once, in MB. Only Linux tells.
fn memory(name: &str, line: &str) {
    let mut child = shell(line).spawn().expect("there is a shell");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    // The kernel keeps the most there was; the last look before the end is what counts.
    while let Ok(None) = child.try_wait() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = text.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        most = peak.and_then(|kb| kb.parse().ok()).unwrap_or(0).max(most);
        std::thread::sleep(Duration::from_millis(1));
    }
    println!("{name:>22}: {:9.1} MB  {line}", most as f64 / 1000.0);
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
