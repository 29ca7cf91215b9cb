//! A PostgreSQL server as a customer may have it: reached over TCP, with passwords, and with roles that a test
//! creates.

use super::cluster::{archive, unprivileged_account};
use hearth_postgres::Config;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    net::TcpListener,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A server for one test. Its superuser `postgres` connects through a socket; connections through TCP need a
/// password.
pub struct OwnServer {
    process: Child,
    port: u16,
    /// Folder of the programs and their shared files, for tests that damage an installation.
    pub installation: PathBuf,
    folder: TempDir,
}

impl OwnServer {
    /// The password for every role that [`Self::run`] creates.
    pub const PASSWORD: &str = "canary-of-the-database";

    /// Starts an empty server.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same, with environment variables.
    pub async fn start_with(variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("hearth-own-")
            .tempdir()
            .expect("temporary folder");
        let installation = unpack_and_initialise(folder.path().into()).await;
        let data = folder.path().join("postgres/data");
        let doors = "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n";
        std::fs::write(data.join("pg_hba.conf"), doors).expect("pg_hba.conf can be written");
        let port = free_port();
        let mut postgres = Command::new(installation.join("bin/postgres"));
        postgres
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&data)
            .args([
                "-h",
                "127.0.0.1",
                "-c",
                "fsync=off",
                "-c",
                "log_min_messages=fatal",
                "-p",
            ])
            .arg(port.to_string())
            .envs(variables.iter().copied())
            .current_dir("/")
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        if let Some(account) = unprivileged_account() {
            postgres.uid(account.uid).gid(account.gid);
        }
        let process = postgres.spawn().expect("postgres can be started");
        let mut server = Self {
            process,
            port,
            installation,
            folder,
        };
        server.wait().await;
        server
    }

    /// The folder of its socket, for connections as the superuser.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("postgres/data")
    }

    /// Its port on the loopback interface.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The URL over TCP.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!(
            "postgres://{role}:{}@127.0.0.1:{}/{database}",
            Self::PASSWORD,
            self.port
        )
    }

    /// [`Self::url`], parsed.
    pub fn options(&self, role: &str, database: &str) -> PgConnectOptions {
        self.url(role, database).parse().expect("an address")
    }

    /// Runs statements as the superuser, one by one.
    pub async fn run(&self, database: &str, statements: &str) {
        let mut connection = self.superuser(database).await.expect("the server answers");
        let statements = statements.replace("PASSWORD", &format!("password '{}'", Self::PASSWORD));
        for statement in statements.split(';').filter(|text| !text.trim().is_empty()) {
            sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
                .execute(&mut connection)
                .await
                .unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
        connection.close().await.ok();
    }

    /// A connection as the superuser.
    pub async fn superuser(&self, database: &str) -> Result<PgConnection, sqlx::Error> {
        PgConnectOptions::new_without_pgpass()
            .socket(self.socket())
            .port(self.port)
            .username("postgres")
            .database(database)
            .connect()
            .await
    }

    async fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while let Err(error) = self.superuser("postgres").await {
            let ended = self.process.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "the server ended: {error}");
            assert!(Instant::now() < deadline, "the server does not answer: {error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        // Its data is thrown away, so it is killed; its child processes end with it.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Lets the bundled PostgreSQL create the cluster, and stops it. Returns the folder of its programs.
async fn unpack_and_initialise(folder: PathBuf) -> PathBuf {
    let mut config = Config::new(&folder);
    config.run_as = unprivileged_account();
    let bundled = hearth_postgres::start(archive(), config)
        .await
        .expect("a cluster can be made");
    bundled.stop().await;
    let entries = std::fs::read_dir(folder.join("postgres")).expect("the folder of PostgreSQL");
    let mut folders = entries.flatten().map(|entry| entry.path());
    folders
        .find(|path| path.join("bin/postgres").is_file())
        .expect("unpacked programs")
}

pub(super) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its number").port()
}
