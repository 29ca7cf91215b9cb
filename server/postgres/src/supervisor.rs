//! The thread that owns the server.
//!
//! It prepares the directory, then loops: start, wait, restart. It runs its own small runtime, because the kernel ties
//! the server to the *thread* that spawned it, and because it must continue while the application's runtime is busy or
//! shutting down.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::sync::{oneshot, watch};
use tokio::time::sleep;

use crate::archive::{self, Programs};
use crate::command::command;
use crate::home::Home;
use crate::log::Log;
use crate::server::Server;
use crate::{Config, Error, Postgres, State, cluster, disk, leftover, settings, socket};

/// Retries of a failed first start: remains of a crashed server may need a moment.
const FIRST_RETRIES: u32 = 3;
const MIN_DELAY: Duration = Duration::from_millis(50);
const MAX_DELAY: Duration = Duration::from_secs(5);
/// After a run of this length the retry delays start over.
const STEADY: Duration = Duration::from_secs(10);

pub(crate) async fn start(archive: Cow<'static, [u8]>, config: Config) -> Result<Postgres, Error> {
    let (ready, started) = oneshot::channel();
    let (stop, stopping) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let work = move || {
        run_thread(archive, config, ready, stopping);
        // Dropped last, so that the lock is free when the end is reported.
        drop(end);
    };
    let thread = std::thread::Builder::new().name("postgres".into());
    thread.spawn(work).map_err(|source| Error::Io {
        what: "start a thread".into(),
        source,
    })?;
    let gone = || Error::CannotStart("its thread ended".into());
    let Started {
        socket_dir,
        version,
        log_file,
        pid,
        state,
    } = started.await.map_err(|_| gone())??;
    Ok(Postgres {
        socket_dir,
        version,
        log_file,
        pid,
        state,
        stop,
        ended,
    })
}

/// Result of a successful start.
struct Started {
    socket_dir: PathBuf,
    version: String,
    log_file: PathBuf,
    pid: Arc<AtomicU32>,
    state: watch::Receiver<State>,
}

type Ready = oneshot::Sender<Result<Started, Error>>;

/// The body of the thread.
fn run_thread(archive: Cow<'static, [u8]>, config: Config, ready: Ready, mut stop: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let prepared = runtime
        .map_err(|source| Error::Io {
            what: "start a runtime".into(),
            source,
        })
        .and_then(|runtime| Ok((runtime, Supervisor::prepare(&archive, config)?)));
    drop(archive);
    match prepared {
        Ok((runtime, supervisor)) => runtime.block_on(supervisor.run(ready, &mut stop)),
        Err(error) => drop(ready.send(Err(error))),
    }
}

struct Supervisor {
    home: Home,
    programs: Programs,
    config: Config,
    socket_dir: PathBuf,
    log: Log,
    pid: Arc<AtomicU32>,
    state: watch::Sender<State>,
    server: Option<Server>,
}

impl Supervisor {
    fn prepare(archive: &[u8], config: Config) -> Result<Self, Error> {
        let home = Home::open(&config)?;
        let programs = archive::unpacked(archive, &home)?;
        cluster::ensure(&programs, &home)?;
        let socket_dir = socket::directory(&home)?;
        let log = Log::open(home.path("postgres.log"));
        let (pid, state) = (Arc::default(), watch::Sender::new(State::Ready));
        Ok(Self {
            home,
            programs,
            config,
            socket_dir,
            log,
            pid,
            state,
            server: None,
        })
    }

    async fn run(mut self, ready: Ready, stop: &mut oneshot::Receiver<()>) {
        let first = tokio::select! {
            _ = &mut *stop => return self.shut_down().await,
            first = self.first_launch() => first,
        };
        if let Err(error) = first {
            self.shut_down().await;
            // Release the lock before answering: the caller may try again at once.
            drop(self);
            return drop(ready.send(Err(error)));
        }
        archive::remove_others(&self.programs, &self.home);
        let _ = ready.send(Ok(self.started()));
        let failed = tokio::select! {
            _ = &mut *stop => None,
            error = self.keep_running() => Some(error),
        };
        self.shut_down().await;
        self.state.send_replace(match failed {
            None => State::Stopped,
            Some(error) => State::Failed(error.to_string()),
        });
    }

