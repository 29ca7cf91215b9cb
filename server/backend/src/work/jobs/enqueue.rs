//! The only functions that add jobs and take them away.

use super::{Class, JobKind};
use crate::Result;
use hearth_types::{SpaceId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// Whose job it is, and about what.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// Each of these, for the owner of a space. Other members may have left when the job runs.
    InSpace(SpaceId, &'a [Uuid]),
    /// One for each person, about that person.
    EveryPerson,
}

/// Enqueues jobs of a kind. One that is there already stays as it is.
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

/// Enqueues a job from the beginning, also where there was one: a runner that has it loses its claim.
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

/// Removes the jobs of every kind about these subjects, or those of one kind.
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

/// Removes a person's jobs about messages and memories that are no longer there.
pub(crate) async fn drop_orphans(connection: &mut PgConnection, person: UserId) -> Result<()> {
    sqlx::query!(
        "delete from jobs j where user_id = $1 and subject_id <> $1
           and not exists (select from messages m where m.id = j.subject_id)
           and not exists (select from memories m where m.id = j.subject_id)
           and not exists (select from conversations c where c.id = j.subject_id)",
        person.0
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets the waiting jobs of a kind run as soon as they can.
pub(crate) async fn run_now(connection: &mut PgConnection, kind: &JobKind) -> Result<()> {
    sqlx::query!(
        "update jobs set run_after = now() where kind = $1 and runner is null",
        kind.name
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether no job of a kind is left but the one about this subject.
pub(crate) async fn is_last(connection: &mut PgConnection, kind: &JobKind, subject: Uuid) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"select not exists (select from jobs where kind = $1 and subject_id <> $2) as "last!""#,
        kind.name,
        subject
    )
    .fetch_one(connection)
    .await?)
}
