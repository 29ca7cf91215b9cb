use std::os::unix::fs::PermissionsExt;

use hearth_postgres::State;

use crate::support::{TestDir, ask, lives, run, until};

#[tokio::test]
async fn a_first_start_creates_a_database_and_a_warm_start_reuses_it() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    run(
        &postgres,
        "create extension vector; create table words (word text); insert into words values ('kept')",
    )
    .await;
    let distance: f64 = ask(&postgres, "select '[1,2,3]'::vector <-> '[1,2,5]'::vector").await;
    assert_eq!(distance, 2.0);
    let pid = postgres.pid().unwrap();
    postgres.stop().await;
    assert!(!lives(pid));
    assert!(
        !dir.cluster().join("postmaster.pid").exists(),
        "it was shut down, not killed"
    );

    let postgres = dir.start().await;
    assert_eq!(ask::<String>(&postgres, "select word from words").await, "kept");
    postgres.stop().await;
}

#[tokio::test]
async fn the_stored_size_is_known_before_the_next_start() {
    let dir = TestDir::new();
    let data_dir = dir.cluster().ancestors().nth(2).unwrap().to_owned();
    assert_eq!(
        hearth_postgres::stored_bytes(&data_dir),
        0,
        "nothing is there yet"
    );
    let postgres = dir.start().await;
    run(&postgres, "checkpoint").await;
    let before = hearth_postgres::stored_bytes(&data_dir);
    run(
        &postgres,
        "create table rows as select repeat('x', 1000) as row from generate_series(1, 8000); checkpoint",
    )
    .await;
    postgres.stop().await;
    let grown = hearth_postgres::stored_bytes(&data_dir) - before;
    assert!((8_000_000..20_000_000).contains(&grown), "{grown}");
}

#[tokio::test]
async fn the_socket_is_the_only_access_and_only_for_one_account() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    assert_eq!(
        ask::<String>(&postgres, "select current_setting('listen_addresses')").await,
        ""
    );
    let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(postgres.socket_dir()), 0o700);
    assert_eq!(mode(&dir.cluster()), 0o700);
    postgres.stop().await;
}

#[tokio::test]
async fn text_in_every_script_is_lower_cased_and_found_by_trigrams() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    run(&postgres, "create extension pg_trgm").await;
    assert_eq!(
        ask::<String>(&postgres, "select lower('ÄÖ ЖИЗНЬ')").await,
        "äö жизнь"
    );
    assert!(ask::<i32>(&postgres, "select cardinality(show_trgm('собака'))").await > 0);
    assert!(ask::<i32>(&postgres, "select cardinality(show_trgm('我的狗'))").await > 0);
    postgres.stop().await;
}

#[tokio::test]
async fn fixed_settings_cannot_be_changed_by_sql() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    run(&postgres, "alter system set fsync = off").await;
    run(&postgres, "alter system set log_statement = 'all'").await;
    postgres.stop().await;
    let postgres = dir.start().await;
    assert_eq!(
        ask::<String>(&postgres, "select current_setting('fsync')").await,
        "on"
    );
    assert_eq!(
        ask::<String>(&postgres, "select current_setting('log_statement')").await,
        "none"
    );
    postgres.stop().await;
}

#[tokio::test]
async fn a_dropped_server_stops_by_itself() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    let mut state = postgres.state();
    drop(postgres);
    state.wait_for(|state| *state == State::Stopped).await.unwrap();
    // The lock is released shortly after the state is reported; until then a start fails with this error.
    loop {
        match dir.try_start().await {
            Err(hearth_postgres::Error::AlreadyRunning { .. }) => tokio::task::yield_now().await,
            started => break started.unwrap().stop().await,
        }
    }
}

#[tokio::test]
async fn programs_of_another_version_are_removed_once_the_new_ones_run() {
    let dir = TestDir::new();
    let old = dir.path().join("postgres/18.1.0-0123456789ab");
    std::fs::create_dir_all(&old).unwrap();
    let postgres = dir.start().await;
    assert!(!old.exists());
    until(&postgres, |state| *state == State::Ready).await;
    postgres.stop().await;
}
