//! A whole backend over a new database and a scripted model server.

use super::TestDatabase;
use crate::{Backend, Config, UserBackend, people::NewAccount};
use hearth_inference::{ServerKind, fake::FakeModelServer};
use hearth_types::{Language, UserId};

/// Number of connections of a test's backend: `HEARTH_TEST_POOL`, else 5. With 1, every test fails that asks for a
/// second connection while it holds one.
pub fn pool_size() -> u32 {
    let set = std::env::var("HEARTH_TEST_POOL");
    set.map_or(5, |size| size.parse().expect("HEARTH_TEST_POOL is a number"))
}

/// A backend with an administrator called Anna, and a scripted model server.
pub struct TestBackend {
    pub backend: Backend,
    pub database: TestDatabase,
    pub fake: FakeModelServer,
    pub anna: UserId,
    /// Folder of pictures and files.
    pub files: std::path::PathBuf,
    _folder: tempfile::TempDir,
}

impl TestBackend {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// With changed settings.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let database = TestDatabase::create().await;
        let fake = FakeModelServer::start().await;
        let server = hearth_inference::connect(&fake.url(), ServerKind::Ollama);
        let mut config = Config::new(database.app.clone(), server);
        config.max_connections = pool_size();
        let folder = tempfile::tempdir().expect("a folder for files");
        config.files = folder.path().join("files");
        config.upload_reader = upload_reader();
        change(&mut config);
        let files = config.files.clone();
        let backend = Backend::start(config).await.expect("backend starts");
        let anna = backend
            .accounts()
            .create_first_administrator(new_account("Anna"))
            .await
            .expect("the first administrator can be made")
            .user;
        Self {
            backend,
            database,
            fake,
            anna,
            files,
            _folder: folder,
        }
    }

    /// Adds another person, with the password [`TestBackend::PASSWORD`].
    pub async fn person(&self, name: &str) -> UserId {
        self.backend
            .accounts()
            .add_user(name, Self::PASSWORD, hearth_types::Role::Member)
            .await
            .expect("a person can be added")
    }

    /// Access to Anna's data.
    pub fn annas(&self) -> UserBackend {
        self.backend.for_user(self.anna)
    }

    /// The password of every account.
    pub const PASSWORD: &str = "correct horse battery";
}

/// The program that reads pictures and PDFs, from the folder above the test's own: `hearth-read-upload`, or Hearth.
/// Before running the tests of this crate alone, run `cargo build -p hearth-extract`.
fn upload_reader() -> Option<std::path::PathBuf> {
    let test = std::env::current_exe().ok()?;
    let folder = test.ancestors().nth(2)?;
    let programs = ["hearth-read-upload", "hearth"].map(|name| folder.join(name));
    programs.into_iter().find(|program| program.exists())
}

fn new_account(name: &str) -> NewAccount {
    NewAccount {
        name: name.into(),
        password: TestBackend::PASSWORD.into(),
        language: Language::English,
        time_zone: "UTC".into(),
    }
}
