//! The form of one line (contract §7): time, level, event, then `key=value` pairs; or the same as a JSON object. A text value that
//! could be misread is quoted and escaped as in JSON, so that whatever stands in the data, an event is one line and splits in
//! one way. No allocation beyond the buffer that is written to.

use crate::model::date::Date;
use std::time::{SystemTime, UNIX_EPOCH};

/// How lines are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    #[default]
    Text,
    Json,
}

impl Format {
    /// The word of the job file, `log.format`.
    pub fn code(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Json => "json",
        }
    }
}

/// How much a line matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        }
    }
}

/// A time as `2026-11-22T02:30:04Z`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp([u8; 20]);

impl Stamp {
    /// The time of the clock.
    pub fn now() -> Self {
        Self::at(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64))
    }

    /// A time by its seconds since 1970 in UTC, of the years 0 to 9999.
    pub fn at(seconds: i64) -> Self {
        let (year, month, day) = Date(seconds.div_euclid(86_400) as i32).ymd();
        let second = seconds.rem_euclid(86_400) as u32;
        let mut text = *b"0000-00-00T00:00:00Z";
        let fields =
            [(0, 4, year as u32), (5, 2, month), (8, 2, day), (11, 2, second / 3600), (14, 2, second / 60 % 60), (17, 2, second % 60)];
        for (start, width, mut number) in fields {
            for place in (start..start + width).rev() {
                text[place] = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        Self(text)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// What a value is called.
pub trait Key {
    /// Appends all that stands before the value.
    fn push(self, format: Format, out: &mut Vec<u8>);
}

impl Key for &str {
    fn push(self, format: Format, out: &mut Vec<u8>) {
        let (before, after): (&[u8], &[u8]) = match format {
            Format::Text => (b" ", b"="),
            Format::Json => (b",\"", b"\":"),
        };
        out.extend_from_slice(before);
        out.extend_from_slice(self.as_bytes());
        out.extend_from_slice(after);
    }
}

/// A name that millions of lines have: what stands before its values is put together when the program is built.
#[derive(Clone, Copy)]
pub struct Known {
    pub text: &'static str,
    pub json: &'static str,
}

impl Key for Known {
    #[inline(always)]
    fn push(self, format: Format, out: &mut Vec<u8>) {
        match format {
            Format::Text => out.extend_from_slice(self.text.as_bytes()),
            Format::Json => out.extend_from_slice(self.json.as_bytes()),
        }
    }
}

/// A [`Known`] of a name.
macro_rules! known {
    ($name:literal) => {
        $crate::batch_log::line::Known { text: concat!(" ", $name, "="), json: concat!(",\"", $name, "\":") }
    };
}
pub(super) use known;

/// A line that is being written to the end of a buffer. [`Line::end`] ends it.
pub struct Line<'a> {
    out: &'a mut Vec<u8>,
    format: Format,
}

impl<'a> Line<'a> {
    /// Begins a line with what every line begins with.
    pub fn begin(out: &'a mut Vec<u8>, format: Format, stamp: Stamp, level: Level, event: &str) -> Self {
        match format {
            Format::Text => {
                out.extend_from_slice(stamp.as_bytes());
                out.push(b' ');
                out.extend_from_slice(level.word().as_bytes());
                out.push(b' ');
                out.extend_from_slice(event.as_bytes());
            }
            Format::Json => {
                out.extend_from_slice(b"{\"time\":\"");
                out.extend_from_slice(stamp.as_bytes());
                out.extend_from_slice(b"\",\"level\":\"");
                out.extend_from_slice(level.word().as_bytes());
                out.extend_from_slice(b"\",\"event\":\"");
                out.extend_from_slice(event.as_bytes());
                out.push(b'"');
            }
        }
        Self { out, format }
    }

    /// Goes on with a line whose beginning was copied from elsewhere.
    pub fn resume(out: &'a mut Vec<u8>, format: Format) -> Self {
        Self { out, format }
    }

    #[inline]
    pub fn text(&mut self, key: impl Key, value: &str) -> &mut Self {
        key.push(self.format, self.out);
        push_text(self.out, self.format, value);
        self
    }

    /// Leaves the key out where there is nothing to say.
    pub fn opt_text(&mut self, key: impl Key, value: Option<&str>) -> &mut Self {
        if let Some(value) = value {
            self.text(key, value);
        }
        self
    }

    #[inline]
    pub fn integer(&mut self, key: impl Key, value: i64) -> &mut Self {
        key.push(self.format, self.out);
        push_integer(self.out, value);
        self
    }

    /// Leaves the key out where there is nothing to say.
    #[inline]
    pub fn opt_integer(&mut self, key: impl Key, value: Option<i64>) -> &mut Self {
        if let Some(value) = value {
            self.integer(key, value);
        }
        self
    }

    #[inline]
    pub fn boolean(&mut self, key: impl Key, value: bool) -> &mut Self {
        key.push(self.format, self.out);
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        self
    }

    /// A value that is in the form of the line already.
    #[inline]
    pub fn ready(&mut self, key: impl Key, value: &[u8]) -> &mut Self {
        key.push(self.format, self.out);
        self.out.extend_from_slice(value);
        self
    }

    #[inline]
    pub fn end(&mut self) {
        match self.format {
            Format::Text => self.out.push(b'\n'),
            Format::Json => self.out.extend_from_slice(b"}\n"),
        }
    }
}

/// Appends a number. Most have one digit.
#[inline]
pub fn push_integer(out: &mut Vec<u8>, value: i64) {
    match value {
        0..=9 => out.push(b'0' + value as u8),
        _ => out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes()),
    }
}

/// Appends a text value: as it is where a reader of text lines cannot misread it, else quoted.
#[inline]
pub fn push_text(out: &mut Vec<u8>, format: Format, value: &str) {
    if format == Format::Text && is_plain(value) { out.extend_from_slice(value.as_bytes()) } else { push_quoted(out, value) }
}

/// Whether a value can stand in a text line without quotes: not empty, no white space, quote, `=` or control character.
#[inline]
fn is_plain(value: &str) -> bool {
    let plain_ascii = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'=';
    !value.is_empty()
        // All bytes are looked at, so that the compiler looks at many at once.
        && (value.bytes().fold(true, |plain, byte| plain & plain_ascii(byte))
            || value
                .chars()
                .all(|letter| if letter.is_ascii() { plain_ascii(letter as u8) } else { !letter.is_whitespace() && !must_escape(letter) }))
}

/// Characters that would end a line, hide or reorder what a reader sees: control characters, separators, direction marks.
fn must_escape(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A JSON string.
fn push_quoted(out: &mut Vec<u8>, value: &str) {
    out.push(b'"');
    let mut utf8 = [0; 4];
    for letter in value.chars() {
        match letter {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            // All of them are in the basic plane: four digits suffice.
            _ if must_escape(letter) => out.extend_from_slice(format!("\\u{:04x}", letter as u32).as_bytes()),
            _ => out.extend_from_slice(letter.encode_utf8(&mut utf8).as_bytes()),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(format: Format, value: &str) -> String {
        let mut out = Vec::new();
        push_text(&mut out, format, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_what_could_be_misread_is_quoted() {
        for plain in ["OFFICE", "OFFICE/PC-42", "OFFICE//row,7", "Łódź", "日本", "a\\b", "{x}", "100%"] {
            assert_eq!(text(Format::Text, plain), plain);
        }
        for (value, quoted) in [
            ("", r#""""#),
            ("two words", r#""two words""#),
            ("say \"hi\"", r#""say \"hi\"""#),
            ("a=b", r#""a=b""#),
            ("a\\ b", r#""a\\ b""#),
            ("line\nbreak\ttab\r", r#""line\nbreak\ttab\r""#),
            ("\u{1b}[31m\u{7f}", r#""\u001b[31m\u007f""#),
            ("no\u{a0}break", "\"no\u{a0}break\""),
            ("\u{85}\u{2028}\u{202e}", r#""\u0085\u2028\u202e""#),
        ] {
            assert_eq!(text(Format::Text, value), quoted);
            assert_eq!(serde_json::from_str::<String>(quoted).unwrap(), value);
        }
        assert_eq!(text(Format::Json, "OFFICE"), "\"OFFICE\"");
    }

    #[test]
    fn every_quoted_value_is_json() {
        for letter in (0..=0x10ffff_u32).step_by(7).filter_map(char::from_u32) {
            let value = format!("x {letter}");
            assert_eq!(serde_json::from_str::<String>(&text(Format::Text, &value)).unwrap(), value);
        }
    }

    #[test]
    fn stamps_are_utc() {
        for (seconds, expected) in [(0, "1970-01-01T00:00:00Z"), (1_795_314_604, "2026-11-22T02:30:04Z"), (-1, "1969-12-31T23:59:59Z")] {
            assert_eq!(std::str::from_utf8(Stamp::at(seconds).as_bytes()).unwrap(), expected);
        }
    }

    #[test]
    fn lines_have_two_forms() {
        let write = |format| {
            let mut out = Vec::new();
            Line::begin(&mut out, format, Stamp::at(0), Level::Info, "product")
                .text("product", "A B")
                .integer("demands", -3)
                .boolean("eligible", true)
                .opt_text("failed", None)
                .opt_integer("margin", None)
                .end();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(write(Format::Text), "1970-01-01T00:00:00Z INFO product product=\"A B\" demands=-3 eligible=true\n");
        assert_eq!(
            write(Format::Json),
            "{\"time\":\"1970-01-01T00:00:00Z\",\"level\":\"INFO\",\"event\":\"product\",\"product\":\"A B\",\"demands\":-3,\"eligible\":true}\n"
        );
    }
}
