//! Puts the rule files into the binary: as they are (for `explain` and `test`), and as JSON without examples and reasons,
//! which a check reads in a tenth of the time.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets OUT_DIR"));
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    let mut files = Vec::new();
    collect(&root.join("rules"), &mut files);
    files.sort();
    let mut yaml = String::from("static BUILT_IN_YAML: &[(&str, &str)] = &[\n");
    let mut json = String::from("static BUILT_IN_JSON: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file.strip_prefix(&root).expect("files are under the root").to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{name}: {e}"));
        let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let value = serde_json::to_string(&bare(value)).unwrap_or_else(|e| panic!("{name}: {e}"));
        writeln!(yaml, "({name:?}, include_str!({:?})),", file.display().to_string()).expect("strings take text");
        writeln!(json, "({name:?}, {value:?}),").expect("strings take text");
    }
    yaml.push_str("];\n");
    json.push_str("];\n");
    std::fs::write(out.join("built_in.rs"), yaml + &json).expect("OUT_DIR can be written");
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).expect("rules/ is part of the package").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "yml") {
            files.push(path);
        }
    }
}

/// What a check needs: everything but the documentation of the set, its rules and its signals.
fn bare(mut set: serde_yaml::Value) -> serde_yaml::Value {
    use serde_yaml::Value;
    const DOCUMENTATION: [&str; 4] = ["about", "why", "source", "examples"];
    let strip = |value: &mut Value| {
        if let Value::Mapping(map) = value {
            map.retain(|key, _| !key.as_str().is_some_and(|k| DOCUMENTATION.contains(&k)));
        }
    };
    strip(&mut set);
    if let Some(Value::Sequence(rules)) = set.get_mut("rules") {
        rules.iter_mut().for_each(strip);
    }
    if let Some(Value::Mapping(signals)) = set.get_mut("signals") {
        signals.iter_mut().for_each(|(_, signal)| strip(signal));
    }
    set
}
