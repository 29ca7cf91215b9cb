//! Settings, in one place: flags > environment > file > defaults.
//!
//! [`Flags`] documents each setting: its flag, its line in the file `hearth.toml`, and its variable
//! (`--model-slots`, `model_slots`, `HEARTH_MODEL_SLOTS`; the one exception is `DATABASE_URL`, as everybody
//! calls it). The file lies in the data directory unless `--config` names another; a key in it that Hearth does
//! not know is an error, because a misspelt setting would be silently without effect.

use clap::Args;
use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Serialized, Toml},
    value::{Dict, Map, Value},
};
use hearth_inference::ServerKind;
use serde::{Deserialize, Deserializer, Serialize};
use std::{fmt, net::SocketAddr, num::NonZeroUsize, path::PathBuf};

/// What can be set. Every flag wins over the variable and the line of the file with the same name.
#[derive(Args, Clone, Debug, Default, Serialize)]
pub struct Flags {
    /// Address and port to listen on [HEARTH_LISTEN] [default: 127.0.0.1:8642].
    #[arg(long, global = true, value_name = "ADDRESS:PORT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<String>,
    /// Where everything is kept [HEARTH_DATA_DIR] [default: the platform's data directory; /var/lib/hearth as root].
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_dir: Option<PathBuf>,
    /// The settings file [HEARTH_CONFIG] [default: hearth.toml in the data directory].
    #[arg(long, global = true, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address of the model server [HEARTH_OLLAMA_URL] [default: http://127.0.0.1:11434].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ollama_url: Option<String>,
    /// What it speaks: auto, ollama or openai [HEARTH_MODEL_SERVER_KIND] [default: auto].
    #[arg(long, global = true, value_name = "KIND")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_server_kind: Option<String>,
    /// Answers the model server works on at once; Ollama calls it OLLAMA_NUM_PARALLEL [HEARTH_MODEL_SLOTS] [default: 1].
    #[arg(long, global = true, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_slots: Option<NonZeroUsize>,
    /// Chat model when nobody picked one [HEARTH_CHAT_MODEL] [default: one that the server has].
    #[arg(long, global = true, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_model: Option<String>,
    /// Model that makes vectors for recall [HEARTH_EMBEDDING_MODEL] [default: one that the server has].
    #[arg(long, global = true, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// Tokens of a model's window to ask for, where the model has as many [HEARTH_NUM_CTX] [default: 8192].
    #[arg(long, global = true, value_name = "TOKENS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_ctx: Option<u32>,
    /// Address that people type, when a reverse proxy stands in front; https here makes cookies secure [HEARTH_PUBLIC_URL].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Further names this box is reached by, separated by commas [HEARTH_ALLOWED_HOSTS].
    #[arg(long, global = true, value_name = "NAMES", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_hosts: Vec<String>,
    /// What to log, such as info or debug [HEARTH_LOG] [default: info].
    #[arg(long, global = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Account to become when started as root [HEARTH_USER] [default: hearth, if there is such an account].
    #[arg(long, global = true, value_name = "ACCOUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    // Not flags: the process list shows arguments to everybody, and these hold passwords.
    // DATABASE_URL            your own PostgreSQL, as the role hearth_app
    // HEARTH_OWNER_DATABASE_URL  the same database, as the role hearth_owner
}

/// The settings as they are in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub ollama_url: String,
    pub model_server_kind: ServerKind,
    pub model_slots: NonZeroUsize,
    #[serde(default)]
    pub chat_model: Option<String>,
    #[serde(default)]
    pub embedding_model: Option<String>,
    pub num_ctx: u32,
    #[serde(default)]
    pub public_url: Option<PublicUrl>,
    #[serde(default, deserialize_with = "names")]
    pub allowed_hosts: Vec<String>,
    pub log: String,
    #[serde(default, deserialize_with = "text")]
    pub user: Option<String>,
    /// Your own PostgreSQL instead of the bundled one, as the app's role.
    #[serde(default)]
    pub database_url: Option<Secret>,
    /// The same database as its owner's role, for migrations.
    #[serde(default)]
    pub owner_database_url: Option<Secret>,
}

/// The variables of the environment, each with the key it sets.
const VARIABLES: &[(&str, &str)] = &[
    ("HEARTH_LISTEN", "listen"),
    ("HEARTH_DATA_DIR", "data_dir"),
    ("HEARTH_OLLAMA_URL", "ollama_url"),
    ("HEARTH_MODEL_SERVER_KIND", "model_server_kind"),
    ("HEARTH_MODEL_SLOTS", "model_slots"),
    ("HEARTH_CHAT_MODEL", "chat_model"),
    ("HEARTH_EMBEDDING_MODEL", "embedding_model"),
    ("HEARTH_NUM_CTX", "num_ctx"),
    ("HEARTH_PUBLIC_URL", "public_url"),
    ("HEARTH_ALLOWED_HOSTS", "allowed_hosts"),
    ("HEARTH_LOG", "log"),
    ("HEARTH_USER", "user"),
    ("DATABASE_URL", "database_url"),
    ("HEARTH_OWNER_DATABASE_URL", "owner_database_url"),
];

