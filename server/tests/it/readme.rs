//! README.md says what is so: the settings as the flags tell them, and files that are there.

const README: &str = include_str!("../../../README.md");

#[test]
fn the_table_of_settings_is_the_one_that_the_flags_tell() {
    let table = hearth_server::settings::table::markdown();
    assert!(
        README.contains(&table),
        "put this table into README.md, under Settings:\n\n{table}"
    );
}

#[test]
fn every_file_that_is_linked_is_there() {
    let root = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let links = README
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let files: Vec<_> = links
        .filter(|link| !link.starts_with("http") && !link.starts_with('#'))
        .collect();
    assert!(files.len() > 10);
    for file in files {
        assert!(root.join(file).exists(), "{file}");
    }
}
