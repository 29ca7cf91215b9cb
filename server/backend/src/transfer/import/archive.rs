//! The archive in the zip file: where its parts are, and whether this Hearth reads them.

use super::zip::{Content, Entry, Zip};
use crate::transfer::format::{CONVERSATIONS, FORMAT, MANIFEST, Manifest, VERSION};
use hearth_types::ArchiveTrouble;
use std::{
    io::{self, Read},
    path::Path,
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
    pub fn open(path: &Path) -> Result<Self, ArchiveTrouble> {
        let zip = Zip::open(path)?;
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

    pub fn entry(&self, name: &str) -> Option<Entry> {
        self.zip.entry(&format!("{}{name}", self.root))
    }

    pub fn read(&self, entry: Entry) -> io::Result<Content> {
        self.zip.read(entry)
    }

    /// The files that hold a conversation, by name: so the oldest comes first.
    pub fn conversations(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .zip
            .names()
            .filter_map(|name| name.strip_prefix(&*self.root))
            .filter(|name| name.starts_with(CONVERSATIONS) && name.ends_with(".json"))
            .map(str::to_owned)
            .collect();
        names.sort_unstable();
        names
    }
}
