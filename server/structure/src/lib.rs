//! Which modules of a crate use which others, read from its source. Each crate has a test that its floors hold: a module
//! uses only modules on lower floors, and no files use each other in a circle.
//!
//! Paths are read from the text: `crate::…`, `super::…`, and paths that begin with a module declared in the same file.
//! A path counts for the deepest module that it names. A file and the module that it lies in are one: a path to an
//! ancestor is not counted. Unit tests, `tests` modules and the crate's root may use everything.

mod paths;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

/// A module's path below the crate.
pub type Module = Vec<String>;

/// The modules of a crate with their source, without unit tests.
#[derive(Clone, Debug, Default)]
pub struct Sources(BTreeMap<Module, String>);

/// Every module with the modules that it uses.
#[derive(Clone, Debug, Default)]
pub struct Arrows(BTreeMap<Module, BTreeSet<Module>>);

impl Sources {
    /// Reads all files below a crate's `src`, without its roots (`lib.rs`, `main.rs`, `bin`).
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn read(src: &Path) -> io::Result<Self> {
        let mut sources = Self::default();
        sources.read_folder(src, &Module::new())?;
        for root in ["lib", "main"] {
            sources.0.remove(&vec![root.to_owned()]);
        }
        sources
            .0
            .retain(|module, _| module[0] != "bin" && module.last().is_some_and(|name| name != "tests"));
        Ok(sources)
    }

    /// From module paths such as `a::b`, with their source.
    pub fn of(modules: &[(&str, &str)]) -> Self {
        let module = |(path, source): &(&str, &str)| {
            let names = path.split("::").map(str::to_owned).collect();
            (names, (*source).to_owned())
        };
        Self(modules.iter().map(module).collect())
    }

    fn read_folder(&mut self, folder: &Path, parent: &Module) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            let module = match &*name {
                "mod" => parent.clone(),
                _ => [parent.clone(), vec![name]].concat(),
            };
            if path.is_dir() {
                self.read_folder(&path, &module)?;
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path)?;
                self.0.insert(module, without_unit_tests(&text).to_owned());
            }
        }
        Ok(())
    }

    /// The modules directly below the crate's root.
    pub fn rooms(&self) -> BTreeSet<&str> {
        let names = self.0.keys().filter_map(|module| module.first());
        names.map(String::as_str).collect()
    }

    /// Each module with its source.
    pub fn iter(&self) -> impl Iterator<Item = (&Module, &str)> {
        self.0.iter().map(|(module, source)| (module, source.as_str()))
    }

    /// Which module uses which.
    pub fn arrows(&self) -> Arrows {
        let used = |module: &Module, source: &str| -> BTreeSet<Module> {
            let paths = paths::paths(&paths::tokens(source)).into_iter();
            let modules = paths.filter_map(|path| self.resolve(module, &path));
            modules.filter(|used| !module.starts_with(used)).collect()
        };
        let arrows = self
            .iter()
            .map(|(module, source)| (module.clone(), used(module, source)));
        Arrows(arrows.collect())
    }

    /// Whether a module or a folder of modules has this path.
    fn has(&self, path: &Module) -> bool {
        let mut from = self.0.range(path.clone()..);
        from.next().is_some_and(|(module, _)| module.starts_with(path))
    }

    /// The deepest module that a path names, if the path stays in this crate.
    fn resolve(&self, from: &Module, path: &[String]) -> Option<Module> {
        let mut rest = path;
        let mut module = from.clone();
        match path.first()?.as_str() {
            "crate" => {
                module.clear();
                rest = &rest[1..];
            }
            "super" => {
                while rest.first().is_some_and(|first| first == "super") {
                    module.pop();
                    rest = &rest[1..];
                }
            }
            first => {
                module.push(first.to_owned());
                rest = &rest[1..];
                if !self.has(&module) {
                    return None;
                }
            }
        }
        for name in rest {
            module.push(name.clone());
            if !self.has(&module) {
                module.pop();
                break;
            }
        }
        Some(module)
    }
}

