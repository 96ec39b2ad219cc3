//! The server: one loop that takes messages in, has texts checked and sends the findings out.

use super::checked::{Checked, Job, check};
use super::documents::Document;
use super::handshake;
use super::requests::{Asked, Client, answer};
use super::rules::{Keeper, Source};
use super::wire::{self, Incoming};
use crate::lint::Shown;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use lsp_types::{
    CodeActionParams, Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    HoverParams, InitializeParams, MessageType, Url,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

/// Messages that are read ahead. Enough for any burst of typing; a client that sends more waits.
const AHEAD_MAX: usize = 4096;
/// How often the files of the rules are looked at where the editor does not watch them.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// As the protocol has it.
    Properly,
    /// The client said `exit` before `shutdown`.
    TooEarly,
    /// The client went away without a word.
    Gone,
    /// What the client sends is not the protocol; the reason.
    Broken(String),
}

/// What happens.
pub(super) enum Event {
    Came(Incoming),
    Closed(Result<(), String>),
    Checked(Box<Checked>),
}

/// Serves one client until it ends the session.
pub fn serve(
    mut input: impl BufRead + Send + 'static,
    mut output: impl Write + Send + 'static,
    source: Box<dyn Source>,
) -> Ended {
    let (events, happened) = sync_channel(AHEAD_MAX);
    let (out, to_send) = channel::<Value>();
    let (jobs, to_check) = channel::<Job>();
    let (reader, writer) = (events.clone(), events.clone());
    thread::spawn(move || read_all(&mut input, &reader));
    let writing = thread::spawn(move || {
        for message in to_send {
            if wire::write(&mut output, &message).is_err() {
                // Nobody reads; the loop may be gone too.
                let _ = writer.send(Event::Closed(Ok(())));
                return;
            }
        }
    });
    thread::spawn(move || {
        for job in to_check {
            if events.send(Event::Checked(Box::new(check(job)))).is_err() {
                return;
            }
        }
    });
    let mut server = Server::new(source, out, jobs);
    let ended = server.run(&happened);
    drop(server);
    // What is on its way out still goes out. A client that reads no more can't be waited for.
    if !matches!(ended, Ended::Gone) {
        let _ = writing.join();
    }
    ended
}

fn read_all(input: &mut impl BufRead, events: &SyncSender<Event>) {
    loop {
        let event = match wire::read(input) {
            Ok(Some(message)) => Event::Came(message),
            Ok(None) => Event::Closed(Ok(())),
            Err(why) => Event::Closed(Err(why)),
        };
        let is_last = matches!(event, Event::Closed(_));
        if events.send(event).is_err() || is_last {
            return;
        }
    }
}

/// How far a session has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    New,
    Running,
    ShutDown,
}

pub(super) struct Server {
    pub(super) source: Box<dyn Source>,
    pub(super) out: Sender<Value>,
    pub(super) jobs: Sender<Job>,
    pub(super) stage: Stage,
    pub(super) client: Client,
    pub(super) root: Option<PathBuf>,
    pub(super) documents: BTreeMap<Url, Document>,
    pub(super) keeper: Keeper,
    /// Whether a text is being checked.
    pub(super) is_checking: bool,
    /// How many texts have had their turn.
    pub(super) turn: u64,
    /// What was last said about configs and rule files.
    pub(super) told: BTreeMap<Url, Vec<Diagnostic>>,
    /// What was last said about each config in a message.
    pub(super) messages: BTreeMap<Option<PathBuf>, String>,
}

impl Server {
    pub(super) fn new(source: Box<dyn Source>, out: Sender<Value>, jobs: Sender<Job>) -> Self {
        Self {
            source,
            out,
            jobs,
            stage: Stage::New,
            client: Client::default(),
            root: None,
            documents: BTreeMap::new(),
            keeper: Keeper::default(),
            is_checking: false,
            turn: 0,
            told: BTreeMap::new(),
            messages: BTreeMap::new(),
        }
    }

