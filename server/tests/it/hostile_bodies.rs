//! Bodies that are too long, endless, slow, deep or missing, against the binary over real connections.

use crate::binary::{TestServer, figure};
use hearth_server::http::routes::{Access, Kind, ROUTES};
use http::StatusCode;
use std::{
    fs,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Kilobytes of memory that a flood may cost at most.
const MEMORY: u64 = 150 * 1024;

/// The result of a flood: the status of the answer, and how many bytes the server read.
#[derive(Debug)]
struct Flooded {
    status: Option<u16>,
    taken: usize,
    after: Duration,
}

/// Sends a head and then `piece` again and again, until the server answers or closes.
async fn flood(address: &str, head: String, piece: &[u8], most: usize) -> Flooded {
    let started = Instant::now();
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    write.write_all(head.as_bytes()).await.unwrap();
    let answer = tokio::spawn(async move {
        let mut answer = Vec::new();
        timeout(Duration::from_secs(60), read.read_to_end(&mut answer))
            .await
            .ok();
        answer
    });
    let mut taken = 0;
    while taken < most && !answer.is_finished() {
        match timeout(Duration::from_secs(5), write.write_all(piece)).await {
            Ok(Ok(())) => taken += piece.len(),
            _ => break,
        }
    }
    let answer = answer.await.unwrap();
    let text = String::from_utf8_lossy(&answer);
    let status = text
        .strip_prefix("HTTP/1.1 ")
        .and_then(|rest| rest.get(..3)?.parse().ok());
    Flooded {
        status,
        taken,
        after: started.elapsed(),
    }
}

fn head(hearth: &TestServer, cookie: &str, more: &str) -> String {
    let address = &hearth.address;
    format!(
        "POST /api/conversations/send HTTP/1.1\r\nhost: {address}\r\norigin: http://{address}\r\ncookie: {cookie}\r\n{more}\r\n\r\n"
    )
}

fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_bodies_are_refused_and_a_visitors_body_is_not_read() {
    let Some(hearth) = TestServer::start().await else {
        return;
    };
    let before = hearth.resident();
    let form = "content-type: application/x-www-form-urlencoded";
    let gigabyte = format!("{form}\r\ncontent-length: 1000000000");
    let multipart = "content-type: multipart/form-data; boundary=x\r\ntransfer-encoding: chunked";
    let endless = format!("{form}\r\ntransfer-encoding: chunked");
    let letters = vec![b'x'; 64 * 1024];
    let parts = b"--x\r\ncontent-disposition: form-data; name=a\r\n\r\nx\r\n".repeat(1000);
    for (more, piece, what) in [
        (gigabyte.as_str(), letters.clone(), "a gigabyte"),
        (multipart, chunk(&parts), "an endless boundary"),
        (endless.as_str(), chunk(&letters), "an endless form"),
    ] {
        let mine = flood(
            &hearth.address,
            head(&hearth, &hearth.cookie, more),
            &piece,
            1_000_000_000,
        )
        .await;
        assert!(matches!(mine.status, Some(400..=499)), "{what}: {mine:?}");
        assert!(
            mine.taken < 64_000_000 && mine.after < Duration::from_secs(35),
            "{what}: {mine:?}"
        );
        let strangers = flood(&hearth.address, head(&hearth, "", more), &piece, 1_000_000_000).await;
        assert_eq!(strangers.status, Some(401), "{what}: {strangers:?}");
        // What fits into the buffers between is written, not read.
        assert!(strangers.taken < 16_000_000, "{what}: {strangers:?}");
        figure(&format!("{what}: {mine:?}, a stranger's {strangers:?}"));
    }
    calm(&hearth, before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_slow_connections_delay_no_others_and_are_closed() {
    let Some(hearth) = TestServer::start().await else {
        return;
    };
    let before = hearth.resident();
    let head_only = format!(
        "POST /api/conversations/send HTTP/1.1\r\nhost: {}\r\nx-slow: ",
        hearth.address
    );
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 200";
    let slow_body = head(&hearth, &hearth.cookie, form);
    let slow: Vec<_> = (0..500)
        .map(|number| {
            let begin = if number % 2 == 0 {
                head_only.clone()
            } else {
                slow_body.clone()
            };
            tokio::spawn(trickle(hearth.address.clone(), begin))
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut times = Vec::new();
    for _ in 0..50 {
        for path in ["/healthz", "/api/conversations", "/"] {
            let started = Instant::now();
            assert_eq!(hearth.get(path).await.unwrap().status(), StatusCode::OK, "{path}");
            times.push(started.elapsed());
        }
    }
    times.sort();
    let p95 = times[times.len() * 95 / 100];
    assert!(p95 < Duration::from_millis(500), "others wait {p95:?}");
    let mut given_up = Duration::ZERO;
    for slow in slow {
        given_up = given_up.max(
            slow.await
                .unwrap()
                .expect("a slow connection is given up within 45 s"),
        );
    }
    figure(&format!(
        "500 slow connections: others' p95 {p95:?}, the last given up after {given_up:?}"
    ));
    calm(&hearth, before).await;
}

/// One byte a second, until the server has had enough; after how long.
async fn trickle(address: String, begin: String) -> Option<Duration> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(begin.as_bytes()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let writes = async {
        while write.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    let closed = async {
        tokio::select! {
            _ = read.read_to_end(&mut answer) => {}
            () = writes => {}
        }
    };
    timeout(Duration::from_secs(45), closed).await.ok()?;
    let text = String::from_utf8_lossy(&answer).into_owned();
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 4"), "{text}");
    Some(started.elapsed())
}

#[tokio::test(flavor = "multi_thread")]
async fn deep_and_missing_json_is_refused_by_every_change() {
    let Some(hearth) = TestServer::start().await else {
        return;
    };
    let before = hearth.resident();
    let deep = "[".repeat(200_000);
    let nested = r#"{"text":"#.repeat(30_000);
    for route in ROUTES.iter().filter(|route| route.kind == Kind::Change) {
        // The one that would end the session, and those before it that take no field at all.
        if route.path.ends_with("sign_out") {
            continue;
        }
        for body in ["", &deep, &nested] {
            let request = hearth.post(route.path, body);
            let mut request = request.build().unwrap();
            let json = "application/json".parse().unwrap();
            request.headers_mut().insert(http::header::CONTENT_TYPE, json);
            let answer = reqwest::Client::new().execute(request).await.unwrap();
            let takes_nothing = answer.status().is_success() && route.access != Access::Public;
            assert!(
                answer.status().is_client_error() || takes_nothing,
                "{} {}",
                route.path,
                answer.status()
            );
        }
    }
    calm(&hearth, before).await;
}

/// Nothing panicked, memory is as it was, and people are served.
async fn calm(hearth: &TestServer, before: u64) {
    let log = fs::read_to_string(hearth.data.with_extension("log")).unwrap();
    assert!(!log.contains("panicked"), "{log}");
    let after = hearth.resident();
    assert!(after < before + MEMORY, "{before} kB before, {after} kB after");
    let sent = hearth.send("still there").await;
    assert_eq!(hearth.open(&sent).await.messages.len(), 2);
}
