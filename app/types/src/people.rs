//! People, their devices, invitations and preferences.

use crate::{LinkId, MemoryChoice, SessionId, UserId};
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970-01-01 UTC.
pub type Timestamp = i64;

/// Role of a person in the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Administers people, models and health; reads no texts of other people.
    Administrator,
    Member,
}

/// Language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(type_name = "text"))]
pub enum Language {
    #[default]
    #[serde(rename = "en")]
    #[cfg_attr(feature = "sqlx", sqlx(rename = "en"))]
    English,
    #[serde(rename = "zh-CN")]
    #[cfg_attr(feature = "sqlx", sqlx(rename = "zh-CN"))]
    SimplifiedChinese,
}

impl Language {
    /// All languages of the interface.
    pub const ALL: [Self; 2] = [Self::English, Self::SimplifiedChinese];

    /// The BCP 47 tag, as used in HTML and forms.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::SimplifiedChinese => "zh-CN",
        }
    }

    /// The language's own name.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::SimplifiedChinese => "简体中文",
        }
    }
}

/// Light, dark, or the device's setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    Device,
    Light,
    Dark,
}

/// Typeface of answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum ReadingFont {
    #[default]
    Serif,
    Sans,
}

/// How readily something is recalled for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Eagerness {
    /// Only what is almost surely relevant.
    Seldom,
    #[default]
    Balanced,
    /// Also what is perhaps relevant.
    Often,
}

impl Eagerness {
    /// Minimum probability of relevance of what is recalled; the same for every embedding model and language.
    pub const fn probability(self) -> f32 {
        match self {
            Self::Seldom => 0.75,
            Self::Balanced => 0.5,
            Self::Often => 0.25,
        }
    }
}

/// Interface preferences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    pub language: Language,
    pub theme: Theme,
    pub reading_font: ReadingFont,
    /// IANA name, such as `Europe/Lisbon`.
    pub time_zone: String,
    /// Whether new conversations use memory, and whether facts are kept without asking.
    pub memory: MemoryChoice,
    pub recall: Eagerness,
}

/// The signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub preferences: Preferences,
    /// Changes by administrators, shown until they are dismissed.
    pub notices: Vec<AccountNotice>,
}

/// A change to an account by an administrator, shown to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountNotice {
    pub kind: AccountNoticeKind,
    /// Name of the administrator; empty for a change at the command line.
    pub by: String,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum AccountNoticeKind {
    PasswordReset,
    Disabled,
    Enabled,
    RoleChanged,
}

/// A person as administrators see them: no texts, no counts of texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub disabled: bool,
    pub created_at: Timestamp,
    pub last_seen_at: Option<Timestamp>,
}

/// A link that was created and not used yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLink {
    pub id: LinkId,
    pub kind: LinkKind,
    /// The person of a reset link; the suggested name, if any, of an invitation.
    pub name: String,
    pub expires_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    Invitation,
    PasswordReset,
}

/// A new link, shown once: only its hash is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLink {
    pub id: LinkId,
    /// The secret part; the page's URL is `/join/{secret}`.
    pub secret: String,
    pub expires_at: Timestamp,
}

/// A signed-in device, as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: SessionId,
    /// For example "Firefox on Linux", from the header `User-Agent`.
    pub label: String,
    pub created_at: Timestamp,
    pub last_used_at: Timestamp,
    /// Whether it is the device of this request.
    pub current: bool,
}
