//! "Separate again": the person undoes a layer.

use super::line;
use crate::{Error, Result, UserBackend, spaces};
use hearth_types::MemoryId;

impl UserBackend {
    /// Makes the memories that this one stands for memories of their own again, for good: no later run consolidates
    /// or gathers them. A line of episodes is deleted.
    ///
    /// # Errors
    /// Not found when the memory does not exist, belongs to another person, or stands for no other.
    pub async fn separate_memory(&self, id: MemoryId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let separated = sqlx::query!(
            "update memories set consolidated_into = null, kept_apart = true, updated_at = now()
             where consolidated_into = $1 and space_id = $2",
            id.0,
            spaces::private_space(self.user).0
        )
        .execute(&mut *transaction)
        .await?;
        if separated.rows_affected() == 0 {
            return Err(Error::NOT_FOUND);
        }
        line::dissolve(&mut transaction, &[id.0]).await?;
        sqlx::query!("update memories set kept_apart = true where id = $1", id.0)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}
