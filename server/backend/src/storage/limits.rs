//! How long a statement, a wait for a lock and an idle transaction of the app's role may take.

/// Limits in seconds, as PostgreSQL knows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// `statement_timeout`.
    statement: u32,
    /// `lock_timeout`.
    lock: u32,
    /// `idle_in_transaction_session_timeout`.
    idle: u32,
}

/// What somebody waits for, in milliseconds as a rule: bounds for what has gone wrong, chosen so that a slow disk under
/// load does not meet them.
pub(super) const REQUESTS: Limits = Limits {
    statement: 60,
    lock: 10,
    idle: 60,
};

/// Exports, which wait for who takes them (a minute for each piece), and imports, which wait for a picture or a PDF to
/// be read.
pub(super) const LONG_WORK: Limits = Limits {
    statement: 600,
    lock: 60,
    idle: 300,
};

impl Limits {
    /// The statements that set them; `set` is `SET` or `SET LOCAL`.
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
