//! replylint checks the tone of customer-support replies.

pub mod check;
pub mod cli;
pub mod config;
pub mod discover;
pub mod input;
pub mod lint;
pub mod problem;
pub mod report;
pub mod rules;
pub mod text;
