//! A mail server that holds one conversation after the other, without TLS, and keeps what was said. That mail goes through TLS
//! and a login is tested against a real server, in `tests/foreign/notify.py`.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

/// A server on a port of its own.
pub struct SmtpServer {
    pub port: u16,
    said: Receiver<String>,
}

/// How a conversation goes: commands that begin so are answered so, the first that fits; all others well.
pub type Script = &'static [(&'static str, &'static str)];

impl SmtpServer {
    /// Holds these conversations, one a connection, and no more.
    pub fn start(scripts: &[Script]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, said) = channel();
        let scripts = scripts.to_vec();
        thread::spawn(move || {
            for script in scripts {
                let Ok((stream, _)) = listener.accept() else { return };
                let _ = converse(stream, script, &sender);
            }
        });
        Self { port, said }
    }

    /// Every line that was said to it so far.
    pub fn said(&self) -> Vec<String> {
        self.said.try_iter().collect()
    }
}

fn converse(mut stream: TcpStream, script: Script, sender: &Sender<String>) -> std::io::Result<()> {
    let scripted = |line: &str| script.iter().find(|(command, _)| line.starts_with(command)).map(|(_, answer)| *answer);
    let mut reader = BufReader::new(stream.try_clone()?);
    write!(stream, "{}\r\n", scripted("CONNECT").unwrap_or("220 mail.example.org"))?;
    let mut in_data = false;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end().to_owned();
        let _ = sender.send(line.clone());
        if in_data && line != "." {
            continue;
        }
        let usual = match line.get(..4).unwrap_or(&line) {
            "EHLO" => "250-mail.example.org\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 welcome",
            "DATA" => "354 go on",
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        let answer = scripted(&line).unwrap_or(usual);
        in_data = line == "DATA" && answer.starts_with('3');
        write!(stream, "{answer}\r\n")?;
        if line == "QUIT" || answer.starts_with("421") {
            return Ok(());
        }
    }
}