    pub(super) fn run(&mut self, happened: &Receiver<Event>) -> Ended {
        loop {
            let mut event = match happened.recv_timeout(LOOK_EVERY) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => {
                    if !self.client.watches {
                        self.look_again();
                    }
                    None
                }
                Err(RecvTimeoutError::Disconnected) => return Ended::Gone,
            };
            // Everything that has come in counts before anything is checked.
            while let Some(now) = event {
                if let Some(ended) = self.handle(now) {
                    return ended;
                }
                event = happened.try_recv().ok();
            }
            self.check_next();
        }
    }

    pub(super) fn handle(&mut self, event: Event) -> Option<Ended> {
        match event {
            Event::Closed(Err(why)) => return Some(Ended::Broken(why)),
            Event::Closed(Ok(())) if self.stage == Stage::ShutDown => return Some(Ended::Properly),
            Event::Closed(Ok(())) => return Some(Ended::Gone),
            Event::Checked(checked) => self.checked(*checked),
            Event::Came(Incoming::NoMessage(answer)) => self.send(answer),
            Event::Came(Incoming::Message(Message::Request(request))) => self.request(request),
            Event::Came(Incoming::Message(Message::Notification(notification))) if notification.method == "exit" => {
                return Some(if self.stage == Stage::ShutDown { Ended::Properly } else { Ended::TooEarly });
            }
            Event::Came(Incoming::Message(Message::Notification(notification))) => self.notification(notification),
            Event::Came(Incoming::Message(Message::Response(response))) => {
                if let Some(error) = response.error {
                    self.log(MessageType::WARNING, &format!("the editor refused a request: {}", error.message));
                }
            }
        }
        None
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => match from_params::<InitializeParams>(params) {
                Ok(params) => self.initialize(id, &params),
                Err(why) => self.refuse(id, ErrorCode::InvalidParams, &format!("initialize: {why}")),
            },
            (Stage::New, _) => self.refuse(id, ErrorCode::ServerNotInitialized, "send `initialize` first"),
            (Stage::ShutDown, _) => self.refuse(id, ErrorCode::InvalidRequest, "the server was shut down"),
            (Stage::Running, "initialize") => self.refuse(id, ErrorCode::InvalidRequest, "`initialize` came twice"),
            (Stage::Running, "shutdown") => {
                self.stage = Stage::ShutDown;
                self.reply(id, Value::Null);
            }
            (Stage::Running, "textDocument/hover") => match from_params::<HoverParams>(params) {
                Ok(params) => {
                    let at = params.text_document_position_params;
                    self.ask(id, &at.text_document.uri, Asked::Hover(at.position));
                }
                Err(why) => self.refuse(id, ErrorCode::InvalidParams, &format!("{method}: {why}")),
            },
            (Stage::Running, "textDocument/codeAction") => match from_params::<CodeActionParams>(params) {
                Ok(params) => {
                    let uri = params.text_document.uri.clone();
                    self.ask(id, &uri, Asked::Actions(Box::new(params)));
                }
                Err(why) => self.refuse(id, ErrorCode::InvalidParams, &format!("{method}: {why}")),
            },
            (Stage::Running, _) => {
                self.refuse(id, ErrorCode::MethodNotFound, &format!("there is no method `{method}`"));
            }
        }
    }

    fn initialize(&mut self, id: RequestId, params: &InitializeParams) {
        self.client = handshake::client(&params.capabilities);
        self.root = handshake::root(params);
        if let Some(root) = &self.root {
            self.source.enter(root);
        }
        self.stage = Stage::Running;
        self.reply(id, handshake::result(self.client));
    }

    fn notification(&mut self, notification: Notification) {
        if self.stage != Stage::Running {
            return;
        }
        let Notification { method, params } = notification;
        let done = match method.as_str() {
            "initialized" => {
                if self.client.watches {
                    let (id, params) = ("watch", handshake::watchers());
                    self.send(
                        json!({"jsonrpc": "2.0", "id": id, "method": "client/registerCapability", "params": params}),
                    );
                }
                Ok(())
            }
            "textDocument/didOpen" => from_params(params).map(|params| self.open(params)),
            "textDocument/didChange" => from_params(params).map(|params| self.change(params)),
            "textDocument/didClose" => from_params(params).map(|params| self.close(&params)),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" | "workspace/didChangeConfiguration" => {
                self.look_again();
                Ok(())
            }
            "$/cancelRequest" => {
                self.cancel(&params["id"]);
                Ok(())
            }
            // Others are the editor's news about things that nothing here depends on.
            _ => Ok(()),
        };
        if let Err(why) = done {
            self.log(MessageType::ERROR, &format!("{method}: {why}"));
        }
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let uri = params.text_document.uri.clone();
        let old = self.documents.insert(uri, Document::new(params.text_document));
        if let Some(old) = old {
            self.abandon(old.waiting);
        }
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.uri;
        let Some(document) = self.documents.get_mut(&uri) else {
            self.log(MessageType::ERROR, &format!("an edit of {uri}, which is not open, was left out"));
            return;
        };
        document.version = params.text_document.version;
        let waiting = std::mem::take(&mut document.waiting);
        let done = document.edit(params.content_changes, self.client.encoding);
        self.abandon(waiting);
        if let Err(number) = done {
            let said =
                format!("{number} edit(s) of {uri} were out of range and made at the nearest place; open it anew");
            self.log(MessageType::WARNING, &said);
        }
    }

    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let uri = &params.text_document.uri;
        let Some(document) = self.documents.remove(uri) else {
            self.log(MessageType::ERROR, &format!("{uri} was closed and is not open"));
            return;
        };
        self.abandon(document.waiting);
        self.show(uri);
        let Self { keeper, documents, .. } = self;
        keeper.forget(|config| documents.values().any(|document| document.config.as_ref() == Some(config)));
        self.tell();
    }

    /// Answers what was asked about a text that is no more.
    fn abandon(&self, waiting: Vec<(RequestId, Asked)>) {
        for (id, _) in waiting {
            self.refuse(id, ErrorCode::ContentModified, "the text has changed");
        }
    }

    fn cancel(&mut self, id: &Value) {
        for document in self.documents.values_mut() {
            let number = document.waiting.iter().position(|(waiting, _)| super::requests::json(waiting) == *id);
            if let Some(number) = number {
                let (id, _) = document.waiting.remove(number);
                return self.refuse(id, ErrorCode::RequestCanceled, "cancelled");
            }
        }
    }

    fn ask(&mut self, id: RequestId, uri: &Url, asked: Asked) {
        match self.documents.get_mut(uri) {
            None => self.refuse(id, ErrorCode::InvalidParams, &format!("{uri} is not open")),
            Some(document) if document.is_stale() => document.waiting.push((id, asked)),
            Some(_) => self.answer(id, uri, &asked),
        }
    }

    pub(super) fn answer(&mut self, id: RequestId, uri: &Url, asked: &Asked) {
        let draft = self.draft(uri);
        let config = draft.as_ref().and_then(|draft| self.text_of(draft.rules.settings.config.as_deref()?));
        if let Some(document) = self.documents.get(uri) {
            self.reply(id, answer(asked, uri, document, draft.as_ref(), config, self.client));
        }
    }

    fn log(&self, kind: MessageType, message: &str) {
        let params = json!({"type": kind, "message": Shown(message).to_string()});
        self.send(json!({"jsonrpc": "2.0", "method": "window/logMessage", "params": params}));
    }

    fn reply(&self, id: RequestId, result: Value) {
        self.send(json!({"jsonrpc": "2.0", "id": id, "result": result}));
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, why: &str) {
        let error = json!({"code": code as i32, "message": why});
        self.send(json!({"jsonrpc": "2.0", "id": id, "error": error}));
    }

    pub(super) fn send(&self, message: Value) {
        // Where nobody listens any more, the loop hears of it by itself.
        let _ = self.out.send(message);
    }
}

