//! Signs in a text itself: how letters begin, and how code looks. No word of any language is among them.

use crate::input::html;

/// Whether a text begins as letters do, in any language: `Hi Ana,` on a line or in front of one, `@name`.
pub(in crate::input) fn opens_with_salutation(text: &str) -> bool {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    let words = |text: &str| text.split_whitespace().count();
    let first = line.split_inclusive([',', '!', '—']).next().unwrap_or(line);
    let whole = words(line) <= 6 && line.ends_with([',', '!', '—']);
    let short = words(first) <= 2 && first.ends_with([',', '!', '—']);
    !line.is_empty() && !is_item(line) && (whole || short || (words(first) <= 4 && line.contains('@')))
}

/// Whether a text has the words of a message.
pub(in crate::input) fn record_like(text: &str) -> bool {
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphabetic)).count();
    words >= 3
}

/// Whether a line is an item of a list.
pub(in crate::input) fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    line.starts_with("- ")
        || line.starts_with("* ")
        || line.starts_with("+ ")
        || line.starts_with("• ")
        || ((1..=3).contains(&digits) && line[digits..].starts_with(". "))
}

/// What may stand behind the mark of a fence that holds a message.
const PLAIN: [&str; 8] = ["", "text", "txt", "plain", "plaintext", "none", "nohighlight", "quote"];
/// What stands there if nothing else is meant.
const MESSAGE: [&str; 9] = ["md", "markdown", "html", "email", "mail", "eml", "message", "reply", "template"];

/// Whether a fence with this word behind its mark holds a message.
pub(in crate::input) fn is_message(info: &str, text: &str) -> bool {
    let sure = MESSAGE.contains(&info);
    if !(sure || PLAIN.contains(&info)) || !record_like(text) {
        return false;
    }
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    // A list of phrases to choose from, and a skeleton that is all placeholders, are not.
    let is_phrase =
        |line: &&str| (line.starts_with(['-', '•', '*']) && !line.starts_with("**")) || line.starts_with('"');
    let is_quoted = |line: &&str| {
        let words = line.trim_start_matches(['-', '•', '*']).trim_start();
        words.len() < line.len() && words.starts_with(['"', '“'])
    };
    let all_quoted = lines.len() > 1 && lines[1..].iter().all(is_quoted);
    if all_quoted || lines.iter().all(is_phrase) {
        return false;
    }
    let is_blank = |line: &&&str| line.starts_with('[') && line.trim_end_matches(['.', ',']).ends_with(']');
    let blanks = lines.iter().filter(is_blank).count();
    if blanks >= 2 && blanks * 5 >= lines.len() * 2 {
        return false;
    }
    let code = lines.iter().filter(|line| is_code(line)).count();
    let sentences =
        text.split_whitespace().filter(|word| word.ends_with(['.', '!', '?', ',']) && word.len() > 2).count();
    let reads = sentences > 0 || lines.len() == 1 || lines.iter().all(|line| is_item(line));
    sure || (code * 3 < lines.len().max(1) && reads)
}

/// Whether a line looks like a line of a program, a shell or a drawing.
fn is_code(line: &str) -> bool {
    let is_tag = line.starts_with('<') && html::looks_like(line);
    let starts =
        line.starts_with(['$', '/', '├', '└', '│', '┌', '+', '|', '{', '}', '<']) && !line.starts_with("{{") && !is_tag;
    let ends = line.ends_with([';', '{', '}', '\\']) && !line.ends_with("}}");
    let holds = ["->", "→", "──", "==", "()", " = "].iter().any(|mark| line.contains(mark));
    let runs = ["npm ", "git ", "pip ", "curl ", "cd ", "docker ", "import ", "const ", "sudo "];
    starts || ends || holds || runs.iter().any(|command| line.starts_with(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_lists_and_skeletons_are_no_messages() {
        assert!(is_message("", "Hi [Name],\n\nThanks for the report. We are on it.\n"));
        assert!(is_message("", "{{SHOP}}: your parcel is late, call {{PHONE}}"));
        assert!(!is_message("bash", "Thanks for the report, Ana."));
        assert!(!is_message("", "git clone x\ncd x\nnpm install"));
        assert!(!is_message("", "- \"I see.\"\n- \"Let me help.\""));
        assert!(!is_message("", "Phrases to choose from, as you like:\n- \"I see.\"\n- \"Let me help.\""));
        assert!(!is_message("", "Hi [Name],\n[what went wrong]\n[what we do]\nBye"));
    }

    #[test]
    fn letters_begin_with_a_name_and_a_mark() {
        for text in ["Hi Ana,\nit ships", "Olá, tudo bem?", "Hello @ana, thanks", "Hi there!\n"] {
            assert!(opens_with_salutation(text), "{text}");
        }
        for text in
            ["Use these replies when a customer writes.", "- Hi,", "Saved replies belong to accounts, so copy them."]
        {
            assert!(!opens_with_salutation(text), "{text}");
        }
    }
}
