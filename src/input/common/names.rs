//! The words by which collections name their parts: keys, columns, labels, file names. They stand around replies,
//! never in them.

/// The words of a key or a title, lower case: `newIssueWelcomeComment`, `close-issue-message`, `Reply 2: claimed`.
pub(in crate::input) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in name.chars() {
        if !c.is_alphanumeric() {
            last = ' ';
            continue;
        }
        let begins = !last.is_alphanumeric() || (c.is_uppercase() && last.is_lowercase());
        if begins || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
        last = c;
    }
    words
}

/// Longest name of a reply, in characters. It is shown with every reply that it stands over.
const NAME_MAX: usize = 200;

/// A name, not longer than anybody reads.
pub(in crate::input) fn short(name: &str) -> String {
    match name.char_indices().nth(NAME_MAX) {
        Some((end, _)) => format!("{}…", name[..end].trim_end()),
        None => name.to_owned(),
    }
}

/// What a key holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Key {
    /// The reply; the lower the number, the more surely.
    Body { rank: u8, html: bool },
    /// What the customer wrote.
    Customer,
    /// What the reply is called; the lower the number, the better.
    Title { rank: u8 },
    /// The message of a bot, named by its key: `stale-issue-message`.
    Automation,
    /// Something else.
    Other,
}

/// Keys that hold a reply, the surest first.
const BODIES: [&str; 19] = [
    "reply",
    "response",
    "answer",
    "canned",
    "body",
    "content",
    "contents",
    "text",
    "message",
    "comment",
    "replace",
    "expansion",
    "macro",
    "snippet",
    "msg",
    "template",
    "markdown",
    "html",
    "output",
];
/// Keys of the first few ranks: beside them a `message`, a `comment` or a `text` is the customer's.
pub(in crate::input) const ANSWER_RANK_MAX: u8 = 2;
/// A `template` is one of many things; it counts only beside a title.
pub(in crate::input) const SURE_RANK_MAX: u8 = 14;

const CUSTOMERS: [&str; 8] =
    ["customer", "question", "query", "review", "inquiry", "enquiry", "instruction", "complaint"];
/// The same, but only in front of a short key: `request`, `user_message`, and not `requestInfoReplyComment`.
const ASKERS: [&str; 5] = ["prompt", "ticket", "request", "input", "user"];

const TITLES: [&str; 14] = [
    "title",
    "label",
    "name",
    "shortcode",
    "shortcut",
    "subject",
    "trigger",
    "keyword",
    "intent",
    "key",
    "slug",
    "heading",
    "topic",
    "id",
];

/// The last words of a bot's keys.
const MESSAGES: [&str; 6] = ["comment", "message", "body", "reply", "response", "text"];
/// Words that make of such a key something that no customer reads.
const NO_MESSAGES: [&str; 30] = [
    "deprecated",
    "deprecation",
    "exception",
    "warning",
    "debug",
    "validation",
    "commit",
    "error",
    "log",
    "tag",
    "release",
    "label",
    "merge",
    "squash",
    "button",
    "placeholder",
    "alt",
    "footer",
    "header",
    "type",
    "enable",
    "internal",
    "note",
    "search",
    "link",
    "tooltip",
    "help",
    "max",
    "notes",
    "staff",
];
/// How a text is written, as a word of its key.
const SYNTAX: [&str; 8] = ["html", "text", "plain", "markdown", "md", "raw", "value", "txt"];

