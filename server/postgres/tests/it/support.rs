//! A directory for a server, and access by SQL.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use hearth_postgres::{Account, Config, Error, Postgres, State};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};

/// Far more than ever needed; only a hang reaches it.
pub const TIMEOUT: Duration = Duration::from_secs(60);

static ARCHIVE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let path = std::env::var_os("HEARTH_POSTGRES_ARCHIVE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/bundle/postgres.tar.zst"),
        PathBuf::from,
    );
    fs::read(&path).unwrap_or_else(|error| {
        panic!(
            "these tests need the packed PostgreSQL at {} ({error}): `cargo xtask test` makes it, \
             or name another with HEARTH_POSTGRES_ARCHIVE",
            path.display()
        )
    })
});

pub fn archive() -> &'static [u8] {
    &ARCHIVE
}

/// A data directory for one test, deleted at its end.
pub struct TestDir {
    dir: tempfile::TempDir,
}

impl TestDir {
    pub fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("hearth-pg-").tempdir().unwrap();
        // As root the server runs under another account, which must pass through.
        fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
        Self { dir }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn config(&self) -> Config {
        config(self.path())
    }

    pub fn cluster(&self) -> PathBuf {
        self.path().join("postgres/data")
    }

    pub async fn start(&self) -> Postgres {
        self.try_start().await.unwrap_or_else(|error| panic!("{error}"))
    }

    pub async fn try_start(&self) -> Result<Postgres, Error> {
        hearth_postgres::start(archive(), self.config()).await
    }
}

pub fn config(data_dir: &Path) -> Config {
    Config {
        run_as: is_root().then(nobody),
        ..Config::new(data_dir)
    }
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn nobody() -> Account {
    let list = fs::read_to_string("/etc/passwd").unwrap();
    let line = list
        .lines()
        .find(|line| line.starts_with("nobody:"))
        .expect("an account called nobody");
    let fields: Vec<_> = line.split(':').collect();
    Account {
        uid: fields[2].parse().unwrap(),
        gid: fields[3].parse().unwrap(),
    }
}

pub async fn connect(socket_dir: &Path) -> PgConnection {
    let options = PgConnectOptions::new()
        .socket(socket_dir)
        .username("postgres")
        .database("postgres");
    options.disable_statement_logging().connect().await.unwrap()
}

pub async fn run(postgres: &Postgres, sql: &'static str) {
    let mut connection = connect(postgres.socket_dir()).await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

pub async fn ask<T>(postgres: &Postgres, sql: &'static str) -> T
where
    T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
{
    sqlx::query_scalar(sql)
        .fetch_one(&mut connect(postgres.socket_dir()).await)
        .await
        .unwrap()
}

pub async fn until(postgres: &Postgres, wanted: impl FnMut(&State) -> bool) {
    let mut state = postgres.state();
    tokio::time::timeout(TIMEOUT, state.wait_for(wanted))
        .await
        .expect("the state was not reached")
        .unwrap();
}

pub fn kill_9(pid: u32) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
}

pub fn lives(pid: u32) -> bool {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
    rustix::process::test_kill_process(pid).is_ok()
}

/// One sentence, without line breaks and Rust syntax.
pub fn assert_one_sentence(error: &Error) {
    let text = error.to_string();
    println!("{text}");
    assert!(
        !text.contains('\n') && !text.contains("Os {") && text.len() < 500,
        "{text}"
    );
}
