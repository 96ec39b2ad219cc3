//! An editor, as far as a language server sees of it: it starts the binary, speaks the protocol and keeps what comes back.

use super::Desk;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Longer than anything takes; only a test that fails waits so long.
const LIMIT: Duration = Duration::from_secs(120);

pub(crate) struct Editor {
    child: Child,
    stdin: Option<ChildStdin>,
    from: Receiver<Value>,
    /// What came while something else was waited for.
    kept: Vec<Value>,
    root: String,
    last_id: i64,
}

impl Editor {
    /// Starts the server on a desk and says nothing yet.
    pub(crate) fn start(desk: &Desk, arguments: &[&str]) -> Self {
        let mut command = desk.command();
        command.arg("lsp").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (to, from) = channel();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output)
                && to.send(message).is_ok()
            {}
        });
        let root = url::Url::from_directory_path(desk.path()).unwrap().to_string();
        Self { stdin: child.stdin.take(), child, from, kept: Vec::new(), root, last_id: 0 }
    }

    /// A session on a desk, with what an able editor says of itself.
    pub(crate) fn open(desk: &Desk) -> Self {
        Self::open_with(desk, json!({}))
    }

    /// The same, where the editor says other things of itself on top.
    pub(crate) fn open_with(desk: &Desk, more: Value) -> Self {
        let mut editor = Self::start(desk, &[]);
        let mut capabilities = json!({
            "textDocument": {"publishDiagnostics": {"versionSupport": true, "relatedInformation": true}},
            "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}},
        });
        for (key, value) in more.as_object().unwrap() {
            capabilities[key] = value.clone();
        }
        let params = json!({"processId": null, "rootUri": editor.root, "capabilities": capabilities});
        editor.ask("initialize", params);
        editor.tell("initialized", json!({}));
        editor
    }

    /// The address of a file of the desk.
    pub(crate) fn uri(&self, name: &str) -> String {
        format!("{}{name}", self.root)
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        // A server that has ended reads no more.
        let _ = self.stdin.as_mut().unwrap().write_all(bytes);
    }

    pub(crate) fn send(&mut self, message: &Value) {
        let text = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{text}", text.len()).as_bytes());
    }

    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The whole answer to a request.
    pub(crate) fn answer(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.wait(|message| message["id"] == id && message["method"].is_null())
    }

    /// The result of a request that goes well.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// The first message of those that have come, or that comes, that is wanted.
    pub(crate) fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(number) = self.kept.iter().position(&wanted) {
            return self.kept.remove(number);
        }
        loop {
            let message = self.from.recv_timeout(LIMIT).unwrap_or_else(|why| panic!("{why}; came: {:#?}", self.kept));
            if wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// The next message of the server's own with this method.
    pub(crate) fn told(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method)["params"].clone()
    }

    pub(crate) fn open_text(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(crate) fn change(&mut self, uri: &str, version: i64, changes: Value) {
        let params = json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes});
        self.tell("textDocument/didChange", params);
    }

    /// The diagnostics of a version of a text.
    pub(crate) fn diagnostics(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let published = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"] == version
        };
        self.wait(published)["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// The next diagnostics of a file that is not open.
    pub(crate) fn diagnostics_of_file(&mut self, uri: &str) -> Vec<Value> {
        let published = |m: &Value| m["method"] == "textDocument/publishDiagnostics" && m["params"]["uri"] == uri;
        self.wait(published)["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// The versions of a text that diagnostics came for and that nobody waited for, in order.
    pub(crate) fn versions_seen(&self, uri: &str) -> Vec<i64> {
        let of_text = self.kept.iter().filter(|message| message["params"]["uri"] == uri);
        of_text.filter_map(|message| message["params"]["version"].as_i64()).collect()
    }

    pub(crate) fn actions(&mut self, uri: &str, range: Value, context: Value) -> Vec<Value> {
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
        self.ask("textDocument/codeAction", params).as_array().unwrap().clone()
    }

    pub(crate) fn hover(&mut self, uri: &str, line: u32, character: u32) -> Value {
        let params = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
        self.ask("textDocument/hover", params)
    }

    /// Closes the server's input and waits for its end: its exit status, and what it said on standard error.
    pub(crate) fn end(mut self) -> (i32, String) {
        drop(self.stdin.take());
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (self.child.wait().unwrap().code().unwrap(), said)
    }

    /// Ends the session as the protocol has it.
    pub(crate) fn quit(mut self) -> (i32, String) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.end()
    }
}

fn read(input: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        input.read_line(&mut line).ok().filter(|count| *count > 0)?;
        match line.trim_end() {
            "" => break,
            line => length = line.strip_prefix("Content-Length: ")?.parse().ok()?,
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}

/// `text` with the edits of an action made: for one document, with columns in UTF-16.
pub(crate) fn applied(text: &str, action: &Value) -> String {
    let edit = &action["edit"];
    let edits = match edit["changes"].as_object() {
        Some(changes) => changes.values().next().unwrap(),
        None => &edit["documentChanges"][0]["edits"],
    };
    let byte = |at: &Value| {
        let line = at["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut column = at["character"].as_u64().unwrap() as usize;
        let mut end = start;
        for c in text[start..].chars().take_while(|_| column > 0).collect::<Vec<_>>() {
            column = column.saturating_sub(c.len_utf16());
            end += c.len_utf8();
            if column == 0 {
                break;
            }
        }
        end
    };
    let mut changes: Vec<(usize, usize, &str)> = edits
        .as_array()
        .unwrap()
        .iter()
        .map(|e| (byte(&e["range"]["start"]), byte(&e["range"]["end"]), e["newText"].as_str().unwrap()))
        .collect();
    changes.sort();
    let mut out = text.to_owned();
    for (start, end, with) in changes.into_iter().rev() {
        out.replace_range(start..end, with);
    }
    out
}
