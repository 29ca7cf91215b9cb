//! The only functions that add and remove jobs.

use super::{Class, JobKind};
use crate::Result;
use hearth_types::{SpaceId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The owner and the subject of new jobs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// One job for each id, on behalf of the owner of the space: other members may have left when it runs.
    InSpace(SpaceId, &'a [Uuid]),
    /// One job for each person; the subject is the person.
    EveryPerson,
}

/// Enqueues jobs of a kind. An existing job with the same subject stays unchanged.
pub(crate) async fn enqueue(
    connection: &mut PgConnection,
    kind: &JobKind,
    subject: Subject<'_>,
) -> Result<()> {
    let class = kind.class as i32;
    match subject {
        Subject::InSpace(space, ids) => {
            sqlx::query!(
                "select enqueue_job($1, $2, s.user_id, about.id) from unnest($4::uuid[]) as about (id), space_members s
                 where s.space_id = $3 and s.role = 'owner'",
                kind.name,
                class,
                space.0,
                ids
            )
            .execute(connection)
            .await?
        }
        Subject::EveryPerson => {
            sqlx::query!("select enqueue_job($1, $2, u.id, u.id) from users u", kind.name, class)
                .execute(connection)
                .await?
        }
    };
    Ok(())
}

/// Enqueues a job from the beginning. An existing one is restarted, and its runner loses its claim.
pub(crate) async fn enqueue_again(
    connection: &mut PgConnection,
    kind: &JobKind,
    class: Class,
    person: UserId,
    subject: Uuid,
) -> Result<()> {
    sqlx::query!(
        "select enqueue_job($1, $2, $3, $4, again => true)",
        kind.name,
        class as i32,
        person.0,
        subject
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes the jobs about these subjects, of one kind or of every kind.
pub(crate) async fn cancel(
    connection: &mut PgConnection,
    kind: Option<&JobKind>,
    subjects: &[Uuid],
) -> Result<()> {
    sqlx::query!(
        "delete from jobs where subject_id = any ($2) and ($1::text is null or kind = $1)",
        kind.map(|kind| kind.name),
        subjects
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Removes a person's jobs whose message, section, memory or conversation no longer exists.
pub(crate) async fn drop_orphans(connection: &mut PgConnection, person: UserId) -> Result<()> {
    sqlx::query!(
        "delete from jobs j where user_id = $1 and subject_id <> $1
           and not exists (select from messages m where m.id = j.subject_id)
           and not exists (select from sections s where s.id = j.subject_id)
           and not exists (select from memories m where m.id = j.subject_id)
           and not exists (select from conversations c where c.id = j.subject_id)",
        person.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes the waiting jobs of a kind due now.
pub(crate) async fn run_now(connection: &mut PgConnection, kind: &JobKind) -> Result<()> {
    sqlx::query!(
        "update jobs set run_after = now() where kind = $1 and runner is null",
        kind.name
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the job about this subject is the only one left of its kind.
pub(crate) async fn is_last(connection: &mut PgConnection, kind: &JobKind, subject: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select not exists (select from jobs where kind = $1 and subject_id <> $2) as "last!""#,
        kind.name,
        subject
    )
    .fetch_one(connection)
    .await?)
}
