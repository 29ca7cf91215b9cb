//! A plain TCP server that answers each request with given bytes, including ones that no HTTP library would send.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc::{Sender, channel},
    thread,
};

/// The response to one request.
pub struct Body {
    pub media_type: &'static str,
    pub chunks: Vec<Vec<u8>>,
}

/// The running stub. It answers one request per body, in order, each on its own connection.
pub struct Stub {
    pub url: String,
    bodies: Sender<Body>,
}

impl Stub {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (bodies, waiting) = channel::<Body>();
        thread::spawn(move || {
            for body in waiting {
                let (connection, _) = listener.accept().unwrap();
                // A client disconnects after its last event.
                let _ = answer(connection, &body);
            }
        });
        Self { url, bodies }
    }

    /// Queues the response to the next request.
    pub fn next(&self, body: Body) {
        self.bodies.send(body).unwrap();
    }
}

fn answer(mut connection: TcpStream, body: &Body) -> std::io::Result<()> {
    connection.set_nodelay(true)?;
    read_request(&mut connection)?;
    write!(
        connection,
        "HTTP/1.1 200 OK\r\ncontent-type: {}\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        body.media_type
    )?;
    for chunk in &body.chunks {
        write!(connection, "{:x}\r\n", chunk.len())?;
        connection.write_all(chunk)?;
        connection.write_all(b"\r\n")?;
    }
    connection.write_all(b"0\r\n\r\n")
}

fn read_request(connection: &mut TcpStream) -> std::io::Result<()> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length = length.and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    connection.read_exact(&mut vec![0; length])
}
