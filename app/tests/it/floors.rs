//! The floors of `lib.rs`: modules use only modules below them, and no two files use each other in a circle.
//!
//! Paths are read from the source: `crate::…`, `super::…`, and paths that begin with a module declared in the same file.
//! A path counts for the deepest module that it names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A module's path below the crate; empty for `lib.rs`.
type Module = Vec<String>;

/// Every module with the modules that it uses.
type Arrows = BTreeMap<Module, BTreeSet<Module>>;

#[test]
fn modules_use_only_floors_below() {
    let sources = crate_sources();
    let floors = floors(&sources[&Module::new()]);
    let listed: BTreeSet<_> = floors.iter().flatten().cloned().collect();
    let modules: BTreeSet<_> = sources
        .keys()
        .filter_map(|module| module.first().cloned())
        .collect();
    assert_eq!(listed, modules, "lib.rs lists other modules than there are");
    assert_eq!(arrows_up(&floors, &arrows(&sources)), Vec::<String>::new());
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let arrows = arrows(&crate_sources());
    assert_eq!(circle(&arrows), Vec::<String>::new(), "files");
    for depth in [1, 2] {
        assert_eq!(
            circle(&at_depth(&arrows, depth)),
            Vec::<String>::new(),
            "depth {depth}"
        );
    }
}

#[test]
fn arrows_up_and_circles_are_found() {
    let sources = BTreeMap::from([
        (
            vec!["high".into()],
            "pub mod part; use crate::low::{self, Thing};".into(),
        ),
        (
            vec!["high".into(), "part".into()],
            "fn f() { super::g(\"crate::none\") } // crate::none".into(),
        ),
        (
            vec!["low".into()],
            "fn f() { let _ = crate::high::part::h; }".into(),
        ),
    ]);
    let floors = vec![vec!["high".into()], vec!["low".into()]];
    let arrows = arrows(&sources);
    assert_eq!(arrows_up(&floors, &arrows), ["low -> high::part"]);
    assert_eq!(
        circle(&arrows),
        ["high -> low", "high::part -> high", "low -> high::part"]
    );
    assert_eq!(circle(&at_depth(&arrows, 1)), ["high -> low", "low -> high"]);
}

fn crate_sources() -> BTreeMap<Module, String> {
    let mut sources = BTreeMap::new();
    read(
        Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")),
        &Module::new(),
        &mut sources,
    );
    sources
}

