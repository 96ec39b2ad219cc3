//! Mistakes in rule files: each is said with its place and a way out, all of them in one run, and the exit status is 2.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use support::Desk;

/// Checks that the rule file is refused with exactly these words.
macro_rules! refused {
    ($($name:ident: $yaml:expr => $says:expr;)+) => {
        $(#[test]
        fn $name() {
            assert_eq!(refusal($yaml), $says);
        })+
    };
}

/// What is said about a rule file with this text.
fn refusal(yaml: &str) -> String {
    let desk = Desk::empty();
    desk.file("own/bad.yml", yaml);
    said(&desk)
}

/// What is said about the rule files in `own`, beside rules that are fine.
fn said(desk: &Desk) -> String {
    desk.file("reply.txt", "It is here.\n");
    desk.file("replylint.yml", "language: test\n");
    let output = desk.output("check reply.txt --rules own", "");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "nothing is checked with broken rules");
    String::from_utf8(output.stderr).unwrap()
}

// Keys and values.

refused! {
    an_unknown_key: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    mesage: y
" => "\
problem: own/bad.yml:8:5: there is no key `mesage` here
  help: did you mean `message`?
";
    an_unknown_key_of_the_set: "\
set: mine
language: test
rulez: []
" => "\
problem: own/bad.yml:3:1: there is no key `rulez` here
  help: did you mean `rules`?
";
    an_unknown_key_in_when: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    when: {anny: [x]}
" => "\
problem: own/bad.yml:8:11: there is no key `anny` here
  help: did you mean `any`?
";
    an_unknown_key_in_an_example: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    examples:
      flag:
        - Note: you must
" => "\
problem: own/bad.yml:10:11: YAML reads `Note: ...` as a key and its value; put quotes around the text (the keys of an example are `text`, `at` and `customer`)
";
    a_number_for_the_rules: "\
set: mine
language: test
rules: 5
" => "\
problem: own/bad.yml:3:8: here is the number 5, where there should be a list (`[one, two]`, or one `- item` a line)
";
    a_text_for_a_list: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: you failed
" => "\
problem: own/bad.yml:7:12: here is the text \"you failed\", where there should be a list of phrases (one `- phrase` a line, or `[one, two]`)
";
    a_list_for_a_name: "\
set: [mine]
" => "\
problem: own/bad.yml:1:6: here is a list, where there should be a string
";
    an_unknown_severity: "\
set: mine
language: test
rules:
  - {id: a, severity: waring, message: m, avoid: [x]}
" => "\
problem: own/bad.yml:4:23: `waring` is no value for this key
  help: did you mean `warning`?
";
    an_unknown_place: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    in: sentence
" => "\
problem: own/bad.yml:8:9: `sentence` is no value for this key
  help: there are `opening`, `closing`, `body`
";
    no_message: "\
set: mine
language: test
rules:
  - {id: a, severity: error, avoid: [x]}
" => "\
problem: own/bad.yml:4:5: the key `message` is missing
  help: add it here
";
    an_empty_message: "\
set: mine
language: test
rules:
  - {id: a, severity: error, avoid: [x], message: \"\"}
" => "\
problem: own/bad.yml:4:51: `mine/a` has no message
  help: say what to do about the words
";
    a_key_twice: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    avoid: [y]
" => "\
problem: own/bad.yml:4:5: the key `avoid` stands here twice
  help: put the two together
";
    a_list_twice: "\
set: mine
language: test
phrases:
  one: [x]
  one: [y]
" => "\
problem: own/bad.yml:4:3: `one` stands here twice; give one of them another name
";
    a_name_with_a_space: "\
set: my own
language: test
rules:
  - {id: a b, severity: error, avoid: [x], message: m}
" => "\
problem: own/bad.yml:1:6: `my own` can't name a set
  help: use letters, digits and hyphens
problem: own/bad.yml:4:10: `a b` can't be the id of a rule
  help: use letters, digits and hyphens
";
}

// Phrases.

refused! {
    an_unclosed_bracket: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - fine
      - you (failed
" => "\
problem: own/bad.yml:9:13: in the phrase `you (failed`: this `(` is never closed; add a `)`
";
    an_unclosed_bracket_in_quotes: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [\"you (failed\"]
" => "\
problem: own/bad.yml:7:18: in the phrase `you (failed`: this `(` is never closed; add a `)`
";
    an_unclosed_bracket_where_case_matters: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [{text: \"You (failed\", case: sensitive}]
" => "\
problem: own/bad.yml:7:25: in the phrase `You (failed`: this `(` is never closed; add a `)`
";
    // The phrase goes on where no column of its first line is.
    an_unclosed_bracket_on_the_next_line: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - you really must
        have (failed
" => "\
problem: own/bad.yml:8:9: in the phrase `you really must have (failed`: this `(` is never closed; add a `)`
";
    an_empty_alternative: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - you (a||b) it
" => "\
problem: own/bad.yml:8:16: in the phrase `you (a||b) it`: this alternative is empty; write `(a|b)?` for \"or nothing\"
";
    a_bracket_too_many: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    unless:
      - you failed)
    avoid: [x]
" => "\
problem: own/bad.yml:8:19: in the phrase `you failed)`: this `)` or `|` closes nothing; add the `(` or remove it
";
    a_phrase_without_a_word: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [.., (x)?]
" => "\
problem: own/bad.yml:7:13: in the phrase `..`: this phrase matches without a single word; add one that must be there
problem: own/bad.yml:7:17: in the phrase `(x)?`: this phrase matches without a single word; add one that must be there
";
    a_full_stop_in_a_phrase: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [stop. now]
" => "\
problem: own/bad.yml:7:17: in the phrase `stop. now`: a phrase has no full stop; use `$` for the end of a sentence, `..` to skip words
";
    a_sign_that_means_nothing: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [a = b]
" => "\
problem: own/bad.yml:7:15: in the phrase `a = b`: `=` means nothing in a phrase; write words, `(a|b)`, `<list>`, `..`, `^` or `$`, or use `re:`
";
    a_mistake_in_a_list: "\
set: mine
language: test
phrases:
  one:
    - fine
    - not (fine
rules:
  - {id: a, severity: error, message: m, avoid: [<one>]}
" => "\
problem: own/bad.yml:6:11: in the phrase `not (fine`: this `(` is never closed; add a `)`
";
    a_mistake_in_a_signal_is_told_once: "\
set: mine
language: test
signals:
  late:
    of: [reply, customer]
    phrases: [a (b]
" => "\
problem: own/bad.yml:6:17: in the phrase `a (b`: this `(` is never closed; add a `)`
";
    a_bad_regular_expression: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - re: \"you ((failed\"
" => "\
problem: own/bad.yml:8:13: this regular expression does not work: unclosed group
  help: try it in words first; `re:` has no look-around
";
    look_around: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - re: \"you (?=failed)\"
" => "\
problem: own/bad.yml:8:13: this regular expression does not work: look-around, including look-ahead and look-behind, is not supported
  help: try it in words first; `re:` has no look-around
";
    quotes_around_the_whole_of_a_regular_expression: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - \"re: you (failed)+\"
" => "\
problem: own/bad.yml:8:10: in the phrase `re: you (failed)+`: the quotes of a regular expression stand behind `re:`; write `- re: \"you (failed)+\"`
";
    a_regular_expression_in_a_list: "\
set: mine
language: test
phrases:
  one: [{re: \"a+\"}]
" => "\
problem: own/bad.yml:4:9: a list can't hold `re:`
  help: write it where the phrase is used
";
}

// Phrases that YAML took for something else.

refused! {
    a_phrase_with_a_colon: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - note: you
" => "\
problem: own/bad.yml:8:9: YAML reads `note: ...` as a key and its value; put quotes around the phrase (the only keys here are `re`, `text` and `case`)
";
    a_phrase_in_square_brackets: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - fine
      - [x]
" => "\
problem: own/bad.yml:9:9: YAML reads `[...]` as a list; put quotes around the phrase
";
    a_phrase_that_is_a_truth_value: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - true
" => "\
problem: own/bad.yml:8:9: YAML reads this as the truth value `true`; put quotes around the phrase
";
    a_phrase_that_is_a_number: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - 42
" => "\
problem: own/bad.yml:8:9: YAML reads this as the number 42; put quotes around the phrase
";
    a_phrase_that_is_a_fraction: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [1.5]
" => "\
problem: own/bad.yml:7:13: YAML reads this as the number 1.5; put quotes around the phrase
";
    a_phrase_that_is_nothing: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - x
      -
" => "\
problem: own/bad.yml:9:8: this phrase is empty; remove it or put quotes around the phrase
";
    a_phrase_that_starts_with_a_star: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - *ing you
" => "\
problem: own/bad.yml:8:9: YAML takes a word with `*` in front for a reference
  help: put quotes around the phrase
";
    a_phrase_that_starts_with_a_percent_sign: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid:
      - %name% must
" => "\
problem: own/bad.yml:8:9: YAML allows no text that starts with `%`
  help: put quotes around the text
";
    a_message_with_a_colon: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    why: mind: the gap
" => "\
problem: own/bad.yml:8:14: YAML takes the `:` in this text for the end of a key
  help: put quotes around the text, or mend the indentation
";
    a_tab: "\
set: mine
language: test
rules:
\t- id: a
" => "\
problem: own/bad.yml:4:1: YAML allows no tab here
  help: indent with spaces
";
    an_unclosed_list: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [you, it
" => "\
problem: own/bad.yml:8:1: a bracket is opened before here and not closed, or a comma is missing
  help: close it
";
    // The parser counts a line more than there is.
    a_list_that_the_end_of_the_file_cuts_off: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [you, it" => "\
problem: own/bad.yml:7:20: a bracket is opened before here and not closed, or a comma is missing
  help: close it
";
}

// Names.

refused! {
    an_unknown_signal: "\
set: mine
language: test
signals:
  regret: {phrases: [sorry]}
rules:
  - id: a
    severity: warning
    message: m
    require: regrett
" => "\
problem: own/bad.yml:9:14: there is no signal `regrett`
  help: did you mean `regret`?
";
    unknown_signals_in_when: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    when:
      any: [zebra]
      none: [gnu]
" => "\
problem: own/bad.yml:9:13: there is no signal `zebra`
  help: declare it under `signals:`; `replylint rules --signals` lists those there are
problem: own/bad.yml:10:14: there is no signal `gnu`
  help: declare it under `signals:`; `replylint rules --signals` lists those there are
";
    an_unknown_list: "\
set: mine
language: test
phrases:
  blamed: [failed to]
rules:
  - id: a
    severity: warning
    message: m
    avoid: [you <blame>, the <zebra>]
" => "\
problem: own/bad.yml:9:13: there is no list `<blame>`
  help: did you mean `<blamed>`?
problem: own/bad.yml:9:26: there is no list `<zebra>`
  help: declare it under `phrases:` in this file
";
    an_id_twice: "\
set: mine
language: test
rules:
  - {id: a, severity: warning, message: m, avoid: [x]}
  - {id: a, severity: warning, message: m, avoid: [y]}
" => "\
problem: own/bad.yml:5:10: there are two rules `mine/a`; the other is in own/bad.yml
  help: give one of them another id
";
    a_signal_that_is_never_true: "\
set: mine
language: test
signals:
  late: {label: a delay}
" => "\
problem: own/bad.yml:4:9: the signal `late` can never be true
  help: give it `phrases:`, `customer:` or `also:`
";
}

// What a rule asks for.

refused! {
    no_kind: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
" => "\
problem: own/bad.yml:4:5: the rule `a` asks for nothing
  help: write exactly one of `avoid`, `require`, `order`, `limit`, `answer` and `ignored`
";
    two_kinds: "\
set: mine
language: test
signals:
  regret: {phrases: [sorry]}
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
    require: regret
" => "\
problem: own/bad.yml:6:5: the rule `a` asks for 2 things: avoid, require
  help: write exactly one of `avoid`, `require`, `order`, `limit`, `answer` and `ignored`
";
    suspect_phrases_of_another_kind: "\
set: mine
language: test
signals:
  regret: {phrases: [sorry]}
rules:
  - id: a
    severity: warning
    message: m
    suspect: [x]
    require: regret
" => "\
problem: own/bad.yml:6:5: the rule `a` asks for 2 things: suspect, require
  help: write exactly one of `avoid`, `require`, `order`, `limit`, `answer` and `ignored`
";
    a_limit_without_a_bound: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    limit: {count: words}
" => "\
problem: own/bad.yml:7:12: this limit has no bound
  help: write `max:` or `min:`
";
    a_limit_on_nothing: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    limit: {max: 3}
" => "\
problem: own/bad.yml:7:12: a limit counts exactly one thing
  help: write one of `count:`, `phrases:` and `signal:`
";
    an_empty_list_of_phrases: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: []
" => "\
problem: own/bad.yml:7:12: this list of phrases is empty
  help: add a phrase
";
}

// Circles, bombs and nothing at all.

refused! {
    a_cycle_of_lists: "\
set: mine
language: test
phrases:
  one: [a <two>]
  two: [b <three>, c]
  three: [<one> d]
rules:
  - {id: a, severity: error, message: m, avoid: [<one>]}
" => "\
problem: own/bad.yml:4:8: the list `one` uses itself
  help: take `<...>` out of one of the lists in the circle
problem: own/bad.yml:5:8: the list `two` uses itself
  help: take `<...>` out of one of the lists in the circle
problem: own/bad.yml:6:10: the list `three` uses itself
  help: take `<...>` out of one of the lists in the circle
";
    a_list_that_holds_itself: "\
set: mine
language: test
phrases:
  one: [a <one>]
" => "\
problem: own/bad.yml:4:8: the list `one` uses itself
  help: take `<...>` out of one of the lists in the circle
";
    an_empty_set: "\
set: mine
language: test
" => "\
problem: own/bad.yml:1:1: this set is empty
  help: add at least one rule under `rules:`
";
    a_set_without_rules: "\
set: mine
language: test
rules: []
" => "\
problem: own/bad.yml:1:1: this set is empty
  help: add at least one rule under `rules:`
";
    an_empty_list: "\
set: mine
language: test
phrases:
  one: []
" => "\
problem: own/bad.yml:4:8: the list `one` is empty
  help: add a phrase or remove the list
";
    an_empty_file: "" => "\
problem: own/bad.yml:1:1: this rule file is empty
  help: write at least `set: name` and `rules:`
";
    nothing_but_comments: "\
# soon

" => "\
problem: own/bad.yml:1:1: this rule file is empty
  help: write at least `set: name` and `rules:`
";
    two_documents: "\
set: mine
language: test
rules:
  - id: a
    severity: warning
    message: m
    avoid: [x]
---
set: other
" => "\
problem: own/bad.yml:8:1: this file holds more than one YAML document
  help: take out the line `---`, or make two files of it
";
}

#[test]
fn the_word_no_is_a_word() {
    let desk = Desk::empty();
    desk.file("own/fine.yml", "set: mine\nrules:\n  - {id: a, severity: error, message: m, avoid: [no]}\n");
    let said = desk.run_with("check - --rules own --no-config --select mine --format concise", "No, thanks.");
    assert!(said.contains("<stdin>:1:1: error[mine/a] m"), "{said}");
}

#[test]
fn word_forms_that_no_draft_can_hold() {
    let desk = Desk::empty();
    desk.file(
        "own/language.yml",
        "\
language: test
contractions:
  \"'re\": [are]
  \"'\": [is]
  \"'S\": [is]
irregular:
  w: with you
  à: à le
  Gonna: going to
  kind of: rather so
  cannot: cannot
  dunno: do n't know
  \"y'all\": you all
",
    );
    assert_eq!(
        said(&desk),
        "\
problem: own/language.yml:4:8: `'` is no ending: it has no letter
  help: write it as in `'re: [are]`
problem: own/language.yml:5:9: `'S` is never found: words are compared in lower case
  help: write it in lower case
problem: own/language.yml:7:6: `w` is too short to be two words
  help: take it out
problem: own/language.yml:8:6: `à` is too short to be two words
  help: take it out
problem: own/language.yml:9:10: `Gonna` is never found: words are compared in lower case
  help: write it in lower case
problem: own/language.yml:10:12: `kind of` is more than one word already
  help: write it as in `cannot: can not`
problem: own/language.yml:11:11: `cannot` stands for two words, and `cannot` is not two
  help: write it as in `cannot: can not`
problem: own/language.yml:12:10: `dunno` stands for two words, and `do n't know` is not two
  help: write it as in `cannot: can not`
"
    );
}

#[test]
fn a_file_of_two_megabytes() {
    let rule = "  - {id: a, severity: error, message: m, avoid: [x]}\n";
    let says = "problem: own/bad.yml: this rule file is larger than 1024 KiB\n  help: split it into several files; a set may have more than one\n";
    assert_eq!(refusal(&format!("set: mine\nrules:\n{}", rule.repeat((2 << 20) / rule.len()))), says);
}

#[test]
fn an_alias_bomb() {
    let mut yaml = "set: mine\nphrases:\n  a0: &a0 [lol]\n".to_owned();
    for level in 1..30 {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        yaml.push_str(&format!("  a{level}: &a{level} [{alias}]\n"));
    }
    assert_eq!(
        refusal(&yaml),
        "problem: own/bad.yml:3:7: YAML reads `[...]` as a list; put quotes around the phrase\n"
    );
}

#[test]
fn a_bomb_of_lists() {
    let mut yaml = "set: mine\nphrases:\n  a0: [lol]\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        yaml.push_str(&format!("  a{level}: [<a{below}> <a{below}>, <a{below}> x, <a{below}> y]\n"));
    }
    yaml.push_str("rules:\n  - {id: a, severity: error, message: m, avoid: [fine, <a29>]}\n");
    assert_eq!(
        refusal(&yaml),
        "problem: own/bad.yml:34:56: this phrase stands for more than 50000 words with its lists written out\n  \
         help: use lists that do not hold other lists\n"
    );
}

#[test]
fn a_chain_of_lists() {
    let mut yaml = "set: mine\nphrases:\n  a0: [lol]\n".to_owned();
    for level in 1..30_000 {
        yaml.push_str(&format!("  a{level}: [<a{}>]\n", level - 1));
    }
    assert_eq!(
        refusal(&yaml),
        "problem: own/bad.yml:3:3: this set has 30000 lists; 500 is the most\n  help: split it into several sets\n"
    );
}

#[test]
fn a_chain_of_lists_through_many_files() {
    let desk = Desk::empty();
    for file in 0..60 {
        let mut yaml = "set: mine\nphrases:\n".to_owned();
        for level in file * 500 + 1..=(file + 1) * 500 {
            yaml.push_str(&format!("  a{level}: [<a{}>]\n", level - 1));
        }
        desk.file(&format!("own/{file}.yml"), yaml);
    }
    let says = said(&desk);
    assert!(says.starts_with("problem: own/0.yml:3:3: this set has 30000 lists; 500 is the most\n"), "{says}");
}

#[test]
fn brackets_without_end() {
    let nested = format!("{}x{}", "(".repeat(5000), ")".repeat(5000));
    let says =
        refusal(&format!("set: mine\nrules:\n  - {{id: a, severity: error, message: m, avoid: [\"{nested}\"]}}\n"));
    assert!(says.ends_with("brackets are nested too deeply; use named lists\n"), "{says}");
    let says = refusal(&format!("set: {}\n", "[".repeat(5000)));
    assert!(says.starts_with("problem: own/bad.yml:1:"), "{says}");
}

#[test]
fn a_file_that_is_not_utf8() {
    let desk = Desk::empty();
    desk.file("own/bad.yml", b"set: caf\xe9\n");
    assert_eq!(said(&desk), "problem: own/bad.yml: this rule file is not UTF-8\n  help: save it as UTF-8\n");
}

#[test]
fn a_directory_without_rules() {
    let desk = Desk::empty();
    desk.file("own/notes.txt", "soon");
    assert_eq!(
        said(&desk),
        "problem: own: this rule directory holds no .yml file\n  \
         help: put at least one rule set in it; `replylint init` writes an example\n"
    );
    assert!(desk.run("check reply.txt --rules nowhere").contains("problem: nowhere: there is no such rule directory"));
}

#[test]
fn the_mistakes_of_all_files_are_told_in_one_run() {
    let desk = Desk::empty();
    let rule = "language: test\nrules:\n  - id: a\n    severity: warning\n    message: m\n";
    desk.file("own/a.yml", format!("set: one\n{rule}    avoid: [you (x]\n"));
    desk.file("own/b.yml", format!("set: two\n{rule}    avoid: [<q>]\n    unless: [a =]\n"));
    desk.file("own/c.yml", "set: three\nruels: []\n");
    desk.file("own/d.yml", format!("set: one\n{rule}    avoid: [fine]\n"));
    desk.file("own/e.yml", format!("set: four\n{rule}    avoid: [fine]\n"));
    let says = said(&desk);
    for place in ["own/a.yml:7:17: ", "own/b.yml:7:13: ", "own/b.yml:8:16: ", "own/c.yml:2:1: ", "own/d.yml:4:9: "] {
        assert!(says.contains(&format!("problem: {place}")), "{place} is missing:\n{says}");
    }
    assert_eq!(says.matches("problem:").count(), 5, "{says}");
}

#[test]
fn the_same_is_said_by_every_command() {
    let desk = Desk::empty();
    desk.file("own/bad.yml", "set: mine\nruels: []\n");
    for arguments in ["rules --rules own", "explain mine --rules own", "test own"] {
        let said = desk.run(arguments);
        assert!(said.contains("problem: own/bad.yml:2:1: there is no key `ruels` here\n"), "{said}");
        assert!(said.ends_with("exit status 2\n"), "{said}");
    }
}

// Sets of several files.

/// A file of the set `mine` with one rule for `phrase`.
fn part(rule: &str, phrase: &str, lists: &str) -> String {
    format!(
        "set: mine\nlanguage: test\n{lists}rules:\n  - id: {rule}\n    severity: warning\n    message: m\n    avoid: [{phrase}]\n"
    )
}

#[test]
fn files_of_one_set_share_their_lists() {
    let desk = Desk::empty();
    desk.file("own/mine/bread.yml", part("bread", "stale <thing>", ""));
    desk.file("own/mine/milk.yml", part("milk", "sour <thing>", "phrases: {thing: [milk, bread]}\n"));
    desk.file("reply.txt", "The stale bread and the sour milk.\n");
    desk.file("replylint.yml", "language: test\n");
    let output = desk.output("check reply.txt --rules own --format concise", "");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        "reply.txt:1:5: warning[mine/bread] m\nreply.txt:1:25: warning[mine/milk] m\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn files_of_one_set_have_each_list_and_rule_once() {
    let desk = Desk::empty();
    desk.file("own/mine/bread.yml", part("bread", "stale <thing>", "phrases: {thing: [bread]}\n"));
    desk.file("own/mine/milk.yml", part("bread", "sour <thing>", "phrases: {thing: [milk]}\n"));
    assert_eq!(
        said(&desk),
        "\
problem: own/mine/milk.yml:3:18: the list `thing` is also in own/mine/bread.yml
  help: a set has one list of a name, in whichever of its files; take one of them out
problem: own/mine/milk.yml:5:9: there are two rules `mine/bread`; the other is in own/mine/bread.yml
  help: give one of them another id
"
    );
}

#[test]
fn a_set_stands_in_one_directory() {
    let desk = Desk::empty();
    desk.file("own/mine.yml", part("bread", "stale bread", ""));
    desk.file("more/mine.yml", part("milk", "sour milk", ""));
    desk.file("reply.txt", "It is here.\n");
    desk.file("replylint.yml", "language: test\n");
    let output = desk.output("check reply.txt --rules own --rules more", "");
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "\
problem: more/mine.yml:1:6: set `mine` is already in own/mine.yml
  help: give one of the two another name, or put them into one directory
"
    );
}