fn from_params<T: DeserializeOwned>(params: Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::problem::Problem;
    use crate::rules::Severity;
    use std::path::Path;
    use std::sync::mpsc::Receiver;

    struct Plain;

    impl Source for Plain {
        fn enter(&mut self, _: &Path) {}
        fn config_for(&self, _: &Path) -> Option<PathBuf> {
            None
        }
        fn settings(&self, _: Option<&Path>) -> Result<Settings, Problem> {
            Ok(Settings { language: "en".to_owned(), ..Settings::default() })
        }
        fn min_severity(&self) -> Severity {
            Severity::Suggestion
        }
    }

    /// A server whose texts are checked when a test says so.
    struct Bench {
        server: Server,
        said: Receiver<Value>,
        jobs: Receiver<Job>,
    }

    impl Bench {
        fn new() -> Self {
            let ((out, said), (to, jobs)) = (channel(), channel());
            let mut bench = Self { server: Server::new(Box::new(Plain), out, to), said, jobs };
            bench.send(json!({"id": 1, "method": "initialize", "params": {"capabilities": {}}}));
            bench.said.try_iter().count();
            bench
        }

        fn send(&mut self, message: Value) {
            let message = serde_json::from_value(message).unwrap();
            assert!(self.server.handle(Event::Came(Incoming::Message(message))).is_none());
        }

        fn open(&mut self, uri: &str) {
            let document = json!({"uri": uri, "languageId": "markdown", "version": 1, "text": "Hi Ana,"});
            self.send(json!({"method": "textDocument/didOpen", "params": {"textDocument": document}}));
        }

        fn change(&mut self, uri: &str, text: &str) {
            let params = json!({"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]});
            self.send(json!({"method": "textDocument/didChange", "params": params}));
        }

        fn hover(&mut self, id: i32, uri: &str) {
            let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}});
            self.send(json!({"id": id, "method": "textDocument/hover", "params": params}));
        }

        fn errors(&self) -> Vec<(Value, Value)> {
            self.said.try_iter().map(|said| (said["id"].clone(), said["error"]["code"].clone())).collect()
        }
    }

    #[test]
    fn only_the_newest_text_is_checked_and_only_its_findings_are_shown() {
        let mut bench = Bench::new();
        bench.open("untitled:a");
        bench.server.check_next();
        let first = bench.jobs.try_recv().unwrap();
        for number in 0..500 {
            bench.change("untitled:a", &format!("Hi Ana, {number}"));
            bench.server.check_next();
        }
        assert!(bench.jobs.try_recv().is_err(), "one at a time");
        bench.server.handle(Event::Checked(Box::new(check(first))));
        assert_eq!(bench.said.try_iter().count(), 0, "nothing is said of an old text");
        bench.server.check_next();
        let last = bench.jobs.try_recv().unwrap();
        assert_eq!(last.draft.text.to_string(), "Hi Ana, 499");
        bench.server.handle(Event::Checked(Box::new(check(last))));
        let said: Vec<Value> = bench.said.try_iter().collect();
        assert_eq!(said.len(), 1);
        assert_eq!(said[0]["method"], "textDocument/publishDiagnostics");
        bench.server.check_next();
        assert!(bench.jobs.try_recv().is_err(), "nothing is left to do");
    }

    #[test]
    fn a_text_that_changes_all_the_time_leaves_the_others_their_turn() {
        let mut bench = Bench::new();
        bench.open("untitled:a");
        bench.open("untitled:b");
        let mut checked = Vec::new();
        for number in 0..4 {
            bench.server.check_next();
            let job = bench.jobs.try_recv().unwrap();
            checked.push(job.uri.to_string());
            bench.change("untitled:a", &number.to_string());
            bench.server.handle(Event::Checked(Box::new(check(job))));
        }
        assert_eq!(checked, ["untitled:a", "untitled:b", "untitled:a", "untitled:a"]);
    }

    #[test]
    fn a_question_waits_for_the_findings_and_can_be_taken_back() {
        let mut bench = Bench::new();
        bench.open("untitled:a");
        for id in [7, 8, 9] {
            bench.hover(id, "untitled:a");
        }
        assert_eq!(bench.errors(), []);
        bench.send(json!({"method": "$/cancelRequest", "params": {"id": 8}}));
        assert_eq!(bench.errors(), [(json!(8), json!(ErrorCode::RequestCanceled as i32))]);
        bench.send(json!({"method": "$/cancelRequest", "params": {"id": "nobody"}}));
        bench.server.check_next();
        let job = bench.jobs.try_recv().unwrap();
        bench.server.handle(Event::Checked(Box::new(check(job))));
        let answered: Vec<Value> = bench.errors().into_iter().map(|(id, _)| id).collect();
        assert_eq!(answered, [Value::Null, json!(7), json!(9)], "first what was found, then the answers");
        bench.change("untitled:a", "other");
        bench.hover(10, "untitled:a");
        bench.change("untitled:a", "and other again");
        assert_eq!(bench.errors(), [(json!(10), json!(ErrorCode::ContentModified as i32))]);
    }
}
