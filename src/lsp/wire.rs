//! Messages on the wire: a header with a length, then JSON. `lsp-server` reads them too, but ends at the first one that is
//! no JSON and believes any length.

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};
use std::io::{BufRead, Read, Write};

/// Longest header, in bytes.
const HEADER_MAX: u64 = 8 * 1024;
/// Longest message, in bytes. No draft and no export that fits an editor is longer.
const MESSAGE_MAX: u64 = 256 * 1024 * 1024;

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// Something in the right frame that is no message; this is the answer to it.
    NoMessage(Value),
}

/// Reads one message; nothing at the end of the input.
///
/// # Errors
/// What is wrong with the frame: what comes after it can't be told apart any more.
pub(super) fn read(input: &mut impl BufRead) -> Result<Option<Incoming>, String> {
    let Some(length) = header(input)? else {
        return Ok(None);
    };
    if length > MESSAGE_MAX {
        return Err(format!("a message of {length} bytes is announced; {MESSAGE_MAX} is the most that is read"));
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body).map_err(|error| unreadable(&error))?;
    if (body.len() as u64) < length {
        return Err(format!("the input ends after {} of the {length} bytes of a message", body.len()));
    }
    Ok(Some(serde_json::from_slice(&body).map_or_else(|_| no_message(&body), Incoming::Message)))
}

fn no_message(body: &[u8]) -> Incoming {
    let (code, why) = match serde_json::from_slice::<Value>(body) {
        Err(error) => (ErrorCode::ParseError, format!("this is no JSON: {error}")),
        Ok(_) => (ErrorCode::InvalidRequest, "this is no request, no response and no notification".to_owned()),
    };
    Incoming::NoMessage(json!({"jsonrpc": "2.0", "id": null, "error": {"code": code as i32, "message": why}}))
}

/// Reads a header up to its empty line; the length that it gives, in bytes.
fn header(input: &mut impl BufRead) -> Result<Option<u64>, String> {
    let mut length = None;
    let mut left = HEADER_MAX;
    loop {
        let mut line = Vec::new();
        input.by_ref().take(left).read_until(b'\n', &mut line).map_err(|error| unreadable(&error))?;
        if line.is_empty() && left == HEADER_MAX {
            return Ok(None);
        }
        left -= line.len() as u64;
        if line.last() != Some(&b'\n') {
            let why = if left == 0 { "is too long" } else { "ends too early" };
            return Err(format!("a header {why}: {}", excerpt(&line)));
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.is_empty() {
            return length.map(Some).ok_or_else(|| "a header without Content-Length".to_owned());
        }
        let Some((name, value)) = text.split_once(':') else {
            return Err(format!("this is no header: {}", excerpt(&line)));
        };
        if name.eq_ignore_ascii_case("Content-Length") {
            let number = value.trim().parse().map_err(|_| format!("this is no length: {}", excerpt(&line)))?;
            length = Some(number);
        }
    }
}

fn unreadable(error: &std::io::Error) -> String {
    format!("can't read standard input: {error}")
}

/// The start of what was read, in quotes and with nothing in it that a terminal would obey.
fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]);
    format!("{:?}", text.trim_end())
}

/// Writes one message.
///
/// # Errors
/// What the output says.
pub(super) fn write(output: &mut impl Write, message: &Value) -> std::io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut bytes: &[u8]) -> (usize, Option<String>) {
        let mut count = 0;
        loop {
            match read(&mut bytes) {
                Ok(Some(_)) => count += 1,
                Ok(None) => return (count, None),
                Err(why) => return (count, Some(why)),
            }
        }
    }

    #[test]
    fn frames_that_are_none_say_what_is_wrong() {
        let exit = "Content-Length: 17\r\n\r\n{\"method\":\"exit\"}";
        assert_eq!(all(exit.as_bytes()), (1, None));
        assert_eq!(all(b""), (0, None));
        for (rubbish, why) in [
            ("hello\r\n", "no header"),
            ("hello", "ends too early"),
            ("Content-Length: 17\r\n", "ends too early"),
            ("Content-Length: 17\r\n\r\n{}", "ends after 2 of the 17 bytes"),
            ("Content-Length: -1\r\n\r\n", "no length"),
            ("Content-Length: 99999999999999\r\n\r\n", "is announced"),
            ("Content-Type: x\r\n\r\n", "without Content-Length"),
            (&"x".repeat(10_000), "too long"),
        ] {
            let (count, said) = all(format!("{exit}{rubbish}").as_bytes());
            assert_eq!(count, 1, "{rubbish:?}");
            assert!(said.as_ref().is_some_and(|said| said.contains(why)), "{rubbish:.40}: {said:?}");
        }
    }

    #[test]
    fn what_is_no_message_does_not_end_the_reading() {
        for body in ["{", "[]", "{}", "17"] {
            let text = format!("Content-Length: {}\r\n\r\n{body}", body.len());
            assert_eq!(all(text.repeat(2).as_bytes()), (2, None), "{body}");
        }
    }
}
