//! The floors of `lib.rs`: modules use only modules below them, and no two files use each other in a circle.

use hearth_structure::Sources;
use std::{collections::BTreeSet, fs, path::Path};

fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

#[test]
fn modules_use_only_floors_below() {
    let sources = Sources::read(source()).unwrap();
    let floors = floors(&fs::read_to_string(source().join("lib.rs")).unwrap());
    let listed: BTreeSet<_> = floors.iter().flatten().map(String::as_str).collect();
    assert_eq!(
        listed,
        sources.rooms(),
        "lib.rs lists other modules than there are"
    );
    assert_eq!(sources.arrows().up(&floors), Vec::<String>::new());
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let arrows = Sources::read(source()).unwrap().arrows();
    assert!(arrows.count() > 300, "only {} arrows were found", arrows.count());
    for arrows in [arrows.at_depth(1), arrows.at_depth(2), arrows] {
        assert_eq!(arrows.circle(), Vec::<String>::new());
    }
}

/// The names in the list of `lib.rs`: lines such as "//! - `dates` `flash`: …", from the top floor down.
fn floors(lib: &str) -> Vec<Vec<String>> {
    let lines = lib.lines().filter_map(|line| line.strip_prefix("//! - "));
    let names = |line: &str| {
        line.split(':')
            .next()
            .unwrap()
            .split('`')
            .map(str::to_owned)
            .collect()
    };
    lines
        .map(names)
        .map(|names: Vec<String>| names.into_iter().skip(1).step_by(2).collect())
        .collect()
}
