//! A temporary database: the bundled PostgreSQL in a temporary folder, with roles, extensions and migrations. It ends
//! when the value is dropped.
//!
//! It does not use the backend crate, which may not compile while the offline data of its queries is out of date, and
//! that is when this is needed.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{paths, postgres_bundle, sh};

/// `nobody`: PostgreSQL refuses to run as root.
const UNPRIVILEGED: u32 = 65534;
/// The part of the provisioning that affects the result types of queries.
const PROVISION: &str = "create role hearth_owner login; create role hearth_app login; \
    create database hearth owner hearth_owner;";
const PREPARE: &str = "create extension vector; create extension btree_gin; \
    alter schema public owner to hearth_owner;";
/// The table that sqlx keeps in every database it migrates; migrations may refer to it.
const MIGRATIONS_TABLE: &str = "create table _sqlx_migrations (version bigint primary key, description text not null, \
    installed_on timestamptz not null default now(), success boolean not null, checksum bytea not null, \
    execution_time bigint not null);";

pub struct ScratchDatabase {
    folder: PathBuf,
    server: Option<Child>,
}

impl ScratchDatabase {
    /// Unpacks, starts and migrates.
    pub fn start() -> Result<Self> {
        let archive = postgres_bundle::ensure_bundle()?;
        // A short path, because the path of a socket may not exceed about a hundred bytes.
        let folder = std::env::temp_dir().join(format!("hearth-sql-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut database = Self { folder, server: None };
        let unpacked = zstd::Decoder::new(std::fs::File::open(archive)?)?;
        tar::Archive::new(unpacked).unpack(database.folder.join("postgres"))?;
        database.prepare_folder()?;
        database.initialise()?;
        database.listen()?;
        database.migrate()?;
        Ok(database)
    }

    /// The address for sqlx, as the role that owns the tables.
    pub fn url(&self) -> String {
        format!(
            "postgres://hearth_owner@localhost/hearth?host={}",
            self.folder.display()
        )
    }

    fn prepare_folder(&self) -> Result<()> {
        std::fs::set_permissions(&self.folder, std::fs::Permissions::from_mode(0o755))?;
        if rustix::process::geteuid().is_root() {
            chown(&self.folder, Some(UNPRIVILEGED), Some(UNPRIVILEGED))?;
        }
        Ok(())
    }

    fn initialise(&self) -> Result<()> {
        let mut initdb = self.program("initdb");
        initdb.args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-instructions",
            "--no-sync",
        ]);
        initdb.args([
            "--locale=C",
            "--lc-ctype=C.UTF-8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]);
        sh::output(initdb.arg("-D").arg(self.folder.join("data"))).map(|_| ())
    }

    fn listen(&mut self) -> Result<()> {
        let mut postgres = self.program("postgres");
        postgres
            .arg("-D")
            .arg(self.folder.join("data"))
            .arg("-k")
            .arg(&self.folder);
        postgres.args(["-h", "", "-c", "fsync=off", "-c", "log_min_messages=fatal"]);
        let server = postgres.stdin(Stdio::null()).process_group(0).spawn();
        self.server = Some(server.context("cannot start postgres")?);
        let begin = Instant::now();
        while self.sql("postgres", "postgres", "select 1").is_err() {
            if begin.elapsed() > Duration::from_secs(30) {
                bail!("the scratch database does not answer");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn migrate(&self) -> Result<()> {
        for statement in PROVISION.split_inclusive(';') {
            self.sql("postgres", "postgres", statement)?;
        }
        self.sql("postgres", "hearth", PREPARE)?;
        self.sql("hearth_owner", "hearth", MIGRATIONS_TABLE)?;
        for file in migrations()? {
            // By standard input: psql may not be able to read a checkout in a home directory.
            let mut psql = self.psql("hearth_owner", "hearth");
            let applied = sh::output(psql.args(["-1", "-f", "-"]).stdin(std::fs::File::open(&file)?));
            applied.with_context(|| format!("{} cannot be applied", file.display()))?;
        }
        Ok(())
    }

    fn sql(&self, role: &str, database: &str, sql: &str) -> Result<String> {
        sh::output(self.psql(role, database).args(["-c", sql]))
    }

    fn psql(&self, role: &str, database: &str) -> Command {
        let mut psql = self.program("psql");
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", role, "-d", database]);
        psql.arg("-h").arg(&self.folder);
        psql
    }

    fn program(&self, name: &str) -> Command {
        let mut program = Command::new(self.folder.join("postgres/bin").join(name));
        program.current_dir(&self.folder);
        if rustix::process::geteuid().is_root() {
            program.uid(UNPRIVILEGED).gid(UNPRIVILEGED);
        }
        program
    }
}

impl Drop for ScratchDatabase {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let pid = rustix::process::Pid::from_child(&server);
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
            let _ = server.wait();
        }
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The migrations in order.
fn migrations() -> Result<Vec<PathBuf>> {
    let folder: &Path = &paths::root().join("migrations");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)?
        .flatten()
        .map(|file| file.path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    Ok(files)
}
