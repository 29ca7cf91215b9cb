//! Stored sessions, and the list of devices that a person sees.

use super::people::problem;
use chrono::{TimeDelta, Utc};
use hearth_backend::{people::SessionRow, testing::TestBackend};
use hearth_types::{Problem, SessionId, UserId};
use uuid::Uuid;

pub(crate) fn session(user: UserId, number: u128) -> SessionRow {
    SessionRow {
        user_id: Some(user),
        generation: 0,
        public_id: SessionId(Uuid::from_u128(number)),
        label: format!("Browser {number}"),
        data: serde_json::json!({ "remember": true }),
        expires_at: Utc::now() + TimeDelta::days(365),
        last_used_at: Utc::now(),
    }
}

#[tokio::test]
async fn a_session_is_created_once_changed_and_ended() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let mut row = session(test.anna, 1);
    assert!(accounts.create_session(&[1; 32], &row).await.unwrap());
    assert!(
        !accounts
            .create_session(&[1; 32], &session(test.anna, 2))
            .await
            .unwrap(),
        "the id is taken"
    );

    row.data = serde_json::json!({ "remember": false });
    assert!(accounts.save_session(&[1; 32], &row).await.unwrap());
    let loaded = accounts.load_session(&[1; 32]).await.unwrap().unwrap();
    assert_eq!(
        (loaded.user_id, loaded.public_id, loaded.data),
        (Some(test.anna), row.public_id, row.data.clone())
    );

    accounts.delete_session(&[1; 32]).await.unwrap();
    assert!(accounts.load_session(&[1; 32]).await.unwrap().is_none());
}

#[tokio::test]
async fn saving_a_session_that_has_ended_does_not_bring_it_back() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let row = session(test.anna, 1);
    accounts.create_session(&[1; 32], &row).await.unwrap();
    accounts.end_device(test.anna, row.public_id).await.unwrap();
    assert!(!accounts.save_session(&[1; 32], &row).await.unwrap());
    assert!(accounts.load_session(&[1; 32]).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_that_has_expired_is_not_revived_by_a_clock_set_back() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    let expired = SessionRow {
        expires_at: Utc::now() - TimeDelta::seconds(1),
        ..session(test.anna, 1)
    };
    accounts.create_session(&[1; 32], &expired).await.unwrap();
    assert!(accounts.load_session(&[1; 32]).await.unwrap().is_none());
    // By a clock set back one day the row would be valid again, but it was deleted.
    let pool = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    let rows: i64 = sqlx::query_scalar("select count(*) from sessions")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn a_person_sees_and_ends_their_own_devices_only() {
    let test = TestBackend::start().await;
    let ben = test.person("Ben").await;
    let accounts = test.backend.accounts();
    for number in 1..=3 {
        accounts
            .create_session(&[number; 32], &session(test.anna, number.into()))
            .await
            .unwrap();
    }
    let bens = session(ben, 9);
    accounts.create_session(&[9; 32], &bens).await.unwrap();

    let current = SessionId(Uuid::from_u128(1));
    let devices = accounts.devices(test.anna, current).await.unwrap();
    assert_eq!(devices.len(), 3);
    assert_eq!(devices.iter().filter(|device| device.current).count(), 1);

    assert_eq!(
        problem(accounts.end_device(test.anna, bens.public_id).await),
        Problem::NotFound
    );
    assert!(accounts.load_session(&[9; 32]).await.unwrap().is_some());

    accounts
        .end_device(test.anna, SessionId(Uuid::from_u128(2)))
        .await
        .unwrap();
    accounts.end_other_devices(test.anna, current).await.unwrap();
    let left: Vec<_> = accounts
        .devices(test.anna, current)
        .await
        .unwrap()
        .into_iter()
        .map(|d| d.id)
        .collect();
    assert_eq!(left, [current]);
    assert!(accounts.load_session(&[9; 32]).await.unwrap().is_some());
}

#[tokio::test]
async fn the_use_of_a_device_is_recorded_at_most_once_a_minute() {
    let test = TestBackend::start().await;
    let accounts = test.backend.accounts();
    accounts
        .create_session(&[1; 32], &session(test.anna, 1))
        .await
        .unwrap();
    let pool = sqlx::PgPool::connect_with(test.database.owner.clone())
        .await
        .unwrap();
    let seconds_ago = "update sessions set last_used_at = now() - make_interval(secs => $1)";
    sqlx::query(seconds_ago).bind(30.0).execute(&pool).await.unwrap();
    let before = accounts
        .load_session(&[1; 32])
        .await
        .unwrap()
        .unwrap()
        .last_used_at;
    accounts.touch_session(&[1; 32]).await.unwrap();
    assert_eq!(
        accounts
            .load_session(&[1; 32])
            .await
            .unwrap()
            .unwrap()
            .last_used_at,
        before
    );

    sqlx::query(seconds_ago).bind(120.0).execute(&pool).await.unwrap();
    accounts.touch_session(&[1; 32]).await.unwrap();
    assert!(
        accounts
            .load_session(&[1; 32])
            .await
            .unwrap()
            .unwrap()
            .last_used_at
            > before
    );
    let people = test
        .backend
        .administration(test.anna)
        .await
        .unwrap()
        .people()
        .await
        .unwrap();
    assert!(people[0].last_seen_at.is_some());
}
