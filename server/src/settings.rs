//! Settings, in one place: flags > environment > file > defaults.
//!
//! [`Flags`] documents each setting: its flag, its line in the file `hearth.toml`, and its variable
//! (`--model-slots`, `model_slots`, `HEARTH_MODEL_SLOTS`; the one exception is `DATABASE_URL`, the usual name).
//! The file lies in the data directory unless `--config` names another. An unknown key in it is an error, because a
//! misspelt setting would silently have no effect.

mod proxies;
mod refusal;
pub mod table;
mod variables;
mod wake;

pub use proxies::TrustedProxies;

use clap::Args;
use figment::{
    Figment, Metadata, Profile, Provider,
    providers::{Format, Serialized, Toml},
    value::{Dict, Map, Value},
};
use hearth_inference::ServerKind;
use serde::{Deserialize, Deserializer, Serialize};
use std::{fmt, net::SocketAddr, num::NonZeroUsize, ops::RangeInclusive, path::PathBuf};

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
    /// Address of a speech server on your network, for dictation and reading aloud [HEARTH_SPEECH_URL].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speech_url: Option<String>,
    /// Address of a reranker (llama-server --reranking), which sorts what is recalled once more [HEARTH_RERANKER_URL].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reranker_url: Option<String>,
    /// Answers the model server works on at once; Ollama calls it OLLAMA_NUM_PARALLEL [HEARTH_MODEL_SLOTS] [default: 1].
    #[arg(long, global = true, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_slots: Option<NonZeroUsize>,
    /// Chat model when nobody picked one [HEARTH_CHAT_MODEL] [default: the first that the server had].
    #[arg(long, global = true, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_model: Option<String>,
    /// Model that makes vectors for recall [HEARTH_EMBEDDING_MODEL] [default: the first that the server had].
    #[arg(long, global = true, value_name = "NAME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// Tokens of a model's window to ask for, where the model has as many [HEARTH_NUM_CTX] [default: 8192].
    #[arg(long, global = true, value_name = "TOKENS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_ctx: Option<u32>,
    /// Megabytes that one person may have stored; 0 is no limit [HEARTH_QUOTA_MB] [default: 10240].
    #[arg(long, global = true, value_name = "MEGABYTES")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quota_mb: Option<u32>,
    /// Network card of the model server's computer, to wake it when a message waits for it [HEARTH_WAKE_MAC].
    #[arg(long, global = true, value_name = "MAC")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wake_mac: Option<String>,
    /// Where the wake-up is sent: the broadcast address of that computer's network [HEARTH_WAKE_BROADCAST] [default: 255.255.255.255].
    #[arg(long, global = true, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wake_broadcast: Option<String>,
    /// Address that people type, when a reverse proxy stands in front; https here makes cookies secure [HEARTH_PUBLIC_URL].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Further names this box is reached by, separated by commas [HEARTH_ALLOWED_HOSTS].
    #[arg(long, global = true, value_name = "NAMES", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_hosts: Vec<String>,
    /// Addresses or networks of reverse proxies in front, separated by commas; what they say of who asks is believed [HEARTH_TRUSTED_PROXIES].
    #[arg(long, global = true, value_name = "NETWORKS", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<String>,
    /// Where the source code of this Hearth can be had, if not from itself [HEARTH_SOURCE_URL].
    #[arg(long, global = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// What to log, such as info or debug [HEARTH_LOG] [default: info].
    #[arg(long, global = true, value_name = "FILTER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// Account to become when started as root [HEARTH_USER] [default: hearth, if there is such an account].
    #[arg(long, global = true, value_name = "ACCOUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    // DATABASE_URL and HEARTH_OWNER_DATABASE_URL are no flags: every account can read arguments in the process list.
}

