//! A scripted model server over real HTTP, for tests and benches. It speaks Ollama's routes and the OpenAI
//! routes at once, and plays every fault a real one has.
//!
//! Without a script it is a small, deterministic server: it repeats what it was told, fills JSON schemas
//! with their simplest value, and embeds texts so that those which share words are near. A script is a
//! queue of [`Reply`]s ([`FakeModelServer::enqueue`]) or a function of the request
//! ([`FakeModelServer::respond_with`]). Nothing needs a sleep: a reply can wait for
//! [`FakeModelServer::release`], and a test can wait for requests, held replies and disconnects.
//!
//! It runs in a thread of its own, so that stopping it really cuts every connection.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use serde_json::{Value, json};
use tokio::sync::oneshot;

mod embedding;
mod models;
mod reply;
mod routes;
mod schema;
mod state;
mod wire;

pub use embedding::{DIMENSIONS, embed};
pub use models::FakeModel;
pub use reply::{EmbedReply, Fault, Reply};
pub use state::{Protocol, Recorded};

use state::State;

/// The running server. Dropping it stops it.
pub struct FakeModelServer {
    state: Arc<State>,
    address: SocketAddr,
    running: Arc<Mutex<Option<Running>>>,
}

struct Running {
    /// Gone once the server was told to stop.
    stop: Option<oneshot::Sender<()>>,
    thread: JoinHandle<()>,
}

impl FakeModelServer {
    /// Starts a server on a free port of the loopback interface.
    pub async fn start() -> Self {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0)))
            .await
            .expect("a free port on the loopback interface")
    }

    /// Starts a server at `address`.
    pub async fn start_on(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let server = Self {
            state: Arc::default(),
            address,
            running: Arc::default(),
        };
        let running = Arc::downgrade(&server.running);
        // A reply can stop the server that gives it; it must not wait for its own thread.
        server.state.on_unreachable(move || {
            if let Some(running) = running.upgrade() {
                told_to_stop(&running);
            }
        });
        server.run(listener)?;
        Ok(server)
    }

    /// The address to give to `connect`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens on, also while it is stopped.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening and cuts every connection.
    pub fn stop(&self) {
        told_to_stop(&self.running);
        let running = locked(&self.running).take();
        if let Some(running) = running {
            let _ = running.thread.join();
        }
    }

    /// Listens again at the same address, with the same script and records.
    pub fn restart(&self) -> std::io::Result<()> {
        self.stop();
        self.run(TcpListener::bind(self.address)?)
    }

    fn run(&self, listener: TcpListener) -> std::io::Result<()> {
        let (stop, stopped) = oneshot::channel();
        let state = self.state.clone();
        let thread = std::thread::Builder::new()
            .name("fake-model-server".to_owned())
            .spawn(move || routes::serve(listener, state, stopped))?;
        *locked(&self.running) = Some(Running {
            stop: Some(stop),
            thread,
        });
        Ok(())
    }

    /// Adds a reply for the next chat that finds no earlier one in the queue.
    pub fn enqueue(&self, reply: Reply) {
        self.state.script().replies.push_back(reply);
    }

    /// Answers every chat that finds the queue empty with what `responder` makes of it. It is called in the
    /// server's thread and must not block.
    pub fn respond_with(&self, responder: impl Fn(&Recorded) -> Reply + Send + Sync + 'static) {
        self.state.script().responder = Some(Arc::new(responder));
    }

    /// Adds a reply for the next call for embeddings.
    pub fn enqueue_embed(&self, reply: EmbedReply) {
        self.state.script().embeds.push_back(reply);
    }

    /// Makes every error say these words from now on: refusals, error lines, garbage.
    pub fn errors_say(&self, words: &str) {
        self.state.script().error_words = Some(words.to_owned());
    }

    /// Adds the lines of the next pull. Without a script a pull reports two layers and succeeds.
    pub fn enqueue_pull(&self, lines: Vec<Value>) {
        self.state.script().pulls.push_back(lines);
    }

    /// Adds a pull that ends in an error line.
    pub fn enqueue_failing_pull(&self, message: &str) {
        self.enqueue_pull(vec![
            json!({"status": "pulling manifest"}),
            json!({ "error": message }),
        ]);
    }

    /// Replaces the models it has. A model that is not among them is not found.
    pub fn set_models(&self, models: Vec<FakeModel>) {
        self.state.script().models = models;
    }

    /// Whether it says that its models are in memory, which they are from the start.
    pub fn set_loaded(&self, loaded: bool) {
        self.state.script().loaded = loaded;
    }

    /// Whether requests are kept; a bench that sends many turns it off.
    pub fn record(&self, keep: bool) {
        self.state.script().record = keep;
    }

    /// Every request so far, in order of arrival, with its whole body.
    pub fn requests(&self) -> Vec<Recorded> {
        self.state.script().requests.clone()
    }

    /// The requests of chats only.
    pub fn chats(&self) -> Vec<Recorded> {
        self.requests().into_iter().filter(Recorded::is_chat).collect()
    }

    /// The requests for embeddings only.
    pub fn embeds(&self) -> Vec<Recorded> {
        self.requests().into_iter().filter(Recorded::is_embed).collect()
    }

    /// Chats that are being answered at this moment.
    pub fn open_streams(&self) -> usize {
        self.state.counts().open
    }

    /// Chats whose client went away before the end, since the start.
    pub fn disconnects(&self) -> usize {
        self.state.counts().disconnected
    }

    /// Lets one held reply go on: the one waiting longest, or the next that comes to its hold.
    pub fn release(&self) {
        self.release_many(1);
    }

    /// Lets `count` held replies go on.
    pub fn release_many(&self, count: usize) {
        self.state.holds.add_permits(count);
    }

    /// Waits until at least `count` clients in all went away before the end of their answer.
    pub async fn wait_for_disconnects(&self, count: usize) {
        self.state.wait(|counts| counts.disconnected >= count).await;
    }

    /// Waits until a client has gone away before the end of its answer.
    pub async fn wait_for_disconnect(&self) {
        self.wait_for_disconnects(1).await;
    }

    /// Waits until at least `count` chats have arrived.
    pub async fn wait_for_chats(&self, count: usize) {
        self.state.wait(|counts| counts.chats >= count).await;
    }

    /// Waits until `count` replies are waiting for a release.
    pub async fn wait_for_holds(&self, count: usize) {
        self.state.wait(|counts| counts.held >= count).await;
    }

    /// Waits until no chat is being answered.
    pub async fn wait_until_idle(&self) {
        self.state.wait(|counts| counts.open == 0).await;
    }
}

impl Drop for FakeModelServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn locked(running: &Mutex<Option<Running>>) -> MutexGuard<'_, Option<Running>> {
    running.lock().unwrap_or_else(PoisonError::into_inner)
}

fn told_to_stop(running: &Mutex<Option<Running>>) {
    if let Some(stop) = locked(running).as_mut().and_then(|running| running.stop.take()) {
        let _ = stop.send(());
    }
}
