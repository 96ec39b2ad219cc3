//! `replylint check --fix`, `--diff` and `--interactive`: the edits are made first, then what is left is checked.

use super::{CheckArgs, Console, FAILED};
use crate::discover::Found;
use crate::fix::{self, Answer, Choice, Fixer, Fixes, Question, Session};
use crate::input::decode;
use crate::lint::Shown;
use crate::problem::Problem;
use crate::report::count;
use clap::Args;
use rayon::prelude::*;
use std::collections::HashSet;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

/// The mark that UTF-8 files of some editors begin with.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What is to be done about findings.
#[derive(Args, Debug, Default)]
pub(super) struct FixArgs {
    /// Make the edits that can't change a meaning, then check what is left; standard input is printed with them
    #[arg(long, conflicts_with_all = ["diff", "interactive", "staged"])]
    fix: bool,

    /// Print what --fix would change, as a diff, and write nothing
    #[arg(long, conflicts_with_all = ["interactive", "staged"])]
    diff: bool,

    /// Show each edit and each rewrite, and ask
    #[arg(long, conflicts_with = "staged")]
    interactive: bool,

    /// With --fix, --diff or --interactive: also make edits that may change the meaning
    #[arg(long = "unsafe")]
    pub(super) unsafe_too: bool,
}

impl FixArgs {
    /// Whether anything is to be edited, or shown as if it were.
    pub(super) fn is_any(&self) -> bool {
        self.fix || self.diff || self.interactive
    }

    /// What is wrong with the arguments together.
    pub(super) fn problem(&self, reads_stdin: bool) -> Option<Problem> {
        let problem = if self.unsafe_too && !self.is_any() {
            Problem::new("--unsafe says which edits are made, and none are asked for")
                .help("add --fix, --diff or --interactive")
        } else if self.interactive && reads_stdin {
            Problem::new("--interactive asks on standard input, which is to be checked").help("name a file instead")
        } else if self.interactive && !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
            Problem::new("--interactive needs a terminal to ask on")
                .help("use --diff to see the edits, --fix to make them")
        } else {
            return None;
        };
        Some(problem)
    }
}

/// What the edits came to.
pub(super) enum Done {
    /// What is left is to be checked and reported.
    Check {
        fixes: Fixes,
        problems: Vec<Problem>,
        /// Standard input with its edits, which has been printed.
        stdin: Option<Vec<u8>>,
    },
    /// There is nothing more to do.
    Exit(u8),
}

/// A file with its edits made.
struct Plan<'f> {
    file: &'f Found,
    old: Vec<u8>,
    new: Vec<u8>,
    fixes: Fixes,
}

/// Makes or shows the edits of `files` and, if it was read, of standard input.
pub(super) fn run(
    args: &CheckArgs,
    fixer: Fixer<'_, '_>,
    files: &[Found],
    stdin: Option<Vec<u8>>,
    console: &Console,
) -> Done {
    let mut fixes = Fixes::default();
    let mut problems = Vec::new();
    if args.edits.interactive {
        ask_all(fixer, files, &mut fixes, &mut problems, console);
        return Done::Check { fixes, problems, stdin: None };
    }
    let stdin_as = Found {
        path: args.stdin_filename.clone().unwrap_or_else(|| PathBuf::from("<stdin>")),
        named: true,
        content: None,
    };
    let piped = stdin.map(|bytes| plan(fixer, &stdin_as, bytes));
    // A link and what it leads to are one file, which is edited once.
    let mut seen = HashSet::new();
    let own: Vec<&Found> = files
        .iter()
        .filter(|file| seen.insert(file.path.canonicalize().unwrap_or_else(|_| file.path.clone())))
        .collect();
    let plans: Vec<Result<Plan<'_>, Problem>> = own.par_iter().filter_map(|file| plan_file(fixer, file)).collect();
    if args.edits.diff {
        return show(piped.into_iter().chain(plans), console);
    }
    let mut printed = None;
    match piped {
        Some(Ok(plan)) => {
            fixes += plan.fixes;
            console.write(|out| out.write_all(&plan.new));
            printed = Some(plan.new);
        }
        Some(Err(problem)) => {
            console.problems(&[problem]);
            return Done::Exit(FAILED);
        }
        None => {}
    }
    for plan in plans {
        match plan.and_then(|plan| save(&plan).map(|()| plan.fixes)) {
            Ok(made) => fixes += made,
            Err(problem) => problems.push(problem),
        }
    }
    Done::Check { fixes, problems, stdin: printed }
}

fn save(plan: &Plan<'_>) -> Result<(), Problem> {
    if plan.old == plan.new { Ok(()) } else { fix::write(&plan.file.path, &plan.old, &plan.new) }
}

/// The edits of a file. What can't be read is left to the check, which says so.
fn plan_file<'f>(fixer: Fixer<'_, '_>, file: &'f Found) -> Option<Result<Plan<'f>, Problem>> {
    let bytes = file.read(fixer.linters.limits()).ok()?;
    decode("", bytes.clone()).is_ok().then(|| plan(fixer, file, bytes))
}

