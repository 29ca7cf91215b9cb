use std::fs;

use hearth_postgres::State;
use sqlx::Connection;

use crate::support::{TestDir, connect, until};

/// No statement text reaches the log, whether a statement fails, is slow or crashes the server.
#[tokio::test]
async fn the_log_contains_no_statement_text() {
    let dir = TestDir::new();
    let postgres = dir.start().await;
    let mut connection = connect(postgres.socket_dir()).await;
    for sql in [
        "create table words (word text primary key)",
        "insert into words values ('canary')",
        "insert into words values ('canary')",
        "select 'canary'::int",
        "select canary from nowhere",
        "do $$ begin raise warning 'canary'; raise log 'several lines\ncanary'; end $$",
        "select 'canary' from",
    ] {
        let _ = sqlx::raw_sql(sql).execute(&mut connection).await;
    }
    let _ = sqlx::query("select $1::text::int")
        .bind("canary")
        .execute(&mut connection)
        .await;
    crash_in_the_middle_of_a_statement(&mut connection, postgres.socket_dir()).await;
    drop(connection);
    until(&postgres, |state| *state == State::Ready).await;
    let log_file = postgres.log_file().to_owned();
    postgres.stop().await;

    let log = fs::read_to_string(log_file).unwrap();
    assert!(log.contains("was terminated by signal 9"), "the log works: {log}");
    assert!(!log.contains("canary"), "{log}");
}

/// PostgreSQL then reports what the process "was running".
async fn crash_in_the_middle_of_a_statement(
    connection: &mut sqlx::PgConnection,
    socket_dir: &std::path::Path,
) {
    let pid: i32 = sqlx::query_scalar("select pg_backend_pid()")
        .fetch_one(&mut *connection)
        .await
        .unwrap();
    let sleeping = sqlx::raw_sql("select 'canary', pg_sleep(600)").execute(connection);
    let killing = async {
        let mut other = connect(socket_dir).await;
        let running = "select count(*) from pg_stat_activity where pid = $1 and wait_event = 'PgSleep'";
        while sqlx::query_scalar::<_, i64>(running)
            .bind(pid)
            .fetch_one(&mut other)
            .await
            .unwrap()
            == 0
        {}
        crate::support::kill_9(pid.cast_unsigned());
        let _ = other.close().await;
    };
    let (slept, ()) = tokio::join!(sleeping, killing);
    assert!(slept.is_err());
}
