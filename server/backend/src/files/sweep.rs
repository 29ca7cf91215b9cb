//! The sweeper: removes uploads that were never sent, and files that no row refers to.

use super::trouble::disk;
use crate::{Backend, Result, storage::Storage};
use hearth_types::UserId;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(600);

/// Maximum number of files that one transaction removes.
const AT_ONCE: u16 = 200;

/// Sweeps now, after each deletion, and every ten minutes until the backend shuts down.
pub(crate) fn start_sweeper(backend: &Backend) {
    let (backend, shutdown) = (backend.clone(), backend.inner.shutdown.clone());
    let tasks = backend.inner.tasks.clone();
    tasks.spawn(shutdown.run_until_cancelled_owned(async move {
        if let Err(error) = after_a_start(&backend).await {
            tracing::warn!(%error, "sweeping files after the start failed");
        }
        loop {
            if let Err(error) = sweep(&backend).await {
                tracing::warn!(%error, "sweeping files failed");
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = backend.inner.files_freed.notified() => {}
            }
        }
    }));
}

/// Removes files without a row, which a stop between storing a file and committing its row leaves behind.
async fn after_a_start(backend: &Backend) -> Result<()> {
    let files = &backend.inner.files;
    files.clear_incoming().await.map_err(|error| disk(&error))?;
    for (folder, hash) in files.settled_files().await.map_err(|error| disk(&error))? {
        let named = sqlx::query_scalar!(
            r#"select exists (select from stored_files where folder = $1 and hash = $2) as "named!""#,
            folder,
            hash
        )
        .fetch_one(backend.inner.storage.pool())
        .await?;
        if !named {
            files.remove(folder, &hash).await.map_err(|error| disk(&error))?;
        }
    }
    Ok(())
}

async fn sweep(backend: &Backend) -> Result<()> {
    delete_unsent(&backend.inner.storage).await?;
    while remove_unused(backend).await? == usize::from(AT_ONCE) {}
    Ok(())
}

/// Deletes uploads that were not sent for a day. The row-level policies show each person's rows only to that person.
async fn delete_unsent(storage: &Storage) -> Result<()> {
    let people = sqlx::query_scalar!(r#"select id as "id: UserId" from users"#)
        .fetch_all(storage.pool())
        .await?;
    for person in people {
        let mut transaction = storage.begin_as(person).await?;
        sqlx::query!(
            "delete from attachments a
             where a.author_id = $1 and a.message_id is null and (a.created_at < now() - interval '1 day'
               or (a.draft_of is not null and not exists (select from conversations c where c.id = a.draft_of)))",
            person.0
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Removes unused files; returns their number. The rows stay locked until their files are removed: an upload of the
/// same bytes waits, and then writes them again.
async fn remove_unused(backend: &Backend) -> Result<usize> {
    let mut transaction = backend.inner.storage.pool().begin().await?;
    let unused = sqlx::query!(
        "delete from stored_files s using (
            select folder, hash from stored_files where uses = 0 limit $1 for update skip locked
         ) unused
         where s.folder = unused.folder and s.hash = unused.hash returning s.folder, s.hash",
        i64::from(AT_ONCE)
    )
    .fetch_all(&mut *transaction)
    .await?;
    for file in &unused {
        backend
            .inner
            .files
            .remove(file.folder, &file.hash)
            .await
            .map_err(|error| disk(&error))?;
    }
    transaction.commit().await?;
    Ok(unused.len())
}
