//! The embedding models in use: the one whose vectors are searched, and the one that is replacing it.

use super::Models;
use crate::Result;

/// The embedding models in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Embedders {
    /// The model whose vectors are searched; none before the first vector.
    pub active: Option<String>,
    /// The model whose vectors are being made to replace them; none if there is no change.
    pub incoming: Option<String>,
}

impl Models {
    /// The embedding models in use, as planned.
    pub(crate) async fn embedders(&self) -> Result<Embedders> {
        if let Some(cached) = self.cached_embedders() {
            return Ok(cached);
        }
        let rows = sqlx::query!("select model, state from embedders where state <> 'outgoing'")
            .fetch_all(self.pool())
            .await?;
        let of = |state: &str| {
            let row = rows.iter().find(|row| row.state == state);
            row.map(|row| row.model.clone())
        };
        let found = Embedders {
            active: of("active"),
            incoming: of("incoming"),
        };
        self.remember_embedders(found.clone());
        Ok(found)
    }
}
