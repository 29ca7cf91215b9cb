//! Spaces: the members of a space can read what is in it.
//!
//! A private space has exactly one member and that person's own id, so it needs no look-up. A conversation is in its
//! owner's private space until it is shared; then it gets a space of its own. Code that acts on a conversation first
//! gets the person's membership here, and its query then names that space; the row-level policies are the second
//! lock. To a person who may not act on it, a conversation is reported as not found.

mod scope;

pub(crate) use scope::{Audience, Circumstances, Scope};

use crate::{Error, Result, storage::UserTransaction};
use hearth_types::{ConversationId, Shared, SpaceId, SpaceRole, UserId};
use sqlx::{PgConnection, PgExecutor};
use std::collections::HashMap;
use uuid::Uuid;

/// The space of one person's own words.
pub const fn private_space(user: UserId) -> SpaceId {
    SpaceId(user.0)
}

/// Creates the person's private space with its one member, in the transaction that creates the account.
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

/// Creates a space for a conversation that is to be shared, with its owner as the first member.
pub(crate) async fn create_shared(connection: &mut PgConnection, owner: UserId) -> sqlx::Result<SpaceId> {
    let space = SpaceId(Uuid::now_v7());
    sqlx::query!("insert into spaces (id, kind) values ($1, 'shared')", space.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "insert into space_members (space_id, user_id, role) values ($1, $2, 'owner')",
        space.0,
        owner.0
    )
    .execute(connection)
    .await?;
    Ok(space)
}

/// A person's role in the space of a conversation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    space: SpaceId,
    role: SpaceRole,
}

impl Membership {
    /// The space, for reading: allowed for every member.
    pub const fn to_read(self) -> SpaceId {
        self.space
    }

    /// The space, for writing: sending, editing, asking again, moving between branches.
    pub fn to_write(self) -> Result<SpaceId> {
        if self.role.may_write() {
            Ok(self.space)
        } else {
            Err(Error::NOT_FOUND)
        }
    }

    /// The space, for its owner: naming, deleting, settings, sharing.
    pub fn to_own(self) -> Result<SpaceId> {
        if self.role == SpaceRole::Owner {
            Ok(self.space)
        } else {
            Err(Error::NOT_FOUND)
        }
    }
}

/// The person's membership in a conversation's space; not found for a person who is no member.
pub(crate) async fn of_conversation(
    transaction: &mut UserTransaction,
    user: UserId,
    conversation: ConversationId,
) -> Result<Membership> {
    sqlx::query_as!(
        Membership,
        r#"select m.space_id as "space: SpaceId", m.role as "role: SpaceRole"
         from conversations c join space_members m on m.space_id = c.space_id and m.user_id = $2
         where c.id = $1"#,
        conversation.0,
        user.0,
    )
    .fetch_optional(&mut **transaction)
    .await?
    .ok_or(Error::NOT_FOUND)
}

/// The same for a change, with locks: until the transaction ends the conversation stays in its space and the person
/// keeps their role in it. So a change and taking the conversation back are serialised.
pub(crate) async fn hold_conversation(
    transaction: &mut UserTransaction,
    user: UserId,
    conversation: ConversationId,
) -> Result<Membership> {
    sqlx::query_as!(
        Membership,
        r#"select m.space_id as "space: SpaceId", m.role as "role: SpaceRole"
         from conversations c join space_members m on m.space_id = c.space_id and m.user_id = $2
         where c.id = $1 for update of c for share of m"#,
        conversation.0,
        user.0,
    )
    .fetch_optional(&mut **transaction)
    .await?
    .ok_or(Error::NOT_FOUND)
}

/// Members of these spaces by name, as the person sees them; spaces without other members are left out.
pub(crate) async fn shared(
    connection: &mut PgConnection,
    user: UserId,
    spaces: impl Iterator<Item = SpaceId>,
) -> Result<HashMap<SpaceId, Shared>> {
    let private = private_space(user);
    let spaces: Vec<Uuid> = spaces.filter(|space| *space != private).map(|s| s.0).collect();
    if spaces.is_empty() {
        return Ok(HashMap::new());
    }
    let members = sqlx::query!(
        r#"select m.space_id as "space: SpaceId", m.user_id as "user: UserId", m.role as "role: SpaceRole", u.name
         from space_members m join users u on u.id = m.user_id where m.space_id = any ($1) order by u.name"#,
        &spaces
    )
    .fetch_all(connection)
    .await?;
    let mut shared: HashMap<SpaceId, Shared> = HashMap::new();
    for member in members {
        let seen = shared.entry(member.space).or_insert_with(|| Shared {
            role: SpaceRole::Reader,
            owner: String::new(),
            others: Vec::new(),
        });
        if member.user == user {
            seen.role = member.role;
        }
        if member.role == SpaceRole::Owner {
            seen.owner = member.name;
        } else if member.user != user {
            seen.others.push(member.name);
        }
    }
    shared.retain(|_, seen| seen.role != SpaceRole::Owner || !seen.others.is_empty());
    Ok(shared)
}

/// The members of a space that `member` is in; a private one needs no look-up. Within a transaction, pass it as
/// `database`: waiting for a second connection while holding the first could deadlock.
pub(crate) async fn members(
    database: impl PgExecutor<'_>,
    member: UserId,
    space: SpaceId,
) -> Result<Vec<UserId>> {
    if space == private_space(member) {
        return Ok(vec![member]);
    }
    Ok(sqlx::query_scalar!(
        r#"select user_id as "user: UserId" from space_members where space_id = $1"#,
        space.0
    )
    .fetch_all(database)
    .await?)
}
