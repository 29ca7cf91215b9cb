//! Memories: stored statements about a person or their world.
//!
//! A memory belongs to one person: it is in their private space, with the messages it came from as its sources. Its
//! words are indexed when it is stored; a job makes its vector, as for passages.

mod page;
pub(crate) mod reconcile;
mod shown;

pub use page::PAGE_LENGTH;
pub(crate) use shown::{done_for, notes, used};

use super::{
    change, layers,
    statement::{LONGEST_STATEMENT, LONGEST_SUBJECT, checked, one_line},
};
use crate::{
    Result, UserBackend,
    retrieval::embedders::EMBED_MEMORY,
    spaces,
    storage::UserTransaction,
    work::jobs::{self, Class},
};
use chrono::{DateTime, Utc};
use hearth_text::{
    cut::beginning,
    language::{Folded, Languages},
    words,
};
use hearth_types::{
    AnswerId, MemoryId, MemoryKind, MemoryOrigin, MemoryState, MessageId, NoteKind, PassageId, Sensitive,
    SpaceId, UserId,
};
use uuid::Uuid;

/// A memory to be stored.
#[derive(Clone, Debug)]
pub struct NewMemory {
    pub kind: MemoryKind,
    /// The person or thing that the statement is about; empty for the person themselves.
    pub subject: String,
    pub statement: String,
    pub valid_from: Option<DateTime<Utc>>,
    pub valid_to: Option<DateTime<Utc>>,
    pub state: MemoryState,
    pub origin: MemoryOrigin,
    pub sensitive: Option<Sensitive>,
    /// The messages that it came from. Messages of other people are left out, except for an imported memory, which may
    /// report what others said.
    pub sources: Vec<MessageId>,
}

impl NewMemory {
    /// A fact about the person that they stated themselves.
    pub fn told(statement: impl Into<String>) -> Self {
        Self {
            kind: MemoryKind::Fact,
            subject: String::new(),
            statement: statement.into(),
            valid_from: None,
            valid_to: None,
            state: MemoryState::Kept,
            origin: MemoryOrigin::Person,
            sensitive: None,
            sources: Vec::new(),
        }
    }
}

impl UserBackend {
    /// Stores a memory with its sources, and queues its embedding.
    ///
    /// # Errors
    /// When the statement is empty or too long, or the database fails.
    pub async fn keep_memory(&self, memory: NewMemory) -> Result<MemoryId> {
        let mut transaction = self.begin().await?;
        let id = store(
            &mut transaction,
            self.user,
            spaces::private_space(self.user),
            &memory,
            Class::Embedding,
        )
        .await?;
        transaction.commit().await?;
        self.backend.inner.queue.advance();
        Ok(id)
    }
}

/// Stores a memory in the caller's transaction; `class` is the priority class of its embedding job.
pub(crate) async fn store(
    transaction: &mut UserTransaction,
    user: UserId,
    space: SpaceId,
    memory: &NewMemory,
    class: Class,
) -> Result<MemoryId> {
    let statement = checked(&memory.statement)?;
    let subject: String = one_line(&memory.subject).chars().take(LONGEST_SUBJECT).collect();
    let id = MemoryId(Uuid::now_v7());
    let sources: Vec<Uuid> = memory.sources.iter().map(|source| source.0).collect();
    sqlx::query!(
        "with kept as (
            insert into memories (id, space_id, author_id, kind, subject, statement, words, words_version,
                                  valid_from, valid_to, state, origin, sensitive)
            values ($1, $2, $3, $4, $5, $6, to_tsvector('simple', $7), $8, $9, $10, $11, $12, $13)
         )
         insert into memory_sources (memory_id, space_id, message_id, message_space_id)
         select $1, $2, m.id, m.space_id from messages m where m.id = any ($14)
           and (m.author_id = $3 or ($12 = 'import' and m.said_by = 'person'))",
        id.0,
        space.0,
        user.0,
        memory.kind as MemoryKind,
        subject,
        statement,
        words::of_text(&format!("{subject} {statement}")),
        words::VERSION,
        memory.valid_from,
        memory.valid_to,
        memory.state as MemoryState,
        memory.origin as MemoryOrigin,
        memory.sensitive as Option<Sensitive>,
        &sources,
    )
    .execute(&mut **transaction)
    .await?;
    enqueue_embedding(transaction, user, id, class).await?;
    // An import enqueues it once, after all of its memories.
    if class != Class::Import {
        layers::enqueue(transaction, user).await?;
    }
    Ok(id)
}

