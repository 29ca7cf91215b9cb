//! The memory page: shows a person everything that Hearth has stored about them, and only to them.

use crate::memory::{layers, statement::checked};
use crate::{
    Error, Result, UserBackend, retrieval::passages, search::LONGEST_QUERY, spaces, storage::UserTransaction,
    work::jobs::Class,
};
use chrono::{DateTime, Utc};
use hearth_text::{
    cut::is_longer,
    times::{self, Precision},
    words,
};
use hearth_types::{
    ConversationId, DatePrecision, Field, InvalidReason, Memory, MemoryCursor, MemoryFilter, MemoryId,
    MemoryKind, MemoryLayer, MemoryMember, MemoryOrigin, MemoryPage, MemorySource, MemoryState, MessageId,
    Sensitive, Timestamp,
};
use uuid::Uuid;

/// Number of memories on a page.
pub const PAGE_LENGTH: u32 = 30;

impl UserBackend {
    /// A page of memories: first those that wait for consent, then newest first.
    pub async fn list_memories(
        &self,
        filter: &MemoryFilter,
        cursor: Option<MemoryCursor>,
    ) -> Result<MemoryPage> {
        if is_longer(&filter.search, LONGEST_QUERY) {
            return Err(Error::invalid(Field::Search, InvalidReason::TooLong));
        }
        let space = spaces::private_space(self.user).0;
        let mut transaction = self.begin().await?;
        let total = sqlx::query_scalar!(
            r#"select count(*) as "n!" from memories where space_id = $1 and consolidated_into is null"#,
            space
        )
        .fetch_one(&mut *transaction)
        .await?;
        let wanted: Vec<String> = words::of_question(&filter.search)
            .iter()
            .map(|word| words::quote(word))
            .collect();
        // A memory must have all words of the search.
        let query = (!filter.search.trim().is_empty()).then(|| wanted.join(" & "));
        let limit = i64::from(PAGE_LENGTH) + 1;
        let rows = sqlx::query!(
            r#"select m.id as "id: MemoryId", m.kind as "kind: MemoryKind", m.state as "state: MemoryState",
                      case when m.origin_id is null then m.origin else 'import' end as "origin!: MemoryOrigin", m.sensitive as "sensitive: Sensitive", m.subject, m.statement,
                      m.pinned, m.valid_from, m.valid_to, n.statement as "superseded_by?", m.created_at, m.gathered,
                      g.members > 0 as "stands_for_others!", g.retention < $11 as "faded!"
             from memories m join memory_groups g on g.id = m.id left join memories n on n.id = m.superseded_by
             where m.space_id = $1 and (m.created_at, m.id) < ($2, $3)
               and ($4::text is null or exists (
                    select from memories x where coalesce(x.consolidated_into, x.id) = m.id
                      and (x.words @@ $4::text::tsquery or x.statement ilike $5)))
               and ($6::text is null or m.kind = $6)
               and ($7::timestamptz is null or m.created_at >= $7)
               and ($8::timestamptz is null or m.created_at < $8)
               and (not $9 or m.state = 'asked')
               and case $12::text when 'faded' then g.retention < $11 when 'together' then g.members > 0 else true end
             order by m.created_at desc, m.id desc limit $10"#,
            space,
            cursor.map_or_else(far_future, |c| time_of_us(c.created_at_us)),
            cursor.map_or(Uuid::max(), |c| c.id.0),
            query,
            like(&filter.search),
            filter.kind as Option<MemoryKind>,
            filter.since.map(time_of),
            filter.until.map(time_of),
            filter.asked,
            limit,
            layers::FADED,
            filter.layer as Option<MemoryLayer>,
        )
        .fetch_all(&mut *transaction)
        .await?;
        let more = rows.len() > PAGE_LENGTH as usize;
        let shown = &rows[..rows.len().min(PAGE_LENGTH as usize)];
        let next = shown.last().filter(|_| more).map(|last| MemoryCursor {
            created_at_us: last.created_at.timestamp_micros(),
            id: last.id,
        });
        let mut memories: Vec<Memory> = shown
            .iter()
            .map(|row| Memory {
                id: row.id,
                kind: row.kind,
                state: row.state,
                origin: row.origin,
                sensitive: row.sensitive,
                subject: row.subject.clone(),
                statement: row.statement.clone(),
                pinned: row.pinned,
                valid_from: row.valid_from.map(|at| at.timestamp_millis()),
                valid_to: row.valid_to.map(|at| at.timestamp_millis()),
                from_precision: precision(&row.statement, row.valid_from),
                to_precision: precision(&row.statement, row.valid_to),
                superseded_by: row.superseded_by.clone(),
                created_at: row.created_at.timestamp_millis(),
                sources: Vec::new(),
                faded: row.faded,
                gathered: row.gathered,
                members: Vec::new(),
            })
            .collect();
        add_sources(&mut transaction, &mut memories).await?;
        if shown.iter().any(|row| row.stands_for_others) {
            add_members(&mut transaction, &mut memories).await?;
        }
        Ok(MemoryPage {
            memories,
            next,
            total: u64::try_from(total).unwrap_or(0),
        })
    }

