//! Clients that hold connections: how many there may be, which of them goes, and that others get in.
//!
//! Each test has source addresses of its own in 127.0.0.0/8: every one of them is this machine.

use crate::{
    binary::{figure, skip},
    command_line::{data_dir, free_address, hearth, ready, stop},
    support::TestApp,
};
use axum::{
    Extension, Router,
    body::{Body, Bytes},
    routing::get,
};
use hearth_server::serve::{
    connections::{self, Connection, Limits, descriptors},
    database,
};
use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// The time for another client's answer while some clients hold all they can. It should be a second at most, and the
/// tests print how long it was; a dev build on a busy machine is held to what is far below the deadlines of the clients
/// that hold the connections, 15 seconds and more.
const SOON: Duration = Duration::from_secs(5);

/// More than the buffers of a socket hold.
const LARGE: usize = 16 * 1024 * 1024;

/// A server without a database: `/small`, `/large`, and `/stream` for a signed-in person.
async fn server(limits: Limits) -> SocketAddr {
    descriptors::raise();
    let large = Bytes::from(vec![b'x'; LARGE]);
    let app = Router::new()
        .route("/small", get(|| async { "small" }))
        .route("/large", get(move || std::future::ready(large.clone())))
        .route(
            "/stream",
            get(|Extension(connection): Extension<Connection>| async move {
                connection.signed_in();
                let beats = futures::stream::unfold((), |()| async {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    Some((Ok::<_, std::io::Error>(Bytes::from_static(b"beat\n")), ()))
                });
                Body::from_stream(beats)
            }),
        );
    let listener = TcpSocket::new_v4().unwrap();
    listener.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = listener.listen(4096).unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(connections::serve_within(
        listener,
        app,
        CancellationToken::new(),
        limits,
    ));
    address
}

async fn connect(from: &str, to: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from.parse::<IpAddr>().unwrap(), 0))?;
    socket.connect(to).await
}

/// A connection that asks and then neither reads nor goes.
async fn ask(from: &str, to: SocketAddr, path: &str) -> TcpStream {
    let mut stream = connect(from, to).await.unwrap();
    // It may be closed already, to make room.
    stream.write_all(head(to, path).as_bytes()).await.ok();
    stream
}

fn head(host: SocketAddr, path: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: localhost:{}\r\n\r\n", host.port())
}

async fn status(from: &str, to: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = connect(from, to).await?;
    stream.write_all(head(to, path).as_bytes()).await?;
    let mut start = [0; 12];
    stream.read_exact(&mut start).await?;
    Ok(String::from_utf8_lossy(&start).into_owned())
}

