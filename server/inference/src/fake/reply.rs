//! What a test writes down: replies and faults.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use super::{
    Protocol, Recorded,
    wire::{self, Step},
};

type Steps = Arc<Vec<Step>>;

/// One scripted answer of a chat.
#[derive(Clone, Default)]
pub struct Reply {
    pub(super) thinking: Vec<String>,
    /// After so many thoughts it waits for a release.
    pub(super) hold_thoughts_after: Option<usize>,
    pub(super) tokens: Arc<[String]>,
    pub(super) pace: Option<Duration>,
    pub(super) hold_after: Option<usize>,
    pub(super) piece: Option<usize>,
    pub(super) stop: Option<String>,
    pub(super) load: Option<Duration>,
    pub(super) held_back: bool,
    pub(super) fault: Option<Fault>,
    /// What its error says.
    pub(super) error_words: Option<String>,
    built: Option<Arc<Built>>,
}

/// A reply's steps per protocol, once somebody asked for them.
#[derive(Default)]
struct Built {
    ollama: OnceLock<Steps>,
    openai: OnceLock<Steps>,
}

/// What goes wrong. `After(n)` counts tokens of the answer that are sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The whole server goes away with all its connections, until it is restarted.
    Unreachable,
    /// 404: the model does not exist.
    NotFound,
    /// 503: the queue is full.
    Busy503,
    /// 400: the prompt is longer than the window.
    ContextOverflow,
    /// This status, with a plain message.
    Status(u16),
    /// Not even headers come.
    StallBeforeFirst,
    /// Silence in the middle, with the connection open.
    StallAfter(usize),
    /// An error line under status 200.
    ErrorLineAfter(usize),
    /// The body ends properly, the answer does not.
    EndWithoutDoneAfter(usize),
    /// The connection breaks.
    ResetAfter(usize),
    /// A line that is not of the protocol.
    GarbageAfter(usize),
    /// Every token takes this long.
    Slow(Duration),
}

impl Reply {
    /// An answer that says `text`, word by word.
    pub fn text(text: &str) -> Self {
        Self::tokens(text.split_inclusive(' ').map(str::to_owned).collect())
    }

    /// An answer of exactly these tokens.
    pub fn tokens(tokens: Vec<String>) -> Self {
        Self {
            tokens: tokens.into(),
            ..Self::default()
        }
    }

    /// An answer of ten words in which `fault` happens.
    pub fn fault(fault: Fault) -> Self {
        Self::text("one two three four five six seven eight nine ten").with_fault(fault)
    }

    /// The same answer, with a fault in it.
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// The same answer, thinking first, word by word. A request that says not to think is answered at once.
    pub fn thinking(mut self, thoughts: &str) -> Self {
        self.thinking = thoughts.split_inclusive(' ').map(str::to_owned).collect();
        self
    }

    /// The same answer, which waits for `release()` after this many words of its thoughts.
    pub fn hold_thoughts_after(mut self, words: usize) -> Self {
        self.hold_thoughts_after = Some(words);
        self
    }

    /// The same answer, with a pause before each token.
    pub fn tokens_every(mut self, pace: Duration) -> Self {
        self.pace = Some(pace);
        self
    }

    /// The same answer, which waits for `release()` after this many tokens.
    pub fn hold_after(mut self, tokens: usize) -> Self {
        self.hold_after = Some(tokens);
        self
    }

    /// The same answer, which waits for `release()` before anything is sent.
    pub fn hold(self) -> Self {
        self.hold_after(0)
    }

    /// The same answer of a model that the server says it loaded for it, in this time.
    pub fn loading(mut self, time: Duration) -> Self {
        self.load = Some(time);
        self
    }

    /// The same answer, of which not even headers come before `release()`: so does a server that loads a model.
    pub fn held_back(mut self) -> Self {
        self.held_back = true;
        self
    }

    /// The same answer, written to the connection in pieces of this many bytes: characters are torn apart.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = Some(bytes.max(1));
        self
    }

    /// The same answer with another reason to stop, such as "length".
    pub fn stop_reason(mut self, word: &str) -> Self {
        self.stop = Some(word.to_owned());
        self
    }

    /// The same answer, whose bytes are made once and shared by its clones: for benches. Model and token
    /// counts are those of the first request.
    pub fn prebuilt(mut self) -> Self {
        self.built = Some(Arc::default());
        self
    }

    pub(super) fn steps(&self, request: &Recorded) -> Steps {
        let build = || Arc::new(wire::steps(self, request));
        match (&self.built, request.protocol) {
            (None, _) => build(),
            (Some(built), Protocol::Ollama) => built.ollama.get_or_init(build).clone(),
            (Some(built), Protocol::OpenAi) => built.openai.get_or_init(build).clone(),
        }
    }

    /// Tokens sent before the fault.
    pub(super) fn tokens_before_fault(&self) -> usize {
        match self.fault {
            Some(
                Fault::StallAfter(n)
                | Fault::ErrorLineAfter(n)
                | Fault::EndWithoutDoneAfter(n)
                | Fault::ResetAfter(n)
                | Fault::GarbageAfter(n),
            ) => n.min(self.tokens.len()),
            _ => self.tokens.len(),
        }
    }

    pub(super) fn pause(&self) -> Option<Duration> {
        match self.fault {
            Some(Fault::Slow(pace)) => Some(pace),
            _ => self.pace,
        }
    }
}

/// One scripted reply to a call for embeddings.
#[derive(Debug, Clone)]
pub enum EmbedReply {
    /// These vectors, as they are.
    Vectors(Vec<Vec<f32>>),
    /// One vector too few.
    OneMissing,
    /// The right vectors, after a `release()`.
    Hold,
    /// No vectors: [`Fault::Unreachable`], a status, a stall (before the reply), or garbage.
    Fault(Fault),
}