    /// Stores a statement that the person wrote by hand; it ends the memories that it contradicts.
    pub async fn add_memory(&self, statement: &str, kind: Option<MemoryKind>) -> Result<()> {
        let memory = super::NewMemory {
            kind: kind
                .or_else(|| super::kind_of(statement))
                .unwrap_or(MemoryKind::Fact),
            ..super::NewMemory::told(checked(statement)?)
        };
        self.require_quota().await?;
        let mut transaction = self.begin().await?;
        let space = spaces::private_space(self.user);
        super::reconcile::keep(&mut transaction, self.user, space, &memory, Utc::now()).await?;
        transaction.commit().await?;
        self.backend.inner.queue.advance();
        Ok(())
    }

    /// Changes the statement of a memory; the time for which it is true stays.
    pub async fn edit_memory(&self, id: MemoryId, statement: &str, kind: MemoryKind) -> Result<()> {
        let statement = checked(statement)?;
        self.require_quota().await?;
        let mut transaction = self.begin().await?;
        let heads = layers::heads_of(&mut transaction, &[id.0]).await?;
        let edited = sqlx::query!(
            "with gone as (delete from memory_embeddings where memory_id = $1)
             update memories set statement = $3, words = to_tsvector('simple', $4), words_version = $5, kind = $6,
                    consolidated_into = null, updated_at = now()
             where id = $1 and space_id = $2 and not gathered",
            id.0,
            spaces::private_space(self.user).0,
            statement,
            words::of_text(&statement),
            words::VERSION,
            kind as MemoryKind,
        )
        .execute(&mut *transaction)
        .await?;
        found(edited.rows_affected())?;
        // It may no longer say what those say that it stood for.
        sqlx::query!(
            "update memories set consolidated_into = null where consolidated_into = $1",
            id.0
        )
        .execute(&mut *transaction)
        .await?;
        layers::refresh(
            &mut transaction,
            self.user,
            spaces::private_space(self.user),
            &heads,
        )
        .await?;
        layers::enqueue(&mut transaction, self.user).await?;
        super::enqueue_embedding(&mut transaction, self.user, id, Class::Embedding).await?;
        transaction.commit().await?;
        self.backend.inner.queue.advance();
        Ok(())
    }

