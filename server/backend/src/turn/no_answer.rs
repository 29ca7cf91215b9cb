//! Why no answer began.

use hearth_types::ModelTrouble;

/// Why no answer began.
pub(super) enum NoAnswer {
    Stopped,
    Trouble(ModelTrouble),
}

impl NoAnswer {
    /// Whether the server is unreachable, so that the answer should wait for it.
    pub const fn is_away(&self) -> bool {
        matches!(self, Self::Trouble(ModelTrouble::Unreachable))
    }
}
