//! The structure that `src/lib.rs` names: floors, and one door for each table.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    path::{Path, PathBuf},
};

/// The source files, each with its room and its text without comments and unit tests.
struct File {
    path: String,
    room: String,
    code: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.extend(file(&root, &path));
            }
        }
    }
    files
}

/// None for the list of the rooms and for unit tests in files of their own.
fn file(root: &Path, path: &Path) -> Option<File> {
    let inside: PathBuf = path.strip_prefix(root).unwrap().with_extension("");
    let room = inside.iter().next()?.to_str()?.to_owned();
    let is_test = inside.iter().any(|part| part == "tests") || room == "hostile_text";
    if room == "lib" || room == "bin" || is_test {
        return None;
    }
    let code = fs::read_to_string(path).unwrap();
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code = code.split("#[cfg(all(test").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    Some(File {
        path: inside.display().to_string(),
        room,
        code: joined(lines),
    })
}

/// The lines, with a chain of methods on one line.
fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.fold(String::new(), |mut code, line| {
        let chained = line.trim_start();
        if chained.starts_with('.') {
            code.truncate(code.trim_end().len());
            code + chained + "\n"
        } else {
            code + line + "\n"
        }
    })
}

/// The floor of each room, counted from the top, as `src/lib.rs` lists them.
fn floors() -> HashMap<String, usize> {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let list = lib
        .split("//! ```text\n")
        .nth(1)
        .unwrap()
        .split("//! ```")
        .next()
        .unwrap();
    let mut floors = HashMap::new();
    for (floor, line) in list.lines().enumerate() {
        let rooms = line.trim_start_matches("//! ").split("  ").next().unwrap();
        for room in rooms.split(' ') {
            floors.insert(room.to_owned(), floor);
        }
    }
    floors
}

/// Names that follow each place where `mark` stands.
fn names_after<'a>(code: &'a str, mark: &str) -> Vec<&'a str> {
    let ends = |rest: &'a str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    };
    code.split(mark).skip(1).map(ends).collect()
}

/// The rooms that `crate::` paths name, in trees of `use` and elsewhere.
fn rooms_named(code: &str) -> BTreeSet<&str> {
    let mut rooms: BTreeSet<&str> = names_after(code, "crate::").into_iter().collect();
    for tree in code.split("use crate::{").skip(1) {
        let mut depth = 0;
        let mut from = 0;
        for (at, c) in tree.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => {
                    rooms.insert(first_name(&tree[from..at]));
                    break;
                }
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    rooms.insert(first_name(&tree[from..at]));
                    from = at + 1;
                }
                _ => {}
            }
        }
    }
    rooms
}

fn first_name(path: &str) -> &str {
    let path = path.trim();
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    &path[..end.unwrap_or(path.len())]
}

/// Which room keeps a part of the backend's state.
const STATE: [(&str, &str); 11] = [
    ("events", "events"),
    ("files", "files"),
    ("files_freed", "files"),
    ("instance", "instance"),
    ("limits", "limits"),
    ("models", "models"),
    ("passwords", "people"),
    ("questions", "retrieval"),
    ("queue", "work"),
    ("quotas", "quota"),
    ("readers", "files"),
];

/// The methods of the handles that each room adds, by name.
fn methods(files: &[File]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut methods: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        for handle in [
            "impl UserBackend {",
            "impl Backend {",
            "impl Administration<'_> {",
        ] {
            for block in file.code.split(handle).skip(1) {
                let block = block.split("\n}\n").next().unwrap_or_default();
                for name in names_after(block, "fn ") {
                    methods.entry(name).or_default().insert(&file.room);
                }
            }
        }
    }
    methods
}

#[test]
fn every_room_is_on_a_floor() {
    let floors = floors();
    let missing: BTreeSet<String> = files()
        .into_iter()
        .map(|file| file.room)
        .filter(|room| !floors.contains_key(room))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_room_uses_only_rooms_on_floors_below() {
    let (files, floors) = (files(), floors());
    let methods = methods(&files);
    let mut up = BTreeSet::new();
    for file in &files {
        let own = floors[&file.room];
        let is_above = |room: &str| {
            let floor = floors.get(room);
            floor.is_some_and(|floor| *floor <= own && room != file.room)
        };
        let named = rooms_named(&file.code).into_iter().filter(|room| is_above(room));
        up.extend(named.map(|room| format!("{} names {room}", file.path)));
        let state = names_after(&file.code, "inner.").into_iter();
        let state = state.filter_map(|field| STATE.iter().find(|(name, _)| *name == field));
        let state = state.filter(|(_, room)| is_above(room));
        up.extend(state.map(|(field, _)| format!("{} uses the state {field}", file.path)));
        // Another type of the room may have a method of that name.
        let same_room = files.iter().filter(|other| other.room == file.room);
        let own: BTreeSet<&str> = same_room
            .flat_map(|other| names_after(&other.code, "fn "))
            .collect();
        for receiver in ["self.", "person.", "backend.", "owner.", "inner."] {
            for name in names_after(&file.code, receiver)
                .into_iter()
                .filter(|name| !own.contains(name))
            {
                let is_call = file.code.contains(&format!("{receiver}{name}("));
                let rooms = methods.get(name).filter(|_| is_call);
                if rooms.is_some_and(|rooms| rooms.iter().all(|room| is_above(room) && *room != "backend")) {
                    up.insert(format!("{} calls {name}", file.path));
                }
            }
        }
    }
    assert!(up.is_empty(), "{up:#?}");
}

#[test]
fn only_the_door_of_a_table_writes_it() {
    let doors = [
        ("jobs", "work/jobs"),
        ("answer_queue", "work/queue"),
        ("passages", "retrieval/passages"),
        ("endpoints", "models/endpoints"),
    ];
    let mut written = BTreeSet::new();
    for file in files()
        .iter()
        .filter(|file| file.room != "testing" && file.room != "evaluation")
    {
        for (table, door) in doors {
            let writes = ["insert into ", "update ", "delete from "]
                .iter()
                .flat_map(|verb| names_after(&file.code, verb))
                .any(|name| name == table);
            if writes && !file.path.starts_with(door) {
                written.insert(format!("{} writes {table}", file.path));
            }
        }
    }
    assert!(written.is_empty(), "{written:#?}");
}
