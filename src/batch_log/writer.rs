//! From buffers to the file, in order. Lines that come before the file's form is decided wait in memory. The first I/O error
//! sticks: what comes after it is dropped, and [`BatchLog::finish`] gives it back, so that a log with a hole fails the run.

use super::event::Event;
use super::line::{Format, Stamp};
use std::collections::BTreeMap;
use std::io::{self, Write};
use zstd::stream::write::Encoder;

/// Where the lines go.
enum Sink<W: Write> {
    /// No file yet.
    Memory(Vec<u8>),
    Plain(W),
    Compressed(Encoder<'static, W>),
    /// After an error.
    Broken(io::Error),
}

/// The batch log of one run.
pub struct BatchLog<W: Write> {
    format: Format,
    sink: Sink<W>,
    lines: u64,
    /// Parts of the ordered section that came before their turn.
    early: BTreeMap<u64, Vec<u8>>,
    /// The turn that is written next.
    turn: u64,
    scratch: Vec<u8>,
}

impl<W: Write> BatchLog<W> {
    /// A log that keeps its lines until [`BatchLog::attach`] gives it a file.
    pub fn new(format: Format) -> Self {
        Self { format, sink: Sink::Memory(Vec::new()), lines: 0, early: BTreeMap::new(), turn: 0, scratch: Vec::new() }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// Writes the lines so far to the file, and all later ones.
    pub fn attach(&mut self, file: W, compress: bool) {
        let Sink::Memory(lines) = &mut self.sink else { return };
        let lines = std::mem::take(lines);
        self.sink = if compress {
            // Level 3 is the library's own choice; the checksum makes a damaged log known to every reader.
            match Encoder::new(file, 3).and_then(|mut encoder| encoder.include_checksum(true).map(|()| encoder)) {
                Ok(encoder) => Sink::Compressed(encoder),
                Err(error) => Sink::Broken(error),
            }
        } else {
            Sink::Plain(file)
        };
        self.write_bytes(&lines);
    }

    /// Whether the lines go to a file already.
    pub fn attached(&self) -> bool {
        !matches!(self.sink, Sink::Memory(_))
    }

    /// Writes one step of the run, and shows it on the terminal.
    pub fn event(&mut self, event: &Event<'_>) {
        event.emit();
        let mut line = std::mem::take(&mut self.scratch);
        line.clear();
        event.render(self.format, Stamp::now(), &mut line);
        self.write(&line);
        self.scratch = line;
    }

    /// Writes whole lines.
    pub fn write(&mut self, lines: &[u8]) {
        self.lines += count_lines(lines);
        self.write_bytes(lines);
    }

    /// Writes the buffer of a turn as soon as all turns before it are written; turns begin at 0 and have no gaps. Nobody waits, so
    /// how far ahead the makers may run is for them to bound.
    pub fn submit(&mut self, turn: u64, lines: Vec<u8>) {
        self.early.insert(turn, lines);
        while let Some(lines) = self.early.remove(&self.turn) {
            self.write(&lines);
            self.turn += 1;
        }
    }

    /// The I/O error, if there was one: no use to go on.
    pub fn error(&self) -> Option<&io::Error> {
        match &self.sink {
            Sink::Broken(error) => Some(error),
            _ => None,
        }
    }

    /// How many lines were written.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Ends the log: gives the file back, to be synced, and the number of lines; or the first error.
    pub fn finish(self) -> io::Result<(W, u64)> {
        if let Some(turn) = self.early.keys().next() {
            return Err(io::Error::other(format!("part {} of the log is missing, part {turn} waits for it", self.turn)));
        }
        let mut file = match self.sink {
            Sink::Memory(_) => return Err(io::Error::other("the log has no file")),
            Sink::Plain(file) => file,
            Sink::Compressed(encoder) => encoder.finish()?,
            Sink::Broken(error) => return Err(error),
        };
        file.flush()?;
        Ok((file, self.lines))
    }

    fn write_bytes(&mut self, bytes: &[u8]) {
        let result = match &mut self.sink {
            Sink::Memory(lines) => {
                lines.extend_from_slice(bytes);
                Ok(())
            }
            Sink::Plain(file) => file.write_all(bytes),
            Sink::Compressed(encoder) => encoder.write_all(bytes),
            Sink::Broken(_) => Ok(()),
        };
        if let Err(error) = result {
            self.sink = Sink::Broken(error);
        }
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}
