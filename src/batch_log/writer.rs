//! From buffers to the file, in order. Lines that come before the file's form is decided wait in memory. The first I/O error
//! sticks: what comes after it is dropped, and [`BatchLog::finish`] gives it back, so that a log with a hole fails the run.
//!
//! A compressed log is a row of Zstandard frames, each of which is whole in itself: so parts of it can be compressed on any thread
//! ([`PartMaker`]), and every reader of `.zst` files takes the row for one stream.

use super::event::Event;
use super::line::{Format, Stamp};
use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use zstd::bulk::Compressor;
use zstd::zstd_safe::{CParameter, compress_bound};

/// One below the library's own choice: lines are so much alike that it finds nearly all the same, and takes less time.
const LEVEL: i32 = 2;
/// How much is gathered of single lines before it becomes a frame.
const FRAME: usize = 1 << 20;

/// What the lines become in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Plain,
    Compressed,
}

impl Form {
    /// The form of a log that is to be compressed, or not.
    pub fn of(compress: bool) -> Self {
        if compress { Form::Compressed } else { Form::Plain }
    }
}

/// Some whole lines, in the form of the file.
pub struct Part {
    bytes: io::Result<Vec<u8>>,
    lines: u64,
}

impl Part {
    /// Brings lines into the form of the file. What cannot be done comes to light when the part is written.
    pub fn new(form: Form, lines: Vec<u8>) -> Self {
        let count = count_lines(&lines);
        let bytes = match form {
            Form::Plain => Ok(lines),
            Form::Compressed if lines.is_empty() => Ok(lines),
            Form::Compressed => frame(&lines),
        };
        Self { bytes, lines: count }
    }
}

/// A Zstandard frame. Its checksum makes a damaged log known to every reader.
fn frame(lines: &[u8]) -> io::Result<Vec<u8>> {
    compressor()?.compress(lines)
}

fn compressor() -> io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    Ok(compressor)
}

/// Makes parts on any thread. What a part takes to be compressed is large, and serves one part after the other.
pub struct PartMaker {
    form: Form,
    spare: Mutex<Vec<Tools>>,
}

/// What one part at a time is made with.
struct Tools {
    compressor: Compressor<'static>,
    lines: Vec<u8>,
    frame: Vec<u8>,
}

impl PartMaker {
    pub fn new(form: Form) -> Self {
        Self { form, spare: Mutex::default() }
    }

    /// A part of the lines that `write` appends, about so many bytes.
    pub fn make(&self, about: usize, write: impl FnOnce(&mut Vec<u8>)) -> Part {
        if self.form == Form::Plain {
            let mut lines = Vec::with_capacity(about);
            write(&mut lines);
            return Part::new(Form::Plain, lines);
        }
        let mut tools = match self.tools() {
            Ok(tools) => tools,
            Err(error) => return Part { bytes: Err(error), lines: 0 },
        };
        tools.lines.clear();
        write(&mut tools.lines);
        let part = Part { bytes: tools.frame(), lines: count_lines(&tools.lines) };
        self.spare().push(tools);
        part
    }

    fn tools(&self) -> io::Result<Tools> {
        match self.spare().pop() {
            Some(tools) => Ok(tools),
            None => Ok(Tools { compressor: compressor()?, lines: Vec::new(), frame: Vec::new() }),
        }
    }

    /// Whoever died holding the list left it whole.
    fn spare(&self) -> MutexGuard<'_, Vec<Tools>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tools {
    /// The frame of the lines; none of no lines.
    fn frame(&mut self) -> io::Result<Vec<u8>> {
        if self.lines.is_empty() {
            return Ok(Vec::new());
        }
        self.frame.clear();
        self.frame.reserve(compress_bound(self.lines.len()));
        self.compressor.compress_to_buffer(&self.lines, &mut self.frame)?;
        Ok(self.frame.to_vec())
    }
}

/// Where the lines go.
enum Sink<W: Write> {
    /// No file yet.
    Memory,
    File(W, Form),
    /// After an error.
    Broken(io::Error),
}

/// The batch log of one run.
pub struct BatchLog<W: Write> {
    format: Format,
    sink: Sink<W>,
    lines: u64,
    /// Lines that are not in the file yet.
    waiting: Vec<u8>,
}

impl<W: Write> BatchLog<W> {
    /// A log that keeps its lines until [`BatchLog::attach`] gives it a file.
    pub fn new(format: Format) -> Self {
        Self { format, sink: Sink::Memory, lines: 0, waiting: Vec::new() }
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// Writes the lines so far to the file, and all later ones.
    pub fn attach(&mut self, file: W, compress: bool) {
        if let Sink::Memory = self.sink {
            self.sink = Sink::File(file, Form::of(compress));
        }
    }

    /// Whether the lines go to a file already.
    pub fn attached(&self) -> bool {
        !matches!(self.sink, Sink::Memory)
    }

    /// Writes one step of the run, and shows it on the terminal.
    pub fn event(&mut self, event: &Event<'_>) {
        event.emit();
        event.render(self.format, Stamp::now(), &mut self.waiting);
        self.lines += 1;
        self.flush_long();
    }

    /// Writes whole lines.
    pub fn write(&mut self, lines: &[u8]) {
        self.lines += count_lines(lines);
        self.waiting.extend_from_slice(lines);
        self.flush_long();
    }

    /// Writes lines that are in the form of the file.
    pub fn write_part(&mut self, part: Part) {
        self.flush();
        self.lines += part.lines;
        self.put(part.bytes);
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
    pub fn finish(mut self) -> io::Result<(W, u64)> {
        self.flush();
        match self.sink {
            Sink::Memory => Err(io::Error::other("the log has no file")),
            Sink::Broken(error) => Err(error),
            Sink::File(mut file, _) => {
                file.flush()?;
                Ok((file, self.lines))
            }
        }
    }

    fn flush_long(&mut self) {
        if self.waiting.len() >= FRAME && self.attached() {
            self.flush();
        }
    }

    /// Writes what waits.
    fn flush(&mut self) {
        if let Sink::File(_, form) = &self.sink {
            let part = Part::new(*form, std::mem::take(&mut self.waiting));
            self.put(part.bytes);
        }
    }

    fn put(&mut self, bytes: io::Result<Vec<u8>>) {
        let written = match &mut self.sink {
            Sink::File(file, _) => bytes.and_then(|bytes| file.write_all(&bytes)),
            Sink::Memory => Err(io::Error::other("a part of the log came before its file")),
            Sink::Broken(_) => Ok(()),
        };
        if let Err(error) = written {
            self.sink = Sink::Broken(error);
        }
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    // In pieces that a byte can count, and that whole registers fill: the compiler then counts many at once.
    let lines = |piece: &[u8]| u64::from(piece.iter().fold(0u8, |count, byte| count + u8::from(*byte == b'\n')));
    bytes.chunks(192).map(lines).sum()
}
