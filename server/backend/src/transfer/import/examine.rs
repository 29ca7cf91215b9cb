//! Reads an archive without a database, for a fuzz target.

use super::{archive::Archive, document, plan::Plan, trim, zip::Bytes};
use crate::transfer::format::MEMORIES;
use chrono::{DateTime, Utc};
use hearth_types::ArchiveTrouble;
use std::io::Read;

/// The content of an archive in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Examined {
    /// Conversations that can be read, and their messages.
    pub conversations: usize,
    pub messages: usize,
    /// Messages over the maximum length.
    pub shortened: usize,
    pub memories: usize,
    /// Conversations that cannot be read.
    pub unreadable: usize,
}

/// Reads every conversation, every memory and every attachment of an archive as an import does, and stores nothing.
/// For any input, memory holds the archive, its table of contents, and a few MB more.
///
/// # Errors
/// The reason for which an import would refuse the archive.
pub fn examine(bytes: &[u8]) -> Result<Examined, ArchiveTrouble> {
    let archive = Archive::open(Bytes::Memory(bytes.into()))?;
    let mut examined = Examined::default();
    for name in archive.conversations() {
        match archive
            .conversation(&name)
            .and_then(|entry| archive.read(entry).ok())
        {
            Some(content) => examined.conversation(&archive, content),
            None => examined.unreadable += 1,
        }
    }
    if let Some(content) = archive.entry(MEMORIES).and_then(|entry| archive.read(entry).ok()) {
        let count = |memory| {
            trim::memory(memory);
            examined.memories += 1;
            Ok(())
        };
        document::memories(content, count).ok();
    }
    Ok(examined)
}

impl Examined {
    fn conversation(&mut self, archive: &Archive, content: impl Read) {
        let mut shortened = 0;
        let mut files = Vec::new();
        let planned = Plan::read_each(content, DateTime::<Utc>::UNIX_EPOCH, |message| {
            let trimmed = trim::message(message);
            shortened += usize::from(trimmed.shortened);
            files.extend(
                trimmed
                    .message
                    .attachments
                    .into_iter()
                    .filter_map(|file| file.path),
            );
            files.truncate(1000);
        });
        match planned {
            Ok(plan) => {
                self.conversations += 1;
                self.messages += plan.messages.len();
                self.shortened += shortened;
            }
            Err(_) => self.unreadable += 1,
        }
        for path in files {
            if let Some(content) = archive.entry(&path).and_then(|entry| archive.read(entry).ok()) {
                std::io::copy(
                    &mut content.take(crate::files::MAX_FILE_BYTES),
                    &mut std::io::sink(),
                )
                .ok();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn archive(conversation: &str) -> Vec<u8> {
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let manifest = r#"{"format":"hearth-archive","version":1,"exported_at":"2026-05-03T18:05:00Z"}"#;
        for (name, text) in [("hearth.json", manifest), ("conversations/1.json", conversation)] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn one_message(text: &str) -> String {
        let id = "00000000-0000-4000-8000-000000000001";
        format!(
            r#"{{"id":"{id}","messages":[{{"id":"{id}","said_by":"person","said_at":"2026-05-03T18:05:00Z","text":"{text}"}}]}}"#
        )
    }

    #[test]
    fn an_archive_is_examined_without_a_database() {
        let examined = examine(&archive(&one_message("Hi"))).unwrap();
        assert_eq!((examined.conversations, examined.messages), (1, 1));
        let examined = examine(&archive(&one_message(&"x".repeat(150_000)))).unwrap();
        assert_eq!((examined.messages, examined.shortened), (1, 1));
        assert_eq!(examine(&archive("[")).unwrap().unreadable, 1);
        assert_eq!(examine(b"words"), Err(ArchiveTrouble::Broken));
    }

    /// Changes each byte in turn, and cuts the archive at each position: no reader panics.
    #[test]
    fn damaged_archives_are_examined_without_a_panic() {
        let good = archive(&one_message("Hi"));
        for at in 0..good.len() {
            let mut bytes = good.clone();
            for value in [0, 0x7f, 0xff] {
                bytes[at] = value;
                examine(&bytes).ok();
            }
            examine(&good[..at]).ok();
        }
    }
}
