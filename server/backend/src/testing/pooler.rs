//! PgBouncer between a test and an [`OwnServer`].

use super::{OwnServer, cluster::unprivileged_account, own_server::free_port};
use std::{
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A running PgBouncer.
pub struct Pooler {
    process: Child,
    port: u16,
    _folder: TempDir,
}

impl Pooler {
    /// Starts one in front of the server, with further lines of settings; none where PgBouncer is not installed.
    /// `HEARTH_TEST_PGBOUNCER` names another program.
    pub async fn start(server: &OwnServer, pool_mode: &str, more: &str) -> Option<Self> {
        let program = program()?;
        let folder = tempfile::Builder::new()
            .prefix("hearth-pooler-")
            .tempdir()
            .expect("temporary folder");
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755))
            .expect("a folder of ours");
        let port = free_port();
        let settings = folder.path().join("pgbouncer.ini");
        std::fs::write(&settings, ini(server, port, pool_mode, more)).expect("settings can be written");
        std::fs::write(folder.path().join("users.txt"), users()).expect("users can be written");
        let mut pooler = Command::new(program);
        pooler
            .arg("-q")
            .arg(&settings)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some(account) = unprivileged_account() {
            pooler.uid(account.uid).gid(account.gid);
        }
        let process = pooler.spawn().expect("PgBouncer can be started");
        let mut pooler = Self {
            process,
            port,
            _folder: folder,
        };
        pooler.wait().await;
        Some(pooler)
    }

    /// Connect options through the pooler.
    pub fn options(&self, role: &str, database: &str) -> sqlx::postgres::PgConnectOptions {
        let password = OwnServer::PASSWORD;
        let url = format!("postgres://{role}:{password}@127.0.0.1:{}/{database}", self.port);
        url.parse().expect("an address")
    }

    async fn wait(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while tokio::net::TcpStream::connect(("127.0.0.1", self.port))
            .await
            .is_err()
        {
            let ended = self.process.try_wait().expect("a child of ours");
            assert!(ended.is_none(), "PgBouncer ended");
            assert!(Instant::now() < deadline, "PgBouncer does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The version of the installed PgBouncer, for example (1, 25).
pub fn pgbouncer_version() -> Option<(u32, u32)> {
    let output = Command::new(program()?).arg("--version").output().ok()?;
    let output = String::from_utf8(output.stdout).ok()?;
    let mut numbers = output.lines().next()?.rsplit(' ').next()?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("HEARTH_TEST_PGBOUNCER") {
        return Some(named.into());
    }
    let places = ["/usr/local/bin/pgbouncer", "/usr/sbin/pgbouncer"];
    places
        .into_iter()
        .map(Path::new)
        .find(|place| place.is_file())
        .map(Path::to_path_buf)
}

fn ini(server: &OwnServer, port: u16, pool_mode: &str, more: &str) -> String {
    format!(
        "[databases]\n* = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
         unix_socket_dir =\nauth_type = plain\nauth_file = users.txt\npool_mode = {pool_mode}\n{more}\n",
        server.port()
    )
}

fn users() -> String {
    let line = |role: &str| format!("\"{role}\" \"{}\"\n", OwnServer::PASSWORD);
    ["hearth_app", "hearth_owner", "boss"]
        .into_iter()
        .map(line)
        .collect()
}