/// What `key` holds.
pub(in crate::input) fn key(key: &str) -> Key {
    let words = words(key);
    let html = words.iter().any(|w| w == "html");
    let Some(last) = words.last().map(String::as_str) else {
        return Key::Other;
    };
    let rank = |list: &[&str], word: &str| list.iter().position(|w| *w == word || plural(w, word)).map(|at| at as u8);
    if let Some(rank) = rank(&TITLES, &words.concat()) {
        return Key::Title { rank };
    }
    // `body_html` is a `body`, and so is `comment_value_html` a `comment`.
    let mut stem = words.as_slice();
    loop {
        if let Some(rank) = rank(&BODIES, &stem.concat()) {
            return Key::Body { rank, html };
        }
        match stem {
            [rest @ .., syntax] if !rest.is_empty() && SYNTAX.contains(&syntax.as_str()) => stem = rest,
            _ => break,
        }
    }
    if words.iter().any(|w| NO_MESSAGES.contains(&w.as_str())) {
        return Key::Other;
    }
    let asks = words.iter().any(|w| CUSTOMERS.contains(&w.as_str()))
        || (words.len() <= 2 && words.first().is_some_and(|w| ASKERS.contains(&w.as_str())));
    if asks && !matches!(last, "reply" | "response" | "answer") {
        return if matches!(last, "id" | "name" | "email" | "type" | "date" | "number") {
            Key::Other
        } else {
            Key::Customer
        };
    }
    if words.len() > 1 && MESSAGES.contains(&last) {
        return Key::Automation;
    }
    match last {
        "title" | "subject" | "shortcut" | "code" if words.len() > 1 => Key::Title { rank: 20 },
        _ => Key::Other,
    }
}

fn plural(one: &str, word: &str) -> bool {
    word.strip_suffix('s') == Some(one)
}

/// Whether a key, a title or a file name says that replies are near.
pub(in crate::input) fn is_hint(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| {
        let one = word.strip_suffix('s').unwrap_or(word);
        matches!(
            one,
            "reply"
                | "replie"
                | "response"
                | "macro"
                | "canned"
                | "template"
                | "snippet"
                | "utter"
                | "autoresponder"
                | "autoreply"
                | "autoresponse"
                | "premade"
                | "comment"
                | "boilerplate"
                | "respond"
                | "responding"
        )
    }) || (words.iter().any(|w| w == "message") && words.iter().any(|w| matches!(w.as_str(), "template" | "catalog")))
        || (words.iter().any(|w| matches!(w.as_str(), "saved" | "quick" | "support" | "customer"))
            && words.iter().any(|w| w.starts_with("repl") || w.starts_with("respon") || w.starts_with("message")))
}

/// Whether one of the folders or the name of `path` is such a hint.
pub(in crate::input) fn hints_in_path(path: &str) -> bool {
    let mut parts = path.rsplit(['/', '\\']).filter(|part| !part.is_empty() && *part != "." && *part != "..");
    parts.by_ref().take(5).any(is_hint)
}

/// Keys that only group others and name nothing.
pub(in crate::input) fn is_grouping(key: &str) -> bool {
    let joined = words(key).concat();
    matches!(
        joined.as_str(),
        "with"
            | "steps"
            | "jobs"
            | "actions"
            | "action"
            | "issue"
            | "issues"
            | "pr"
            | "prs"
            | "pulls"
            | "labeled"
            | "pullrequest"
            | "labels"
            | "items"
            | "data"
            | "results"
            | "config"
            | "arguments"
            | "attributes"
            | "embedded"
            | "responses"
            | "replies"
            | "macros"
            | "templates"
            | "messages"
            | "comments"
            | "version"
    )
}

/// Actions whose texts go to colleagues, a chat or a release, not to whoever wrote in.
pub(in crate::input) fn is_other_action(uses: &str) -> bool {
    let uses = uses.to_ascii_lowercase();
    [
        "commit",
        "slack",
        "discord",
        "telegram",
        "teams",
        "release",
        "docker",
        "create-pull-request",
        "create-an-issue",
        "mail",
        "notify",
        "tweet",
        "mastodon",
        "matrix",
    ]
    .iter()
    .any(|name| uses.contains(name))
}

/// Labels in front of a reply: `**Reply:**`, `Template:`.
pub(in crate::input) fn is_reply_label(label: &str) -> bool {
    let words = words(label);
    let last = words.last().map_or("", String::as_str);
    words.len() <= 4
        && matches!(
            last,
            "reply"
                | "response"
                | "template"
                | "answer"
                | "body"
                | "message"
                | "comment"
                | "email"
                | "text"
                | "good"
                | "bad"
                | "macro"
        )
}

