//! The archive in a zip file: its version and its parts.

use super::zip::{Bytes, Content, Entry, Zip};
use crate::transfer::format::{CONVERSATIONS, FORMAT, MANIFEST, Manifest, VERSION};
use hearth_types::ArchiveTrouble;
use std::{
    io::{self, Read},
    sync::Arc,
};

/// Maximum bytes of `hearth.json`.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// A zip file with an archive. `root` is the folder that contains everything; empty, unless the archive was repacked.
pub(super) struct Archive {
    zip: Zip,
    root: String,
}

impl Archive {
    /// Opens an archive and checks its kind and version. It blocks: do not call it from an async task.
    pub fn open(bytes: Bytes) -> Result<Self, ArchiveTrouble> {
        let zip = Zip::open(bytes)?;
        let root = zip.root().ok_or(ArchiveTrouble::NotHearths)?;
        let archive = Self { zip, root };
        let entry = archive.entry(MANIFEST).ok_or(ArchiveTrouble::NotHearths)?;
        let content = archive.zip.read(entry).map_err(|_| ArchiveTrouble::Broken)?;
        let mut text = Vec::new();
        let read = content.take(LARGEST_MANIFEST).read_to_end(&mut text);
        read.map_err(|_| ArchiveTrouble::Broken)?;
        // The version is checked first: a newer version may have other fields.
        let manifest: serde_json::Value =
            serde_json::from_slice(&text).map_err(|_| ArchiveTrouble::NotHearths)?;
        if manifest["format"] != FORMAT {
            return Err(ArchiveTrouble::NotHearths);
        }
        if manifest["version"]
            .as_u64()
            .is_none_or(|version| version > u64::from(VERSION))
        {
            return Err(ArchiveTrouble::Newer);
        }
        serde_json::from_value::<Manifest>(manifest).map_err(|_| ArchiveTrouble::NotHearths)?;
        Ok(archive)
    }

    /// A file by its path below the root.
    pub fn entry(&self, name: &str) -> Option<Entry> {
        self.zip.entry(&format!("{}{name}", self.root))
    }

    /// A file by a name from [`Archive::conversations`].
    pub fn conversation(&self, name: &str) -> Option<Entry> {
        self.zip.entry(name)
    }

    /// A file's name without the root.
    pub fn shown<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(&*self.root).unwrap_or(name)
    }

    pub fn read(&self, entry: Entry) -> io::Result<Content> {
        self.zip.read(entry)
    }

    /// The files of conversations, sorted by name, which puts the oldest first.
    pub fn conversations(&self) -> Vec<Arc<str>> {
        let is_conversation = |name: &str| {
            let name = name.strip_prefix(&*self.root);
            name.is_some_and(|name| name.starts_with(CONVERSATIONS) && name.ends_with(".json"))
        };
        let names = self.zip.names().filter(|name| is_conversation(name));
        let mut names: Vec<Arc<str>> = names.cloned().collect();
        names.sort_unstable();
        names
    }
}
