//! Kinds of memories: their names in addresses and forms, and in words.

use crate::{
    components::fields::{Choice, choice},
    strings::{Text, memory, t},
};
use hearth_types::MemoryKind;

const KINDS: [(MemoryKind, &str, Text); 4] = [
    (MemoryKind::Profile, "profile", memory::PROFILE),
    (MemoryKind::Preference, "preference", memory::PREFERENCE),
    (MemoryKind::Fact, "fact", memory::FACT),
    (MemoryKind::Episode, "episode", memory::EPISODE),
];

/// The options of a list of kinds.
pub fn choices(chosen: Option<MemoryKind>) -> Vec<Choice> {
    KINDS
        .iter()
        .map(|(kind, name, words)| choice(name, *words, chosen == Some(*kind)))
        .collect()
}

/// The kind that an address names.
pub fn named(name: &str) -> Option<MemoryKind> {
    KINDS.iter().find(|kind| kind.1 == name).map(|kind| kind.0)
}

/// The name in an address.
pub fn value(kind: MemoryKind) -> &'static str {
    entry(kind).1
}

/// The name in words.
pub fn name(kind: MemoryKind) -> &'static str {
    t(entry(kind).2)
}

fn entry(kind: MemoryKind) -> &'static (MemoryKind, &'static str, Text) {
    KINDS.iter().find(|entry| entry.0 == kind).unwrap_or(&KINDS[0])
}
