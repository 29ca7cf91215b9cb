//! The structure that `src/lib.rs` names: floors, and one door for each table.

use hearth_structure::Sources;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// A source file with its room, and its text with each chain of methods on one line.
struct File {
    path: String,
    room: String,
    code: String,
}

fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

fn sources() -> Sources {
    Sources::read(source()).unwrap()
}

fn files() -> Vec<File> {
    let sources = sources();
    let file = |(module, source): (&hearth_structure::Module, &str)| File {
        path: module.join("/"),
        room: module[0].clone(),
        code: joined(source.lines().filter(|line| !line.trim_start().starts_with("//"))),
    };
    sources
        .iter()
        .map(file)
        .filter(|file| file.room != "hostile_text")
        .collect()
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

/// The rooms from the top floor down, as `src/lib.rs` lists them.
fn floors() -> Vec<Vec<String>> {
    let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
    let list = lib.split("//! ```").nth(1).unwrap();
    let rooms = list
        .lines()
        .filter_map(|line| line.strip_prefix("//! ")?.split("  ").next());
    rooms
        .map(|rooms| rooms.split(' ').map(str::to_owned).collect())
        .collect()
}

/// Names that follow each place where `mark` stands.
fn names_after<'a>(code: &'a str, mark: &str) -> Vec<&'a str> {
    let ends = |rest: &'a str| {
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    };
    code.split(mark).skip(1).map(ends).collect()
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
    let listed: BTreeSet<&str> = floors.iter().flatten().map(String::as_str).collect();
    let sources = sources();
    let missing: BTreeSet<&str> = sources.rooms().difference(&listed).copied().collect();
    assert_eq!(
        missing,
        BTreeSet::from(["hostile_text"]),
        "a walk over every room, in tests only"
    );
}

#[test]
fn a_room_uses_only_rooms_on_floors_below() {
    let mut floors = floors();
    floors.insert(0, vec!["hostile_text".to_owned()]);
    assert_eq!(sources().arrows().up(&floors), Vec::<String>::new());
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    let arrows = sources().arrows();
    assert!(arrows.count() > 400, "only {} arrows were found", arrows.count());
    for arrows in [arrows.at_depth(1), arrows.at_depth(2), arrows] {
        assert_eq!(arrows.circle(), Vec::<String>::new());
    }
}

/// What a path does not show: the fields of the backend's state, and the methods that rooms add to the handles.
#[test]
fn a_room_uses_only_the_state_and_the_methods_of_rooms_below() {
    let (files, floors) = (files(), floors());
    let floor = |room: &str| {
        floors
            .iter()
            .position(|floor| floor.iter().any(|name| name == room))
    };
    let methods = methods(&files);
    let mut up = BTreeSet::new();
    for file in &files {
        let is_above = |room: &str| room != file.room && floor(room) <= floor(&file.room);
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