/// Stores a note about a memory or a passage, which is shown under an answer.
pub(crate) async fn note(
    transaction: &mut UserTransaction,
    answer: AnswerId,
    kind: NoteKind,
    memory: Option<MemoryId>,
    passage: Option<PassageId>,
) -> Result<()> {
    sqlx::query!(
        "insert into memory_notes (id, space_id, answer_id, kind, memory_id, memory_space_id, passage_id, passage_space_id)
         select $1, a.space_id, a.id, $3, m.id, m.space_id, p.id, p.space_id
         from answers a left join memories m on m.id = $4 left join passages p on p.id = $5 where a.id = $2",
        Uuid::now_v7(),
        answer.0,
        kind as NoteKind,
        memory.map(|id| id.0),
        passage.map(|id| id.0),
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The kind of a statement by its words; none when they do not determine it.
pub(crate) fn kind_of(statement: &str) -> Option<MemoryKind> {
    let statement = beginning(statement, LONGEST_STATEMENT);
    let text = Folded::of(statement);
    let languages = Languages::of(statement).or_all();
    let likes = languages
        .iter()
        .any(|language| text.has(language.changes.preferences));
    if !change::slots(statement)
        .iter()
        .all(|(key, _)| key.starts_with("favourite") || key == "car")
    {
        Some(MemoryKind::Profile)
    } else if likes {
        Some(MemoryKind::Preference)
    } else {
        None
    }
}

/// Enqueues the embedding of a memory, also when it has a vector of an earlier statement.
async fn enqueue_embedding(
    transaction: &mut UserTransaction,
    user: UserId,
    id: MemoryId,
    class: Class,
) -> Result<()> {
    jobs::enqueue_again(transaction, &EMBED_MEMORY, class, user, id.0).await
}

/// Marks a memory and its near-duplicates as true only until `at`, replaced by the memory `new` if there is one.
async fn supersede(
    transaction: &mut UserTransaction,
    old: MemoryId,
    new: Option<MemoryId>,
    at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update memories set valid_to = $3, superseded_by = $2, updated_at = now()
         where id in (select memories_said_with($1)) and id is distinct from $2",
        old.0,
        new.map(|new| new.0),
        at
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Makes the memories that this one ended true again, because it was a mistake.
async fn reopen_what_it_ended(transaction: &mut UserTransaction, id: MemoryId) -> Result<()> {
    sqlx::query!(
        "update memories set valid_to = null, superseded_by = null, updated_at = now() where superseded_by = $1",
        id.0
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// See `hostile_text`.
#[cfg(test)]
#[rustfmt::skip]
pub(super) const TEXT_FUNCTIONS: &[hearth_text::hostile::TextFunction] = &[
    ("memory::memories::checked", |text| { std::hint::black_box(checked(text).ok()); }),
    ("memory::memories::kind_of", |text| { std::hint::black_box(kind_of(text)); }),
    ("memory::change::says_the_same", |text| { std::hint::black_box(change::says_the_same(&change::Statement::read(text), &change::Statement::read(text))); }),
    ("memory::change::ends", |text| { std::hint::black_box(change::ends(&change::Statement::read(text), &change::Statement::read(text))); }),
    ("memory::change::slots", |text| { std::hint::black_box(change::slots(text)); }),
    ("memory::change::is_about_the_past", |text| { std::hint::black_box(change::is_about_the_past(text)); }),
    ("memory::change::tells_of_a_change", |text| { std::hint::black_box(change::tells_of_a_change(text)); }),
    ("memory::memories::page::like", |text| { std::hint::black_box(page::like(text)); }),
];
