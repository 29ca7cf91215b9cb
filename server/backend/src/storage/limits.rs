//! Time limits of statements, waits for locks and idle transactions of the app's role.

/// Limits in seconds, each a setting of PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// `statement_timeout`.
    statement: u32,
    /// `lock_timeout`.
    lock: u32,
    /// `idle_in_transaction_session_timeout`.
    idle: u32,
}

/// For requests, which usually take milliseconds. These bounds only end what has gone wrong: a slow disk under load
/// does not reach them.
pub(super) const REQUESTS: Limits = Limits {
    statement: 60,
    lock: 10,
    idle: 60,
};

/// For exports, which wait for the client (a minute for each piece), and imports, which wait for a picture or a PDF
/// to be read.
pub(super) const LONG_WORK: Limits = Limits {
    statement: 600,
    lock: 60,
    idle: 300,
};

impl Limits {
    /// The statements that set the limits; `set` is `SET` or `SET LOCAL`.
    pub(super) fn set(self, set: &str) -> String {
        let Self {
            statement,
            lock,
            idle,
        } = self;
        format!(
            "{set} statement_timeout = '{statement}s'; {set} lock_timeout = '{lock}s'; \
             {set} idle_in_transaction_session_timeout = '{idle}s'"
        )
    }
}
