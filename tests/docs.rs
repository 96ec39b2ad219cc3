//! `replylint docs`: the same pages in every run, one for each rule, every link good, and nobody's files touched.
#![allow(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::Desk;

/// Every file under a folder with its text.
fn tree(directory: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(tree(&path));
        } else {
            found.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

/// The same, with paths seen from the folder.
fn pages(desk: &Desk, directory: &str) -> BTreeMap<String, String> {
    let root = desk.path().join(directory);
    let inside = |path: PathBuf| path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
    tree(&root).into_iter().map(|(path, text)| (inside(path), text)).collect()
}

#[test]
fn a_page_and_the_indexes() {
    let desk = Desk::new();
    assert_eq!(desk.status("docs reference"), 0);
    let pages = pages(&desk, "reference");
    insta::assert_snapshot!("page", pages["manners/regret.md"]);
    insta::assert_snapshot!("by_set", pages["README.md"]);
    assert!(pages["principles.md"].contains("## Rules with a source of their own"));
}

#[test]
fn every_built_in_rule_has_its_page_twice_alike() {
    let desk = Desk::empty();
    assert_eq!(desk.status("docs one"), 0);
    assert_eq!(desk.status("docs two"), 0);
    let pages = pages(&desk, "one");
    assert_eq!(pages, self::pages(&desk, "two"));
    let again = String::from_utf8(desk.output("docs one", "").stdout).unwrap();
    assert_eq!(again, format!("one: 0 of {} pages written, 0 removed\n", pages.len()));
    let listed = String::from_utf8(desk.output("rules", "").stdout).unwrap();
    let ids: Vec<&str> =
        listed.lines().filter(|l| l.starts_with("  ")).filter_map(|l| l.split_whitespace().next()).collect();
    assert!(ids.len() > 100, "{listed}");
    assert_eq!(pages.len(), ids.len() + 2, "a page a rule and two indexes");
    for id in ids {
        let page = &pages[&format!("{id}.md")];
        assert!(page.contains(&format!("\n# {id}\n")), "{page}");
        for index in ["README.md", "principles.md"] {
            assert!(pages[index].contains(&format!("[{id}]({id}.md)")), "{index} lacks {id}");
        }
    }
}

/// Links as `[text](target)`, outside blocks.
fn links(text: &str) -> Vec<String> {
    let outside: String = text.split("```").step_by(2).collect();
    // Behind a backslash it is no link.
    let ends = outside.match_indices("](").filter(|(at, _)| !outside[..*at].ends_with('\\'));
    ends.filter_map(|(at, _)| outside[at + 2..].split(')').next()).map(str::to_owned).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let desk = Desk::empty();
    desk.file("own/odd.yml", ODD);
    assert_eq!(desk.status("docs reference --rules own"), 0);
    let pages = pages(&desk, "reference");
    let mut followed = 0;
    for (path, text) in &pages {
        for link in links(text) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            let target = match file.strip_prefix("../") {
                Some(above) => above.to_owned(),
                None => format!("{folder}{file}"),
            };
            let page = pages.get(&target).unwrap_or_else(|| panic!("{path} links to {link}"));
            let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert!(anchor.is_empty() || headings.contains(&anchor), "{path} links to {link}: {headings:?}");
            followed += 1;
        }
    }
    assert!(followed > 300, "{followed}");
}

/// Texts that are Markdown.
const ODD: &str = r##"set: odd
about: "Names & <b>texts</b> | of a *strange* team"
rules:
  - id: odd-texts
    severity: error
    avoid: [strange word]
    message: "“{match}” is # <script>alert(1)</script> [a](https://example.com) | `b`"
    why: "- one\n- two ```\n\e[31m"
    source: house style
    examples:
      flag: ["A strange word.\n\n```\n# no heading\n```"]
      pass: [A word.]
"##;

#[test]
fn rule_text_is_text() {
    let desk = Desk::empty();
    desk.file("own/odd.yml", ODD);
    assert_eq!(desk.status("docs reference --rules own"), 0);
    assert_eq!(std::fs::read_dir(desk.path()).unwrap().count(), 2, "nothing beside the folder");
    insta::assert_snapshot!("odd", pages(&desk, "reference")["odd/odd-texts.md"]);
}

#[test]
fn pages_of_rules_that_are_gone_go_and_nothing_else() {
    let desk = Desk::new();
    desk.file("reference/manners/notes.md", "our own notes\n");
    desk.file("reference/words/picture.svg", "<svg/>");
    assert_eq!(desk.status("docs reference"), 0);
    std::fs::remove_file(desk.path().join("rules/words.yml")).unwrap();
    let said = String::from_utf8(desk.output("docs reference", "").stdout).unwrap();
    assert!(said.contains("removed") && !said.contains(" 0 removed"), "{said}");
    let pages = pages(&desk, "reference");
    let words: Vec<&String> = pages.keys().filter(|path| path.starts_with("words/")).collect();
    assert_eq!(words, ["words/picture.svg"]);
    assert_eq!(pages["manners/notes.md"], "our own notes\n");
}

#[test]
fn mistakes() {
    let desk = Desk::new();
    desk.file("mine/README.md", "# Our handbook\n");
    desk.file("a-file", "");
    desk.file(
        "own/twice.yml",
        ODD.replace("odd-texts", "Tea").replace(
            "examples:",
            "examples: {}\n  - id: tea\n    severity: error\n    avoid: [tea]\n    message: m\n    examples:",
        ),
    );
    desk.file("escape/set.yml", ODD.replace("odd-texts", "../../out"));
    let said: String = [
        "docs mine",
        "docs a-file",
        "docs a-file/deeper",
        "docs escape --rules escape",
        "docs reference --rules own",
        "docs reference --rules none",
    ]
    .map(|arguments| desk.run(arguments))
    .join("\n");
    insta::assert_snapshot!("mistakes", said);
    assert_eq!(pages(&desk, "mine").len(), 1, "no page beside a file of somebody's own");
    assert!(!desk.path().join("reference").exists());
}

#[cfg(unix)]
#[test]
fn a_link_in_the_folder_is_not_followed() {
    let desk = Desk::new();
    let own = desk.file("elsewhere.md", "");
    std::fs::create_dir(desk.path().join("reference")).unwrap();
    std::os::unix::fs::symlink(&own, desk.path().join("reference/README.md")).unwrap();
    assert_eq!(desk.status("docs reference"), 2);
    assert_eq!(std::fs::read_to_string(own).unwrap(), "");
}