/// The edits of a text.
///
/// # Errors
/// What keeps the text from being read, or its edits from coming to an end.
fn plan<'f>(fixer: Fixer<'_, '_>, file: &'f Found, old: Vec<u8>) -> Result<Plan<'f>, Problem> {
    let name = file.path.display().to_string();
    let text = decode(&name, old.clone())?;
    let fixed = fix::fix_text(fixer, &name, &text, file.named)?;
    let new = encoded(&old, fixed.text);
    Ok(Plan { file, old, new, fixes: fixed.fixes })
}

/// The text as the file had it, with the byte order mark that reading took off.
fn encoded(old: &[u8], text: String) -> Vec<u8> {
    let mark = if old.starts_with(BYTE_ORDER_MARK.as_bytes()) { BYTE_ORDER_MARK } else { "" };
    [mark.as_bytes(), text.as_bytes()].concat()
}

/// Prints a diff of the plans. The exit status is 1 if there is anything in it.
fn show<'f>(plans: impl Iterator<Item = Result<Plan<'f>, Problem>>, console: &Console) -> Done {
    let (mut fixes, mut files, mut failed) = (Fixes::default(), 0, false);
    for plan in plans {
        let plan = match plan {
            Ok(plan) => plan,
            Err(problem) => {
                console.problems(&[problem]);
                failed = true;
                continue;
            }
        };
        fixes += plan.fixes;
        if plan.old != plan.new {
            files += 1;
            console.write(|out| out.write_all(&diff(&plan, io::stdout().is_terminal())));
        }
    }
    let mut said = format!(
        "{} in {} to make; nothing was written",
        count(fixes.fixed, "edit", "edits"),
        count(files, "file", "files")
    );
    if fixes.refused > 0 {
        said.push_str(&format!(" ({} can't be made where the words stand)", fixes.refused));
    }
    console.say(&said);
    Done::Exit(if failed { FAILED } else { u8::from(files > 0) })
}

/// A unified diff. For a terminal, what it would obey is made visible; otherwise the bytes are the file's own.
fn diff(plan: &Plan<'_>, for_people: bool) -> Vec<u8> {
    let name = plan.file.path.display().to_string().replace('\\', "/");
    let name = Shown(&name);
    // What can be read is UTF-8.
    let (old, new) = (String::from_utf8_lossy(&plan.old), String::from_utf8_lossy(&plan.new));
    let diff = similar::TextDiff::from_lines(&*old, &*new);
    let mut out = Vec::new();
    // Writing to memory can't fail.
    let _ = diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_writer(&mut out);
    if for_people {
        let text = String::from_utf8_lossy(&out);
        let lines: Vec<String> = text.lines().map(|line| format!("{}\n", Shown(line))).collect();
        return lines.concat().into_bytes();
    }
    out
}

/// Goes through the files one by one and asks about each edit.
fn ask_all(fixer: Fixer<'_, '_>, files: &[Found], fixes: &mut Fixes, problems: &mut Vec<Problem>, console: &Console) {
    let mut session = Session::default();
    for file in files {
        if session.quit {
            break;
        }
        let name = file.path.display().to_string();
        let Ok(old) = file.read(fixer.linters.limits()) else { continue };
        let Ok(text) = decode(&name, old.clone()) else { continue };
        let fixed = fix::ask_text(fixer, &name, &text, file.named, &mut session, &mut |question| {
            let mut answer = Answer::Quit;
            console.write(|out| {
                // Someone who hangs up has said no.
                answer = ask(question, &mut io::stdin().lock(), out).unwrap_or(Answer::Quit);
                Ok(())
            });
            answer
        });
        if fixed.text != text {
            match fix::write(&file.path, &old, &encoded(&old, fixed.text)) {
                Ok(()) => *fixes += fixed.fixes,
                Err(problem) => problems.push(problem),
            }
        }
    }
}

/// Shows what can be done about a finding and reads the answer. The end of the input means "quit".
fn ask(question: &Question<'_>, input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<Answer> {
    let place = question.position;
    writeln!(out, "{}:{}:{} [{}]", Shown(question.path), place.line, place.column, question.rule)?;
    writeln!(out, "  {}", Shown(question.message))?;
    let edit = question.choices.first().and_then(|choice| choice.safe);
    for (number, choice) in question.choices.iter().enumerate() {
        show_choice(number, choice, question.choices.len() > 1 || edit.is_none(), out)?;
    }
    let keys = keys(question.choices.len(), edit.is_some());
    loop {
        write!(out, "Change it? [{}] ", keys.join(","))?;
        out.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(out)?;
            return Ok(Answer::Quit);
        }
        let said = line.trim().to_lowercase();
        match said.as_str() {
            "n" => return Ok(Answer::Leave),
            "q" => return Ok(Answer::Quit),
            "y" if edit.is_some() => return Ok(Answer::Take(0)),
            "a" if edit.is_some() => return Ok(Answer::All),
            _ => {}
        }
        match said.parse::<usize>() {
            Ok(number) if keys.contains(&said) => return Ok(Answer::Take(number - 1)),
            _ => help(&keys, edit, out)?,
        }
    }
}

