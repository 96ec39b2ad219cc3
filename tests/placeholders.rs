//! Placeholders: thirty fields in each syntax that help desks and template engines use, and what only looks like one.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

mod support;

use replylint::text::{Format, Kind, Language, View, Vocabulary};
use support::Desk;

/// Fields as teams name them, in words.
const FIELDS: [&str; 30] = [
    "name",
    "first name",
    "last name",
    "customer name",
    "email",
    "order number",
    "order id",
    "tracking number",
    "ticket id",
    "agent name",
    "company",
    "product name",
    "amount",
    "refund amount",
    "currency",
    "date",
    "delivery date",
    "due date",
    "time",
    "link",
    "reset link",
    "account number",
    "invoice number",
    "city",
    "country",
    "phone number",
    "subject",
    "plan name",
    "reason",
    "signature",
];

fn snake(field: &str) -> String {
    field.replace(' ', "_")
}

fn camel(field: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    let mut words = field.split(' ');
    words.next().unwrap_or_default().to_owned() + &words.map(capital).collect::<String>()
}

fn title(field: &str) -> String {
    field.split(' ').map(|word| word[..1].to_uppercase() + &word[1..]).collect::<Vec<_>>().join(" ")
}

type Syntax = (&'static str, fn(&str) -> String);

const SYNTAXES: [Syntax; 19] = [
    ("Mustache and Liquid", |f| format!("{{{{{}}}}}", snake(f))),
    ("Liquid with an object", |f| format!("{{{{ ticket.{} }}}}", snake(f))),
    ("Handlebars, unescaped", |f| format!("{{{{{{{}}}}}}}", camel(f))),
    ("a Liquid tag", |f| format!("{{% if {} %}}", snake(f))),
    ("braces", |f| format!("{{{}}}", snake(f))),
    ("square brackets", |f| format!("[{}]", title(f))),
    ("double square brackets", |f| format!("[[{}]]", f.replace(' ', "-"))),
    ("angle brackets", |f| format!("<{f}>")),
    ("ERB", |f| format!("<%= {} %>", snake(f))),
    ("Ruby's format", |f| format!("%{{{}}}", snake(f))),
    ("FreeMarker and JavaScript", |f| format!("${{{}}}", camel(f))),
    ("FreeMarker with a default", |f| format!("${{order.{}!}}", camel(f))),
    ("Zammad", |f| format!("#{{ticket.{}}}", snake(f))),
    ("percent signs", |f| format!("%{}%", snake(f).to_uppercase())),
    ("underscores", |f| format!("__{}__", snake(f).to_uppercase())),
    ("Mailchimp", |f| format!("*|{}|*", snake(f).to_uppercase())),
    ("Smarty", |f| format!("{{${}}}", snake(f))),
    ("Smarty with a filter", |f| format!("{{${}|escape}}", snake(f))),
    ("square brackets, shouted", |f| format!("[{}]", f.to_uppercase())),
];

/// What looks like a placeholder and is none.
const OTHERS: [&str; 27] = [
    "{}",
    "[]",
    "_so_",
    "<!-- no -->",
    "100%",
    "[the guide](https://a.example)",
    "[the guide][1]",
    "[1]",
    "[^1]",
    "[ ]",
    "[x]",
    "50% of it",
    "20% today and 30% tomorrow",
    "a < b and c > d",
    "<br>",
    "<b>bold</b>",
    "<https://a.example>",
    "<ana@a.example>",
    "__bold__",
    "**bold**",
    "$5 and $6",
    "#12",
    "*stars*",
    "5 * 3 * 2",
    "snake_case_word",
    ":-) and ;-]",
    "(in brackets)",
];

fn count(text: &str, kind: Kind) -> usize {
    let view = View::new(text, Format::Text, &Vocabulary::default(), &Language::default());
    view.tokens.iter().filter(|token| token.kind == kind).count()
}

#[test]
fn thirty_fields_in_each_syntax_are_one_word_each() {
    let mut missed = Vec::new();
    for (syntax, write) in SYNTAXES {
        for field in FIELDS {
            let text = format!("Hi Ana,\n\nit is {} for you, thanks.\n", write(field));
            if count(&text, Kind::Placeholder) != 1 {
                missed.push(format!("{syntax}: {}", write(field)));
            }
        }
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

/// Forms that the thirty fields do not take.
const ODD_FORMS: [&str; 13] = [
    "{{ ticket.requester.first_name }}",
    "{{name | default: 'there'}}",
    "{% if x %}",
    "[*DATES*]",
    "<% if x %>",
    "%{ticket.name.first}",
    "${user.firstName!}",
    "%first_name%",
    "{$client.name|escape}",
    "{{#if x}}",
    "<other-contributor>",
    "[INSERT LINK]",
    "[Customer Name]",
];

#[test]
fn odd_forms_are_one_word_each_beside_a_comma_and_between_words() {
    for text in ODD_FORMS {
        assert_eq!(count(&format!("Hi {text}, thanks."), Kind::Placeholder), 1, "{text}");
        assert_eq!(count(&format!("Hello there {text} bye."), Kind::Placeholder), 1, "{text}");
    }
}

#[test]
fn thirty_mentions_are_mentions() {
    for field in FIELDS {
        let text = format!("Hi @{}, it is here.", field.replace(' ', "-"));
        assert_eq!(count(&text, Kind::Mention), 1, "{text}");
        assert_eq!(count(&text, Kind::Placeholder), 0, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_placeholder_is_left_alone() {
    for text in OTHERS {
        assert_eq!(count(&format!("Hi Ana, see {text}, thanks."), Kind::Placeholder), 0, "{text}");
    }
}

/// In a draft to somebody a field is an error; in a template it is what it should be.
#[test]
fn a_field_is_told_in_a_draft_and_not_in_a_template() {
    let desk = Desk::empty();
    let mut records = String::new();
    for (_, write) in SYNTAXES {
        for field in FIELDS {
            let reply = format!("Hi Ana,\n\nit is {} for you.\n\nBest, Tom", write(field));
            records.push_str(&format!("{}\n", serde_json::json!({"reply": reply})));
        }
    }
    desk.file("drafts.jsonl", records);
    let told = |arguments: &str| {
        let said = desk.run(&format!("check drafts.jsonl --select hygiene --format concise {arguments}"));
        said.lines().filter(|line| line.contains("hygiene/unfilled-placeholder")).count()
    };
    let all = SYNTAXES.len() * FIELDS.len();
    assert_eq!((told(""), told("--profile template")), (all, 0));
}

/// Messages have fields of their own.
#[test]
fn a_field_of_the_draft_in_a_message_is_shown_as_it_is() {
    let desk = Desk::empty();
    desk.file(
        "own/size.yml",
        "set: size\nrules:\n  - id: long\n    severity: warning\n    limit: {count: words, max: 3}\n    \
         message: “{match}” is too much, {count} words for {max}\n",
    );
    for field in ["{count}", "{max}", "{match}"] {
        let said =
            desk.run_with("check - --rules own --select size --format concise", &format!("It was here {field} now."));
        assert!(said.contains(&format!("“{field}” is too much, 5 words for 3")), "{said}");
    }
}
