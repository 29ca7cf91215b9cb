//! The archive in the zip file: where its parts are, and whether this Hearth reads them.

use super::zip::{Bytes, Content, Entry, Zip};
use crate::transfer::format::{CONVERSATIONS, FORMAT, MANIFEST, Manifest, VERSION};
use hearth_types::ArchiveTrouble;
use std::{
    io::{self, Read},
    sync::Arc,
};

/// Bytes of `hearth.json`.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// A zip file, and the folder in it that everything is in: none, unless somebody packed it anew.
pub(super) struct Archive {
    zip: Zip,
    root: String,
}

impl Archive {
    /// Reads what kind of archive it is. Not for an async task.
    pub fn open(bytes: Bytes) -> Result<Self, ArchiveTrouble> {
        let zip = Zip::open(bytes)?;
        let root = zip.root().ok_or(ArchiveTrouble::NotHearths)?;
        let archive = Self { zip, root };
        let entry = archive.entry(MANIFEST).ok_or(ArchiveTrouble::NotHearths)?;
        let content = archive.zip.read(entry).map_err(|_| ArchiveTrouble::Broken)?;
        let mut text = Vec::new();
        let read = content.take(LARGEST_MANIFEST).read_to_end(&mut text);
        read.map_err(|_| ArchiveTrouble::Broken)?;
        // The version first: what a newer Hearth writes may be nothing that is understood here.
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

    /// A file by its place below the archive's folder.
    pub fn entry(&self, name: &str) -> Option<Entry> {
        self.zip.entry(&format!("{}{name}", self.root))
    }

    /// A file that [`Archive::conversations`] named.
    pub fn conversation(&self, name: &str) -> Option<Entry> {
        self.zip.entry(name)
    }

    /// A file's name without the archive's folder.
    pub fn shown<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(&*self.root).unwrap_or(name)
    }

    pub fn read(&self, entry: Entry) -> io::Result<Content> {
        self.zip.read(entry)
    }

    /// The files that hold a conversation, by name: so the oldest comes first.
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
