//! Scripted replies and faults.

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
    /// Number of thoughts after which it waits for a release.
    pub(super) hold_thoughts_after: Option<usize>,
    pub(super) tokens: Arc<[String]>,
    pub(super) pace: Option<Duration>,
    pub(super) hold_after: Option<usize>,
    pub(super) piece: Option<usize>,
    pub(super) stop: Option<String>,
    pub(super) load: Option<Duration>,
    pub(super) hold_headers: bool,
    pub(super) fault: Option<Fault>,
    /// Text of its error.
    pub(super) error_text: Option<String>,
    built: Option<Arc<Built>>,
}

/// The cached steps of a reply, one per protocol.
#[derive(Default)]
struct Built {
    ollama: OnceLock<Steps>,
    openai: OnceLock<Steps>,
}

/// A fault. `After(n)` counts the tokens sent before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The whole server disappears with all its connections until it is restarted.
    Unreachable,
    /// 404: the model does not exist.
    NotFound,
    /// 503: the queue is full.
    Busy503,
    /// 400: the prompt is longer than the context window.
    ContextOverflow,
    /// This status, with a plain message.
    Status(u16),
    /// No response headers arrive.
    StallBeforeFirst,
    /// Silence in the middle, with the connection open.
    StallAfter(usize),
    /// An error line under status 200.
    ErrorLineAfter(usize),
    /// The body ends properly without the end mark of the answer.
    EndWithoutDoneAfter(usize),
    /// The connection breaks.
    ResetAfter(usize),
    /// A line outside the protocol.
    GarbageAfter(usize),
    /// Every token takes this long.
    Slow(Duration),
}

impl Reply {
    /// An answer with this text, word by word.
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

    /// An answer of ten words with `fault`.
    pub fn fault(fault: Fault) -> Self {
        Self::text("one two three four five six seven eight nine ten").with_fault(fault)
    }

    /// Adds a fault.
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Adds reasoning before the answer, word by word. A request that disables thinking skips it.
    pub fn thinking(mut self, thoughts: &str) -> Self {
        self.thinking = thoughts.split_inclusive(' ').map(str::to_owned).collect();
        self
    }

    /// Waits for `release()` after this many words of reasoning.
    pub fn hold_thoughts_after(mut self, words: usize) -> Self {
        self.hold_thoughts_after = Some(words);
        self
    }

    /// Adds a delay before each token.
    pub fn tokens_every(mut self, pace: Duration) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Waits for `release()` after this many tokens.
    pub fn hold_after(mut self, tokens: usize) -> Self {
        self.hold_after = Some(tokens);
        self
    }

    /// Waits for `release()` before the first token.
    pub fn hold(self) -> Self {
        self.hold_after(0)
    }

    /// Reports this time for loading the model.
    pub fn loading(mut self, time: Duration) -> Self {
        self.load = Some(time);
        self
    }

    /// Sends no response headers before `release()`, like a server that loads a model.
    pub fn hold_headers(mut self) -> Self {
        self.hold_headers = true;
        self
    }

    /// Writes to the connection in pieces of this many bytes, which splits characters.
    pub fn in_pieces_of(mut self, bytes: usize) -> Self {
        self.piece = Some(bytes.max(1));
        self
    }

    /// Sets another stop reason, such as "length".
    pub fn stop_reason(mut self, word: &str) -> Self {
        self.stop = Some(word.to_owned());
        self
    }

    /// Builds the bytes once and shares them among clones, for benches. Model and token counts are those of the first
    /// request.
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

/// One scripted reply to an embedding request.
#[derive(Debug, Clone)]
pub enum EmbedReply {
    /// Exactly these vectors.
    Vectors(Vec<Vec<f32>>),
    /// One vector too few.
    OneMissing,
    /// The right vectors, after a `release()`.
    Hold,
    /// No vectors: [`Fault::Unreachable`], a status, a stall (before the reply), or garbage.
    Fault(Fault),
}
