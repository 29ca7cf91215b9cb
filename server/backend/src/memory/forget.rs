//! Forgetting: removal of a memory and of every trace of it that could be used again.
//!
//! A memory is deleted with its vector, its search column, its sources and every record of its use. The person's
//! messages stay in their conversations, but only to be read by them: a source message loses its passages, is no longer
//! sent to a model, and no facts are extracted from it again. The same applies to everything that repeats the memory:
//! the person's passages with the same statement, the answers to those messages, and the answers that used them.
//! Summaries of those conversations are made again.

use crate::{
    Error, Result, UserBackend,
    memory::{layers, summaries},
    retrieval::{embedders::EMBED_MEMORY, passages},
    spaces,
    storage::UserTransaction,
    text,
    work::jobs,
};
use hearth_text::words::{self, any_of, share};
use hearth_types::{ConversationId, MemoryId, PassageId};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Minimum share of a statement's words in a passage that counts as the same statement.
const SAYS_THE_SAME: f32 = 0.8;

/// The same for an answer in a conversation that has the statement: about one word of three.
const ECHOES: f32 = 0.3;

/// Maximum passages that are compared with the statement.
const MOST: i64 = 200;

impl UserBackend {
    /// Forgets one memory.
    ///
    /// # Errors
    /// Not found when the memory does not exist or belongs to another person.
    pub async fn forget_memory(&self, id: MemoryId) -> Result<()> {
        let mut transaction = self.begin().await?;
        self.forget(&mut transaction, id).await?;
        transaction.commit().await?;
        // A line that lost an episode is embedded again.
        self.backend.inner.queue.advance();
        Ok(())
    }

