//! An HTTP server that answers one connection after the other as a test wants, and keeps what it was sent.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

/// How the server answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// With this status line and these headers.
    Status(&'static str),
    /// With what is no HTTP.
    Noise,
    /// Closes the connection without a word.
    Hangup,
    /// Never, while the test runs.
    Silence,
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Received {
    /// `POST /path HTTP/1.1`.
    pub line: String,
    /// In lower case, with their values.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// A server on a port of its own.
pub struct HttpServer {
    pub port: u16,
    received: Receiver<Received>,
}

impl HttpServer {
    /// Answers the first connections so, in turn, and takes no more after them.
    pub fn start(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, received) = channel();
        let answers = answers.to_vec();
        thread::spawn(move || {
            let mut open = Vec::new();
            for answer in answers {
                let Ok((stream, _)) = listener.accept() else { return };
                open.extend(serve(stream, answer, &sender));
            }
            drop(listener);
            // Connections that are never answered stay open as long as any client may wait.
            thread::sleep(Duration::from_secs(if open.is_empty() { 0 } else { 60 }));
        });
        Self { port, received }
    }

    /// What arrived so far.
    pub fn received(&self) -> Vec<Received> {
        self.received.try_iter().collect()
    }
}

/// A port on which nobody listens.
pub fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn serve(mut stream: TcpStream, answer: Answer, sender: &Sender<Received>) -> Option<TcpStream> {
    let received = read(&mut stream)?;
    let _ = sender.send(received);
    match answer {
        Answer::Status(head) => drop(write!(stream, "HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")),
        Answer::Noise => drop(stream.write_all(b"220 mail.example.org ESMTP\r\n\r\n")),
        Answer::Hangup => {}
        Answer::Silence => return Some(stream),
    }
    None
}

fn read(stream: &mut TcpStream) -> Option<Received> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Received { line: line.trim().to_owned(), headers, body: String::from_utf8(body).ok()? })
}
