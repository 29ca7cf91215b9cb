//! Import archives: a zip file of arbitrary bytes, and arbitrary JSON in a valid zip file.
#![no_main]

use hearth_backend::transfer::import::examine;
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Write};
use zip::{ZipWriter, write::SimpleFileOptions};

fuzz_target!(|bytes: &[u8]| {
    examine(bytes).ok();
    examine(&archive(bytes)).ok();
});

fn archive(document: &[u8]) -> Vec<u8> {
    let manifest = br#"{"format":"hearth-archive","version":1,"exported_at":"2026-05-03T18:05:00Z"}"#;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("hearth.json", &manifest[..]),
        ("memories.json", document),
        ("conversations/1.json", document),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).expect("an entry in memory");
        zip.write_all(content).expect("a write to memory");
    }
    zip.finish().expect("a zip file in memory").into_inner()
}
