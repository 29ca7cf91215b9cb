//! The database: the bundled PostgreSQL, or the one that the settings name.
//!
//! The server starts the bundled one and writes the path of its socket into the data directory, so that a command
//! (`hearth user add`) run beside the server finds it. A command without a running server starts PostgreSQL for itself.

use super::data_dir;
use crate::settings::Settings;
use anyhow::Context;
use hearth_backend::{
    models::recommended,
    storage::{
        self,
        provision::{self, Provisioned},
    },
};
use hearth_postgres::{Postgres, SUPERUSER};
use sqlx::postgres::PgConnectOptions;
use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
};

/// The packed PostgreSQL; empty in a binary that was built without it. It is not a constant: the compiler put one copy of
/// 5 MB into the binary for each of four uses.
static ARCHIVE: &[u8] = include_bytes!(env!("HEARTH_EMBEDDED_POSTGRES"));

/// The database's name on the bundled server.
const NAME: &str = "hearth";

/// A database with roles, extensions and schema, ready for the backend.
pub struct Database {
    /// Connects as the role of the server.
    pub app: PgConnectOptions,
    /// Connects as the owner of the tables, which builds indexes; none for a command beside a running server.
    pub owner: Option<PgConnectOptions>,
    /// The bundled server, if this process runs it.
    pub postgres: Option<Postgres>,
}

impl Database {
    /// For the server: starts the bundled PostgreSQL unless the settings name another.
    pub async fn start(settings: &Settings) -> anyhow::Result<Self> {
        match &settings.database_url {
            Some(_) => Self::own(settings).await,
            None => Self::bundled(settings, start_bundled(settings).await?).await,
        }
    }

    /// For a command: joins the server's PostgreSQL when it runs, else starts it for the command.
    pub async fn open(settings: &Settings) -> anyhow::Result<Self> {
        if settings.database_url.is_some() {
            return Self::own(settings).await;
        }
        match start_bundled(settings).await {
            Ok(postgres) => Self::bundled(settings, postgres).await,
            Err(error) => match error.downcast_ref() {
                Some(hearth_postgres::Error::AlreadyRunning { .. }) => Self::of_running_server(settings),
                _ => Err(error),
            },
        }
    }

    async fn bundled(settings: &Settings, postgres: Postgres) -> anyhow::Result<Self> {
        let superuser = superuser(postgres.socket_dir());
        match prepare(&superuser).await {
            Ok(Provisioned { app, owner }) => {
                fs::write(
                    socket_file(settings),
                    postgres.socket_dir().as_os_str().as_encoded_bytes(),
                )?;
                Ok(Self {
                    app,
                    owner: Some(owner),
                    postgres: Some(postgres),
                })
            }
            Err(error) => {
                postgres.stop().await;
                Err(error)
            }
        }
    }

    fn of_running_server(settings: &Settings) -> anyhow::Result<Self> {
        let note = socket_file(settings);
        let socket = fs::read_to_string(&note).with_context(|| {
            format!(
                "Hearth is starting just now; try again ({} is missing)",
                note.display()
            )
        })?;
        let app = superuser(Path::new(&socket))
            .username("hearth_app")
            .database(NAME);
        Ok(Self {
            app,
            owner: None,
            postgres: None,
        })
    }

    async fn own(settings: &Settings) -> anyhow::Result<Self> {
        let app = settings
            .database_url
            .as_ref()
            .context("DATABASE_URL is not set")?;
        let app = parse(app.expose(), "DATABASE_URL")?;
        let owner = settings.owner_database_url.as_ref();
        let owner = owner
            .map(|url| parse(url.expose(), "HEARTH_OWNER_DATABASE_URL"))
            .transpose()?;
        if owner.is_none() {
            tracing::warn!(
                "HEARTH_OWNER_DATABASE_URL is not set: Hearth logs in with DATABASE_URL and takes on the role \
                 hearth_app by itself, so row-level security does not bind other users of that address"
            );
        }
        let Provisioned { app, owner } = storage::adopt(&app, owner.as_ref()).await?;
        storage::migrate(&owner).await?;
        Ok(Self {
            app,
            owner: Some(owner),
            postgres: None,
        })
    }

    /// Stops the bundled server, if this process runs it.
    pub async fn stop(self) {
        if let Some(postgres) = self.postgres {
            postgres.stop().await;
        }
    }
}

/// Whether this binary carries PostgreSQL.
pub fn is_bundled() -> bool {
    !ARCHIVE.is_empty()
}

async fn start_bundled(settings: &Settings) -> anyhow::Result<Postgres> {
    data_dir::make(&settings.data_dir)?;
    if !is_bundled() {
        anyhow::bail!(
            "this binary carries no PostgreSQL: set DATABASE_URL to one of your own, or build it with `cargo xtask run`"
        );
    }
    let config = hearth_postgres::Config {
        shared_buffers_mib: page_cache(
            hearth_postgres::stored_bytes(&settings.data_dir),
            recommended::memory_bytes(),
        ),
        ..hearth_postgres::Config::new(&settings.data_dir)
    };
    Ok(hearth_postgres::start(ARCHIVE, config).await?)
}

/// PostgreSQL's page cache, in MiB: twice the stored bytes, at most a 32nd of the machine's memory.
///
/// Small installations get a small cache: unused cache takes no memory, but its bookkeeping does (6 MB for 376 MB). A
/// search of some hundred thousand vectors reads thousands of pages; `hearth_backend::retrieval::vector_index` has the
/// cost of pages that are not cached.
fn page_cache(stored_bytes: u64, memory_bytes: u64) -> u32 {
    const LEAST: u64 = 48;
    let (stored, memory) = (stored_bytes >> 20, memory_bytes >> 20);
    let wanted = (2 * stored).clamp(LEAST, (memory / 32).clamp(LEAST, 2048));
    u32::try_from(wanted).expect("it is at most 2048")
}

async fn prepare(superuser: &PgConnectOptions) -> anyhow::Result<Provisioned> {
    let provisioned = provision::provision(superuser, NAME).await?;
    storage::migrate(&provisioned.owner).await?;
    Ok(provisioned)
}

fn superuser(socket: &Path) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(5432)
        .username(SUPERUSER)
}

/// The file that holds the path of PostgreSQL's socket.
fn socket_file(settings: &Settings) -> PathBuf {
    settings.data_dir.join("postgres-socket")
}

/// The URL holds a password: the error must not quote it.
fn parse(url: &str, name: &str) -> anyhow::Result<PgConnectOptions> {
    // sqlx accepts any scheme, and would look the host up.
    let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    let options = is_postgres
        .then(|| PgConnectOptions::from_str(url).ok())
        .flatten();
    options
        .with_context(|| format!("{name} is no address such as postgres://hearth_app:password@host/hearth"))
}

#[cfg(test)]
mod tests {
    use super::page_cache;

    #[test]
    fn the_page_cache_follows_what_is_stored_and_leaves_the_machine_its_memory() {
        let mib = |mib: u64| mib << 20;
        assert_eq!(page_cache(0, mib(24 << 10)), 48, "a new installation");
        assert_eq!(page_cache(mib(150), mib(24 << 10)), 300, "all of it, twice over");
        assert_eq!(
            page_cache(mib(3_600), mib(24 << 10)),
            768,
            "ten years of fifty people"
        );
        assert_eq!(
            page_cache(mib(3_600), mib(4 << 10)),
            128,
            "the same on a small machine"
        );
        assert_eq!(page_cache(mib(3_600), mib(512)), 48, "never tiny");
    }
}