    fn started(&self) -> Started {
        Started {
            socket_dir: self.socket_dir.clone(),
            version: self.programs.version.clone(),
            log_file: self.home.path("postgres.log"),
            pid: self.pid.clone(),
            state: self.state.subscribe(),
        }
    }

    async fn first_launch(&mut self) -> Result<(), Error> {
        let mut tries = 0;
        loop {
            match self.launch().await {
                Err(Error::CannotStart(_)) if tries < FIRST_RETRIES => sleep(delay(tries + 2)).await,
                result => return result,
            }
            tries += 1;
        }
    }

    /// Restarts the server whenever it ends; returns when a restart is pointless.
    async fn keep_running(&mut self) -> Error {
        let mut tries = 0;
        loop {
            let since = Instant::now();
            let how = self.until_end().await;
            if since.elapsed() > STEADY {
                tries = 0;
            }
            if let Err(error) = self
                .restart(format!("PostgreSQL ended ({how})"), &mut tries)
                .await
            {
                return error;
            }
        }
    }

    async fn restart(&mut self, mut why: String, tries: &mut u32) -> Result<(), Error> {
        loop {
            tracing::warn!(why, "restarting PostgreSQL");
            self.state.send_replace(State::Restarting(why));
            sleep(delay(*tries)).await;
            *tries += 1;
            match self.launch().await {
                Ok(()) => break,
                Err(error) if error.is_final() => return Err(error),
                Err(error) => why = error.to_string(),
            }
        }
        tracing::info!("PostgreSQL restarted");
        self.state.send_replace(State::Ready);
        Ok(())
    }

    /// Starts the server and waits until it accepts connections.
    async fn launch(&mut self) -> Result<(), Error> {
        self.shut_down().await;
        let cluster = self.home.cluster();
        cluster::check_version(&cluster, self.programs.major())?;
        leftover::refuse_running_copy(&cluster)?;
        let copied_from = leftover::copied_from(&cluster);
        leftover::stop(&cluster, &self.socket_dir).await?;
        let program = self.programs.program("postgres");
        let mut command = command(&program, self.home.account(), Signal::INT);
        command.args(settings::arguments(&self.config, &cluster, &self.socket_dir));
        // Stored in `self` at once, so that a cancelled start can still shut it down.
        let server = self.server.insert(Server::spawn(command, &self.log)?);
        self.pid.store(server.pid(), Ordering::Release);
        server.until_ready(&cluster).await.map_err(|how| {
            let output = self.log.recent();
            let full = disk::blamed_by(&output, self.home.dir());
            full.unwrap_or_else(|| cannot_start(format!("{output} ({how})"), cluster.clone(), copied_from))
        })
    }

    /// Resolves when the server has ended; returns how.
    async fn until_end(&mut self) -> String {
        let how = match &mut self.server {
            Some(server) => server.until_end().await,
            None => "it was not there".into(),
        };
        self.pid.store(0, Ordering::Release);
        how
    }

    async fn shut_down(&mut self) {
        if let Some(server) = self.server.take() {
            server.shut_down().await;
        }
        self.pid.store(0, Ordering::Release);
    }
}

/// The error of a failed start; a copied directory is the likely reason.
fn cannot_start(output: String, dir: PathBuf, copied_from: Option<PathBuf>) -> Error {
    match copied_from {
        Some(original) => Error::DamagedCopy {
            dir,
            original,
            output,
        },
        None => Error::CannotStart(output),
    }
}

/// 50 ms, doubled with every failure, up to 5 s.
fn delay(tries: u32) -> Duration {
    MAX_DELAY.min(MIN_DELAY * 2u32.pow(tries.min(10)))
}