    /// "This changed": the new statement is true from now on, the old one until now.
    pub async fn change_memory(&self, id: MemoryId, statement: &str) -> Result<MemoryId> {
        self.require_quota().await?;
        let mut transaction = self.begin().await?;
        let old = sqlx::query!(
            r#"select kind as "kind: MemoryKind", subject, sensitive as "sensitive: Sensitive", pinned
             from memories where id = $1 and space_id = $2 and not gathered for update"#,
            id.0,
            spaces::private_space(self.user).0
        )
        .fetch_optional(&mut *transaction)
        .await?
        .ok_or(Error::NOT_FOUND)?;
        let now = Utc::now();
        let new = super::NewMemory {
            kind: old.kind,
            subject: old.subject,
            sensitive: old.sensitive,
            valid_from: Some(now),
            ..super::NewMemory::told(statement)
        };
        let space = spaces::private_space(self.user);
        let new = super::store(&mut transaction, self.user, space, &new, Class::Embedding).await?;
        super::supersede(&mut transaction, id, Some(new), now).await?;
        if old.pinned {
            sqlx::query!(
                "update memories set pinned = (id = $2) where id in ($1, $2)",
                id.0,
                new.0
            )
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        self.backend.inner.queue.advance();
        Ok(new)
    }

    /// Pins or unpins a memory; a pinned one is part of the profile in every prompt.
    pub async fn pin_memory(&self, id: MemoryId, pinned: bool) -> Result<()> {
        let mut transaction = self.begin().await?;
        let changed = sqlx::query!(
            "update memories set pinned = $3, updated_at = now() where id = $1 and space_id = $2",
            id.0,
            spaces::private_space(self.user).0,
            pinned
        )
        .execute(&mut *transaction)
        .await?;
        found(changed.rows_affected())?;
        Ok(transaction.commit().await?)
    }

    /// The person's consent to a waiting memory; the refusal is [`UserBackend::decline_memory`].
    pub async fn accept_memory(&self, id: MemoryId) -> Result<()> {
        let mut transaction = self.begin().await?;
        let changed = sqlx::query!(
            "update memories set state = 'kept', updated_at = now() where id = $1 and space_id = $2",
            id.0,
            spaces::private_space(self.user).0
        )
        .execute(&mut *transaction)
        .await?;
        found(changed.rows_affected())?;
        sqlx::query!(
            "update memory_notes set kind = 'kept' where memory_id = $1 and kind = 'asked'",
            id.0
        )
        .execute(&mut *transaction)
        .await?;
        let space = spaces::private_space(self.user);
        super::reconcile::settle_accepted(&mut transaction, self.user, space, id).await?;
        layers::enqueue(&mut transaction, self.user).await?;
        Ok(transaction.commit().await?)
    }

    /// The person's refusal, and "Undo": deletes the memory but keeps the passages of the conversation.
    /// [`UserBackend::forget_memory`] also forgets those.
    pub async fn decline_memory(&self, id: MemoryId) -> Result<()> {
        let mut transaction = self.begin().await?;
        super::reopen_what_it_ended(&mut transaction, id).await?;
        let heads = layers::heads_of(&mut transaction, &[id.0]).await?;
        let gone = sqlx::query!(
            "delete from memories where id = $1 and space_id = $2",
            id.0,
            spaces::private_space(self.user).0
        )
        .execute(&mut *transaction)
        .await?;
        found(gone.rows_affected())?;
        layers::refresh(
            &mut transaction,
            self.user,
            spaces::private_space(self.user),
            &heads,
        )
        .await?;
        Ok(transaction.commit().await?)
    }

    /// "Not relevant": a vote that a memory or passage used for an answer had nothing to do with the question.
    pub async fn not_relevant(
        &self,
        answer: hearth_types::AnswerId,
        memory: Option<MemoryId>,
        passage: Option<hearth_types::PassageId>,
    ) -> Result<()> {
        let mut transaction = self.begin().await?;
        let marked = sqlx::query!(
            r#"with memory as (
                update answer_memories set not_relevant = true
                where answer_id = $1 and memory_id = $2 and not not_relevant returning memory_id
             ), passage as (
                update answer_recalls set not_relevant = true
                where answer_id = $1 and passage_id = $3 and not not_relevant returning passage_id
             ), memory_less as (
                update memories set not_relevant = not_relevant + 1 where id in (select memory_id from memory)
             )
             select (select count(*) from answer_memories where answer_id = $1 and memory_id = $2)
                  + (select count(*) from answer_recalls where answer_id = $1 and passage_id = $3) as "there!",
                  exists (select from passage) as "new_vote!""#,
            answer.0,
            memory.map(|id| id.0),
            passage.map(|id| id.0),
        )
        .fetch_one(&mut *transaction)
        .await?;
        found(marked.there.unsigned_abs())?;
        if let Some(passage) = passage.filter(|_| marked.new_vote) {
            passages::count_not_relevant(&mut transaction, passage).await?;
        }
        Ok(transaction.commit().await?)
    }
}

