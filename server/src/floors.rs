//! The floors of this crate, as [`crate`] names them, hold: no module uses one above it, and no modules use each other
//! in a circle.

#![allow(clippy::unwrap_used)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Which modules each module uses, with one of the lines.
type Arrows = BTreeMap<String, BTreeMap<String, String>>;

#[test]
fn no_module_uses_one_above_it() {
    let floors = floors();
    let level = |module: &str| floors.iter().position(|floor| floor == module);
    let mut found = 0;
    for (from, uses) in arrows(1) {
        for (to, line) in uses {
            let (Some(upper), Some(lower)) = (level(&from), level(&to)) else {
                panic!("{from} or {to} is missing from the floors in lib.rs: {line}");
            };
            assert!(upper < lower, "{from} uses {to}, which stands above it: {line}");
            found += 1;
        }
    }
    assert!(
        found >= floors.len(),
        "only {found} arrows were found: can this test read?"
    );
}

#[test]
fn no_modules_use_each_other_in_a_circle() {
    let mut arrows = arrows(2);
    assert!(arrows.len() > 15, "{arrows:?}");
    // Modules that use none of the rest are taken away, until only circles are left.
    loop {
        let rest: BTreeSet<String> = arrows.keys().cloned().collect();
        arrows
            .values_mut()
            .for_each(|uses| uses.retain(|to, _| rest.contains(to)));
        let before = arrows.len();
        arrows.retain(|_, uses| !uses.is_empty());
        if arrows.len() == before {
            break;
        }
    }
    assert!(arrows.is_empty(), "a circle: {arrows:#?}");
}

/// The table in lib.rs, from the top down.
fn floors() -> Vec<String> {
    let text = fs::read_to_string(source().join("lib.rs")).unwrap();
    text.lines()
        .filter_map(|line| Some(line.strip_prefix("//! | [`")?.split('`').next()?.to_owned()))
        .collect()
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The arrows between modules, whose paths are cut to this many names.
fn arrows(depth: usize) -> Arrows {
    let mut arrows = Arrows::new();
    let mut folders = vec![source()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                read(&path, depth, &mut arrows);
            }
        }
    }
    arrows
}

fn read(file: &Path, depth: usize, arrows: &mut Arrows) {
    let module = module_of(file);
    // The roots put everything together, and tests may use everything.
    if matches!(&*module[0], "lib" | "main" | "floors") || module.last().is_some_and(|name| name == "tests") {
        return;
    }
    let from = &module[..depth.min(module.len())];
    let parent = &module[..module.len() - 1];
    let code = code_of(file);
    let absolute = code.split("crate::").skip(1).flat_map(paths);
    let relative = code.split("super::").skip(1).flat_map(paths);
    let used = absolute.chain(relative.map(|path| [parent, &path].concat()));
    for path in used {
        let to = modules_of(&path, depth);
        // A module that uses its own parts, or the folder that it lies in, draws no arrow.
        if !from.starts_with(to) && !to.starts_with(from) {
            let line = format!("{}: {}", file.display(), path.join("::"));
            let uses = arrows.entry(from.join("::")).or_default();
            uses.insert(to.join("::"), line);
        }
    }
}

/// `http/auth/mod.rs` is `["http", "auth"]`.
fn module_of(file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source()).unwrap().with_extension("");
    let names = path.iter().map(|name| name.to_str().unwrap().to_owned());
    names.filter(|name| name != "mod").collect()
}

/// Without comments and tests.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join(" ")
}

/// The paths that begin a text: `a::{b, c::D}; …` is `a::b` and `a::c::D`.
fn paths(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        return parts(group).into_iter().flat_map(paths).collect();
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    let below = rest.strip_prefix("::").map(paths).unwrap_or_default();
    if below.is_empty() {
        return vec![vec![name.to_owned()]];
    }
    let named = |path: Vec<String>| [vec![name.to_owned()], path].concat();
    below.into_iter().map(named).collect()
}

/// The parts of a group, up to its closing brace.
fn parts(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in group.char_indices() {
        match letter {
            '}' if depth == 0 => {
                parts.push(&group[start..at]);
                break;
            }
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// The part of a path that names modules.
fn modules_of(path: &[String], depth: usize) -> &[String] {
    let is_module = |names: &[String]| {
        let place = names.iter().fold(source(), |place, name| place.join(name));
        place.is_dir() || place.with_extension("rs").is_file()
    };
    let longest = (0..=depth.min(path.len())).rev();
    let mut named = longest.map(|length| &path[..length]);
    named.find(|names| is_module(names)).unwrap_or_default()
}
