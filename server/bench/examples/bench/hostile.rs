//! What one person or one address can do to all others: CPU, the slowest answer of `/healthz` meanwhile, and the peak
//! memory of Hearth's own process, for inputs that cost much more than their length or hold what others need.
//!
//! Each case runs in the same installation, after the one before has ended. Not part of a run of all benches.

use crate::{
    client::{Client, NAME, Person},
    processes::{self, peak_memory, reset_peak_memory},
    report::{Aim, Report},
    seed::Database,
    server::{Folder, ModelServer, Server},
};
use anyhow::{Context, Result, ensure};
use std::{
    future::Future,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{io::AsyncWriteExt, net::TcpSocket, net::TcpStream, task::JoinHandle};

mod files;

/// Passages that are recalled from.
const PASSAGES: usize = 2_500;

/// Anonymous connections that never read an answer.
const SOCKETS: usize = 2_100;

/// Conversations that are deleted at the same moment.
const SHARED: usize = 14;

/// The longest that another person may wait for an answer meanwhile, in milliseconds.
const WAIT: Aim = Aim::AtMost(500.0, "ms");

/// How much Hearth's own peak may grow, in megabytes.
const GROWTH: Aim = Aim::AtMost(64.0, "MB");

pub async fn bench(report: &mut Report) -> Result<()> {
    raise_descriptor_limit();
    let (folder, fake) = (Folder::new()?, ModelServer::start(10, 0)?);
    let server = Server::start(&folder, &fake).await?;
    let person = server.set_up().await?;
    person.ask(&mut person.listen().await?, "Hello?", true).await?;
    let mut database = Database::open(&folder).await?;
    let embedder = database.measured_embedder().await?;
    let friend = database.people(1).await?.remove(0);
    database.past(NAME, 1, PASSAGES, &embedder).await?;
    let bench = Bench { server: &server };

    let long = "麻烦".repeat(42_500);
    bench
        .case(report, "`麻烦` × 42,500 as a message", bench.say(&person, &long))
        .await?;
    let clauses = "请问水管在哪里漏水了，".repeat(7_700);
    bench
        .case(
            report,
            "85,000 Chinese characters over 2,500 passages",
            bench.say(&person, &clauses),
        )
        .await?;
    let words: Vec<String> = (0..17_500).map(three_letters).collect();
    let forget = format!("Forget that {}", words.join(" "));
    bench
        .case(
            report,
            "\"Forget that\" with 20,000 words",
            bench.say(&person, &forget),
        )
        .await?;
    let archive = files::archive(&vec![files::talk(&long, "Yes."); 4])?;
    let what = format!("archive of four such messages ({} bytes)", archive.len());
    bench.case(report, &what, import(&person, archive)).await?;
    let answer = "word ".repeat(800_000);
    let archive = files::archive(&vec![files::talk("Hello?", &answer); 58])?;
    let what = format!("archive of 58 answers of 4 MB ({} kB)", archive.len() / 1000);
    bench.case(report, &what, import(&person, archive)).await?;
    for (what, name, bytes) in files::pictures()? {
        bench.case(report, &what, upload(&person, name, bytes)).await?;
    }
    bench
        .case(
            report,
            "six bytes of text beside another person's slow PDF",
            async {
                let other = server.sign_in(&friend).await?;
                beside_a_slow_document(&person, &other).await
            },
        )
        .await?;
    let friend_id = database.user(&friend).await?.to_string();
    let shared = share(&person, &mut database, &friend_id).await?;
    bench
        .case(
            report,
            "14 shared conversations deleted at once",
            delete_all(&person, shared),
        )
        .await?;
    bench
        .case(
            report,
            "2,100 sockets that never read; another address",
            others_beside_sockets(&server.url),
        )
        .await?;
    server.stop()
}

struct Bench<'a> {
    server: &'a Server,
}

