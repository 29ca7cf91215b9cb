//! The cost of reading the prompt in the middle of a conversation, through Hearth and without it.
//!
//! A model server caches what it has read of the last prompt, and reads a prompt with the same prefix from there on. The
//! bench compares the times that a real Ollama reports for reading the prompts of turn 5 and turn 15: of a conversation
//! through Hearth, with its clock and a title generated meanwhile, and of the same messages sent to Ollama directly. With
//! memory on, recalled notes are added to the messages; their cost is reported separately. A recorder between Hearth and
//! Ollama passes everything on and keeps answers short, because small models do not know when to stop.

use crate::{
    client::{Arrived, Person},
    report::{Aim, Report, median},
    seed::Database,
    server::{Folder, Server},
};
use anyhow::{Context, Result};
use axum::{Router, body::Bytes, extract::State, http::StatusCode, http::Uri, response::IntoResponse};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedReceiver;

/// Where the real Ollama is, and the name of its chat model.
const URL: &str = "HEARTH_BENCH_OLLAMA_URL";
const MODEL: &str = "HEARTH_BENCH_CHAT_MODEL";

const TURNS: usize = 15;
const LOOKED_AT: [usize; 2] = [5, 15];
const CONVERSATIONS: usize = 3;

/// Tokens of an answer.
const ANSWER_TOKENS: u32 = 40;

/// Messages of earlier conversations, so that there is something to recall.
const FACTS: [&str; 4] = [
    "My sister Nora lives in Utrecht and keeps two goats.",
    "We repaired the roof of the shed in April with slates from the barn.",
    "My bicycle was stolen in front of the library in May.",
    "I am learning the cello with Mr Lindqvist on Tuesdays.",
];

const ASKED: [&str; TURNS] = [
    "Good morning. In one sentence, what is a goat?",
    "Where does my sister Nora live? One sentence.",
    "In one sentence, what do goats eat in winter?",
    "How do slates differ from tiles? One sentence.",
    "When did we repair the roof of the shed? One sentence.",
    "In one sentence, what is a good lock for a bicycle?",
    "Where was my bicycle stolen? One sentence.",
    "In one sentence, what does insurance usually ask for?",
    "What is a cello made of? One sentence.",
    "Who teaches me the cello? One sentence.",
    "In one sentence, how long should a beginner practise?",
    "Name one easy piece for the cello. One sentence.",
    "In one sentence, what is a metronome for?",
    "Which day is my cello lesson? One sentence.",
    "Thank you. In one sentence, say goodbye.",
];

/// What reading a prompt took, as the server reports it.
#[derive(Clone, Copy, Debug, Default)]
struct Read {
    ms: f64,
    /// Tokens of the whole prompt.
    tokens: f64,
}

/// A chat that was passed on.
struct Chat {
    messages: Vec<Value>,
    reply: String,
    read: Read,
}

#[derive(Clone)]
struct Recorder {
    ollama: String,
    http: reqwest::Client,
    chats: Arc<Mutex<Vec<Chat>>>,
}

pub async fn bench(report: &mut Report) -> Result<()> {
    let ollama = std::env::var(URL).with_context(|| format!("{URL} names a real Ollama"))?;
    let model = std::env::var(MODEL).with_context(|| format!("{MODEL} names its chat model"))?;
    let recorder = Recorder {
        ollama: ollama.trim_end_matches('/').to_owned(),
        http: reqwest::Client::new(),
        chats: Arc::default(),
    };
    let url = recorder.clone().listen().await?;
    let folder = Folder::new()?;
    let server = Server::start_beside(&folder, &url, 1, &model).await?;
    let person = server.set_up().await?;
    let mut database = Database::open(&folder).await?;
    let mut events = person.listen().await?;
    for fact in FACTS {
        person.ask(&mut events, fact, true).await?;
    }
    database.until_jobs_are_done().await?;

    report.figure("model, tokens of an answer", format!("{model}, {ANSWER_TOKENS}"));
    for memory in [false, true] {
        let (mut hearth, mut bare) = (vec![Vec::new(); TURNS], vec![Vec::new(); TURNS]);
        let mut recalled = 0;
        for number in 0..CONVERSATIONS {
            eprintln!("  conversation {} of {CONVERSATIONS}", number + 1);
            recalled += recorder
                .through_hearth(&person, &mut events, memory, &mut hearth)
                .await?;
            let answers = recorder.answers();
            recorder.bare(&model, &answers, &mut bare).await?;
        }
        if memory {
            report.figure(
                "with memory: answers that something was recalled for",
                format!("{recalled} of {}", CONVERSATIONS * TURNS),
            );
        }
        report_figures(report, memory, &hearth, &bare);
    }
    server.stop()
}

fn report_figures(report: &mut Report, memory: bool, hearth: &[Vec<Read>], bare: &[Vec<Read>]) {
    let which = if memory { "with memory, " } else { "" };
    for turn in LOOKED_AT {
        let ms = |reads: &[Read]| median(&reads.iter().map(|read| read.ms).collect::<Vec<_>>());
        let tokens = |reads: &[Read]| median(&reads.iter().map(|read| read.tokens).collect::<Vec<_>>());
        let (with, without) = (&hearth[turn - 1], &bare[turn - 1]);
        report.figure(
            format!("{which}reading the prompt of turn {turn}, through Hearth and bare"),
            format!(
                "{:.0} ms of {:.0} tokens, {:.0} ms of {:.0} tokens",
                ms(with),
                tokens(with),
                ms(without),
                tokens(without)
            ),
        );
        let ratio = ms(with) / ms(without);
        let (what, shown) = (format!("— {which}as a ratio, turn {turn}"), format!("{ratio:.2}"));
        if memory {
            report.figure(what, shown);
        } else {
            report.aimed(what, ratio, shown, Aim::AtMost(1.3, "×"));
        }
    }
}

