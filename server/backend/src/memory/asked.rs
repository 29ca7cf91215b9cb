//! Carries out an order to the memory in a message, in the transaction that stores the message.

use super::{
    commands::Command,
    memories::{self, NewMemory, reconcile},
    sensitive, statement,
};
use crate::{
    Result, UserBackend,
    spaces::{self, Scope},
    storage::UserTransaction,
};
use chrono::{DateTime, Utc};
use hearth_text::words::{self, any_of, share};
use hearth_types::{AnswerId, MemoryId, MemoryKind, MessageId, NoteKind, PassageId, Sent};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Minimum share of the words of "forget that …" that a memory or passage must have to be offered.
const MIN_MATCH: f32 = 0.6;

/// The same share for a match without doubt, which is forgotten without asking.
const SURE_MATCH: f32 = 0.8;

/// Maximum things offered to pick from.
const MOST_TO_PICK: usize = 6;

impl UserBackend {
    /// Carries out the order of a message and stores a note about it under the answer.
    pub(crate) async fn obey(
        &self,
        transaction: &mut UserTransaction,
        command: &Command,
        scope: &Scope,
        sent: &Sent,
        said_at: DateTime<Utc>,
    ) -> Result<()> {
        match command {
            Command::Remember(statement) => self.remember(transaction, statement, scope, sent, said_at).await,
            Command::Forget(about) => self.forget_about(transaction, about, sent).await,
            // The message itself may contain what should be forgotten.
            Command::ForgetUnclear => {
                self.silence(transaction, &BTreeSet::from([sent.message.0]))
                    .await?;
                self.add_note(transaction, sent, NoteKind::NothingFound, None, None)
                    .await
            }
            // Forgetting only a part would mislead, so neither the message nor the memories change.
            Command::ForgetTooMuch => {
                self.add_note(transaction, sent, NoteKind::TooLong, None, None)
                    .await
            }
        }
    }

    async fn remember(
        &self,
        transaction: &mut UserTransaction,
        statement: &str,
        scope: &Scope,
        sent: &Sent,
        said_at: DateTime<Utc>,
    ) -> Result<()> {
        let Some(space) = scope.keeps else {
            return self
                .add_note(transaction, sent, NoteKind::MemoryOff, None, None)
                .await;
        };
        let statement: String = statement.chars().take(statement::LONGEST_STATEMENT).collect();
        let memory = NewMemory {
            kind: memories::kind_of(&statement).unwrap_or(MemoryKind::Fact),
            sensitive: sensitive::reason(&statement, &statement),
            sources: vec![sent.message],
            ..NewMemory::told(statement)
        };
        let (reconcile::Outcome::New(id) | reconcile::Outcome::Known(id)) =
            reconcile::keep(transaction, self.user, space, &memory, said_at).await?;
        self.add_note(transaction, sent, NoteKind::Kept, Some(id), None)
            .await
    }

    async fn forget_about(&self, transaction: &mut UserTransaction, about: &str, sent: &Sent) -> Result<()> {
        // The order itself contains what is to be forgotten.
        self.silence(transaction, &BTreeSet::from([sent.message.0]))
            .await?;
        let matches = self.matches(transaction, about).await?;
        if matches.memories.is_empty() && matches.passages.is_empty() {
            return self
                .add_note(transaction, sent, NoteKind::NothingFound, None, None)
                .await;
        }
        if matches.is_one_thing() {
            for id in matches.memories {
                self.forget(transaction, id).await?;
            }
            let messages: BTreeSet<Uuid> = matches.passages.iter().map(|passage| passage.message).collect();
            self.silence(transaction, &messages).await?;
            self.forget_what_has_no_source_left(transaction, &messages)
                .await?;
            return self
                .add_note(transaction, sent, NoteKind::Forgotten, None, None)
                .await;
        }
        let memories = matches.memories.iter().map(|id| (Some(*id), None));
        let passages = matches.passages.iter().map(|passage| (None, Some(passage.id)));
        for (memory, passage) in memories.chain(passages).take(MOST_TO_PICK) {
            self.add_note(transaction, sent, NoteKind::Which, memory, passage)
                .await?;
        }
        Ok(())
    }

