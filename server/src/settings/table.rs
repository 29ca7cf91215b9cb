//! The table of settings: the names of each, and the form of its value.

use super::Flags;
use clap::{Args, Command};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// In the file `hearth.toml`; the flag is the same with dashes.
    pub key: &'static str,
    pub variable: &'static str,
    /// The form of its value, for the sentence that refuses another.
    pub form: &'static str,
    /// The description of a setting without a flag: every account can read arguments in the process list.
    secret: Option<&'static str>,
}

const fn setting(key: &'static str, variable: &'static str, form: &'static str) -> Setting {
    Setting {
        key,
        variable,
        form,
        secret: None,
    }
}

const fn secret(key: &'static str, variable: &'static str, about: &'static str) -> Setting {
    Setting {
        key,
        variable,
        form: "an address such as postgres://hearth_app:password@host/hearth",
        secret: Some(about),
    }
}

/// Every setting but `--config`, which says where to read them.
pub const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "HEARTH_LISTEN",
        "an address and a port, such as 127.0.0.1:8642",
    ),
    setting("data_dir", "HEARTH_DATA_DIR", "a directory"),
    setting(
        "ollama_url",
        "HEARTH_OLLAMA_URL",
        "an address such as http://127.0.0.1:11434",
    ),
    setting(
        "model_server_kind",
        "HEARTH_MODEL_SERVER_KIND",
        "auto, ollama or openai",
    ),
    setting(
        "speech_url",
        "HEARTH_SPEECH_URL",
        "an address such as http://127.0.0.1:8000",
    ),
    setting(
        "reranker_url",
        "HEARTH_RERANKER_URL",
        "an address such as http://127.0.0.1:8081",
    ),
    setting(
        "model_slots",
        "HEARTH_MODEL_SLOTS",
        "a whole number from 1 to 256",
    ),
    setting("chat_model", "HEARTH_CHAT_MODEL", "the name of a model"),
    setting("embedding_model", "HEARTH_EMBEDDING_MODEL", "the name of a model"),
    setting(
        "num_ctx",
        "HEARTH_NUM_CTX",
        "a whole number of tokens from 512 to 16777216, such as 8192",
    ),
    setting("quota_mb", "HEARTH_QUOTA_MB", "a whole number of megabytes"),
    setting(
        "wake_mac",
        "HEARTH_WAKE_MAC",
        "an address such as 3c:7c:3f:12:34:56",
    ),
    setting(
        "wake_broadcast",
        "HEARTH_WAKE_BROADCAST",
        "an address such as 192.168.1.255",
    ),
    setting(
        "public_url",
        "HEARTH_PUBLIC_URL",
        "an address such as https://hearth.example",
    ),
    setting(
        "allowed_hosts",
        "HEARTH_ALLOWED_HOSTS",
        "names, separated by commas",
    ),
    setting(
        "trusted_proxies",
        "HEARTH_TRUSTED_PROXIES",
        "addresses or networks such as 127.0.0.1,172.16.0.0/12, separated by commas",
    ),
    setting(
        "source_url",
        "HEARTH_SOURCE_URL",
        "an address such as https://git.example/hearth",
    ),
    setting("log", "HEARTH_LOG", "a level such as info or debug"),
    setting("user", "HEARTH_USER", "the name of an account"),
    secret(
        "database_url",
        "DATABASE_URL",
        "Your own PostgreSQL instead of the bundled one, as the role `hearth_app`",
    ),
    secret(
        "owner_database_url",
        "HEARTH_OWNER_DATABASE_URL",
        "The same database as the role `hearth_owner`, for migrations",
    ),
];

/// The setting with this key.
pub fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

/// The table of settings for server/README.md, made of the flags' help.
pub fn markdown() -> String {
    let flags = Flags::augment_args(Command::new("hearth"));
    let row = |setting: &Setting| {
        let (about, default) = match setting.secret {
            Some(about) => (about.to_owned(), "–".to_owned()),
            None => help(&flags, setting.key),
        };
        let flag = match setting.secret {
            Some(_) => "–".to_owned(),
            None => format!("`--{}`", setting.key.replace('_', "-")),
        };
        let (key, variable) = (setting.key, setting.variable);
        format!("| `{variable}` | {flag} | `{key}` | {about} | {default} |\n")
    };
    let head =
        "| variable | flag | line in hearth.toml | what it is | default |\n| --- | --- | --- | --- | --- |\n";
    let (about, default) = help(&flags, "config");
    let file = format!("| `HEARTH_CONFIG` | `--config` | – | {about} | {default} |\n");
    std::iter::once(head.to_owned())
        .chain(SETTINGS.iter().map(row))
        .chain([file])
        .collect()
}

/// `What it is [VARIABLE] [default: value].`, taken apart.
fn help(flags: &Command, key: &str) -> (String, String) {
    let argument = flags.get_arguments().find(|argument| argument.get_id() == key);
    let text = argument
        .and_then(|argument| argument.get_help())
        .map(ToString::to_string)
        .unwrap_or_default();
    let about = text.split(" [").next().unwrap_or_default().to_owned();
    let default = text
        .split_once("[default: ")
        .and_then(|(_, rest)| rest.split(']').next());
    (about, default.unwrap_or("–").to_owned())
}
