//! Reads a zip file that may be hostile.
//!
//! No crate is used, because crates load the whole table of contents into memory, with as many entries as the file
//! claims, before a caller can refuse it. Here every number is checked against the size of the file first, and every
//! unusual feature is refused: several disks, entries that overlap or share a name, encryption. Names are only keys
//! to look up entries; they never become paths on the disk.

use crate::transfer::format::MANIFEST;
use flate2::{Crc, read::DeflateDecoder};
use hearth_types::ArchiveTrouble;
use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom, Take},
    path::PathBuf,
    sync::Arc,
};
use unicode_normalization::UnicodeNormalization;

/// Maximum number of entries: three for each conversation, with its folder, and its attachments.
const MOST_ENTRIES: u64 = 200_000;

/// Maximum bytes of the table of contents, which is kept in memory; each entry has 46 besides its name.
const LARGEST_TABLE: u64 = 32 << 20;

/// Maximum unpacked bytes of all entries, and of one entry.
const LARGEST_CONTENT: u64 = 64 << 30;
const LARGEST_ENTRY: u64 = 1 << 30;

/// Maximum compression ratio of all entries together. Text reaches 20, rarely 50. An archive with little unpacked
/// content may have any ratio.
const MOST_RATIO: u64 = 200;
const SMALL_CONTENT: u64 = 64 << 20;

/// Maximum bytes of a name; an export uses 180 for a conversation and as many for a file in its folder.
const LONGEST_NAME: usize = 600;

/// Bytes of the end record of a zip file, and of the longest comment after it.
const END: usize = 22;
const COMMENT: usize = u16::MAX as usize;

/// Bytes of the fixed part of an entry, in the table and in its local header.
const TABLE_ENTRY: usize = 46;
const HEADER: usize = 30;

/// A zip file and its entries. Every reader opens the file for itself.
pub(super) struct Zip {
    bytes: Bytes,
    entries: HashMap<Arc<str>, Entry>,
}

/// The location of a zip file.
#[derive(Clone)]
pub(super) enum Bytes {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

type Opened = Box<dyn ReadSeek>;

impl Bytes {
    fn open(&self) -> io::Result<Opened> {
        Ok(match self {
            Self::Disk(path) => Box::new(File::open(path)?),
            Self::Memory(bytes) => Box::new(io::Cursor::new(bytes.clone())),
        })
    }
}

/// An entry of the table of contents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    packed: bool,
    crc: u32,
    packed_size: u64,
    size: u64,
    header: u64,
}

impl Zip {
    /// Reads the table of contents only. It blocks: do not call it from an async task.
    pub fn open(bytes: Bytes) -> Result<Self, ArchiveTrouble> {
        let mut file = bytes.open().map_err(|_| ArchiveTrouble::Broken)?;
        let table = find_table(&mut file).map_err(trouble)?;
        if table.entries > MOST_ENTRIES || table.size > LARGEST_TABLE {
            return Err(ArchiveTrouble::TooMuch);
        }
        if table.entries * TABLE_ENTRY as u64 > table.size {
            return Err(ArchiveTrouble::Broken);
        }
        file.seek(SeekFrom::Start(table.start))
            .map_err(|_| ArchiveTrouble::Broken)?;
        let entries = read_table(BufReader::new(file).take(table.size), &table)?;
        Ok(Self { bytes, entries })
    }

    pub fn entry(&self, name: &str) -> Option<Entry> {
        self.entries.get(&*normal(name)).copied()
    }

    pub fn names(&self) -> impl Iterator<Item = &Arc<str>> {
        self.entries.keys()
    }

    /// The folder with the manifest, with its slash: empty, or one folder if the archive was repacked.
    pub fn root(&self) -> Option<String> {
        let manifests = self.names().filter_map(|name| name.strip_suffix(MANIFEST));
        manifests
            .filter(|root| root.is_empty() || root.find('/') == Some(root.len() - 1))
            .min_by_key(|root| (root.len(), root.to_string()))
            .map(str::to_owned)
    }