/// The settings as they are in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    #[serde(deserialize_with = "shown_address")]
    pub ollama_url: String,
    pub model_server_kind: ServerKind,
    #[serde(default, deserialize_with = "optional_address")]
    pub speech_url: Option<String>,
    #[serde(default, deserialize_with = "optional_address")]
    pub reranker_url: Option<String>,
    #[serde(deserialize_with = "slots")]
    pub model_slots: NonZeroUsize,
    #[serde(default)]
    pub chat_model: Option<String>,
    #[serde(default)]
    pub embedding_model: Option<String>,
    #[serde(deserialize_with = "window")]
    pub num_ctx: u32,
    pub quota_mb: u32,
    #[serde(default)]
    pub wake_mac: Option<wake::Mac>,
    pub wake_broadcast: wake::Broadcast,
    #[serde(default)]
    pub public_url: Option<PublicUrl>,
    #[serde(default, deserialize_with = "names")]
    pub allowed_hosts: Vec<String>,
    #[serde(default)]
    pub trusted_proxies: TrustedProxies,
    #[serde(default, deserialize_with = "optional_address")]
    pub source_url: Option<String>,
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

/// What figment calls the environment in an error.
const ENVIRONMENT: &str = "environment variables";

/// These are numbers; everything else is text, even where it looks like a number.
const NUMBERS: &[&str] = &["model_slots", "num_ctx", "quota_mb"];

#[derive(Serialize)]
struct Defaults {
    listen: &'static str,
    data_dir: PathBuf,
    ollama_url: &'static str,
    model_server_kind: ServerKind,
    model_slots: u32,
    num_ctx: u32,
    quota_mb: u32,
    wake_broadcast: &'static str,
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
        variables::check(environment.0.iter().map(|(name, value)| (&**name, &**value)))?;
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
            .map_err(|error| anyhow::Error::msg(refusal::sentence(error)))?;
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
            quota_mb: 10240,
            wake_broadcast: "255.255.255.255",
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
        let wrong = || "it is no address such as https://hearth.example".to_owned();
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
            return Err("it must not have a path: Hearth lives at the root of its address".into());
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
        Metadata::named(ENVIRONMENT)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let known = table::SETTINGS
            .iter()
            .filter_map(|setting| Some((setting.key, self.get(setting.variable)?)));
        let value = |key: &str, text: &str| match text.parse::<u64>() {
            Ok(number) if NUMBERS.contains(&key) => Value::from(number),
            _ => Value::from(text),
        };
        let dict = known.map(|(key, text)| (key.to_owned(), value(key, text)));
        Ok(Profile::Default.collect(dict.collect()))
    }
}

/// Another server's address, if there is one; of the same form.
fn optional_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    shown_address(deserializer).map(Some)
}

/// The model server's address. Pages and `hearth doctor` show it, so it holds no password.
fn shown_address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    use serde::de::Error;
    let text = String::deserialize(deserializer)?;
    let uri: http::Uri = text
        .parse()
        .map_err(|_| D::Error::custom("it is no address such as http://127.0.0.1:11434"))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(D::Error::custom("it must begin with http:// or https://"));
    }
    if uri
        .authority()
        .is_some_and(|authority| authority.as_str().contains('@'))
    {
        return Err(D::Error::custom(
            "it must not hold a name or password, because it is shown on pages",
        ));
    }
    Ok(text)
}

/// More answers at the same time than any model server generates.
const MOST_SLOTS: usize = 256;

fn slots<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroUsize, D::Error> {
    let slots = NonZeroUsize::deserialize(deserializer)?;
    within(1..=MOST_SLOTS, slots.get()).map(|_| slots)
}

/// From a window that holds a question and its answer to more than any model has.
const WINDOWS: RangeInclusive<u32> = 512..=16_777_216;

fn window<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    within(WINDOWS, u32::deserialize(deserializer)?)
}

fn within<T: PartialOrd, E: serde::de::Error>(allowed: RangeInclusive<T>, number: T) -> Result<T, E> {
    match allowed.contains(&number) {
        true => Ok(number),
        false => Err(E::custom("it is out of range")),
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