impl Bench<'_> {
    /// Runs one case and reports what it cost.
    async fn case(
        &self,
        report: &mut Report,
        what: &str,
        work: impl Future<Output = Result<String>>,
    ) -> Result<()> {
        let pid = self.server.pid();
        reset_peak_memory(pid)?;
        let (cpu, started, watch) = (
            processes::cpu(pid)?,
            Instant::now(),
            Watch::start(&self.server.url)?,
        );
        let before = peak_memory(pid)?;
        let outcome = match work.await {
            Ok(outcome) => outcome,
            Err(error) => format!("{error:#}"),
        };
        self.until_quiet().await?;
        let (elapsed, worst) = (started.elapsed(), watch.stop().await);
        let (spent, peak) = (processes::cpu(pid)? - cpu, peak_memory(pid)?);
        report.figure(
            what,
            format!(
                "{outcome}; CPU of Hearth {:.1} s, of PostgreSQL {:.1} s, in {:.1} s",
                spent.hearth,
                spent.postgres,
                elapsed.as_secs_f64()
            ),
        );
        report.aimed(
            "– slowest /healthz meanwhile",
            worst,
            format!("{worst:.0} ms"),
            WAIT,
        );
        let growth = peak - before;
        let shown = format!(
            "{before:.0} to {peak:.0} MB, {:.0} afterwards",
            processes::memory(pid)?.hearth
        );
        report.aimed("– peak memory of Hearth", growth, shown, GROWTH);
        Ok(())
    }

    /// Until two seconds have passed in which Hearth used less than a tenth of a core: jobs belong to the case.
    async fn until_quiet(&self) -> Result<()> {
        let (started, mut quiet, mut last) = (Instant::now(), 0, processes::cpu(self.server.pid())?.hearth);
        while quiet < 4 && started.elapsed() < Duration::from_secs(180) {
            tokio::time::sleep(Duration::from_millis(500)).await;
            let now = processes::cpu(self.server.pid())?.hearth;
            quiet = if now - last < 0.05 { quiet + 1 } else { 0 };
            last = now;
        }
        Ok(())
    }

    async fn say(&self, person: &Person, text: &str) -> Result<String> {
        let mut events = person.listen().await?;
        let started = Instant::now();
        person.ask(&mut events, text, true).await?;
        Ok(format!("answered after {:.1} s", started.elapsed().as_secs_f64()))
    }
}

/// Asks `/healthz` again and again, each time by a connection of its own.
struct Watch {
    ended: Arc<AtomicBool>,
    worst: Arc<Mutex<f64>>,
    task: JoinHandle<()>,
}

impl Watch {
    fn start(url: &str) -> Result<Self> {
        let http = anonymous("127.0.0.3")?;
        let (ended, worst) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(0.0_f64)));
        let address = format!("{url}/healthz");
        let (until, slowest) = (ended.clone(), worst.clone());
        let task = tokio::spawn(async move {
            while !until.load(Ordering::Relaxed) {
                let started = Instant::now();
                http.get(&address).send().await.ok();
                let took = started.elapsed().as_secs_f64() * 1000.0;
                if let Ok(mut slowest) = slowest.lock() {
                    *slowest = slowest.max(took);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        Ok(Self { ended, worst, task })
    }

    /// The slowest answer, in milliseconds.
    async fn stop(self) -> f64 {
        self.ended.store(true, Ordering::Relaxed);
        self.task.await.ok();
        self.worst.lock().map_or(f64::INFINITY, |worst| *worst)
    }
}

/// A client whose connections come from this address of the loopback interface and are used once.
fn anonymous(address: &str) -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .pool_max_idle_per_host(0)
        .local_address(Some(address.parse()?))
        .timeout(Duration::from_secs(30))
        .build()?)
}

async fn import(person: &Person, archive: Vec<u8>) -> Result<String> {
    let (status, body) = person.upload("/import", "words.zip", archive).await?;
    let start: String = body.chars().take(60).collect();
    Ok(format!("{status} {start}"))
}