fn show_choice(number: usize, choice: &Choice, numbered: bool, out: &mut dyn Write) -> io::Result<()> {
    let title = match choice.safe {
        Some(true) => "the rule's edit",
        Some(false) => "the rule's edit, which may change the meaning",
        None => "an example, for the whole sentence; it knows nothing of your case",
    };
    if numbered {
        writeln!(out, "  {}: {title}", number + 1)?;
    } else {
        writeln!(out, "  {title}")?;
    }
    for (mark, text) in [('-', &choice.before), ('+', &choice.after)] {
        for line in text.lines() {
            writeln!(out, "    {mark} {}", Shown(line))?;
        }
    }
    Ok(())
}

/// What may be answered.
fn keys(choices: usize, has_edit: bool) -> Vec<String> {
    let mut keys = Vec::new();
    if has_edit {
        keys.push("y".to_owned());
    }
    if choices > 1 || !has_edit {
        keys.extend((1..=choices).map(|number| number.to_string()));
    }
    keys.push("n".to_owned());
    if has_edit {
        keys.push("a".to_owned());
    }
    keys.extend(["q", "?"].map(str::to_owned));
    keys
}

fn help(keys: &[String], edit: Option<bool>, out: &mut dyn Write) -> io::Result<()> {
    if edit.is_some() {
        writeln!(out, "  y  make the rule's edit")?;
    }
    if keys.iter().any(|key| key == "1") {
        writeln!(out, "  1  and so on: take this one")?;
    }
    writeln!(out, "  n  leave the words as they are")?;
    if edit.is_some() {
        writeln!(out, "  a  make this edit, and all later ones that can't change a meaning, without asking")?;
    }
    writeln!(out, "  q  stop here; what was taken so far is kept")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Position;

    /// What is shown for these answers, and what they come to.
    fn asked(choices: &[Choice], typed: &str) -> (String, Answer) {
        let position = Position { line: 3, column: 5 };
        let question = Question { path: "a.md", position, rule: "set/rule", message: "it shouts\u{1b}[2J", choices };
        let mut out = Vec::new();
        let answer = ask(&question, &mut typed.as_bytes(), &mut out).unwrap();
        (String::from_utf8(out).unwrap(), answer)
    }

    fn choice(after: &str, safe: Option<bool>) -> Choice {
        Choice { before: "Hi!!\u{7}".to_owned(), after: after.to_owned(), safe }
    }

    #[test]
    fn a_question_shows_the_rewrite_and_takes_only_what_it_offers() {
        let both = [choice("Hi!", Some(true)), choice("Hello.", None)];
        let (shown, answer) = asked(&both, "2\n");
        assert_eq!(answer, Answer::Take(1));
        let expected = "\
a.md:3:5 [set/rule]
  it shouts\\u{1b}[2J
  1: the rule's edit
    - Hi!!\\u{7}
    + Hi!
  2: an example, for the whole sentence; it knows nothing of your case
    - Hi!!\\u{7}
    + Hello.
Change it? [y,1,2,n,a,q,?] ";
        assert_eq!(shown, expected);
        // What it does not know, it answers with the keys and asks again.
        let (shown, answer) = asked(&both, "maybe\n?\n3\nq\n");
        assert_eq!((shown.matches("n  leave the words as they are").count(), answer), (3, Answer::Quit));
        assert_eq!(asked(&both, "Y\n").1, Answer::Take(0));
        assert_eq!(asked(&both, "a\n").1, Answer::All);
        assert_eq!(asked(&both, "n\n").1, Answer::Leave);
        assert_eq!(asked(&both, "").1, Answer::Quit, "the end of the input");
        // An example is never taken by a plain yes, nor by "all".
        let (shown, answer) = asked(&both[1..], "y\na\n1\n");
        assert_eq!(answer, Answer::Take(0));
        assert!(shown.contains("[1,n,q,?]"), "{shown}");
        assert_eq!(asked(&both[..1], "1\nn\n").1, Answer::Leave);
    }

    #[test]
    fn a_diff_for_a_terminal_shows_what_it_would_obey() {
        let file = Found { path: PathBuf::from("a.txt"), named: true, content: None };
        let plan =
            Plan { file: &file, old: b"a\x1b[2J!!".to_vec(), new: b"a\x1b[2J!".to_vec(), fixes: Fixes::default() };
        let shown = String::from_utf8(diff(&plan, true)).unwrap();
        assert!(shown.contains("-a\\u{1b}[2J!!\n") && !shown.contains('\u{1b}'), "{shown}");
        assert!(diff(&plan, false).contains(&0x1b));
    }
}
