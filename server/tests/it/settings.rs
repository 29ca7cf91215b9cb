//! Flags > environment > file > defaults.

use hearth_server::settings::{Flags, Settings};
use std::{fs, path::Path};

fn load(flags: Flags, dir: &Path, variables: &[(&str, &str)]) -> anyhow::Result<Settings> {
    let flags = Flags {
        data_dir: Some(dir.to_owned()),
        ..flags
    };
    Settings::load(
        &flags,
        variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    )
}

#[test]
fn the_nearer_source_wins() {
    let dir = tempfile::tempdir().unwrap();
    let defaults = load(Flags::default(), dir.path(), &[]).unwrap();
    assert_eq!((defaults.listen.port(), defaults.num_ctx), (8642, 8192));

    fs::write(
        dir.path().join("hearth.toml"),
        "num_ctx = 1\nlog = 'debug'\nallowed_hosts = ['Den.lan']",
    )
    .unwrap();
    let file = load(Flags::default(), dir.path(), &[]).unwrap();
    assert_eq!(
        (file.num_ctx, file.log.as_str(), file.allowed_hosts),
        (1, "debug", vec!["den.lan".to_owned()])
    );

    let environment = [
        ("HEARTH_NUM_CTX", "2"),
        ("HEARTH_ALLOWED_HOSTS", "a.lan, b.lan"),
        ("HEARTH_LOG", ""),
    ];
    let over_file = load(Flags::default(), dir.path(), &environment).unwrap();
    assert_eq!(
        (
            over_file.num_ctx,
            over_file.log.as_str(),
            over_file.allowed_hosts.len()
        ),
        (2, "debug", 2)
    );

    let flags = Flags {
        num_ctx: Some(3),
        ..Flags::default()
    };
    assert_eq!(load(flags, dir.path(), &environment).unwrap().num_ctx, 3);
}

#[test]
fn a_misspelt_key_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("hearth.toml"), "lisen = '127.0.0.1:1'").unwrap();
    let error = load(Flags::default(), dir.path(), &[]).unwrap_err().to_string();
    assert!(error.contains("lisen"), "{error}");
}

#[test]
fn a_missing_file_that_was_named_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let flags = Flags {
        config: Some(dir.path().join("none.toml")),
        ..Flags::default()
    };
    load(flags, dir.path(), &[]).unwrap_err();
}

#[test]
fn passwords_of_databases_are_not_shown() {
    let dir = tempfile::tempdir().unwrap();
    let variables = [("DATABASE_URL", "postgres://hearth_app:canary@localhost/hearth")];
    let settings = load(Flags::default(), dir.path(), &variables).unwrap();
    assert!(!format!("{settings:?}").contains("canary"));
}

#[test]
fn a_public_address_is_a_scheme_and_a_host() {
    let dir = tempfile::tempdir().unwrap();
    for wrong in [
        "hearth.example",
        "ftp://hearth.example",
        "https://hearth.example/sub",
        "https://me@hearth.example",
    ] {
        assert!(
            load(Flags::default(), dir.path(), &[("HEARTH_PUBLIC_URL", wrong)]).is_err(),
            "{wrong}"
        );
    }
}
