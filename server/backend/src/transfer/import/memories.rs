//! Imports the memories of an archive: all in one transaction, each unchanged, including ended and pinned ones.
//!
//! Unlike new statements, they are not compared with the existing memories: one that has ended stays ended, and a valid
//! one ends nothing here. Only an identical statement is not stored twice.

use super::{Job, plan::plain, trim, within, zip::Entry};
use crate::{
    Result,
    memory::{
        layers,
        memories::{self, NewMemory},
        statement,
    },
    spaces,
    storage::UserTransaction,
    transfer::format::ArchivedMemory,
    work::jobs::Class,
};
use chrono::{DateTime, Datelike, Utc};
use hearth_types::{MemoryId, MessageId};
use std::collections::HashMap;
use tokio::sync::mpsc;
use uuid::Uuid;

/// Maximum number of memories of an archive.
const MOST: usize = 200_000;

/// Maximum number of uses that is taken over.
const MOST_USES: i32 = 1_000_000;

impl Job {
    /// Stores the missing memories. Returns false and stores nothing if the list cannot be read to its end.
    pub(super) async fn store_memories(&mut self, entry: Entry) -> Result<bool> {
        let storage = &self.person.backend.inner.storage;
        let mut transaction = storage.begin_import_as(self.person.user).await?;
        let (mut memories, whole) = self.memories_of(entry);
        let mut ids: HashMap<Uuid, MemoryId> = HashMap::new();
        let mut ended = Vec::new();
        let (mut stored, mut known, mut unreadable) = (0, 0, 0);
        while let Some(mut memory) = memories.recv().await {
            memory.statement = memory.statement.replace('\0', "");
            if let Some(id) = self.known_memory(&mut transaction, &memory).await? {
                ids.insert(memory.id, id);
                known += 1;
            } else if let Some(id) = self.store_memory(&mut transaction, &memory).await? {
                ids.insert(memory.id, id);
                ended.extend(memory.superseded_by.map(|by| (id, by)));
                stored += 1;
            } else {
                unreadable += 1;
            }
        }
        if !whole.await.unwrap_or(false) {
            return Ok(false);
        }
        supersede(&mut transaction, &ids, &ended).await?;
        if stored > 0 {
            layers::enqueue(&mut transaction, self.person.user).await?;
        }
        transaction.commit().await?;
        self.taken.memories += stored;
        self.taken.memories_known += known;
        self.taken.unreadable += unreadable;
        Ok(true)
    }

    /// A stream of the memories, and a task that returns whether the list was read to its end.
    fn memories_of(&self, entry: Entry) -> (mpsc::Receiver<ArchivedMemory>, tokio::task::JoinHandle<bool>) {
        let (sender, receiver) = mpsc::channel(50);
        let zip = self.zip.clone();
        let whole = tokio::task::spawn_blocking(move || {
            let Ok(content) = zip.read(entry) else {
                return false;
            };
            let mut count = 0;
            let pass_on = |memory| {
                count += 1;
                if count > MOST {
                    return Err("too many memories".into());
                }
                sender
                    .blocking_send(trim::memory(memory))
                    .map_err(|error| error.to_string())
            };
            super::document::memories(content, pass_on).is_ok()
        });
        (receiver, whole)
    }

    /// The existing memory with the same id (made here, or imported before), or else a valid one with the same
    /// statement.
    async fn known_memory(
        &self,
        transaction: &mut UserTransaction,
        memory: &ArchivedMemory,
    ) -> Result<Option<MemoryId>> {
        Ok(sqlx::query_scalar!(
            r#"select id as "id: MemoryId" from memories
             where space_id = $1 and ((id = $2 and origin_id is null) or (author_id = $3 and origin_id = $2)
               or (statement = $4 and valid_to is null and not $5))
             order by (statement = $4) limit 1"#,
            spaces::private_space(self.person.user).0,
            memory.id,
            self.person.user.0,
            memory.statement,
            memory.valid_to.is_some(),
        )
        .fetch_optional(&mut **transaction)
        .await?)
    }

    /// Stores a memory; none if its statement is not valid.
    async fn store_memory(
        &self,
        transaction: &mut UserTransaction,
        memory: &ArchivedMemory,
    ) -> Result<Option<MemoryId>> {
        let new = NewMemory {
            kind: memory.kind,
            subject: plain(&memory.subject, statement::LONGEST_SUBJECT),
            statement: memory.statement.clone(),
            valid_from: memory.valid_from.and_then(plausible),
            valid_to: memory.valid_to.and_then(plausible),
            state: memory.state,
            origin: memory.origin,
            sensitive: memory.sensitive,
            sources: self.sources(transaction, memory).await?,
        };
        if statement::checked(&new.statement).is_err() {
            return Ok(None);
        }
        let id = memories::store(
            transaction,
            self.person.user,
            spaces::private_space(self.person.user),
            &new,
            Class::Import,
        )
        .await?;
        sqlx::query!(
            "update memories set origin_id = $2, pinned = $3, created_at = $4, updated_at = $5, uses = $6, last_used_at = $7,
                                 kept_apart = $8
             where id = $1",
            id.0,
            memory.id,
            memory.pinned,
            within(memory.created_at, self.now),
            within(memory.updated_at, self.now),
            memory.uses.clamp(0, MOST_USES),
            memory.last_used_at.map(|at| within(at, self.now)),
            memory.kept_apart,
        )
        .execute(&mut **transaction)
        .await?;
        Ok(Some(id))
    }

    /// The ids here of the source messages that the archive names, as far as they are the person's own.
    async fn sources(
        &self,
        transaction: &mut UserTransaction,
        memory: &ArchivedMemory,
    ) -> Result<Vec<MessageId>> {
        Ok(sqlx::query_scalar!(
            r#"select m.id as "id: MessageId" from messages m
             where m.author_id = $1 and (m.origin_id = any ($2) or (m.id = any ($2) and m.origin_id is null))
               and m.space_id in (select space_id from space_members where user_id = $1)"#,
            self.person.user.0,
            &memory.sources,
        )
        .fetch_all(&mut **transaction)
        .await?)
    }
}

/// Links ended memories to those that replaced them, as far as these were imported.
async fn supersede(
    transaction: &mut UserTransaction,
    ids: &HashMap<Uuid, MemoryId>,
    ended: &[(MemoryId, Uuid)],
) -> Result<()> {
    let pairs = ended.iter().filter_map(|(old, by)| Some((old.0, ids.get(by)?.0)));
    let (old, new): (Vec<Uuid>, Vec<Uuid>) = pairs.filter(|(old, new)| old != new).unzip();
    sqlx::query!(
        "update memories m set superseded_by = pair.new
         from unnest($1::uuid[], $2::uuid[]) as pair (old, new) where m.id = pair.old",
        &old,
        &new
    )
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// The time, if its year is between 1 and 9999.
fn plausible(at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (1..=9999).contains(&at.year()).then_some(at)
}