    /// Offers under an answer what may be forgotten, for orders recognised by a model. Nothing is forgotten before the
    /// person picks.
    pub(super) async fn offer_to_forget(
        &self,
        transaction: &mut UserTransaction,
        orders: &[ToForget],
        answer: AnswerId,
    ) -> Result<()> {
        for order in orders {
            let matches = self.matches(transaction, &order.about).await?;
            let memories = matches.memories.iter().map(|id| (Some(*id), None));
            let said_elsewhere = matches
                .passages
                .iter()
                .filter(|passage| passage.message != order.ordered_by.0);
            let passages = said_elsewhere.map(|passage| (None, Some(passage.id)));
            let found: Vec<_> = memories.chain(passages).take(MOST_TO_PICK).collect();
            if found.is_empty() {
                memories::note(transaction, answer, NoteKind::NothingFound, None, None).await?;
            }
            for (memory, passage) in found {
                memories::note(transaction, answer, NoteKind::Which, memory, passage).await?;
            }
        }
        Ok(())
    }

    /// The memories that match, and the person's matching passages that are not a source of those memories.
    async fn matches(&self, transaction: &mut UserTransaction, about: &str) -> Result<Matches> {
        let wanted = words::of_question(about);
        let mut matches = Matches::default();
        let Some(query) = any_of(&wanted) else {
            return Ok(matches);
        };
        let space = spaces::private_space(self.user).0;
        let memories = sqlx::query!(
            // Of near-duplicates the one that stands for them; of a line its episodes, of which one may be meant.
            r#"select coalesce(h.id, m.id) as "id!: MemoryId", m.statement
             from memories m left join memories h on h.id = m.consolidated_into and not h.gathered
             where m.space_id = $1 and m.words @@ $2::text::tsquery and not m.gathered
             order by m.created_at desc limit 200"#,
            space,
            query
        )
        .fetch_all(&mut **transaction)
        .await?;
        for row in memories {
            let says_it = share(&wanted, &words::of_question(&row.statement)) >= MIN_MATCH;
            if says_it && !matches.memories.contains(&row.id) {
                matches.memories.push(row.id);
            }
        }
        let known: Vec<Uuid> = matches.memories.iter().map(|id| id.0).collect();
        let passages = sqlx::query!(
            r#"select p.id as "id: PassageId", p.message_id as "message_id!", p.text from passages p
             where p.space_id = $1 and p.words @@ $2::text::tsquery and p.said_by = 'person'
               and not exists (select from memory_group_sources s where s.message_id = p.message_id and s.group_id = any ($3))
             order by ts_rank(p.words, $2::text::tsquery) desc limit 200"#,
            space,
            query,
            &known
        )
        .fetch_all(&mut **transaction)
        .await?;
        for row in passages {
            let share = share(&wanted, &words::of_question(&row.text));
            if share >= MIN_MATCH && !row.text.trim_end().ends_with(['?', '？']) {
                matches.passages.push(MatchingPassage {
                    id: row.id,
                    message: row.message_id,
                    surely: share >= SURE_MATCH && wanted.len() > 1,
                });
            }
        }
        Ok(matches)
    }

    async fn add_note(
        &self,
        transaction: &mut UserTransaction,
        sent: &Sent,
        kind: NoteKind,
        memory: Option<MemoryId>,
        passage: Option<PassageId>,
    ) -> Result<()> {
        memories::note(transaction, sent.answer, kind, memory, passage).await
    }
}

/// An order to forget that a model recognised in a message.
pub(super) struct ToForget {
    pub about: String,
    pub ordered_by: MessageId,
}

/// The memories and passages that "forget that …" may refer to.
#[derive(Default)]
struct Matches {
    memories: Vec<MemoryId>,
    passages: Vec<MatchingPassage>,
}

struct MatchingPassage {
    id: PassageId,
    message: Uuid,
    surely: bool,
}

impl Matches {
    /// Whether there is nothing to pick from: one memory with its duplicates, or one passage.
    fn is_one_thing(&self) -> bool {
        let one = self.memories.len() + self.passages.len() == 1;
        one || (self.memories.len() <= 1 && self.passages.iter().all(|passage| passage.surely))
    }
}
