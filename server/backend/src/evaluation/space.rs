//! Spaces that several people share.

use crate::{Backend, Result};
use hearth_types::{SpaceId, UserId};
use uuid::Uuid;

impl Backend {
    /// A space that several people share; the first of them owns it.
    ///
    /// # Errors
    /// The database.
    pub async fn create_shared_space(&self, members: &[UserId]) -> Result<SpaceId> {
        let space = SpaceId(Uuid::now_v7());
        let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
        sqlx::query!(
            "with made as (insert into spaces (id, kind) values ($1, 'shared') returning id)
             insert into space_members (space_id, user_id, role)
             select made.id, m.id, case m.place when 1 then 'owner' else 'writer' end
             from made, unnest($2::uuid[]) with ordinality as m (id, place)",
            space.0,
            &members,
        )
        .execute(self.inner.storage.pool())
        .await?;
        Ok(space)
    }

    /// Removes a shared space with everything in it.
    ///
    /// # Errors
    /// The database.
    pub async fn remove_shared_space(&self, space: SpaceId) -> Result<()> {
        sqlx::query!("delete from spaces where id = $1 and kind = 'shared'", space.0)
            .execute(self.inner.storage.pool())
            .await?;
        Ok(())
    }
}
