//! A scripted model server over real HTTP, for tests and benches. It serves Ollama's routes and the OpenAI routes at
//! once and can produce every fault of a real server.
//!
//! Without a script it is a small, deterministic server: it echoes the message, fills JSON schemas with their simplest
//! value, and embeds texts so that texts with common text are similar. A script is a queue of [`Reply`]s
//! ([`FakeModelServer::enqueue`]) or a function of the request ([`FakeModelServer::respond_with`]). No test needs a
//! sleep: a reply can wait for [`FakeModelServer::release`], and a test can wait for requests, held replies and
//! disconnects.
//!
//! It runs in a thread of its own, so that stopping it closes every connection.

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
    /// Taken when the server is asked to stop.
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
        // A reply can stop the server that serves it; that must not join its own thread.
        server.state.on_unreachable(move || {
            if let Some(running) = running.upgrade() {
                request_stop(&running);
            }
        });
        server.run(listener)?;
        Ok(server)
    }

    /// The address to give to `connect`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens on, even while it is stopped.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops listening and closes every connection.
    pub fn stop(&self) {
        request_stop(&self.running);
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

    /// Queues a reply; each chat takes the oldest queued reply.
    pub fn enqueue(&self, reply: Reply) {
        self.state.script().replies.push_back(reply);
    }

    /// Computes the reply of every chat that finds the queue empty. `responder` runs in the server's thread and must
    /// not block.
    pub fn respond_with(&self, responder: impl Fn(&Recorded) -> Reply + Send + Sync + 'static) {
        self.state.script().responder = Some(Arc::new(responder));
    }

    /// Queues a reply for the next embedding request.
    pub fn enqueue_embed(&self, reply: EmbedReply) {
        self.state.script().embeds.push_back(reply);
    }

    /// Replaces the text of every later error: refusals, error lines, garbage.
    pub fn set_error_text(&self, text: &str) {
        self.state.script().error_text = Some(text.to_owned());
    }

    /// Queues the lines of the next pull. Without a script a pull reports two layers and succeeds.
    pub fn enqueue_pull(&self, lines: Vec<Value>) {
        self.state.script().pulls.push_back(lines);
    }

    /// Queues a pull that ends with an error line.
    pub fn enqueue_failing_pull(&self, message: &str) {
        self.enqueue_pull(vec![
            json!({"status": "pulling manifest"}),
            json!({ "error": message }),
        ]);
    }

    /// Replaces the list of models. Other models are not found.
    pub fn set_models(&self, models: Vec<FakeModel>) {
        self.state.script().models = models;
    }

    /// Whether the server reports its models as loaded; true by default.
    pub fn set_loaded(&self, loaded: bool) {
        self.state.script().loaded = loaded;
    }

    /// Whether requests are recorded. A bench that sends many turns this off.
    pub fn record(&self, keep: bool) {
        self.state.script().record = keep;
    }

    /// Every request so far with its whole body, in order of arrival.
    pub fn requests(&self) -> Vec<Recorded> {
        self.state.script().requests.clone()
    }

    /// The recorded chat requests.
    pub fn chats(&self) -> Vec<Recorded> {
        self.requests().into_iter().filter(Recorded::is_chat).collect()
    }

    /// The recorded embedding requests.
    pub fn embeds(&self) -> Vec<Recorded> {
        self.requests().into_iter().filter(Recorded::is_embed).collect()
    }

    /// Number of chats in progress.
    pub fn open_streams(&self) -> usize {
        self.state.counts().open
    }

    /// Number of chats whose client disconnected before the end, since the start.
    pub fn disconnects(&self) -> usize {
        self.state.counts().disconnected
    }

    /// Resumes one held reply: the one held longest, or the next one to reach its hold.
    pub fn release(&self) {
        self.release_many(1);
    }

    /// Resumes `count` held replies.
    pub fn release_many(&self, count: usize) {
        self.state.holds.add_permits(count);
    }

    /// Waits until at least `count` clients have disconnected before the end of their answer.
    pub async fn wait_for_disconnects(&self, count: usize) {
        self.state.wait(|counts| counts.disconnected >= count).await;
    }

    /// Waits until one client has disconnected before the end of its answer.
    pub async fn wait_for_disconnect(&self) {
        self.wait_for_disconnects(1).await;
    }

    /// Waits until at least `count` chats have arrived.
    pub async fn wait_for_chats(&self, count: usize) {
        self.state.wait(|counts| counts.chats >= count).await;
    }

    /// Waits until `count` replies are held.
    pub async fn wait_for_holds(&self, count: usize) {
        self.state.wait(|counts| counts.held >= count).await;
    }

    /// Waits until no chat is in progress.
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

fn request_stop(running: &Mutex<Option<Running>>) {
    if let Some(stop) = locked(running).as_mut().and_then(|running| running.stop.take()) {
        let _ = stop.send(());
    }
}