fn read(folder: &Path, parent: &Module, sources: &mut BTreeMap<Module, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let module = [parent.clone(), vec![name.clone()]].concat();
        if path.is_dir() {
            read(&path, &module, sources);
        } else {
            let module = if name == "lib" { Module::new() } else { module };
            sources.insert(module, fs::read_to_string(&path).unwrap());
        }
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

fn arrows_up(floors: &[Vec<String>], arrows: &Arrows) -> Vec<String> {
    let floor = |module: &Module| {
        let name = module.first()?;
        floors.iter().position(|floor| floor.contains(name))
    };
    let up = |(from, to): &(&Module, &Module)| from.first() != to.first() && floor(from) >= floor(to);
    all(arrows)
        .filter(|arrow| !arrow.0.is_empty() && up(arrow))
        .map(written)
        .collect()
}

/// The arrows among modules that are part of a circle, or between two circles.
fn circle(arrows: &Arrows) -> Vec<String> {
    let mut left: BTreeSet<_> = all(arrows).collect();
    loop {
        let begins: BTreeSet<_> = left.iter().map(|(from, _)| *from).collect();
        let ends: BTreeSet<_> = left.iter().map(|(_, to)| *to).collect();
        let before = left.len();
        left.retain(|(from, to)| ends.contains(from) && begins.contains(to));
        if left.len() == before {
            return left.into_iter().map(written).collect();
        }
    }
}

fn all(arrows: &Arrows) -> impl Iterator<Item = (&Module, &Module)> {
    arrows
        .iter()
        .flat_map(|(from, to)| to.iter().map(move |to| (from, to)))
}

fn written((from, to): (&Module, &Module)) -> String {
    format!("{} -> {}", from.join("::"), to.join("::"))
}

/// The same arrows between modules cut to a depth.
fn at_depth(arrows: &Arrows, depth: usize) -> Arrows {
    let cut = |module: &Module| module.iter().take(depth).cloned().collect::<Module>();
    let mut result = Arrows::new();
    for (from, to) in arrows {
        let from = cut(from);
        let to: Vec<_> = to.iter().map(cut).filter(|to| *to != from).collect();
        for to in &to {
            result.entry(to.clone()).or_default();
        }
        result.entry(from).or_default().extend(to);
    }
    result
}

fn arrows(sources: &BTreeMap<Module, String>) -> Arrows {
    let used = |module: &Module, source: &str| {
        let mut used = BTreeSet::new();
        let without_tests = source.split("#[cfg(test)]\nmod ").next().unwrap();
        for path in paths(&tokens(without_tests)) {
            used.extend(resolve(module, &path, sources));
        }
        used.remove(module);
        // `lib.rs` only declares modules.
        used.remove(&Module::new());
        used
    };
    sources
        .iter()
        .map(|(module, source)| (module.clone(), used(module, source)))
        .collect()
}

/// The deepest module that a path names, if the path stays in this crate.
fn resolve(from: &Module, path: &[String], sources: &BTreeMap<Module, String>) -> Option<Module> {
    let mut module = from.clone();
    let mut rest = path;
    match path[0].as_str() {
        "crate" => module.clear(),
        "super" => {}
        first => {
            let child = [from.clone(), vec![first.to_owned()]].concat();
            return sources
                .contains_key(&child)
                .then(|| descend(child, &path[1..], sources));
        }
    }
    while rest.first().is_some_and(|first| first == "super") {
        module.pop();
        rest = &rest[1..];
    }
    Some(descend(
        module,
        rest.strip_prefix(&["crate".to_owned()]).unwrap_or(rest),
        sources,
    ))
}

fn descend(mut module: Module, path: &[String], sources: &BTreeMap<Module, String>) -> Module {
    for name in path {
        let child = [module.clone(), vec![name.clone()]].concat();
        if !sources.contains_key(&child) {
            break;
        }
        module = child;
    }
    module
}

/// Words, `::` and single characters, without comments and strings.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(end) = string_end(rest) {
            end
        } else if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(length);
        if !token.starts_with(['/', '"']) && !token.ends_with('"') && !token.trim().is_empty() {
            tokens.push(token.to_owned());
        }
        rest = after;
    }
    tokens
}

/// The length of the string that the source begins with.
fn string_end(source: &str) -> Option<usize> {
    if let Some(raw) = source
        .strip_prefix("r#")
        .or(source.strip_prefix('r'))
        .filter(|raw| raw.starts_with(['#', '"']))
    {
        let hashes = source.len() - raw.len() - 1 + raw.find('"')?;
        let end = format!("\"{}", "#".repeat(hashes));
        let begin = source.find('"')? + 1;
        return Some(begin + source[begin..].find(&end)? + end.len());
    }
    if source.starts_with("'\"'") {
        return Some(3);
    }
    let mut escaped = false;
    let inside = source.strip_prefix('"')?;
    for (at, c) in inside.char_indices() {
        match c {
            '"' if !escaped => return Some(at + 2),
            _ => escaped = c == '\\' && !escaped,
        }
    }
    None
}

/// Every path of at least two names, with trees such as `a::{b, c::d}` written out.
fn paths(tokens: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let begins = at == 0 || tokens[at - 1] != "::";
        if begins && is_name(&tokens[at]) && tokens.get(at + 1).is_some_and(|next| next == "::") {
            at = tree(tokens, at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads a path or a tree of paths below `prefix`; returns the place behind it.
fn tree(tokens: &[String], mut at: usize, prefix: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    while at < tokens.len() {
        match tokens[at].as_str() {
            "{" => {
                at += 1;
                while at < tokens.len() && tokens[at] != "}" {
                    at = tree(tokens, at, &path, found);
                    at += usize::from(tokens.get(at).is_some_and(|next| next == ","));
                }
                return at + 1;
            }
            name if is_name(name) && name != "self" => path.push(name.to_owned()),
            _ => {}
        }
        at += 1;
        if tokens.get(at).is_none_or(|next| next != "::") {
            break;
        }
        at += 1;
    }
    found.push(path);
    // `as` and the new name.
    if tokens.get(at).is_some_and(|next| next == "as") {
        at + 2
    } else {
        at
    }
}

fn is_name(token: &str) -> bool {
    token.chars().all(|c| c.is_alphanumeric() || c == '_')
}
