//! Reads the JSON of an archive as a stream: the elements of its lists are passed on one by one.
//!
//! A string could be as long as the file, so the bytes between two elements of a list are limited.

use super::super::format::{ArchivedMemory, ArchivedMessage};
use chrono::{DateTime, Utc};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{
    cell::Cell,
    fmt,
    io::{self, BufReader, Read},
    marker::PhantomData,
};
use uuid::Uuid;

/// Maximum bytes between two elements: an answer of 200,000 characters and as much reasoning, each character up to six
/// bytes where it is written as `\u0061`, and the rest of a message. A longer element cannot be read; a shorter one
/// over the maximum number of characters is cut.
const MOST_BETWEEN: u64 = 4 << 20;

/// A conversation of an archive without its messages. Missing fields have their defaults.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub id: Option<Uuid>,
    pub title: String,
    pub titled_by_hand: bool,
    pub model: Option<String>,
    pub memory: bool,
    pub pinned: bool,
    pub archived: bool,
    pub created_at: Option<DateTime<Utc>>,
    pub updated_at: Option<DateTime<Utc>>,
    pub shown: Option<Uuid>,
}

/// Reads a conversation and passes each message to `each`, which may refuse it.
pub(super) fn conversation(
    source: impl Read,
    mut each: impl FnMut(ArchivedMessage) -> Result<(), String>,
) -> serde_json::Result<Head> {
    let left = Cell::new(MOST_BETWEEN);
    let mut json = serde_json::Deserializer::from_reader(Bounded::new(source, &left));
    let head = Whole {
        list: &mut each,
        left: &left,
    }
    .deserialize(&mut json)?;
    json.end()?;
    Ok(head)
}

/// Reads memories and passes each one to `each`, which may refuse it.
pub(super) fn memories(
    source: impl Read,
    mut each: impl FnMut(ArchivedMemory) -> Result<(), String>,
) -> serde_json::Result<()> {
    let left = Cell::new(MOST_BETWEEN);
    let mut json = serde_json::Deserializer::from_reader(Bounded::new(source, &left));
    Memories {
        list: &mut each,
        left: &left,
    }
    .deserialize(&mut json)?;
    json.end()
}

/// A reader that fails when more than `left` bytes are read.
struct Bounded<'a, R> {
    source: BufReader<R>,
    left: &'a Cell<u64>,
}

impl<'a, R: Read> Bounded<'a, R> {
    fn new(source: R, left: &'a Cell<u64>) -> Self {
        Self {
            source: BufReader::with_capacity(64 << 10, source),
            left,
        }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64);
        self.left
            .set(left.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "too long at once"))?);
        Ok(read)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Id,
    Title,
    TitledByHand,
    Model,
    Memory,
    Pinned,
    Archived,
    CreatedAt,
    UpdatedAt,
    Shown,
    Messages,
    #[serde(other)]
    Other,
}

struct Whole<'a, F> {
    list: &'a mut F,
    left: &'a Cell<u64>,
}

impl<'de, F: FnMut(ArchivedMessage) -> Result<(), String>> DeserializeSeed<'de> for Whole<'_, F> {
    type Value = Head;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Head, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(ArchivedMessage) -> Result<(), String>> Visitor<'de> for Whole<'_, F> {
    type Value = Head;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a conversation")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Head, A::Error> {
        let mut head = Head::default();
        while let Some(key) = map.next_key()? {
            match key {
                Key::Id => head.id = map.next_value()?,
                Key::Title => head.title = map.next_value()?,
                Key::TitledByHand => head.titled_by_hand = map.next_value()?,
                Key::Model => head.model = map.next_value()?,
                Key::Memory => head.memory = map.next_value()?,
                Key::Pinned => head.pinned = map.next_value()?,
                Key::Archived => head.archived = map.next_value()?,
                Key::CreatedAt => head.created_at = map.next_value()?,
                Key::UpdatedAt => head.updated_at = map.next_value()?,
                Key::Shown => head.shown = map.next_value()?,
                Key::Messages => map.next_value_seed(List::new(&mut *self.list, self.left))?,
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(head)
    }
}

struct Memories<'a, F> {
    list: &'a mut F,
    left: &'a Cell<u64>,
}

impl<'de, F: FnMut(ArchivedMemory) -> Result<(), String>> DeserializeSeed<'de> for Memories<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, F: FnMut(ArchivedMemory) -> Result<(), String>> Visitor<'de> for Memories<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memories")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "memories" {
                map.next_value_seed(List::new(&mut *self.list, self.left))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// A list whose elements are passed on.
struct List<'a, T, F> {
    each: &'a mut F,
    left: &'a Cell<u64>,
    of: PhantomData<T>,
}

impl<'a, T, F> List<'a, T, F> {
    const fn new(each: &'a mut F, left: &'a Cell<u64>) -> Self {
        Self {
            each,
            left,
            of: PhantomData,
        }
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), String>> DeserializeSeed<'de> for List<'_, T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Deserialize<'de>, F: FnMut(T) -> Result<(), String>> Visitor<'de> for List<'_, T, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(element) = list.next_element()? {
            (self.each)(element).map_err(A::Error::custom)?;
            self.left.set(MOST_BETWEEN);
        }
        Ok(())
    }
}