async fn add_sources(transaction: &mut UserTransaction, memories: &mut [Memory]) -> Result<()> {
    let ids: Vec<Uuid> = memories.iter().map(|memory| memory.id.0).collect();
    let rows = sqlx::query!(
        r#"select s.group_id as "memory!: MemoryId", m.conversation_id as "conversation: ConversationId",
                  m.id as "message: MessageId", min(m.created_at) as "created_at!"
         from memory_group_sources s join messages m on m.id = s.message_id
         where s.group_id = any ($1) group by s.group_id, m.conversation_id, m.id order by min(m.created_at)"#,
        &ids
    )
    .fetch_all(&mut **transaction)
    .await?;
    for row in rows {
        if let Some(memory) = memories.iter_mut().find(|memory| memory.id == row.memory) {
            memory.sources.push(MemorySource {
                conversation: row.conversation,
                message: row.message,
                said_at: row.created_at.timestamp_millis(),
            });
        }
    }
    Ok(())
}

/// Adds the memories that each of these stands for, oldest first, each with its own sources.
async fn add_members(transaction: &mut UserTransaction, memories: &mut [Memory]) -> Result<()> {
    let ids: Vec<Uuid> = memories.iter().map(|memory| memory.id.0).collect();
    let rows = sqlx::query!(
        r#"select x.consolidated_into as "head!: MemoryId", x.id as "id: MemoryId", x.statement, x.created_at,
                  q.conversation_id as "conversation?: ConversationId", q.id as "message?: MessageId",
                  q.created_at as "said_at?"
         from memories x left join memory_sources s on s.memory_id = x.id left join messages q on q.id = s.message_id
         where x.consolidated_into = any ($1) order by coalesce(q.created_at, x.created_at), x.id"#,
        &ids
    )
    .fetch_all(&mut **transaction)
    .await?;
    for row in rows {
        let Some(head) = memories.iter_mut().find(|memory| memory.id == row.head) else {
            continue;
        };
        let said = row.conversation.zip(row.message).zip(row.said_at);
        let source = said.map(|((conversation, message), said_at)| MemorySource {
            conversation,
            message,
            said_at: said_at.timestamp_millis(),
        });
        match head.members.iter_mut().find(|member| member.id == row.id) {
            Some(member) => member.sources.extend(source),
            None => head.members.push(MemoryMember {
                id: row.id,
                statement: row.statement,
                created_at: row.created_at.timestamp_millis(),
                sources: source.into_iter().collect(),
            }),
        }
    }
    Ok(())
}

/// A `LIKE` pattern for a literal part of the statement, for words that the index drops.
pub(super) fn like(search: &str) -> String {
    let escaped = search
        .trim()
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    format!("%{}%", escaped.replace('\0', ""))
}

/// How exactly the statement names a time.
fn precision(statement: &str, at: Option<DateTime<Utc>>) -> DatePrecision {
    match at.map(|at| times::precision(statement, at)) {
        None | Some(Precision::Day) => DatePrecision::Day,
        Some(Precision::Month) => DatePrecision::Month,
        Some(Precision::Year) => DatePrecision::Year,
    }
}

const fn found(rows: u64) -> Result<()> {
    if rows == 0 { Err(Error::NOT_FOUND) } else { Ok(()) }
}

/// A time from the request; one outside the calendar's range becomes later or earlier than any row.
fn time_of_us(microseconds: i64) -> DateTime<Utc> {
    let known = microseconds.clamp(0, far_future().timestamp_micros());
    DateTime::from_timestamp_micros(known).unwrap_or_else(far_future)
}

fn time_of(milliseconds: Timestamp) -> DateTime<Utc> {
    time_of_us(
        milliseconds
            .clamp(0, far_future().timestamp_millis())
            .saturating_mul(1000),
    )
}

fn far_future() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
