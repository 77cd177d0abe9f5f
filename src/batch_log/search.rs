//! Reading a log again: the lines that somebody asks for, of a log of any size, text or JSON, compressed or not. It is read piece by
//! piece and never held. What most lines lack is looked for in the bytes first; only a line that has it is taken apart.

use super::line::{Format, push_text};
use regex::bytes::Regex;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// The names that a log may have (contract §7).
const NAMES: [&str; 2] = ["batch.log", "batch.log.zst"];
/// How much is read at a time.
const PIECE: usize = 1 << 20;

/// What the lines that are wanted have in common. Identifiers are compared exactly, as they were before they were quoted.
#[derive(Clone, Default, Debug)]
pub struct Query {
    pub event: Option<String>,
    pub product: Option<String>,
    pub demand: Option<String>,
    pub license: Option<String>,
    pub grep: Option<Pattern>,
}

/// A regular expression that a line matches somewhere.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// The error says what is wrong with it, over several lines, with the place.
    pub fn new(pattern: &str) -> Result<Self, String> {
        Regex::new(pattern).map(Self).map_err(|error| error.to_string())
    }
}

impl Query {
    /// The keys and the values that they must have.
    fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        // The rarest first: it is what is looked for in the bytes.
        [("demand", &self.demand), ("license", &self.license), ("product", &self.product)]
            .into_iter()
            .filter_map(|(key, value)| value.as_deref().map(|value| (key, value)))
    }
}

/// The log in the folder of a run.
pub fn log_of(run: &Path) -> Option<PathBuf> {
    NAMES.into_iter().map(|name| run.join(name)).find(|path| path.is_file())
}

