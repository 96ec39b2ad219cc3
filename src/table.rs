//! Tables of fixed-size rows that are read where they lie: the built-in ones in the program's own file, so that nothing
//! is unpacked at start-up and only the pages that a draft needs are ever read.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A row of a table, written in little-endian order.
pub(crate) trait Row: Sized {
    /// An array of the bytes of a row.
    type Bytes: 'static;
    /// Cuts a table into its rows.
    fn cut(table: &[u8]) -> &[Self::Bytes];
    /// Appends the row's bytes.
    fn write(&self, out: &mut Vec<u8>);
    /// Reads a row from its bytes.
    fn read(bytes: &Self::Bytes) -> Self;
}

/// Rows of one kind, by number.
pub(crate) struct Table<R> {
    bytes: Cow<'static, [u8]>,
    row: PhantomData<fn() -> R>,
}

impl<R: Row> Table<R> {
    pub(crate) fn new<'r>(rows: impl IntoIterator<Item = &'r R>) -> Self
    where
        R: 'r,
    {
        let mut bytes = Vec::new();
        rows.into_iter().for_each(|row| row.write(&mut bytes));
        Self { bytes: Cow::Owned(bytes), row: PhantomData }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        R::cut(&self.bytes).len()
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> R {
        self.all().get(index)
    }

    /// All rows, to be read by number.
    #[inline]
    pub(crate) fn all(&self) -> Rows<'_, R> {
        Rows(R::cut(&self.bytes))
    }
}

/// Some rows in a row.
pub(crate) struct Rows<'a, R: Row>(&'a [R::Bytes]);

impl<R: Row> Clone for Rows<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R: Row> Copy for Rows<'_, R> {}

impl<'a, R: Row + 'a> Rows<'a, R> {
    #[inline]
    pub(crate) fn get(self, index: usize) -> R {
        R::read(&self.0[index])
    }

    /// The rows from `start` on, `len` of them.
    #[inline]
    pub(crate) fn part(self, start: u32, len: usize) -> Self {
        Self(&self.0[start as usize..][..len])
    }

    #[inline]
    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = R> + 'a {
        self.0.iter().map(R::read)
    }
}

impl Rows<'_, u32> {
    /// Where a number stands among rows that are in order.
    #[inline]
    pub(crate) fn find(self, number: u32) -> Option<usize> {
        self.0.binary_search_by_key(&number, u32::read).ok()
    }
}

impl Table<u8> {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Places in a table by hash: for each, the number of what stands there, if anything does. Everything stands in the first
/// free place from that which its hash names; there must be more `slots`, a power of two, than things.
pub(crate) fn places(hashes: impl IntoIterator<Item = usize>, slots: usize) -> Vec<Option<usize>> {
    let mut places = vec![None; slots];
    for (number, hash) in hashes.into_iter().enumerate() {
        let mut at = hash & (slots - 1);
        while places[at].is_some() {
            at = (at + 1) & (slots - 1);
        }
        places[at] = Some(number);
    }
    places
}

/// Copies `N` bytes out of a row. Rows are as long as their `SIZE` says.
#[inline]
pub(crate) fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut out = [0; N];
    out.copy_from_slice(&bytes[at..at + N]);
    out
}

impl Row for u8 {
    type Bytes = u8;

    fn cut(table: &[u8]) -> &[u8] {
        table
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(*self);
    }

    fn read(byte: &u8) -> Self {
        *byte
    }
}

impl Row for u32 {
    type Bytes = [u8; 4];

    #[inline]
    fn cut(table: &[u8]) -> &[[u8; 4]] {
        table.as_chunks().0
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.to_le_bytes());
    }

    #[inline]
    fn read(bytes: &[u8; 4]) -> Self {
        Self::from_le_bytes(*bytes)
    }
}

impl<R> Default for Table<R> {
    fn default() -> Self {
        Self { bytes: Cow::Borrowed(&[]), row: PhantomData }
    }
}

impl<R> Clone for Table<R> {
    fn clone(&self) -> Self {
        Self { bytes: self.bytes.clone(), row: PhantomData }
    }
}

impl<R> fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Table({} bytes)", self.bytes.len())
    }
}

impl<R> Serialize for Table<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

impl<'de: 'static, R> Deserialize<'de> for Table<R> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InPlace;
        impl<'de> Visitor<'de> for InPlace {
            type Value = &'de [u8];

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the bytes of a table")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<&'de [u8], E> {
                Ok(bytes)
            }
        }
        let bytes = deserializer.deserialize_bytes(InPlace)?;
        Ok(Self { bytes: Cow::Borrowed(bytes), row: PhantomData })
    }
}
