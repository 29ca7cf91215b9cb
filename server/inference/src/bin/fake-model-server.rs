//! The scripted model server as a program, for benches. Every chat receives the same tokens, at once or with a delay
//! before each.
//!
//!     fake-model-server [--port N] [--tokens N] [--delay-ms N]
//!
//! Prints its address on the first line and serves until it is killed.
#![allow(
    clippy::print_stdout,
    reason = "the caller reads the address from standard output"
)]

use std::{error::Error, net::SocketAddr, time::Duration};

use hearth_inference::fake::{FakeModelServer, Reply};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = option("--port", 0)?;
    let tokens: usize = option("--tokens", 200)?;
    let delay: u64 = option("--delay-ms", 0)?;

    let server = FakeModelServer::start_on(SocketAddr::from(([127, 0, 0, 1], port))).await?;
    server.record(false);
    let mut reply = Reply::tokens((0..tokens).map(|number| format!("word{number} ")).collect());
    if delay > 0 {
        reply = reply.tokens_every(Duration::from_millis(delay));
    }
    let reply = reply.prebuilt();
    server.respond_with(move |_| reply.clone());
    println!("{}", server.url());
    std::future::pending().await
}

/// The number after `name` on the command line.
fn option<T: std::str::FromStr>(name: &str, default: T) -> Result<T, String> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name).skip(1);
    match arguments.next() {
        None => Ok(default),
        Some(value) => value
            .parse()
            .map_err(|_| format!("{name} wants a number, not {value}")),
    }
}