/// Gives the lines of a log file that a query wants, in their order and with their ends, until there are no more or `found` wants
/// no more.
pub fn search_file(path: &Path, query: &Query, found: impl FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()> {
    let file = File::open(path)?;
    if path.extension().is_some_and(|end| end == "zst") {
        search(zstd::stream::read::Decoder::new(file)?, query, found)
    } else {
        search(file, query, found)
    }
}

/// The same for a log that is read from anywhere.
pub fn search(mut log: impl Read, query: &Query, mut found: impl FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()> {
    let mut buffer = vec![0; PIECE];
    let mut filled = 0;
    let mut filter: Option<Filter<'_>> = None;
    loop {
        let count = read(&mut log, &mut buffer[filled..])?;
        filled += count;
        // A log that was cut off may end within a line.
        let whole = if count == 0 { filled } else { buffer[..filled].iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1) };
        if whole > 0 {
            let lines = &buffer[..whole];
            let filter = filter.get_or_insert_with(|| Filter::new(query, if lines[0] == b'{' { Format::Json } else { Format::Text }));
            if filter.lines(lines, &mut found).is_break() {
                return Ok(());
            }
            buffer.copy_within(whole..filled, 0);
            filled -= whole;
        }
        if count == 0 {
            return Ok(());
        }
        if filled == buffer.len() {
            buffer.resize(buffer.len() * 2, 0);
        }
    }
}

/// Reads once, whatever interrupts it.
fn read(log: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match log.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// A query in the form of a log's lines.
struct Filter<'a> {
    query: &'a Query,
    format: Format,
    /// The keys with their values as they stand in a line.
    fields: Vec<(&'static str, Vec<u8>)>,
    /// What every line that is wanted has somewhere.
    needle: Option<Regex>,
}

impl<'a> Filter<'a> {
    fn new(query: &'a Query, format: Format) -> Self {
        let fields: Vec<(&'static str, Vec<u8>)> = query
            .fields()
            .map(|(key, value)| {
                let mut shown = Vec::new();
                push_text(&mut shown, format, value);
                (key, shown)
            })
            .collect();
        let needle = match (fields.first(), &query.event, &query.grep) {
            (Some((key, value)), ..) => {
                // What `push_text` makes of a text is UTF-8.
                let value = String::from_utf8_lossy(value);
                literal(&if format == Format::Json { format!("\"{key}\":{value}") } else { format!(" {key}={value}") })
            }
            (None, Some(event), _) => literal(&if format == Format::Json { format!("\"event\":\"{event}\"") } else { format!(" {event}") }),
            (None, None, grep) => grep.as_ref().map(|Pattern(grep)| grep.clone()),
        };
        Self { query, format, fields, needle }
    }

    /// Goes through whole lines.
    fn lines(&self, lines: &[u8], found: &mut impl FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        let mut at = 0;
        while at < lines.len() {
            let start = match &self.needle {
                None => at,
                Some(needle) => match needle.find_at(lines, at) {
                    None => return ControlFlow::Continue(()),
                    Some(hit) => lines[..hit.start()].iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1),
                },
            };
            let end = lines[start..].iter().position(|byte| *byte == b'\n').map_or(lines.len(), |length| start + length + 1);
            let line = &lines[start..end];
            if self.wants(line) {
                found(line)?;
            }
            at = end.max(at + 1);
        }
        ControlFlow::Continue(())
    }

    fn wants(&self, line: &[u8]) -> bool {
        let line = line.trim_ascii_end();
        self.query.event.as_ref().is_none_or(|event| event_of(line, self.format) == event.as_bytes())
            && self.fields.iter().all(|(key, value)| Fields::new(line, self.format).any(|field| field == (key.as_bytes(), value)))
            && self.query.grep.as_ref().is_none_or(|Pattern(grep)| grep.is_match(line))
    }
}

/// A text to look for as it is.
fn literal(text: &str) -> Option<Regex> {
    Regex::new(&regex::escape(text)).ok()
}

/// The event of a line, in either form; empty for what is no line of a log.
pub fn event_of(line: &[u8], format: Format) -> &[u8] {
    match format {
        Format::Text => line.split(|byte| *byte == b' ').nth(2).unwrap_or_default(),
        Format::Json => {
            Fields::new(line, format).find(|(key, _)| *key == b"event").map_or(&[], |(_, value)| value.trim_ascii().trim_quotes())
        }
    }
}

/// Whether a line, of either form, is about a pair.
pub fn is_pair(line: &[u8]) -> bool {
    event_of(line, if line.first() == Some(&b'{') { Format::Json } else { Format::Text }) == b"affinity"
}

trait TrimQuotes {
    fn trim_quotes(&self) -> &[u8];
}

impl TrimQuotes for [u8] {
    fn trim_quotes(&self) -> &[u8] {
        self.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(self)
    }
}

/// The keys of a line and their values, both as they stand there.
struct Fields<'a> {
    rest: &'a [u8],
    format: Format,
}

impl<'a> Fields<'a> {
    fn new(line: &'a [u8], format: Format) -> Self {
        let rest = match format {
            // Time, level and event have no key.
            Format::Text => line.splitn(4, |byte| *byte == b' ').nth(3).unwrap_or_default(),
            Format::Json => line.strip_prefix(b"{").and_then(|rest| rest.strip_suffix(b"}")).unwrap_or_default(),
        };
        Self { rest, format }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (is, between) = if self.format == Format::Json { (b':', b',') } else { (b'=', b' ') };
        let middle = self.rest.iter().position(|byte| *byte == is)?;
        let (key, value) = (&self.rest[..middle], &self.rest[middle + 1..]);
        let length = if value.first() == Some(&b'"') {
            quoted(value)
        } else {
            value.iter().position(|byte| *byte == between).unwrap_or(value.len())
        };
        let after = &value[length..];
        self.rest = after.strip_prefix(&[between]).unwrap_or(after);
        Some((key.trim_quotes(), &value[..length]))
    }
}

/// How long the quoted text is that a value begins with.
fn quoted(value: &[u8]) -> usize {
    let mut escaped = false;
    for (place, byte) in value.iter().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return place + 1,
            _ => {}
        }
    }
    value.len()
}