async fn upload(person: &Person, name: &str, bytes: Vec<u8>) -> Result<String> {
    let (status, body) = person.upload("/attachments", name, bytes).await?;
    let start: String = body.chars().take(60).collect();
    Ok(format!("{status} {start}"))
}

async fn beside_a_slow_document(person: &Person, other: &Person) -> Result<String> {
    let slow = files::slow_document()?;
    let document = person.elsewhere()?;
    let running = tokio::spawn(async move { document.upload("/attachments", "slow.pdf", slow).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let started = Instant::now();
    let (status, _) = other
        .upload("/attachments", "note.txt", b"Hello!".to_vec())
        .await?;
    let waited = started.elapsed().as_secs_f64();
    let beside = if running.is_finished() {
        "which had ended"
    } else {
        "which still ran"
    };
    let (document, _) = running.await??;
    Ok(format!(
        "{status} after {waited:.2} s beside the PDF {beside} ({document})"
    ))
}

async fn share(person: &Person, database: &mut Database, friend: &str) -> Result<Vec<String>> {
    let mut shared = Vec::new();
    for _ in 0..SHARED {
        let id = database.titled_conversation(NAME).await?.to_string();
        let form = [("id", id.as_str()), ("person", friend), ("role", "writer")];
        let (status, body) = person.change("/api/conversations/share", &form).await?;
        ensure!(status < 400, "sharing: {status} {body}");
        shared.push(id);
    }
    Ok(shared)
}

async fn delete_all(person: &Person, conversations: Vec<String>) -> Result<String> {
    let deleting = conversations.into_iter().map(|id| async move {
        let started = Instant::now();
        let (status, _) = person.change("/api/conversations/delete", &[("id", &id)]).await?;
        Ok::<_, anyhow::Error>((status, started.elapsed().as_secs_f64()))
    });
    let ended = futures::future::try_join_all(deleting).await?;
    let failed = ended.iter().filter(|(status, _)| *status >= 400).count();
    let slowest = ended.iter().map(|(_, took)| *took).fold(0.0, f64::max);
    Ok(format!(
        "{failed} of {SHARED} failed, the slowest took {slowest:.2} s"
    ))
}

/// Opens the sockets, has each ask for pages that it never reads, and asks for a page from another address.
async fn others_beside_sockets(url: &str) -> Result<String> {
    let address = url.strip_prefix("http://").context("an address")?.parse()?;
    let mut sockets: Vec<TcpStream> = Vec::new();
    for _ in 0..SOCKETS {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(4096)?;
        let Ok(Ok(mut stream)) = tokio::time::timeout(Duration::from_secs(2), socket.connect(address)).await
        else {
            break;
        };
        let ask = "GET /sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(200);
        tokio::time::timeout(Duration::from_millis(50), stream.write_all(ask.as_bytes()))
            .await
            .ok();
        sockets.push(stream);
    }
    let started = Instant::now();
    let other = anonymous("127.0.0.2")?;
    let status = match other.get(format!("{url}/sign-in")).send().await {
        Ok(reply) => reply.status().to_string(),
        Err(_) => "nothing".to_owned(),
    };
    let waited = started.elapsed().as_secs_f64();
    // Another tab of a person behind the same address.
    let started = Instant::now();
    let same = Client::new(url)?
        .is_answered("/sign-in", Duration::from_secs(30))
        .await;
    Ok(format!(
        "{} opened; {status} after {waited:.2} s; the same address: {same} after {:.2} s",
        sockets.len(),
        started.elapsed().as_secs_f64()
    ))
}

/// A different word for each number below 26³.
fn three_letters(number: u32) -> String {
    let letter = |n: u32| char::from_u32('a' as u32 + n % 26).unwrap_or('a');
    [letter(number / 676), letter(number / 26), letter(number)]
        .iter()
        .collect()
}

/// The sockets are this process's as well.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).ok();
}
