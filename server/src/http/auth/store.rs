//! Where tower-sessions keeps its sessions: rows keyed by the SHA-256 of the cookie's id.
//!
//! A reader of the table cannot sign in with it, and a row names its person, so that a person's devices can be listed and
//! ended. A row is cached for two seconds: a session that was ended, or whose account has changed since (see
//! `people::Admission`), is refused after that time, and a busy page does not query the database for every request.

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

/// How long a row stays cached.
const CACHED: Duration = Duration::from_secs(2);

/// Rows in the cache at most. More are a crowd, or invented cookies.
const MOST_CACHED: usize = 10_000;

/// What a session holds.
pub mod key {
    /// The person.
    pub const USER: &str = "user";
    /// The generation of the account at sign-in.
    pub const GENERATION: &str = "generation";
    /// The public id, for pages.
    pub const SESSION: &str = "session";
    /// The device, such as "Firefox on Linux".
    pub const LABEL: &str = "label";
    /// Whether it stays for a year of use.
    pub const REMEMBER: &str = "remember";
}

/// How long a session lives after its last use.
pub const fn lifetime(remember: bool) -> TimeDelta {
    TimeDelta::days(if remember { 365 } else { 1 })
}

/// Rows by the hash of their id, each with the time of its query.
type Cache = HashMap<[u8; 32], (Instant, SessionRow)>;

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct DatabaseSessions {
    backend: Backend,
    cached: Arc<Mutex<Cache>>,
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
            cached: Arc::default(),
        }
    }

    /// Who is signed in with this id; none once the session has ended.
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
        if let Some((at, row)) = self.cached().get(hash)
            && at.elapsed() < CACHED
        {
            return Ok(Some(row.clone()));
        }
        let accounts = self.backend.accounts();
        // The row is as old as the query, not as its result.
        let asked_at = Instant::now();
        let Some(mut row) = accounts.load_session(hash).await.map_err(backend_error)? else {
            self.cached().remove(hash);
            return Ok(None);
        };
        self.keep_alive(hash, &mut row).await?;
        self.cache(*hash, asked_at, row.clone());
        Ok(Some(row))
    }

    /// Use keeps a device signed in. The time of use is written at most once a minute, the expiry at most once an hour.
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

    fn cache(&self, hash: [u8; 32], asked_at: Instant, row: SessionRow) {
        let mut cached = self.cached();
        if cached.len() >= MOST_CACHED {
            cached.retain(|_, (at, _)| at.elapsed() < CACHED);
        }
        if cached.len() < MOST_CACHED {
            cached.insert(hash, (asked_at, row));
        }
    }

    fn cached(&self) -> MutexGuard<'_, Cache> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SessionStore for DatabaseSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let row = row_of(record)?;
        // Always a new id, never one that came with the request.
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
        self.cached().remove(&hash);
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
        self.cached().remove(&hash);
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
        // tower-sessions gives two weeks to a cookie that ends with the browser.
        expires_at: now + lifetime(remember(&data)),
        last_used_at: now,
        data,
    })
}

fn backend_error(error: hearth_backend::Error) -> Error {
    Error::Backend(error.to_string())
}