/// Labels in front of what the customer wrote.
pub(in crate::input) fn is_customer_label(label: &str) -> bool {
    let words = words(label);
    words.len() <= 3
        && words.first().is_some_and(|w| {
            matches!(w.as_str(), "customer" | "review" | "question" | "inquiry" | "user" | "client" | "incoming")
        })
        && !matches!(words.last().map(String::as_str), Some("reply" | "response" | "template" | "answer"))
}

/// Labels in front of a subject.
pub(in crate::input) fn is_subject_label(label: &str) -> bool {
    words(label).concat() == "subject" || words(label).concat() == "subjectline"
}

/// Labels of what the agent is to know or do.
pub(in crate::input) fn is_note_label(label: &str) -> bool {
    let words = words(label);
    words.len() <= 4
        && words.first().is_some_and(|w| {
            matches!(
                w.as_str(),
                "internal"
                    | "note"
                    | "notes"
                    | "action"
                    | "actions"
                    | "trigger"
                    | "use"
                    | "when"
                    | "tags"
                    | "tag"
                    | "category"
                    | "channel"
                    | "shortcut"
                    | "title"
                    | "name"
                    | "owner"
                    | "version"
                    | "status"
                    | "sla"
                    | "audience"
                    | "purpose"
                    | "tone"
                    | "usage"
                    | "tips"
                    | "tip"
                    | "goal"
                    | "event"
                    | "to"
                    | "cc"
                    | "from"
                    | "keywords"
                    | "labels"
                    | "scenario"
                    | "situation"
                    | "context"
            )
        })
}

/// Headings of a document about replies, not of one.
pub(in crate::input) fn is_document_heading(title: &str) -> bool {
    let words = words(title);
    let first = words.first().map_or("", String::as_str);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    has(&[
        "guidelines",
        "guideline",
        "tips",
        "usage",
        "overview",
        "introduction",
        "contents",
        "variables",
        "metrics",
        "notes",
        "checklist",
        "changelog",
        "glossary",
        "appendix",
        "principles",
        "rules",
        "policy",
        "workflow",
        "process",
        "maintenance",
        "contributing",
        "license",
        "tone",
        "instructions",
        "legend",
        "placeholders",
        "purpose",
        "conventions",
    ]) || matches!(first, "about" | "how" | "why" | "when" | "table" | "index" | "see" | "references" | "related")
        && words.len() <= 6
}

/// File names of documents that most repositories have.
pub(in crate::input) fn is_document_file(path: &str) -> bool {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    matches!(
        stem.as_str(),
        "readme"
            | "changelog"
            | "contributing"
            | "license"
            | "licence"
            | "code_of_conduct"
            | "security"
            | "authors"
            | "history"
            | "news"
            | "todo"
            | "roadmap"
            | "governance"
            | "maintainers"
            | "codeowners"
            | "support"
            | "pull_request_template"
            | "issue_template"
            | "install"
            | "upgrading"
            | "architecture"
            | "claude"
            | "agents"
    ) || path.contains("ISSUE_TEMPLATE")
}

/// Keys of texts for whoever keeps the collection.
pub(in crate::input) fn is_note(key: &str) -> bool {
    let words = words(key);
    words
        .iter()
        .any(|w| matches!(w.as_str(), "description" | "notes" | "note" | "about" | "help" | "usage" | "summary"))
}

/// Keys of what a bot puts around every comment.
pub(in crate::input) fn is_wrapper(key: &str) -> bool {
    matches!(words(key).last().map(String::as_str), Some("header" | "footer" | "signature"))
}

/// Whether a heading speaks of replies. Stricter than [`is_hint`]: every interface has responses and templates.
pub(in crate::input) fn is_reply_heading(title: &str) -> bool {
    let words = words(title);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    has(&["reply", "replies", "canned", "macro", "macros"])
        || (has(&["template", "templates", "example", "examples"])
            && has(&["response", "responses", "email", "message"]))
}

/// Whether a path is in a folder that a code forge reads: its replies are comments on issues.
pub(in crate::input) fn is_of_a_forge(path: &str) -> bool {
    path.split(['/', '\\']).rev().skip(1).any(|folder| matches!(folder, ".github" | ".gitlab" | ".gitea" | ".forgejo"))
}
