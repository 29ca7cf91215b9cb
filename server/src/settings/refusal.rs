//! An invalid setting: one sentence that names it, where it was found and what it must be.
//!
//! The sentence never quotes the value, which may be the address of a database with its password.

use super::{table, variables};
use figment::{
    Error, Source,
    error::{Error as OneError, Kind},
};

/// The sentence about the first thing that is wrong.
pub fn sentence(error: Error) -> String {
    let Some(error) = error.into_iter().next() else {
        return "the settings cannot be read".into();
    };
    let file = file(&error);
    let key = error.path.last().cloned().unwrap_or_default();
    match (&error.kind, table::find(&key)) {
        (Kind::UnknownField(unknown, _), _) => {
            let nearest = variables::nearest_key(unknown);
            format!(
                "there is no setting {unknown}{}: did you mean {nearest}?",
                among(file.as_deref())
            )
        }
        // A message of our own types, which quote nothing secret.
        (Kind::Message(text), Some(setting))
            if setting.key == "public_url" || setting.key == "ollama_url" =>
        {
            format!("{}: {text}", label(setting, &error, file.as_deref()))
        }
        (_, Some(setting)) => format!(
            "{} must be {}",
            label(setting, &error, file.as_deref()),
            setting.form
        ),
        (Kind::Message(text), None) => syntax(text, file.as_deref()),
        (kind, None) => format!("settings: {kind}"),
    }
}

fn file(error: &OneError) -> Option<String> {
    match error.metadata.as_ref()?.source.as_ref()? {
        Source::File(path) => Some(path.display().to_string()),
        _ => None,
    }
}

fn among(file: Option<&str>) -> String {
    file.map(|file| format!(" (in {file})")).unwrap_or_default()
}

/// The name of the setting where it was set: variable, flag, or line of the file.
fn label(setting: &table::Setting, error: &OneError, file: Option<&str>) -> String {
    let from_environment = error
        .metadata
        .as_ref()
        .is_some_and(|source| source.name == super::ENVIRONMENT);
    match file {
        Some(file) => format!("{} in {file}", setting.key),
        None if from_environment => setting.variable.to_owned(),
        None => format!("--{}", setting.key.replace('_', "-")),
    }
}

/// The parser of TOML quotes the line, which may hold a password: keep where it stopped and why.
fn syntax(text: &str, file: Option<&str>) -> String {
    let place = text
        .lines()
        .next()
        .and_then(|line| line.split_once(" at "))
        .map(|(_, place)| place);
    let quoted = |line: &&str| !line.contains('|') && !line.trim().is_empty();
    let why = text.lines().skip(1).filter(quoted).last();
    let file = file.unwrap_or("the settings file");
    match (place, why) {
        (Some(place), Some(why)) => format!("{file} cannot be read at {place}: {}", why.trim()),
        (Some(place), None) => format!("{file} cannot be read at {place}"),
        (None, _) => {
            format!("{file} cannot be read: it must be a text file such as listen = \"127.0.0.1:8642\"")
        }
    }
}