    /// Forgets a passage, and the memories whose only source is its message.
    pub async fn forget_passage(&self, id: PassageId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let passage = sqlx::query!(
            r#"select text, message_id as "message_id!" from passages where id = $1 and space_id = $2 and message_id is not null"#,
            id.0,
            spaces::private_space(self.user).0
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        let mut messages = self.messages_that_say(&mut transaction, &passage.text).await?;
        messages.insert(passage.message_id);
        self.silence(&mut transaction, &messages).await?;
        self.forget_what_has_no_source_left(&mut transaction, &messages)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets every memory; conversations and their passages are kept.
    pub async fn forget_all_memories(&self) -> Result<()> {
        let mut transaction = self.begin().await?;
        let space = spaces::private_space(self.user).0;
        let ids = sqlx::query_scalar!(
            r#"select id as "id: MemoryId" from memories where space_id = $1"#,
            space
        )
        .fetch_all(&mut *transaction)
        .await?;
        for id in ids {
            self.forget_one(&mut transaction, id).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Forgets one memory as part of the caller's transaction, with its near-duplicates; of a line, all episodes. A line
    /// that loses an episode counts the others.
    pub(crate) async fn forget(&self, transaction: &mut UserTransaction, id: MemoryId) -> Result<()> {
        let space = spaces::private_space(self.user);
        let together = sqlx::query_scalar!(
            r#"select id as "id: MemoryId" from memories
             where id in (select memories_said_with($1)) and space_id = $2 order by id for update"#,
            id.0,
            space.0
        )
        .fetch_all(&mut **transaction)
        .await?;
        if together.is_empty() {
            return Err(Error::NOT_FOUND);
        }
        let heads = layers::heads_of(transaction, &[id.0]).await?;
        for one in together {
            self.forget_one(transaction, one).await?;
        }
        layers::refresh(transaction, self.user, space, &heads).await
    }

    /// Forgets one memory and no other; nothing when it is gone already.
    async fn forget_one(&self, transaction: &mut UserTransaction, id: MemoryId) -> Result<()> {
        let statement = sqlx::query_scalar!(
            "select statement from memories where id = $1 and space_id = $2 for update",
            id.0,
            spaces::private_space(self.user).0
        )
        .fetch_optional(&mut **transaction)
        .await?;
        let Some(statement) = statement else {
            return Ok(());
        };
        let mut messages = self.messages_that_say(transaction, &statement).await?;
        let sources = sqlx::query_scalar!(
            "select message_id from memory_sources where memory_id = $1
             union select answer_id from answer_memories where memory_id = $1",
            id.0
        )
        .fetch_all(&mut **transaction)
        .await?;
        messages.extend(sources.into_iter().flatten());
        let echoes = self.answers_that_echo(transaction, &messages, &statement).await?;
        messages.extend(echoes);
        self.silence(transaction, &messages).await?;
        jobs::cancel(transaction, Some(&EMBED_MEMORY), &[id.0]).await?;
        sqlx::query!("delete from memories where id = $1", id.0)
            .execute(&mut **transaction)
            .await?;
        Ok(())
    }

    /// Messages of any person with a passage that makes the same statement.
    async fn messages_that_say(
        &self,
        transaction: &mut UserTransaction,
        statement: &str,
    ) -> Result<BTreeSet<Uuid>> {
        let wanted = words::of_question(statement);
        let Some(query) = any_of(&wanted) else {
            return Ok(BTreeSet::new());
        };
        let rows = sqlx::query!(
            r#"select message_id as "message_id!", text from passages
             where space_id = $1 and message_id is not null and words @@ $2::text::tsquery
             order by ts_rank(words, $2::text::tsquery) desc limit $3"#,
            spaces::private_space(self.user).0,
            query,
            MOST
        )
        .fetch_all(&mut **transaction)
        .await?;
        let passages = rows.into_iter().map(|row| (row.message_id, row.text)).collect();
        self.that_share(passages, wanted, SAYS_THE_SAME).await
    }

    /// Answers in the same conversations that share words with the statement: the answer "Biscuit." reveals as much as
    /// the whole sentence.
    async fn answers_that_echo(
        &self,
        transaction: &mut UserTransaction,
        messages: &BTreeSet<Uuid>,
        statement: &str,
    ) -> Result<BTreeSet<Uuid>> {
        let messages: Vec<Uuid> = messages.iter().copied().collect();
        let wanted = words::of_question(statement);
        let rows = sqlx::query!(
            r#"select message_id as "message_id!", text from passages
             where said_by = 'model'
               and conversation_id in (select conversation_id from messages where id = any ($1))"#,
            &messages
        )
        .fetch_all(&mut **transaction)
        .await?;
        let passages = rows.into_iter().map(|row| (row.message_id, row.text)).collect();
        self.that_share(passages, wanted, ECHOES).await
    }

    /// The messages of passages that have at least this share of the wanted words. The passages may be all answers of a
    /// long conversation.
    async fn that_share(
        &self,
        passages: Vec<(Uuid, String)>,
        wanted: BTreeSet<String>,
        least: f32,
    ) -> Result<BTreeSet<Uuid>> {
        let bytes = passages.iter().map(|(_, text)| text.len()).sum();
        text::apart(self.user, bytes, move || {
            let says_it = |(_, text): &(Uuid, String)| share(&wanted, &words::of_question(text)) >= least;
            passages
                .into_iter()
                .filter(says_it)
                .map(|(message, _)| message)
                .collect()
        })
        .await
    }

    /// Excludes these messages, the answers to them and the answers that used them from everything except the page of
    /// their conversation.
    pub(crate) async fn silence(
        &self,
        transaction: &mut UserTransaction,
        messages: &BTreeSet<Uuid>,
    ) -> Result<()> {
        let messages: Vec<Uuid> = messages.iter().copied().collect();
        let silent = sqlx::query_scalar!(
            "update messages m set forgotten_at = coalesce(forgotten_at, now())
             where m.id = any ($1)
                or (m.said_by = 'model' and m.parent_id = any ($1))
                or m.id in (select r.answer_id from answer_recalls r join passages p on p.id = r.passage_id
                            where p.message_id = any ($1))
             returning m.id",
            &messages
        )
        .fetch_all(&mut **transaction)
        .await?;
        passages::remove(transaction, &silent).await?;
        summaries::forget_from(transaction, &silent).await
    }

    /// Number of memories whose only source is this conversation; they are deleted with it.
    pub async fn learnt_only_from(&self, conversation: ConversationId) -> Result<u64> {
        let mut transaction = self.begin().await?;
        let count = sqlx::query_scalar!(
            r#"select count(*) as "n!" from (
                select from memory_sources s join messages m on m.id = s.message_id
                group by s.memory_id having bool_and(m.conversation_id = $1)) alone"#,
            conversation.0
        )
        .fetch_one(&mut *transaction)
        .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Forgets the memories whose only source is this conversation, before it is deleted. Near-duplicates with other
    /// sources stay, and lines that lose an episode are counted again when its messages are gone, by a job.
    pub(crate) async fn forget_what_came_from(
        &self,
        transaction: &mut UserTransaction,
        conversation: ConversationId,
    ) -> Result<()> {
        let space = spaces::private_space(self.user);
        let touched = sqlx::query!(
            r#"select s.memory_id, bool_and(m.conversation_id = $1) as "only!"
             from memory_sources s join messages m on m.id = s.message_id
             where s.space_id = $2 group by s.memory_id having bool_or(m.conversation_id = $1)"#,
            conversation.0,
            space.0
        )
        .fetch_all(&mut **transaction)
        .await?;
        if touched.is_empty() {
            return Ok(());
        }
        let only = touched.iter().filter(|row| row.only).map(|row| row.memory_id);
        let only: Vec<Uuid> = only.collect();
        let heads = layers::heads_of(transaction, &only).await?;
        sqlx::query!("delete from memories where id = any ($1)", &only)
            .execute(&mut **transaction)
            .await?;
        layers::refresh(transaction, self.user, space, &heads).await?;
        layers::enqueue(transaction, self.user).await
    }

    /// Forgets memories whose sources are all among these messages.
    pub(crate) async fn forget_what_has_no_source_left(
        &self,
        transaction: &mut UserTransaction,
        messages: &BTreeSet<Uuid>,
    ) -> Result<()> {
        let messages: Vec<Uuid> = messages.iter().copied().collect();
        let alone = sqlx::query_scalar!(
            r#"select memory_id as "id: MemoryId" from memory_sources
             group by memory_id having bool_and(message_id = any ($1))"#,
            &messages
        )
        .fetch_all(&mut **transaction)
        .await?;
        let ids: Vec<Uuid> = alone.iter().map(|id| id.0).collect();
        let heads = layers::heads_of(transaction, &ids).await?;
        for id in alone {
            self.forget_one(transaction, id).await?;
        }
        layers::refresh(transaction, self.user, spaces::private_space(self.user), &heads).await
    }
}
