//! One error for the whole backend. What a person may read is a [`Problem`]; the rest goes to the log.

use hearth_types::{Field, InvalidReason, Problem};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the backend could not do something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The person gets to read this.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// The database failed; the text may name tables and is for the log only.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// Something that should not happen did.
    #[error("{0}")]
    Internal(String),
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
                tracing::error!(%error, "the database's disk is full");
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