#[derive(Serialize)]
struct Defaults {
    listen: &'static str,
    data_dir: PathBuf,
    ollama_url: &'static str,
    model_server_kind: ServerKind,
    model_slots: u32,
    num_ctx: u32,
    log: &'static str,
}

impl Settings {
    /// Reads all four sources. `variables` is the environment.
    pub fn load(
        flags: &Flags,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> anyhow::Result<Self> {
        let environment = Environment(
            variables
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
        );
        let named_dir = flags
            .data_dir
            .clone()
            .or_else(|| environment.get("HEARTH_DATA_DIR").map(PathBuf::from));
        let named_file = flags
            .config
            .clone()
            .or_else(|| environment.get("HEARTH_CONFIG").map(PathBuf::from));
        let data_dir = named_dir.map_or_else(default_data_dir, Ok)?;
        if let Some(missing) = named_file.as_ref().filter(|file| !file.exists()) {
            anyhow::bail!("there is no settings file {}", missing.display());
        }
        let file = named_file.unwrap_or_else(|| data_dir.join("hearth.toml"));
        let figment = Figment::from(Serialized::defaults(Defaults::at(data_dir)))
            .merge(if file.exists() {
                Figment::from(Toml::file_exact(file))
            } else {
                Figment::new()
            })
            .merge(environment)
            .merge(Serialized::defaults(flags));
        let mut settings: Self = figment
            .extract()
            .map_err(|error| anyhow::anyhow!("settings: {error}"))?;
        settings.data_dir = std::path::absolute(&settings.data_dir)?;
        Ok(settings)
    }
}

impl Defaults {
    fn at(data_dir: PathBuf) -> Self {
        Self {
            listen: "127.0.0.1:8642",
            data_dir,
            ollama_url: "http://127.0.0.1:11434",
            model_server_kind: ServerKind::Auto,
            model_slots: 1,
            num_ctx: 8192,
            log: "info",
        }
    }
}

/// The platform's place for data that belongs to a person; the system's for root.
fn default_data_dir() -> anyhow::Result<PathBuf> {
    if rustix::process::geteuid().is_root() {
        return Ok("/var/lib/hearth".into());
    }
    if let Some(data) = std::env::var_os("XDG_DATA_HOME").filter(|dir| !dir.is_empty()) {
        return Ok(PathBuf::from(data).join("hearth"));
    }
    let home =
        std::env::home_dir().ok_or_else(|| anyhow::anyhow!("no home directory: set HEARTH_DATA_DIR"))?;
    let habit = if cfg!(target_os = "macos") {
        "Library/Application Support/Hearth"
    } else {
        ".local/share/hearth"
    };
    Ok(home.join(habit))
}

/// Text that must not appear in logs or messages.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

/// Scheme and host that people type: `https://hearth.example`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PublicUrl {
    pub secure: bool,
    /// Host, with its port if the address names one.
    pub authority: String,
}

impl TryFrom<String> for PublicUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = || format!("{text:?} is no address such as https://hearth.example");
        let uri: http::Uri = text.parse().map_err(|_| wrong())?;
        let authority = uri
            .authority()
            .filter(|a| !a.as_str().contains('@'))
            .ok_or_else(wrong)?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(wrong()),
        };
        if !matches!(uri.path(), "" | "/") {
            return Err(format!(
                "{text:?} must not have a path: Hearth lives at the root of its address"
            ));
        }
        Ok(Self {
            secure,
            authority: authority.as_str().to_lowercase(),
        })
    }
}

/// The environment as a source of settings.
struct Environment(Vec<(String, String)>);

impl Environment {
    fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment variables")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let known = VARIABLES
            .iter()
            .filter_map(|(name, key)| Some((key, self.get(name)?)));
        // Parsed as figment parses variables: 8192 is a number, everything else is text.
        let dict = known.map(|(key, text)| {
            (
                (*key).to_owned(),
                text.parse::<Value>().unwrap_or_else(|e| match e {}),
            )
        });
        Ok(Profile::Default.collect(dict.collect()))
    }
}

/// A list, or one text with commas.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Names {
        One(String),
        Many(Vec<String>),
    }
    let names = match Names::deserialize(deserializer)? {
        Names::One(text) => text.split(',').map(str::to_owned).collect(),
        Names::Many(names) => names,
    };
    Ok(names
        .into_iter()
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect())
}

/// Text, even when it looks like a number: an account may be named by its id.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Text {
        Text(String),
        Number(u64),
    }
    Ok(Option::<Text>::deserialize(deserializer)?.map(|text| match text {
        Text::Text(text) => text,
        Text::Number(number) => number.to_string(),
    }))
}