fn without_unit_tests(source: &str) -> &str {
    let marks = ["#[cfg(test)]\nmod ", "#[cfg(all(test"];
    let ends = marks.iter().filter_map(|mark| source.find(mark));
    &source[..ends.min().unwrap_or(source.len())]
}

impl Arrows {
    /// The arrows that do not lead to a lower floor, written `a::b -> c`. `floors` lists the rooms from the top down.
    ///
    /// # Panics
    /// A room is missing from the list.
    pub fn up(&self, floors: &[Vec<String>]) -> Vec<String> {
        let floor = |module: &Module| {
            let found = floors.iter().position(|floor| floor.contains(&module[0]));
            found.unwrap_or_else(|| panic!("{} is on no floor", module[0]))
        };
        let is_up = |(from, to): &(&Module, &Module)| from[0] != to[0] && floor(from) >= floor(to);
        self.all().filter(is_up).map(written).collect()
    }

    /// The arrows that are part of a circle, or between two circles.
    pub fn circle(&self) -> Vec<String> {
        let mut left: BTreeSet<_> = self.all().collect();
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

    /// The same arrows between modules whose paths are cut to `depth` names.
    #[must_use]
    pub fn at_depth(&self, depth: usize) -> Self {
        let cut = |module: &Module| module[..depth.min(module.len())].to_vec();
        let mut result = Self::default();
        for (from, to) in self.all().map(|(from, to)| (cut(from), cut(to))) {
            if !from.starts_with(&to) {
                result.0.entry(from).or_default().insert(to);
            }
        }
        result
    }

    /// The number of arrows.
    pub fn count(&self) -> usize {
        self.all().count()
    }

    fn all(&self) -> impl Iterator<Item = (&Module, &Module)> {
        let arrows = self.0.iter();
        arrows.flat_map(|(from, to)| to.iter().map(move |to| (from, to)))
    }
}

fn written((from, to): (&Module, &Module)) -> String {
    format!("{} -> {}", from.join("::"), to.join("::"))
}

#[cfg(test)]
mod tests {
    use super::Sources;

    fn floors(floors: &[&str]) -> Vec<Vec<String>> {
        floors.iter().map(|room| vec![(*room).to_owned()]).collect()
    }

    #[test]
    fn an_arrow_up_is_found_in_trees_of_paths_and_in_the_middle_of_code() {
        let sources = Sources::of(&[
            ("high", "pub mod part; use crate::low::{self, Thing};"),
            (
                "high::part",
                "fn f() { super::g(\"crate::none\") } // crate::none",
            ),
            ("low", "fn f() { let _ = crate::high::part::h; }"),
            ("lower", "use crate::{high::{part::{h, k}, g}, low};"),
        ]);
        let up = sources.arrows().up(&floors(&["high", "low", "lower"]));
        let expected = [
            "low -> high::part",
            "lower -> high",
            "lower -> high::part",
            "lower -> low",
        ];
        assert_eq!(up, expected);
    }

    #[test]
    fn a_circle_is_found_between_files_and_between_rooms_and_a_parent_is_no_circle() {
        let sources = Sources::of(&[
            ("a", "mod one; mod two; pub use one::One;"),
            ("a::one", "use super::two::Two; use super::helper;"),
            ("a::two", "use super::one::One;"),
            ("b", "use crate::a::One;"),
        ]);
        let arrows = sources.arrows();
        assert_eq!(arrows.circle(), ["a::one -> a::two", "a::two -> a::one"]);
        assert!(arrows.at_depth(1).circle().is_empty());
        let parent = Sources::of(&[("a", "mod one; use one::One;"), ("a::one", "use super::helper;")]);
        assert!(parent.arrows().circle().is_empty());
    }

    #[test]
    fn a_circle_of_rooms_through_different_files_is_found_at_depth_one() {
        let sources = Sources::of(&[
            ("a::one", "use crate::b::two::Two;"),
            ("a::two", ""),
            ("b::one", "use crate::a::two::Two;"),
            ("b::two", ""),
        ]);
        let arrows = sources.arrows();
        assert!(arrows.circle().is_empty());
        assert_eq!(arrows.at_depth(1).circle(), ["a -> b", "b -> a"]);
    }
}