/// Gets an answer soon, from each of these addresses.
async fn get_in(from: &[&str], to: SocketAddr, path: &str) {
    for address in from {
        let started = Instant::now();
        let answered = timeout(SOON, status(address, to, path)).await;
        let answered = answered.unwrap_or_else(|_| panic!("{address} does not get in"));
        assert_eq!(answered.unwrap(), "HTTP/1.1 200", "{address}");
        figure(&format!("{address} got in after {:?}", started.elapsed()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_one_hundred_sockets_that_never_read_leave_room_for_others() {
    let to = server(Limits::of_this_process()).await;
    let mut held = Vec::new();
    for _ in 0..2_100 {
        held.push(ask("127.0.0.2", to, "/large").await);
    }
    get_in(&["127.0.0.1", "127.0.0.3", "127.0.0.2"], to, "/small").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_1024_descriptors_sockets_of_every_kind_leave_room_for_others() {
    let limits = Limits::for_descriptors(1_024);
    let to = server(limits).await;
    let mut held = Vec::new();
    // Nothing at all, half a head, a large answer, many requests at once, and loopback itself as the greedy one.
    for number in 0..2_200 {
        let from = if number < 1_100 { "127.0.0.1" } else { "127.0.0.4" };
        let mut stream = connect(from, to).await.unwrap();
        let sent = match number % 4 {
            0 => String::new(),
            1 => "GET /small HTTP/1.1\r\nhost: a\r\nx: ".to_owned(),
            2 => head(to, "/large"),
            _ => head(to, "/small").repeat(200),
        };
        stream.write_all(sent.as_bytes()).await.ok();
        held.push(stream);
    }
    get_in(&["127.0.0.5", "127.0.0.1", "127.0.0.4"], to, "/small").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_from_many_addresses_leave_room_for_others() {
    let to = server(Limits::for_descriptors(1_024)).await;
    let mut held = Vec::new();
    for number in 0..2_100_u32 {
        let from = format!("127.0.1.{}", 1 + number % 210);
        held.push(ask(&from, to, if number % 2 == 0 { "/large" } else { "/small" }).await);
    }
    get_in(&["127.0.0.6", "127.0.1.1"], to, "/small").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_streams_survive_floods_of_connections_from_their_own_and_another_address() {
    let to = server(Limits::for_descriptors(1_024)).await;
    let mut streams = Vec::new();
    for _ in 0..64 {
        streams.push(ask("127.0.0.7", to, "/stream").await);
    }
    for stream in &mut streams {
        beat(stream).await;
    }
    let mut held = Vec::new();
    for number in 0..2_000 {
        let from = if number % 2 == 0 { "127.0.0.7" } else { "127.0.0.8" };
        held.push(ask(from, to, "/large").await);
    }
    for stream in &mut streams {
        // What was on its way, and one more.
        for _ in 0..3 {
            beat(stream).await;
        }
    }
    get_in(&["127.0.0.7", "127.0.0.9"], to, "/small").await;
}

async fn beat(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    while !seen.ends_with(b"beat\n\r\n") {
        let byte = timeout(Duration::from_secs(20), stream.read_u8()).await;
        seen.push(byte.expect("the stream goes on").expect("the stream is open"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_is_cut_off_and_a_slow_one_is_not() {
    let mut limits = Limits::of_this_process();
    limits.time_to_read = Duration::from_secs(1);
    let to = server(limits).await;
    let mut asleep = ask("127.0.0.10", to, "/large").await;
    let mut slow = ask("127.0.0.10", to, "/large").await;
    let started = Instant::now();
    let mut read = 0;
    let mut buffer = vec![0; 256 * 1024];
    // A quarter of the answer in several times the limit.
    while read < LARGE / 4 || started.elapsed() < Duration::from_secs(4) {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let some = slow.read(&mut buffer).await.unwrap();
        assert_ne!(some, 0, "cut off after {read} bytes");
        read += some;
        if read > LARGE - 1024 * 1024 {
            break;
        }
    }
    // What it still gets was in the buffers; the end is no end of the answer.
    let mut got = 0;
    loop {
        match timeout(Duration::from_secs(20), asleep.read(&mut buffer))
            .await
            .expect("it was cut off")
        {
            Ok(0) | Err(_) => break,
            Ok(some) => got += some,
        }
    }
    assert!(got < LARGE, "{got}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_counts_as_many_clients_and_still_leaves_room_for_others() {
    use hearth_server::settings::{Flags, Settings};
    let variables = [("HEARTH_TRUSTED_PROXIES".to_owned(), "127.0.0.11".to_owned())];
    let flags = Flags {
        data_dir: Some("/nowhere".into()),
        ..Flags::default()
    };
    let mut limits = Limits::for_descriptors(1_024);
    limits.proxies = Settings::load(&flags, variables).unwrap().trusted_proxies;
    let (share, total) = (limits.strangers_per_source, limits.total);
    let to = server(limits).await;
    let mut held = Vec::new();
    for _ in 0..share + 100 {
        held.push(ask("127.0.0.11", to, "/large").await);
    }
    get_in(&["127.0.0.11", "127.0.0.12"], to, "/small").await;
    // More than its share were open, and none was closed for it: each still gets more of its answer.
    let mut buffer = vec![0; 1024];
    for stream in &mut held {
        assert_ne!(stream.read(&mut buffer).await.unwrap(), 0);
    }
    for _ in 0..total {
        held.push(ask("127.0.0.11", to, "/large").await);
    }
    get_in(&["127.0.0.12"], to, "/small").await;
}

/// The real router: the connections of people with a session are known as theirs.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_tabs_of_one_address_have_their_event_streams() {
    descriptors::raise();
    let app = TestApp::start().await;
    let anna = app.admin().await;
    let origin = app.listen().await;
    let to: SocketAddr = origin.trim_start_matches("http://").parse().unwrap();
    let mut tabs = Vec::new();
    for _ in 0..64 {
        let mut tab = connect("127.0.0.13", to).await.unwrap();
        let asked = format!(
            "GET /events HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\n\r\n",
            anna.cookie()
        );
        tab.write_all(asked.as_bytes()).await.unwrap();
        let mut start = [0; 12];
        timeout(Duration::from_secs(20), tab.read_exact(&mut start))
            .await
            .expect("the stream opens")
            .unwrap();
        assert_eq!(&start, b"HTTP/1.1 200");
        tabs.push(tab);
    }
    // Strangers at the same address, more than its share: the tabs stay, and so does the way in.
    let mut held = Vec::new();
    for _ in 0..Limits::of_this_process().strangers_per_source + 100 {
        held.push(ask("127.0.0.13", to, "/favicon.svg").await);
    }
    get_in(&["127.0.0.13", "127.0.0.14"], to, "/healthz").await;
    anna.say("Hello").await;
    for tab in &mut tabs {
        let mut seen = Vec::new();
        while !String::from_utf8_lossy(&seen).contains("message_added") {
            let byte = timeout(Duration::from_secs(20), tab.read_u8()).await;
            seen.push(byte.expect("an event comes").expect("the tab is open"));
        }
    }
}

/// The binary, started with 1,024 descriptors and no more to be had.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_1024_descriptors_serves_others_beside_2100_sockets_that_never_read() {
    if !database::is_bundled() {
        skip("this build carries no PostgreSQL");
        return;
    }
    descriptors::raise();
    let (_keep, data) = data_dir();
    let address = free_address();
    let inner = hearth(&data, &["--listen", &address]);
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "ulimit -n 1024 && exec \"$0\" \"$@\""])
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut server = command.spawn().unwrap();
    ready(&address, &mut server).await;
    let to: SocketAddr = address.parse().unwrap();
    let mut held = Vec::new();
    for number in 0..2_100 {
        let path = if number % 10 == 0 {
            "/sign-in"
        } else {
            "/favicon.svg"
        };
        held.push(ask("127.0.0.15", to, path).await);
    }
    get_in(&["127.0.0.16", "127.0.0.1"], to, "/healthz").await;
    stop(&mut server);
}
