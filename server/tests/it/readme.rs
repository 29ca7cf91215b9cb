//! The documents are true: the table of settings comes from the flags, and every named file and section exists.

use std::path::{Path, PathBuf};

const DOCUMENTS: [&str; 7] = [
    "README.md",
    "docker/README.md",
    "migrations/README.md",
    "server/README.md",
    "server/bench/README.md",
    "style/README.md",
    "xtask/README.md",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(document: &Path) -> String {
    std::fs::read_to_string(document).unwrap_or_else(|error| panic!("{}: {error}", document.display()))
}

#[test]
fn the_table_of_settings_is_made_of_the_flags_help() {
    let table = hearth_server::settings::table::markdown();
    assert!(
        read(&root().join("server/README.md")).contains(&table),
        "put this table into server/README.md, under Settings:\n\n{table}"
    );
}

#[test]
fn every_linked_file_and_section_exists() {
    for name in DOCUMENTS {
        let document = root().join(name);
        let text = read(&document);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for link in links.filter(|link| !link.starts_with("http")) {
            let (path, section) = link.split_once('#').unwrap_or((link, ""));
            let target = match path {
                "" => document.clone(),
                path => document.with_file_name(path),
            };
            assert!(target.exists(), "{name}: no file for {link}");
            let found = section.is_empty() || sections(&read(&target)).any(|anchor| anchor == section);
            assert!(found, "{name}: no section for {link}");
        }
    }
}

/// The anchors of a document's headings, as GitHub makes them.
fn sections(text: &str) -> impl Iterator<Item = String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

#[test]
fn every_path_in_the_code_of_a_document_exists() {
    const FOLDERS: [&str; 8] = [
        "app/",
        "docker/",
        "end2end/",
        "frontend/",
        "migrations/",
        "server/",
        "style/",
        "xtask/",
    ];
    let mut found = 0;
    for name in DOCUMENTS {
        let text = read(&root().join(name));
        // Every second part is between back quotes, except in fenced blocks, which have an even number of them.
        for code in text.split('`').skip(1).step_by(2) {
            if FOLDERS.iter().any(|folder| code.starts_with(folder)) && !code.contains([' ', '<', '…']) {
                assert!(root().join(code).exists(), "{name}: {code}");
                found += 1;
            }
        }
    }
    assert!(found > 5, "only {found} paths found");
}
