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
        "num_ctx = 1001\nlog = 'debug'\nallowed_hosts = ['Den.lan']",
    )
    .unwrap();
    let file = load(Flags::default(), dir.path(), &[]).unwrap();
    assert_eq!(
        (file.num_ctx, file.log.as_str(), file.allowed_hosts),
        (1001, "debug", vec!["den.lan".to_owned()])
    );

    let environment = [
        ("HEARTH_NUM_CTX", "1002"),
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
        (1002, "debug", 2)
    );

    let flags = Flags {
        num_ctx: Some(1003),
        ..Flags::default()
    };
    assert_eq!(load(flags, dir.path(), &environment).unwrap().num_ctx, 1003);
}

#[test]
fn a_misspelt_key_is_an_error_that_names_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("hearth.toml"), "lisen = '127.0.0.1:1'").unwrap();
    let error = load(Flags::default(), dir.path(), &[]).unwrap_err().to_string();
    assert!(error.contains("lisen"), "{error}");
}

#[test]
fn a_named_settings_file_that_is_missing_is_an_error() {
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

#[test]
fn an_invalid_setting_is_one_sentence_that_names_it_and_quotes_no_value() {
    let dir = tempfile::tempdir().unwrap();
    for (variable, value, about) in [
        ("HEARTH_LISTEN", "canary", "127.0.0.1:8642"),
        ("HEARTH_NUM_CTX", "canary", "whole number"),
        ("HEARTH_NUM_CTX", "0", "from 512"),
        ("HEARTH_NUM_CTX", "-8192", "from 512"),
        ("HEARTH_NUM_CTX", "8192.5", "from 512"),
        ("HEARTH_NUM_CTX", "511", "from 512"),
        ("HEARTH_NUM_CTX", "4294967295", "16777216"),
        ("HEARTH_NUM_CTX", "99999999999999999999999", "16777216"),
        ("HEARTH_MODEL_SLOTS", "0", "from 1"),
        ("HEARTH_MODEL_SLOTS", "99999", "to 256"),
        ("HEARTH_LISTEN", "127.0.0.1:99999", "127.0.0.1:8642"),
        ("HEARTH_LISTEN", "8642", "127.0.0.1:8642"),
        ("HEARTH_TRUSTED_PROXIES", "canary", "172.16.0.0/12"),
        (
            "HEARTH_TRUSTED_PROXIES",
            "127.0.0.1, 10.0.0.0/33",
            "172.16.0.0/12",
        ),
        ("HEARTH_SOURCE_URL", "canary", "git.example"),
        ("HEARTH_MODEL_SERVER_KIND", "canary", "ollama"),
        ("HEARTH_OLLAMA_URL", "canary:11434", "http://"),
        ("HEARTH_OLLAMA_URL", "http://me:canary@localhost", "password"),
        (
            "HEARTH_PUBLIC_URL",
            "https://me:canary@localhost",
            "https://hearth.example",
        ),
    ] {
        let error = load(Flags::default(), dir.path(), &[(variable, value)])
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(variable) && error.contains(about), "{error}");
        assert!(!error.contains("canary") && error.lines().count() == 1, "{error}");
    }
    let flags = Flags {
        listen: Some("canary".into()),
        ..Flags::default()
    };
    let error = load(flags, dir.path(), &[]).unwrap_err().to_string();
    assert!(error.starts_with("--listen must be"), "{error}");
}

#[test]
fn an_unreadable_settings_file_is_one_sentence_that_quotes_no_line() {
    let dir = tempfile::tempdir().unwrap();
    for (text, about) in [
        ("database_url = 'postgres://hearth_app:canary@h/x", "line 1"),
        (
            "database_url = 'postgres://hearth_app:canary@h/x'\nlog = ",
            "line 2",
        ),
        (
            "database_url = ['postgres://hearth_app:canary@h/x']",
            "database_url in",
        ),
        ("num_ctx = 'canary'", "num_ctx in"),
        ("log = 'canary'\nlog = 'canary'", "line 2"),
    ] {
        fs::write(dir.path().join("hearth.toml"), text).unwrap();
        let error = load(Flags::default(), dir.path(), &[]).unwrap_err().to_string();
        assert!(error.contains("hearth.toml") && error.contains(about), "{error}");
        assert!(!error.contains("canary") && error.lines().count() == 1, "{error}");
    }
    fs::write(dir.path().join("hearth.toml"), [0xff, 0xfe]).unwrap();
    let error = load(Flags::default(), dir.path(), &[]).unwrap_err().to_string();
    assert!(
        error.contains("hearth.toml") && error.lines().count() == 1,
        "{error}"
    );
}

#[test]
fn names_that_look_like_numbers_stay_text() {
    let dir = tempfile::tempdir().unwrap();
    let variables = [("HEARTH_CHAT_MODEL", "7"), ("HEARTH_USER", "990")];
    let settings = load(Flags::default(), dir.path(), &variables).unwrap();
    assert_eq!(settings.chat_model.as_deref(), Some("7"));
    assert_eq!(settings.user.as_deref(), Some("990"));
}

#[test]
fn the_addresses_for_wake_on_lan_are_read_in_all_usual_spellings() {
    let dir = tempfile::tempdir().unwrap();
    let set = |mac: &str, to: &str| {
        load(
            Flags::default(),
            dir.path(),
            &[("HEARTH_WAKE_MAC", mac), ("HEARTH_WAKE_BROADCAST", to)],
        )
    };
    let unset = set("", "").unwrap();
    assert!(unset.wake_mac.is_none());
    assert_eq!(unset.wake_broadcast.0.to_string(), "255.255.255.255:9");
    for mac in ["3c:7c:3f:12:34:56", "3C-7C-3F-12-34-56"] {
        let settings = set(mac, "192.168.1.255").unwrap();
        assert_eq!(settings.wake_mac.unwrap().0, [0x3c, 0x7c, 0x3f, 0x12, 0x34, 0x56]);
        assert_eq!(settings.wake_broadcast.0.to_string(), "192.168.1.255:9");
    }
    assert_eq!(
        set("", "10.0.0.255:7").unwrap().wake_broadcast.0.to_string(),
        "10.0.0.255:7"
    );
    for (mac, to, named) in [
        ("3c:7c:3f:12:34", "", "HEARTH_WAKE_MAC"),
        ("3c:7c:3f:12:34:5g", "", "HEARTH_WAKE_MAC"),
        ("", "somewhere", "HEARTH_WAKE_BROADCAST"),
    ] {
        let refused = set(mac, to).unwrap_err().to_string();
        assert!(
            refused.contains(named) && refused.contains("an address such as"),
            "{refused}"
        );
    }
}