    /// The content of an entry. Reading fails if it does not match the table of contents.
    pub fn read(&self, entry: Entry) -> io::Result<Content> {
        let mut file = self.bytes.open()?;
        file.seek(SeekFrom::Start(entry.header))?;
        let mut header = [0; HEADER];
        file.read_exact(&mut header)?;
        if header[..4] != *b"PK\x03\x04" {
            return Err(broken("no header before an entry"));
        }
        let skipped = i64::from(u16_at(&header, 26)) + i64::from(u16_at(&header, 28));
        file.seek(SeekFrom::Current(skipped))?;
        let stored = BufReader::new(file).take(entry.packed_size);
        Ok(Content {
            source: if entry.packed {
                Source::Packed(DeflateDecoder::new(stored))
            } else {
                Source::Stored(stored)
            },
            crc: Crc::new(),
            read: 0,
            entry,
        })
    }
}

impl Entry {
    /// Unpacked bytes.
    pub const fn size(&self) -> u64 {
        self.size
    }
}

/// The unpacked bytes of an entry; their number and checksum are verified.
pub(super) struct Content {
    source: Source,
    crc: Crc,
    read: u64,
    entry: Entry,
}

enum Source {
    Stored(Take<BufReader<Opened>>),
    Packed(DeflateDecoder<Take<BufReader<Opened>>>),
}

impl Read for Content {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.source {
            Source::Stored(source) => source.read(buffer)?,
            Source::Packed(source) => source.read(buffer)?,
        };
        self.crc.update(&buffer[..read]);
        self.read += read as u64;
        let complete = self.read == self.entry.size && self.crc.sum() == self.entry.crc;
        if self.read > self.entry.size || (read == 0 && !buffer.is_empty() && !complete) {
            return Err(broken("an entry does not match the table of contents"));
        }
        Ok(read)
    }
}

/// The position of the table of contents.
struct Table {
    start: u64,
    size: u64,
    entries: u64,
}

fn find_table(file: &mut Opened) -> io::Result<Table> {
    let length = file.seek(SeekFrom::End(0))?;
    let tail_length = usize::try_from(length).unwrap_or(usize::MAX).min(END + COMMENT);
    let tail_start = length - tail_length as u64;
    file.seek(SeekFrom::Start(tail_start))?;
    let mut tail = vec![0; tail_length];
    file.read_exact(&mut tail)?;
    // The end record is valid only if its comment ends at the end of the file.
    let last = tail_length.checked_sub(END).ok_or_else(|| broken("too short"))?;
    let at = (0..=last)
        .rev()
        .find(|at| {
            tail[*at..].starts_with(b"PK\x05\x06")
                && at + END + usize::from(u16_at(&tail, at + 20)) == tail_length
        })
        .ok_or_else(|| broken("no end of a zip file"))?;
    let end = &tail[at..];
    let mut table = Table {
        entries: u16_at(end, 10).into(),
        size: u32_at(end, 12).into(),
        start: u32_at(end, 16).into(),
    };
    let mut behind = tail_start + at as u64;
    let disks = (u16_at(end, 4), u16_at(end, 6));
    if table.entries == u64::from(u16::MAX)
        || table.size == u64::from(u32::MAX)
        || table.start == u64::from(u32::MAX)
    {
        (table, behind) = find_large_table(file, behind)?;
    } else if disks != (0, 0) || u16_at(end, 8) != u16_at(end, 10) {
        return Err(broken("several disks"));
    }
    if table.start.checked_add(table.size).is_none_or(|end| end > behind) {
        return Err(broken("the table of contents is outside of the file"));
    }
    Ok(table)
}

/// Finds the table of contents of a zip64 file, which has more or larger entries than the first format could count.
fn find_large_table(file: &mut Opened, end: u64) -> io::Result<(Table, u64)> {
    let mut locator = [0; 20];
    let at = end
        .checked_sub(20)
        .ok_or_else(|| broken("no room for a zip64 locator"))?;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut locator)?;
    let place = u64_at(&locator, 8);
    if locator[..4] != *b"PK\x06\x07" || place.checked_add(56).is_none_or(|end| end > at) {
        return Err(broken("no zip64 locator"));
    }
    let mut record = [0; 56];
    file.seek(SeekFrom::Start(place))?;
    file.read_exact(&mut record)?;
    if record[..4] != *b"PK\x06\x06" || u64_at(&record, 24) != u64_at(&record, 32) {
        return Err(broken("no zip64 end record"));
    }
    let table = Table {
        entries: u64_at(&record, 32),
        size: u64_at(&record, 40),
        start: u64_at(&record, 48),
    };
    Ok((table, place))
}

