//! Which embedding models have vectors now: the one whose vectors are searched, and one that replaces it.

use super::Models;
use crate::Result;

/// The models that vectors are made by now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Embedders {
    /// Whose vectors are searched; none before the first vector.
    pub answers: Option<String>,
    /// Whose vectors are being made; none when nothing changes.
    pub comes: Option<String>,
}

impl Models {
    /// The models that vectors are made by now, as they were planned.
    pub(crate) async fn embedders(&self) -> Result<Embedders> {
        if let Some(known) = self.known_embedders() {
            return Ok(known);
        }
        let rows = sqlx::query!("select model, state from embedders where state <> 'goes'")
            .fetch_all(self.pool())
            .await?;
        let of = |state: &str| {
            let row = rows.iter().find(|row| row.state == state);
            row.map(|row| row.model.clone())
        };
        let found = Embedders {
            answers: of("answers"),
            comes: of("comes"),
        };
        self.remember_embedders(found.clone());
        Ok(found)
    }
}
