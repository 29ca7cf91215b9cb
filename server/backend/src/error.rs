//! One error for the whole backend. What a person may read is a [`Problem`]; the rest goes to the log.
//!
//! No form of it prints what somebody wrote: a database's message may quote a value (`invalid input syntax for …`), and
//! a panic's message a text, so [`Error`] prints neither, not even where it is printed for debugging.

use hearth_types::{Field, InvalidReason, Problem};
use std::fmt;
use tokio::task::JoinError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the backend could not do something.
pub enum Error {
    /// The person gets to read this.
    Problem(Problem),
    /// The database failed. Printed without its message where that could quote a value: see [`told`].
    Database(sqlx::Error),
    /// Something that should not happen did, in words of Hearth's own.
    Internal(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => fmt::Display::fmt(problem, formatter),
            Self::Database(error) => write!(formatter, "database: {}", told(error)),
            Self::Internal(what) => formatter.write_str(what),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Without a source: a program that prints a chain of errors would print the database's own.
impl std::error::Error for Error {}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// A task's end, without the message of its panic.
impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        let how = if error.is_panic() {
            "a task panicked"
        } else {
            "a task was cancelled"
        };
        Self::Internal(how.to_owned())
    }
}

/// PostgreSQL's classes of errors whose messages are about the server and never about a value: connections,
/// authorisation, names of databases, resources, operators, the system.
const ABOUT_THE_SERVER: [&str; 6] = ["08", "28", "3D", "53", "57", "58"];

/// A database's error as it may be logged: code, constraint and table; the message only where it cannot quote a value.
pub fn told(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default().into_owned();
            let names = [database.constraint(), database.table()];
            let names = names
                .into_iter()
                .flatten()
                .map(|name| format!(" {name}"))
                .collect::<String>();
            if ABOUT_THE_SERVER.iter().any(|class| code.starts_with(class)) {
                format!("{code}{names}: {}", database.message())
            } else {
                format!("{code}{names}")
            }
        }
        sqlx::Error::Io(error) => match error.raw_os_error() {
            Some(code) => std::io::Error::from_raw_os_error(code).to_string(),
            None => error.kind().to_string(),
        },
        sqlx::Error::RowNotFound => "no row".to_owned(),
        sqlx::Error::PoolTimedOut => "no connection became free in time".to_owned(),
        sqlx::Error::PoolClosed => "the pool is closed".to_owned(),
        sqlx::Error::WorkerCrashed => "a worker crashed".to_owned(),
        sqlx::Error::Tls(_) => "TLS failed".to_owned(),
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => "a value could not be read".to_owned(),
        sqlx::Error::Encode(_) => "a value could not be written".to_owned(),
        sqlx::Error::Configuration(_) => "the configuration is not right".to_owned(),
        _ => "the driver failed".to_owned(),
    }
}

impl Error {
    /// A form's field is not acceptable.
    pub const fn invalid(field: Field, reason: InvalidReason) -> Self {
        Self::Problem(Problem::Invalid { field, reason })
    }

    /// No such thing, or not this person's.
    pub const NOT_FOUND: Self = Self::Problem(Problem::NotFound);
}

/// Internals are logged here, once, and become "something inside failed".
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Problem(problem) => problem,
            Error::Database(error) if is_disk_full(&error) => {
                tracing::error!(error = told(&error), "the database's disk is full");
                Problem::DiskFull
            }
            other => {
                tracing::error!(error = %other, "request failed");
                Problem::Internal
            }
        }
    }
}

/// PostgreSQL's own word for it.
fn is_disk_full(error: &sqlx::Error) -> bool {
    const DISK_FULL: &str = "53100";
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some(DISK_FULL))
}
