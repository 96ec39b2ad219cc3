//! Every example of every built-in rule and signal is a test of its own, in every variant.

use libtest_mimic::{Arguments, Failed, Trial};
use replylint::config::Settings;
use replylint::rules::examples::collect;

fn main() {
    let arguments = Arguments::from_args();
    let settings = Settings { language: "en".to_owned(), ..Settings::default() };
    let (book, sets) = match replylint::check::documented_book(&settings, true) {
        Ok(found) => found,
        Err(problems) => {
            let text: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("the built-in rules do not compile:\n{}", text.join("\n"));
        }
    };
    // Tests live as long as the process.
    let book: &'static _ = Box::leak(Box::new(book));
    let sets: &'static _ = Box::leak(Box::new(sets));
    let trials = collect(book, sets)
        .into_iter()
        .enumerate()
        .map(|(number, example)| {
            Trial::test(format!("{} #{number}", example.of), move || match example.run(book) {
                None => Ok(()),
                Some(failure) => Err(Failed::from(format!(
                    "{} ({}) in {}: {}\nexpected {:?}, found {:?}",
                    failure.failing.name(),
                    failure.variant,
                    failure.path,
                    failure.text,
                    failure.expected,
                    failure.found
                ))),
            })
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
