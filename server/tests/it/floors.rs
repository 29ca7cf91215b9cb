//! The floors that `src/lib.rs` names: no module uses one above it, and no files use each other in a circle.

use hearth_structure::Sources;
use std::{fs, path::Path};

fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

#[test]
fn no_module_uses_one_above_it() {
    let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
    let named = lib
        .lines()
        .filter_map(|line| line.strip_prefix("//! | [`")?.split('`').next());
    let floors: Vec<Vec<String>> = named.map(|room| vec![room.to_owned()]).collect();
    let arrows = Sources::read(source()).unwrap().arrows();
    assert!(arrows.count() > 100, "only {} arrows were found", arrows.count());
    assert_eq!(arrows.up(&floors), Vec::<String>::new());
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let arrows = Sources::read(source()).unwrap().arrows();
    for arrows in [arrows.at_depth(1), arrows.at_depth(2), arrows] {
        assert_eq!(arrows.circle(), Vec::<String>::new());
    }
}
