//! Spaces: whoever is a member of one sees the words in it.
//!
//! A private space has exactly one member and that person's own id, so it needs no look-up.

use hearth_types::{SpaceId, UserId};
use sqlx::PgConnection;

/// The space of one person's own words.
pub const fn private_space(user: UserId) -> SpaceId {
    SpaceId(user.0)
}

/// The person's private space with its one member; part of the transaction that makes the account.
pub(crate) async fn create_private(connection: &mut PgConnection, user: UserId) -> sqlx::Result<()> {
    let space = private_space(user);
    sqlx::query!("insert into spaces (id, kind) values ($1, 'private')", space.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into space_members (space_id, user_id, role) values ($1, $2, 'owner')",
        space.0,
        user.0
    )
    .execute(connection)
    .await?;
    Ok(())
}
