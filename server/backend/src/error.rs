//! One error for the whole backend. What a person may read is a [`Problem`]; everything else goes to the log.
//!
//! No form of it prints what a person wrote. A database message may quote a value (`invalid input syntax for …`), and
//! a panic message may quote text, so [`Error`] prints neither, not even with `Debug`.

use hearth_types::{Field, InvalidReason, Problem};
use std::fmt;
use tokio::task::JoinError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the backend could not do something.
pub enum Error {
    /// Shown to the person.
    Problem(Problem),
    /// The database failed. Printed without the message where that could quote a value: see [`loggable`].
    Database(sqlx::Error),
    /// An invariant was violated; described in words of Hearth's own.
    Internal(String),
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problem(problem) => fmt::Display::fmt(problem, formatter),
            Self::Database(error) => write!(formatter, "database: {}", loggable(error)),
            Self::Internal(what) => formatter.write_str(what),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Without `source`: a program that prints a chain of errors would print the database's message.
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

/// A failed task, without the message of its panic.
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

/// PostgreSQL's error classes whose messages are about the server and never about a value: connections,
/// authorisation, names of databases, resources, operators, the system.
const ABOUT_THE_SERVER: [&str; 6] = ["08", "28", "3D", "53", "57", "58"];

/// A database error for the log: code, constraint and table; the message only where it cannot quote a value.
pub fn loggable(error: &sqlx::Error) -> String {
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
        sqlx::Error::Configuration(_) => "the configuration is invalid".to_owned(),
        _ => "the driver failed".to_owned(),
    }
}

impl Error {
    /// The value of a form field is not acceptable.
    pub const fn invalid(field: Field, reason: InvalidReason) -> Self {
        Self::Problem(Problem::Invalid { field, reason })
    }

    /// Does not exist, or is not visible to this person.
    pub const NOT_FOUND: Self = Self::Problem(Problem::NotFound);
}

/// Internal errors are logged here, once, and become [`Problem::Internal`].
impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Problem(problem) => problem,
            Error::Database(error) if is_disk_full(&error) => {
                tracing::error!(error = loggable(&error), "the database's disk is full");
                Problem::DiskFull
            }
            other => {
                tracing::error!(error = %other, "request failed");
                Problem::Internal
            }
        }
    }
}

/// Recognised by the SQLSTATE.
fn is_disk_full(error: &sqlx::Error) -> bool {
    const DISK_FULL: &str = "53100";
    error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some(DISK_FULL))
}