fn read_table(mut source: impl Read, table: &Table) -> Result<HashMap<Arc<str>, Entry>, ArchiveTrouble> {
    let mut entries = HashMap::new();
    let mut places = Vec::new();
    let (mut packed, mut content) = (0_u64, 0_u64);
    for _ in 0..table.entries {
        let (name, entry) = read_entry(&mut source)?;
        let ends = entry
            .header
            .saturating_add(HEADER as u64)
            .saturating_add(entry.packed_size);
        if ends > table.start {
            return Err(ArchiveTrouble::Broken);
        }
        places.push((entry.header, ends));
        if entry.size > LARGEST_ENTRY {
            return Err(ArchiveTrouble::TooMuch);
        }
        packed = packed.saturating_add(entry.packed_size);
        content = content.saturating_add(entry.size);
        // Folders, links, and names that lead out of the archive are ignored.
        let Some(name) = name else { continue };
        if entries.insert(name.into(), entry).is_some() {
            return Err(ArchiveTrouble::Broken);
        }
    }
    if content > LARGEST_CONTENT || content > SMALL_CONTENT.max(packed.saturating_mul(MOST_RATIO)) {
        return Err(ArchiveTrouble::TooMuch);
    }
    // Entries that share packed bytes could unpack to far more than the ratio allows.
    places.sort_unstable();
    if places.windows(2).any(|two| two[0].1 > two[1].0) {
        return Err(ArchiveTrouble::TooMuch);
    }
    Ok(entries)
}

/// Reads an entry, with its name if it is a readable file.
fn read_entry(source: &mut impl Read) -> Result<(Option<String>, Entry), ArchiveTrouble> {
    let mut fixed = [0; TABLE_ENTRY];
    source.read_exact(&mut fixed).map_err(trouble)?;
    if fixed[..4] != *b"PK\x01\x02" {
        return Err(ArchiveTrouble::Broken);
    }
    if u16_at(&fixed, 8) & 1 == 1 {
        return Err(ArchiveTrouble::Protected);
    }
    let method = u16_at(&fixed, 10);
    let mut name = vec![0; u16_at(&fixed, 28).into()];
    let mut extra = vec![0; u16_at(&fixed, 30).into()];
    source.read_exact(&mut name).map_err(trouble)?;
    source.read_exact(&mut extra).map_err(trouble)?;
    let comment = u64::from(u16_at(&fixed, 32));
    let passed = io::copy(&mut source.take(comment), &mut io::sink()).map_err(trouble)?;
    if passed != comment {
        return Err(ArchiveTrouble::Broken);
    }
    let mut entry = Entry {
        packed: method == 8,
        crc: u32_at(&fixed, 16),
        packed_size: u32_at(&fixed, 20).into(),
        size: u32_at(&fixed, 24).into(),
        header: u32_at(&fixed, 42).into(),
    };
    large_numbers(&mut entry, &extra)?;
    let made_on_unix = fixed[5] == 3;
    let is_link = made_on_unix && (u32_at(&fixed, 38) >> 16) & 0o170_000 == 0o120_000;
    let readable = matches!(method, 0 | 8) && (method == 8 || entry.size == entry.packed_size);
    let name = plain_name(name).filter(|_| readable && !is_link);
    Ok((name, entry))
}

/// Reads the zip64 numbers of an entry: those that did not fit stand after the name, in this order.
fn large_numbers(entry: &mut Entry, mut extra: &[u8]) -> Result<(), ArchiveTrouble> {
    while extra.len() >= 4 {
        let (kind, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let Some(field) = extra.get(4..4 + length) else {
            break;
        };
        if kind == 1 {
            let mut numbers = field.chunks_exact(8).map(|number| u64_at(number, 0));
            for number in [&mut entry.size, &mut entry.packed_size, &mut entry.header] {
                if *number == u64::from(u32::MAX) {
                    *number = numbers.next().ok_or(ArchiveTrouble::Broken)?;
                }
            }
            return Ok(());
        }
        extra = &extra[4 + length..];
    }
    Ok(())
}

/// A valid relative name; none for anything else.
fn plain_name(name: Vec<u8>) -> Option<String> {
    let name = String::from_utf8(name).ok()?;
    let plain = name.len() <= LONGEST_NAME
        && !name.contains(['\\', '\0', ':'])
        && name
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != "..");
    plain.then(|| normal(&name))
}

/// Composes letters with their accents: repacking on macOS may have decomposed them.
fn normal(name: &str) -> String {
    name.nfc().collect()
}

fn trouble(error: io::Error) -> ArchiveTrouble {
    tracing::debug!(error = %error.kind(), "an archive cannot be read");
    ArchiveTrouble::Broken
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
