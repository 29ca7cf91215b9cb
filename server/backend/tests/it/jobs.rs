//! Jobs of a kind that this version does not know.

use crate::talk::{ask, settled};
use hearth_backend::{Backend, testing::TestBackend};
use sqlx::{Connection, PgConnection};

/// Attempts, whether the job is parked, and the reason.
async fn state(superuser: &mut PgConnection, kind: &str) -> Option<(i32, bool, Option<String>)> {
    sqlx::query_as("select attempts, failed_at is not null, trouble from jobs where kind = $1")
        .bind(kind)
        .fetch_optional(superuser)
        .await
        .unwrap()
}

/// Waits until the worker has read the table again and parked the job.
async fn parked(superuser: &mut PgConnection, kind: &str) -> (i32, bool, Option<String>) {
    let within = std::time::Instant::now();
    while within.elapsed() < std::time::Duration::from_secs(120) {
        match state(superuser, kind).await {
            Some(state) if state.1 => return state,
            _ => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
    panic!("the job was not parked");
}

#[tokio::test]
async fn a_job_of_an_unknown_kind_is_parked_and_does_not_hinder_the_others() {
    let test = TestBackend::start().await;
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    sqlx::query("select enqueue_job('of_a_later_version', 1, $1, gen_random_uuid())")
        .bind(test.anna.0)
        .execute(&mut superuser)
        .await
        .unwrap();
    ask(&test.annas(), None, "My dog is called Biscuit.").await;
    let (attempts, _, trouble) = parked(&mut superuser, "of_a_later_version").await;
    assert_eq!((attempts, trouble.as_deref()), (1, Some("unknown_kind")));
    settled(&test).await;
    let embedded: i64 = sqlx::query_scalar("select count(*) from passage_embeddings")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    assert!(embedded > 0, "the message's own jobs ran");
}

#[tokio::test]
async fn a_job_that_an_older_version_parked_runs_after_a_start_of_a_version_that_knows_its_kind() {
    let test = TestBackend::start().await;
    let mut superuser = PgConnection::connect_with(&test.database.superuser)
        .await
        .unwrap();
    test.backend.shut_down().await;
    sqlx::query(
        "insert into jobs (kind, class, user_id, subject_id, attempts, failed_at, trouble)
         values ('drop_vectors', 5, $1, $1, 1, now(), 'unknown_kind')",
    )
    .bind(test.anna.0)
    .execute(&mut superuser)
    .await
    .unwrap();
    let next = Backend::start(test.backend.config()).await.unwrap();
    let within = std::time::Instant::now();
    while state(&mut superuser, "drop_vectors").await.is_some() {
        assert!(within.elapsed() < std::time::Duration::from_secs(120));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    next.shut_down().await;
}
