//! What a turn, a search or a job may read, and where new memories are kept.
//!
//! A person is *alone* with a conversation when its space has no other member. A private space never has one; the
//! space of a shared conversation has none after it was taken back from all others. Alone means the same for recall,
//! for the profile and for facts:
//!
//! | case | recall reads | profile | facts are kept | "remember that …" is kept | who sees the answer |
//! | --- | --- | --- | --- | --- | --- |
//! | alone, in the private space | the spaces that the person owns | yes | private space | private space | the person |
//! | taken back from all others | the spaces that the person owns | yes | private space, of messages since then | private space | the person |
//! | shared now, the owner asks | the conversation's space | no | nowhere | private space | its members |
//! | shared now, a writer asks | the conversation's space | no | nowhere | private space | its members |
//! | a reader | nothing: a reader cannot ask | no | nowhere | nowhere | – |
//! | temporary | nothing | no | nowhere | nowhere | the person |
//! | memory off | nothing | no | nowhere | nowhere | the person, or the members |
//!
//! A shared conversation reads only its own space, because every member sees the answer. A statement by one member is
//! not kept as a fact for another, and messages written while others could read stay out of the facts after the
//! conversation is taken back. Search sends nothing to a model, so it reads every space that the person is a member
//! of.

use super::private_space;
use crate::{Error, Result, storage::UserTransaction};
use hearth_types::{ConversationId, SpaceId, SpaceRole, UserId};

/// Who sees an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// The person who asks.
    Alone,
    /// Every member of the conversation's space.
    Members,
}

/// What may be read and where new statements are kept. Computed only in this module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// Spaces that recall or search reads.
    pub reads: Vec<SpaceId>,
    /// Space for facts drawn from the conversation; none: no facts are drawn.
    pub learns: Option<SpaceId>,
    /// Space for statements that a message asks to remember; none: they are not kept.
    pub keeps: Option<SpaceId>,
    /// Whether the person's profile is part of the context.
    pub profile: bool,
    pub audience: Audience,
}

/// The facts about a conversation and a person that decide the scope.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'a> {
    pub user: UserId,
    /// The conversation's space.
    pub space: SpaceId,
    pub role: SpaceRole,
    /// Number of members of that space.
    pub members: i64,
    /// The spaces that the person owns.
    pub own_spaces: &'a [SpaceId],
    /// Whether memory is on in the conversation; a temporary one has none.
    pub memory: bool,
}

impl Scope {
    /// The scope of a conversation for one person.
    pub fn of(case: Circumstances<'_>) -> Self {
        let audience = if case.members <= 1 {
            Audience::Alone
        } else {
            Audience::Members
        };
        let remembers = case.memory && case.role.may_write();
        let private = remembers.then(|| private_space(case.user));
        let alone = audience == Audience::Alone;
        Self {
            reads: match (remembers, alone) {
                (false, _) => Vec::new(),
                (true, true) => case.own_spaces.to_vec(),
                (true, false) => vec![case.space],
            },
            learns: private.filter(|_| alone),
            keeps: private,
            profile: remembers && alone,
            audience,
        }
    }

    /// The scope of a conversation for one of its members.
    ///
    /// # Errors
    /// Not found for a person who is no member.
    pub async fn of_conversation(
        transaction: &mut UserTransaction,
        user: UserId,
        conversation: ConversationId,
    ) -> Result<Self> {
        let row = sqlx::query!(
            r#"select c.space_id as "space: SpaceId", m.role as "role: SpaceRole", c.memory,
                      (select count(*) from space_members o where o.space_id = c.space_id) as "members!",
                      array(select space_id from space_members where user_id = $2 and role = 'owner')
                          as "own_spaces!: Vec<SpaceId>"
             from conversations c join space_members m on m.space_id = c.space_id and m.user_id = $2
             where c.id = $1"#,
            conversation.0,
            user.0
        )
        .fetch_optional(&mut **transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        Ok(Self::of(Circumstances {
            user,
            space: row.space,
            role: row.role,
            members: row.members,
            own_spaces: &row.own_spaces,
            memory: row.memory,
        }))
    }

    /// The scope of a search: reads every space that the person is a member of, keeps nothing.
    pub async fn of_search(transaction: &mut UserTransaction) -> Result<Self> {
        let reads = sqlx::query_scalar!(r#"select my_spaces() as "spaces!""#)
            .fetch_one(&mut **transaction)
            .await?;
        Ok(Self {
            reads: reads.into_iter().map(SpaceId).collect(),
            learns: None,
            keeps: None,
            profile: false,
            audience: Audience::Alone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ANNA: UserId = UserId(Uuid::from_u128(1));
    const PRIVATE: SpaceId = SpaceId(Uuid::from_u128(1));
    const CONVERSATION: SpaceId = SpaceId(Uuid::from_u128(2));
    const OWN: [SpaceId; 2] = [PRIVATE, CONVERSATION];

    fn case(space: SpaceId, role: SpaceRole, members: i64) -> Circumstances<'static> {
        Circumstances {
            user: ANNA,
            space,
            role,
            members,
            own_spaces: &OWN,
            memory: true,
        }
    }

    fn scope(reads: &[SpaceId], learns: bool, keeps: bool, audience: Audience) -> Scope {
        Scope {
            reads: reads.to_vec(),
            learns: learns.then_some(PRIVATE),
            keeps: keeps.then_some(PRIVATE),
            profile: learns,
            audience,
        }
    }

    #[test]
    fn alone_a_person_reads_and_learns_in_all_their_own_spaces() {
        let alone = Scope::of(case(PRIVATE, SpaceRole::Owner, 1));
        assert_eq!(alone, scope(&OWN, true, true, Audience::Alone));
    }

    #[test]
    fn a_conversation_that_was_taken_back_has_the_scope_of_one_never_shared() {
        let taken_back = Scope::of(case(CONVERSATION, SpaceRole::Owner, 1));
        assert_eq!(taken_back, Scope::of(case(PRIVATE, SpaceRole::Owner, 1)));
    }

    #[test]
    fn with_other_members_only_the_conversation_is_read_and_nothing_is_learned() {
        for role in [SpaceRole::Owner, SpaceRole::Writer] {
            let shared = Scope::of(case(CONVERSATION, role, 2));
            assert_eq!(shared, scope(&[CONVERSATION], false, true, Audience::Members));
        }
    }

    #[test]
    fn a_reader_reads_nothing_and_keeps_nothing() {
        let reader = Scope::of(case(CONVERSATION, SpaceRole::Reader, 2));
        assert_eq!(reader, scope(&[], false, false, Audience::Members));
    }

    #[test]
    fn without_memory_nothing_is_read_or_kept() {
        for (members, audience) in [(1, Audience::Alone), (2, Audience::Members)] {
            let off = Circumstances {
                memory: false,
                ..case(CONVERSATION, SpaceRole::Owner, members)
            };
            assert_eq!(Scope::of(off), scope(&[], false, false, audience));
        }
    }
}