impl Recorder {
    /// Serves in the background; returns its address.
    async fn listen(self) -> Result<String> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let app = Router::new().fallback(pass_on).with_state(self);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(url)
    }

    fn take(&self) -> Vec<Chat> {
        std::mem::take(&mut *self.chats.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn answers(&self) -> Vec<(String, String)> {
        let chats = self.take();
        let answers = chats.into_iter().filter(is_answer);
        answers
            .zip(ASKED)
            .map(|(chat, asked)| (asked.to_owned(), chat.reply))
            .collect()
    }

    /// One conversation; how often something was recalled.
    async fn through_hearth(
        &self,
        person: &Person,
        events: &mut UnboundedReceiver<Arrived>,
        memory: bool,
        reads: &mut [Vec<Read>],
    ) -> Result<usize> {
        self.take();
        let mut conversation = None;
        let mut recalled = 0;
        for asked in ASKED {
            let answered = match conversation {
                None => person.ask(events, asked, memory).await?,
                Some(id) => person.go_on(events, id, asked).await?,
            };
            conversation = Some(answered.sent.conversation);
            recalled += usize::from(answered.recalled > 0);
        }
        let chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = chats.iter().filter(|chat| is_answer(chat));
        for (turn, chat) in answers.enumerate().take(TURNS) {
            reads[turn].push(chat.read);
        }
        Ok(recalled)
    }

    /// The same words, without anything of Hearth's.
    async fn bare(&self, model: &str, said: &[(String, String)], reads: &mut [Vec<Read>]) -> Result<()> {
        let mut messages = vec![json!({ "role": "system", "content": "You are a helpful assistant." })];
        for (turn, (asked, answered)) in said.iter().enumerate() {
            messages.push(json!({ "role": "user", "content": asked }));
            // The answer is known: one token is enough to have the prompt read.
            let body = json!({
                "model": model, "messages": messages, "stream": false,
                "options": { "num_ctx": 8192, "num_predict": 1 },
            });
            let reply = self.http.post(format!("{}/api/chat", self.ollama));
            let reply = reply
                .header("content-type", "application/json")
                .body(serde_json::to_vec(&body)?)
                .send()
                .await?
                .bytes()
                .await?;
            reads[turn].push(read_of(&serde_json::from_slice(&reply)?));
            messages.push(json!({ "role": "assistant", "content": answered }));
        }
        Ok(())
    }
}

/// Answers begin with Hearth's own system text; titles and the like do not.
fn is_answer(chat: &Chat) -> bool {
    let system = chat.messages.first().and_then(|first| first["content"].as_str());
    system.is_some_and(|system| system.starts_with("You are Hearth"))
}

fn read_of(done: &Value) -> Read {
    Read {
        ms: done["prompt_eval_duration"].as_f64().unwrap_or_default() / 1e6,
        tokens: done["prompt_eval_count"].as_f64().unwrap_or_default(),
    }
}

/// Passes a call on; of chats it keeps what was asked, the answer, and what reading took.
async fn pass_on(State(recorder): State<Recorder>, uri: Uri, body: Bytes) -> impl IntoResponse {
    let address = format!("{}{uri}", recorder.ollama);
    let is_chat = uri.path() == "/api/chat";
    let body = if is_chat { shortened(&body) } else { body };
    let request = if body.is_empty() {
        recorder.http.get(address)
    } else {
        let request = recorder.http.post(address).body(body.clone());
        request.header("content-type", "application/json")
    };
    let reply = match request.send().await {
        Ok(reply) => reply,
        Err(error) => return (StatusCode::BAD_GATEWAY, error.to_string().into_bytes()),
    };
    let status = StatusCode::from_u16(reply.status().as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
    let bytes = reply.bytes().await.unwrap_or_default().to_vec();
    if is_chat {
        recorder.keep(&body, &bytes);
    }
    (status, bytes)
}

fn shortened(chat: &Bytes) -> Bytes {
    let Ok(mut body) = serde_json::from_slice::<Value>(chat) else {
        return chat.clone();
    };
    body["options"]["num_predict"] = ANSWER_TOKENS.into();
    body.to_string().into()
}

impl Recorder {
    fn keep(&self, asked: &[u8], reply: &[u8]) {
        let asked: Value = serde_json::from_slice(asked).unwrap_or_default();
        let lines = reply.split(|byte| *byte == b'\n');
        let lines: Vec<Value> = lines
            .filter_map(|line| serde_json::from_slice(line).ok())
            .collect();
        let text = lines
            .iter()
            .filter_map(|line| line["message"]["content"].as_str());
        let chat = Chat {
            messages: asked["messages"].as_array().cloned().unwrap_or_default(),
            reply: text.collect(),
            read: lines.last().map(read_of).unwrap_or_default(),
        };
        let mut chats = self.chats.lock().unwrap_or_else(PoisonError::into_inner);
        chats.push(chat);
    }
}
