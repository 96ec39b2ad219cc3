//! Words of the rules. Those of the built-in rules are read where they lie in the program's own file: nothing is copied at
//! start-up, and what a finding says of them costs nothing.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};
use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;

/// Some words of a rule.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wording(Cow<'static, str>);

impl Wording {
    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Wording {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Wording {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<String> for Wording {
    fn from(words: String) -> Self {
        Self(Cow::Owned(words))
    }
}

impl<W: AsRef<str> + ?Sized> From<&W> for Wording {
    fn from(words: &W) -> Self {
        words.as_ref().to_owned().into()
    }
}

impl From<Wording> for String {
    fn from(words: Wording) -> Self {
        words.0.into_owned()
    }
}

impl PartialEq<str> for Wording {
    fn eq(&self, other: &str) -> bool {
        self.0 == *other
    }
}

impl PartialEq<&str> for Wording {
    fn eq(&self, other: &&str) -> bool {
        self.0 == **other
    }
}

impl PartialEq<String> for Wording {
    fn eq(&self, other: &String) -> bool {
        self.0 == *other
    }
}

impl fmt::Debug for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Wording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl Serialize for Wording {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de: 'static> Deserialize<'de> for Wording {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InPlace;
        impl<'de: 'static> Visitor<'de> for InPlace {
            type Value = Wording;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("words")
            }

            fn visit_borrowed_str<E: Error>(self, words: &'de str) -> Result<Wording, E> {
                Ok(Wording(Cow::Borrowed(words)))
            }
        }

        deserializer.deserialize_str(InPlace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_borrowed_from_what_they_are_read_from() {
        let written: &'static [u8] = postcard::to_stdvec(&Wording::from("Say when.")).unwrap().leak();
        let read: Wording = postcard::from_bytes(written).unwrap();
        assert_eq!(read, "Say when.");
        for words in [&read, &read.clone()] {
            assert!(written.as_ptr_range().contains(&words.as_ptr()));
        }
    }
}
