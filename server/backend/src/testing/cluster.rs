//! The scratch server, and databases copied from its migrated template.

use crate::storage::{self, provision};
use hearth_postgres::{Account, Config, Postgres};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};
use std::{
    path::PathBuf,
    sync::{OnceLock, atomic::AtomicU32, atomic::Ordering},
};
use tokio::sync::OnceCell;

const TEMPLATE: &str = "hearth_template";

/// A database for one test, with the schema and without rows.
#[derive(Clone, Debug)]
pub struct TestDatabase {
    pub name: String,
    pub app: PgConnectOptions,
    pub owner: PgConnectOptions,
    pub superuser: PgConnectOptions,
}

impl TestDatabase {
    /// A new database. The first one of a program starts the scratch server.
    pub async fn create() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let superuser = cluster().await;
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut server = superuser
            .clone()
            .database("postgres")
            .connect()
            .await
            .expect("scratch PostgreSQL answers");
        let copy = format!("create database {name} template {TEMPLATE} owner hearth_owner");
        sqlx::raw_sql(AssertSqlSafe(copy))
            .execute(&mut server)
            .await
            .expect("template can be copied");
        server.close().await.ok();
        let as_role = |role: &str| superuser.clone().username(role).database(&name);
        Self {
            app: as_role("hearth_app"),
            owner: as_role("hearth_owner"),
            superuser: superuser.clone().database(&name),
            name,
        }
    }

    /// An empty database with roles and extensions and no tables.
    pub async fn create_unmigrated() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let superuser = cluster().await;
        let name = format!("bare_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let made = provision::provision(&superuser, &name)
            .await
            .expect("scratch database can be provisioned");
        Self {
            superuser: superuser.database(&name),
            app: made.app,
            owner: made.owner,
            name,
        }
    }
}

/// The superuser's connection to the scratch server, which is started once and ends with this program.
async fn cluster() -> PgConnectOptions {
    static CLUSTER: OnceCell<PgConnectOptions> = OnceCell::const_new();
    CLUSTER
        .get_or_init(|| async {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            // On its own thread and runtime: the runtime of the first test ends with that test.
            std::thread::Builder::new()
                .name("scratch-postgres".into())
                .spawn(move || {
                    let runtime = tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .expect("runtime for the scratch PostgreSQL");
                    runtime.block_on(async {
                        let (postgres, options) = start().await;
                        sender.send(options).ok();
                        let _keep: Postgres = postgres;
                        std::future::pending::<()>().await;
                    });
                })
                .expect("thread for the scratch PostgreSQL");
            receiver
                .await
                .expect("the scratch PostgreSQL starts (its error is printed above)")
        })
        .await
        .clone()
}

async fn start() -> (Postgres, PgConnectOptions) {
    let mut config = Config::new(scratch_dir());
    config.run_as = unprivileged_account();
    let postgres = hearth_postgres::start(archive(), config)
        .await
        .expect("scratch PostgreSQL starts");
    let superuser = PgConnectOptions::new_without_pgpass()
        .socket(postgres.socket_dir())
        .username(postgres.superuser())
        .database("postgres");
    let made = provision::provision(&superuser, TEMPLATE)
        .await
        .expect("template can be provisioned");
    storage::migrate(&made.owner)
        .await
        .expect("template can be migrated");
    (postgres, superuser)
}

/// The packed PostgreSQL that the build makes, or the one named by a variable.
pub(super) fn archive() -> Vec<u8> {
    let path = std::env::var_os("HEARTH_POSTGRES_ARCHIVE").map_or_else(
        || {
            PathBuf::from(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../target/bundle/postgres.tar.zst"
            ))
        },
        PathBuf::from,
    );
    std::fs::read(&path)
        .unwrap_or_else(|e| panic!("{}: {e}; `cargo xtask postgres` makes it", path.display()))
}

/// Removed when the program ends normally; after a kill it stays until the next run or until the system clears /tmp.
fn scratch_dir() -> PathBuf {
    static DIR: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = DIR.get_or_init(|| {
        remove_leftovers();
        tempfile::Builder::new()
            .prefix(&format!("hearth-test-{}-", std::process::id()))
            .tempdir()
            .expect("temporary folder")
    });
    dir.path().to_path_buf()
}

/// Removes folders of test programs that have ended: statics are not dropped.
fn remove_leftovers() {
    let Ok(entries) = std::fs::read_dir(std::env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let pid = name
            .to_str()
            .and_then(|n| n.strip_prefix("hearth-test-"))
            .and_then(|n| n.split('-').next());
        if pid.is_some_and(|pid| !std::path::Path::new("/proc").join(pid).exists()) {
            std::fs::remove_dir_all(entry.path()).ok();
        }
    }
}

/// PostgreSQL refuses to run as root; CI often is.
pub(super) fn unprivileged_account() -> Option<Account> {
    let root = std::fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    root.then(|| {
        let passwd = std::fs::read_to_string("/etc/passwd").expect("/etc/passwd");
        let line = passwd
            .lines()
            .find(|l| l.starts_with("nobody:"))
            .expect("an account named nobody");
        let field = |i: usize| {
            line.split(':')
                .nth(i)
                .and_then(|f| f.parse().ok())
                .expect("ids of nobody")
        };
        Account {
            uid: field(2),
            gid: field(3),
        }
    })
}
