//! `replylint` in an editor: a language server that checks drafts while they are written.
//!
//! Messages come in and go out on threads of their own (`wire`). The server takes everything that has come in before it
//! has anything checked, and only one text is checked at a time, on another thread: the newest. What is found about an
//! older one is dropped. So it falls no further behind than one check takes, however fast somebody types.

mod actions;
mod checked;
mod config_edit;
mod documents;
mod edits;
mod encoding;
mod handshake;
mod hover;
mod requests;
mod rules;
mod server;
mod upkeep;
mod wire;

pub use rules::Source;
pub use server::{Ended, serve};
