//! Where tower-sessions keeps its sessions: rows keyed by the SHA-256 of the cookie's id.
//!
//! Whoever reads the table cannot sign in with it, and a row knows its person, so that a person's devices can be
//! listed and ended. A row is looked up at most every two seconds per device: a session that was ended, or whose
//! account has changed since (see `people::Admission`), is dead within that time, and a busy page does not ask the database for every request.

use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use hearth_app::context::CurrentUser;
use hearth_backend::{Backend, people::SessionRow};
use hearth_types::{SessionId, UserId};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// For how long a looked-up row is believed.
const BELIEVED: Duration = Duration::from_secs(2);

/// Rows remembered at once; more means a crowd, or somebody inventing cookies.
const MOST_REMEMBERED: usize = 10_000;

/// What a session holds.
pub mod key {
    /// Whose it is.
    pub const USER: &str = "user";
    /// The generation of the account that it was made for.
    pub const GENERATION: &str = "generation";
    /// What its owner and the pages call it.
    pub const SESSION: &str = "session";
    /// The device, such as "Firefox on Linux".
    pub const LABEL: &str = "label";
    /// Whether it stays for a year of use.
    pub const REMEMBER: &str = "remember";
}

/// A session's life since its last use.
pub const fn lifetime(remember: bool) -> TimeDelta {
    TimeDelta::days(if remember { 365 } else { 1 })
}

/// Rows by the hash of their id, each with the time of its look-up.
type Remembered = HashMap<[u8; 32], (Instant, SessionRow)>;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct DatabaseSessions {
    backend: Backend,
    remembered: Arc<Mutex<Remembered>>,
}

impl fmt::Debug for DatabaseSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseSessions")
    }
}

impl DatabaseSessions {
    pub fn new(backend: Backend) -> Self {
        Self {
            backend,
            remembered: Arc::default(),
        }
    }

    /// Who is signed in with this id, if anybody still is.
    pub async fn user_of(&self, id: &Id) -> Result<Option<CurrentUser>> {
        let row = self.row(&hash(id)).await?;
        Ok(row.and_then(|row| {
            Some(CurrentUser {
                user: row.user_id?,
                session: row.public_id,
            })
        }))
    }

    async fn row(&self, hash: &[u8; 32]) -> Result<Option<SessionRow>> {
        if let Some((at, row)) = self.remembered().get(hash)
            && at.elapsed() < BELIEVED
        {
            return Ok(Some(row.clone()));
        }
        let accounts = self.backend.accounts();
        // A reply that waits to be read is as old as its question.
        let asked = Instant::now();
        let Some(mut row) = accounts.load_session(hash).await.map_err(backend_error)? else {
            self.remembered().remove(hash);
            return Ok(None);
        };
        self.keep_alive(hash, &mut row).await?;
        self.remember(*hash, asked, row.clone());
        Ok(Some(row))
    }

    /// Using a device keeps it signed in. Written at most once a minute, its end at most once an hour.
    async fn keep_alive(&self, hash: &[u8; 32], row: &mut SessionRow) -> Result<()> {
        let now = Utc::now();
        if now - row.last_used_at > TimeDelta::minutes(1) {
            self.backend
                .accounts()
                .touch_session(hash)
                .await
                .map_err(backend_error)?;
        }
        let end = now + lifetime(remember(&row.data));
        if end - row.expires_at > TimeDelta::hours(1) {
            row.expires_at = end;
            self.backend
                .accounts()
                .save_session(hash, row)
                .await
                .map_err(backend_error)?;
        }
        Ok(())
    }

    fn remember(&self, hash: [u8; 32], asked: Instant, row: SessionRow) {
        let mut remembered = self.remembered();
        if remembered.len() >= MOST_REMEMBERED {
            remembered.retain(|_, (at, _)| at.elapsed() < BELIEVED);
        }
        if remembered.len() < MOST_REMEMBERED {
            remembered.insert(hash, (asked, row));
        }
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SessionStore for DatabaseSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let row = row_of(record)?;
        // Always an id of ours, never one that came with the request.
        for _ in 0..3 {
            record.id = Id::default();
            if self
                .backend
                .accounts()
                .create_session(&hash(&record.id), &row)
                .await
                .map_err(backend_error)?
            {
                return Ok(());
            }
        }
        Err(Error::Backend("no free session id".into()))
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let hash = hash(&record.id);
        self.backend
            .accounts()
            .save_session(&hash, &row_of(record)?)
            .await
            .map_err(backend_error)?;
        self.remembered().remove(&hash);
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some(row) = self.row(&hash(id)).await? else {
            return Ok(None);
        };
        let data = serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(row.expires_at.timestamp())
            .map_err(|error| Error::Decode(error.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let hash = hash(id);
        self.backend
            .accounts()
            .delete_session(&hash)
            .await
            .map_err(backend_error)?;
        self.remembered().remove(&hash);
        Ok(())
    }
}

/// SHA-256 of the id as the cookie writes it.
fn hash(id: &Id) -> [u8; 32] {
    Sha256::digest(id.to_string().as_bytes()).into()
}

fn remember(data: &serde_json::Value) -> bool {
    data.get(key::REMEMBER)
        .and_then(serde_json::Value::as_bool)
        .unwrap_or(false)
}

fn row_of(record: &Record) -> Result<SessionRow> {
    let encode = |error: serde_json::Error| Error::Encode(error.to_string());
    let field = |name: &str| record.data.get(name).cloned().unwrap_or_default();
    let data = serde_json::to_value(&record.data).map_err(encode)?;
    let now = Utc::now();
    Ok(SessionRow {
        user_id: serde_json::from_value::<Option<UserId>>(field(key::USER)).map_err(encode)?,
        generation: field(key::GENERATION).as_i64().unwrap_or_default(),
        public_id: serde_json::from_value::<SessionId>(field(key::SESSION)).map_err(encode)?,
        label: field(key::LABEL).as_str().unwrap_or_default().to_owned(),
        // tower-sessions would say two weeks for a cookie that ends with the browser.
        expires_at: now + lifetime(remember(&data)),
        last_used_at: now,
        data,
    })
}

fn backend_error(error: hearth_backend::Error) -> Error {
    Error::Backend(error.to_string())
}
