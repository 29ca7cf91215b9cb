//! What the person asked of the memory in a message, done in the same transaction that stores the message.

use super::{
    commands::Command,
    facts::private,
    memories::{self, NewMemory, reconcile},
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

/// Share of the words of "forget that …" that make something be meant.
const MEANT: f32 = 0.6;

/// The same where there is no doubt: it says what was said.
const SURELY_MEANT: f32 = 0.8;

/// Things that the person picks from at most.
const MOST_TO_PICK: usize = 6;

impl UserBackend {
    /// Does what a message asked for and notes under its answer what was done.
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
            // Nothing is done by halves: the message stays what it is, and so does all that is known.
            Command::ForgetTooMuch => self.tell(transaction, sent, NoteKind::TooLong, None, None).await,
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
                .tell(transaction, sent, NoteKind::MemoryOff, None, None)
                .await;
        };
        let statement: String = statement.chars().take(memories::LONGEST_STATEMENT).collect();
        let memory = NewMemory {
            kind: memories::kind_of(&statement).unwrap_or(MemoryKind::Fact),
            sensitive: private::reason(&statement, &statement),
            sources: vec![sent.message],
            ..NewMemory::told(statement)
        };
        let (reconcile::Outcome::New(id) | reconcile::Outcome::Known(id)) =
            reconcile::keep(transaction, self.user, space, &memory, said_at).await?;
        self.tell(transaction, sent, NoteKind::Kept, Some(id), None).await
    }

    async fn forget_about(&self, transaction: &mut UserTransaction, about: &str, sent: &Sent) -> Result<()> {
        // The order itself names what is to be forgotten.
        self.silence(transaction, &BTreeSet::from([sent.message.0]))
            .await?;
        let meant = self.meant(transaction, about).await?;
        if meant.memories.is_empty() && meant.passages.is_empty() {
            return self
                .tell(transaction, sent, NoteKind::NothingFound, None, None)
                .await;
        }
        if meant.is_one_thing() {
            for id in meant.memories {
                self.forget(transaction, id).await?;
            }
            let messages: BTreeSet<Uuid> = meant.passages.iter().map(|passage| passage.message).collect();
            self.silence(transaction, &messages).await?;
            self.forget_what_has_no_source_left(transaction, &messages)
                .await?;
            return self
                .tell(transaction, sent, NoteKind::Forgotten, None, None)
                .await;
        }
        let memories = meant.memories.iter().map(|id| (Some(*id), None));
        let passages = meant.passages.iter().map(|passage| (None, Some(passage.id)));
        for (memory, passage) in memories.chain(passages).take(MOST_TO_PICK) {
            self.tell(transaction, sent, NoteKind::Which, memory, passage)
                .await?;
        }
        Ok(())
    }

    /// Shows under an answer what orders to forget may mean that a model recognised; nothing is forgotten before the
    /// person picks.
    pub(super) async fn offer_to_forget(
        &self,
        transaction: &mut UserTransaction,
        orders: &[ToForget],
        answer: AnswerId,
    ) -> Result<()> {
        for order in orders {
            let meant = self.meant(transaction, &order.about).await?;
            let memories = meant.memories.iter().map(|id| (Some(*id), None));
            let said_elsewhere = meant
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

    /// Memories, and the person's passages that none of those came from.
    async fn meant(&self, transaction: &mut UserTransaction, about: &str) -> Result<Meant> {
        let wanted = words::of_question(about);
        let mut meant = Meant::default();
        let Some(query) = any_of(&wanted) else {
            return Ok(meant);
        };
        let space = spaces::private_space(self.user).0;
        let memories = sqlx::query!(
            r#"select id as "id: MemoryId", statement from memories
             where space_id = $1 and words @@ $2::text::tsquery order by created_at desc limit 200"#,
            space,
            query
        )
        .fetch_all(&mut **transaction)
        .await?;
        for row in memories {
            if share(&wanted, &words::of_question(&row.statement)) >= MEANT {
                meant.memories.push(row.id);
            }
        }
        let known: Vec<Uuid> = meant.memories.iter().map(|id| id.0).collect();
        let passages = sqlx::query!(
            r#"select p.id as "id: PassageId", p.message_id as "message_id!", p.text from passages p
             where p.space_id = $1 and p.words @@ $2::text::tsquery and p.said_by = 'person'
               and not exists (select from memory_sources s where s.message_id = p.message_id and s.memory_id = any ($3))
             order by ts_rank(p.words, $2::text::tsquery) desc limit 200"#,
            space,
            query,
            &known
        )
        .fetch_all(&mut **transaction)
        .await?;
        for row in passages {
            let share = share(&wanted, &words::of_question(&row.text));
            if share >= MEANT && !row.text.trim_end().ends_with(['?', '？']) {
                meant.passages.push(MeantPassage {
                    id: row.id,
                    message: row.message_id,
                    surely: share >= SURELY_MEANT && wanted.len() > 1,
                });
            }
        }
        Ok(meant)
    }

    async fn tell(
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

/// What "forget that …" may mean.
#[derive(Default)]
struct Meant {
    memories: Vec<MemoryId>,
    passages: Vec<MeantPassage>,
}

struct MeantPassage {
    id: PassageId,
    message: Uuid,
    surely: bool,
}

impl Meant {
    /// One memory with all that says the same, or one passage: there is nothing to ask.
    fn is_one_thing(&self) -> bool {
        let one = self.memories.len() + self.passages.len() == 1;
        one || (self.memories.len() <= 1 && self.passages.iter().all(|passage| passage.surely))
    }
}
