//! Export and import.

pub(crate) use super::en::transfer::*;

use super::{common::enumerated, numbers::number, t};
use hearth_types::{ArchiveTrouble, ImportReport};

/// Why a file was not imported.
pub fn trouble(trouble: ArchiveTrouble) -> &'static str {
    t(match trouble {
        ArchiveTrouble::NoFile => NO_FILE,
        ArchiveTrouble::TooLarge => TOO_LARGE,
        ArchiveTrouble::Broken => BROKEN,
        ArchiveTrouble::NotHearths => NOT_HEARTHS,
        ArchiveTrouble::Newer => NEWER,
        ArchiveTrouble::Protected => PROTECTED,
        ArchiveTrouble::TooMuch => TOO_MUCH,
        ArchiveTrouble::Running => RUNNING_ALREADY,
        ArchiveTrouble::DiskFull => DISK_FULL,
        ArchiveTrouble::QuotaFull => QUOTA_FULL,
        ArchiveTrouble::Internal => INTERNAL,
    })
}

/// "12 of 40 conversations so far."
pub fn progress(report: &ImportReport) -> String {
    so_far(report.total, &number(report.looked_at.into()))
}

/// "Brought in: 42 conversations, 118 memories, 7 pictures."; none when nothing was.
pub fn taken(report: &ImportReport) -> Option<String> {
    let parts = [
        (report.conversations, conversations as fn(u32) -> String),
        (report.memories, memories),
        (report.pictures, pictures),
        (report.files, files),
    ];
    listed(&parts).map(|list| brought_in(&list))
}

/// "Here already: 3 conversations."
pub fn known(report: &ImportReport) -> Option<String> {
    let parts = [
        (report.conversations_known, conversations as fn(u32) -> String),
        (report.memories_known, memories),
    ];
    listed(&parts).map(|list| already_here(&list))
}

/// Messages that were cut; none when all are whole.
pub fn shortened(n: u32) -> Option<String> {
    (n > 0).then(|| shortened_messages(n))
}

/// A number of things, and the text for them.
type Count = (u32, fn(u32) -> String);

fn listed(parts: &[Count]) -> Option<String> {
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    let words: Vec<String> = parts.map(|(n, words)| words(*n)).collect();
    (!words.is_empty()).then(|| enumerated(&words))
}
