//! A text value of the job file that remembers where each of its bytes was written, so that an error inside a rule can
//! point into the file: past escapes, line ends and `${NAME}`. TOML itself is parsed by the `toml` crate; this file only
//! follows, a second time, how it decoded one string.

use std::ops::Range;

/// A text value, and the span in the file of each of its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    value: String,
    /// For every byte of `value`, what stands for it in the file: a character, an escape, a `${NAME}`.
    origins: Vec<(usize, usize)>,
    span: Range<usize>,
}

impl Text {
    /// The text that `toml` decoded from `span` of the file.
    pub(super) fn new(source: &str, span: Range<usize>, decoded: &str) -> Self {
        let raw = source.get(span.clone()).unwrap_or("");
        match decode(raw, span.start) {
            Some(mine) if mine.value == decoded => Self { value: mine.value, origins: mine.origins, span },
            // What cannot be followed byte by byte still has a place: the whole of it.
            _ => Self { origins: vec![(span.start, span.end); decoded.len()], value: decoded.to_owned(), span },
        }
    }

    /// Put together from pieces that know their origin.
    pub(super) fn from_pieces(pieces: Pieces, span: Range<usize>) -> Self {
        Self { value: pieces.value, origins: pieces.origins, span }
    }

    /// The text itself.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The whole value in the file, with its quotes.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Where a range of bytes of the text stands in the file. An empty or overlong range gives the place where it would be.
    pub fn span_of(&self, range: Range<usize>) -> Range<usize> {
        let last = range.end.min(self.origins.len());
        let end_of_text = self.origins.last().map_or(self.span.end, |(_, end)| *end);
        let Some((start, first_end)) = self.origins.get(range.start).copied() else {
            return end_of_text..end_of_text;
        };
        if last <= range.start {
            return start..first_end;
        }
        start..self.origins[last - 1].1
    }

    /// The span in the file of one byte of the text.
    pub(super) fn origin(&self, byte: usize) -> (usize, usize) {
        self.origins.get(byte).copied().unwrap_or((self.span.end, self.span.end))
    }
}

/// A text under construction.
#[derive(Default)]
pub(super) struct Pieces {
    pub(super) value: String,
    origins: Vec<(usize, usize)>,
}

impl Pieces {
    /// Appends a text that all of `origin` stands for.
    pub(super) fn push(&mut self, text: &str, origin: (usize, usize)) {
        self.value.push_str(text);
        self.origins.extend(std::iter::repeat_n(origin, text.len()));
    }
}

/// Decodes one TOML string, quotes and all. `None` for what is no TOML string.
fn decode(raw: &str, start: usize) -> Option<Pieces> {
    for (quote, multi_line) in [("\"\"\"", true), ("'''", true), ("\"", false), ("'", false)] {
        // An empty `""` also ends with what it starts with: only the pair of a length of its own counts.
        let Some(inner) = raw.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) else { continue };
        let mut at = start + quote.len();
        let mut inner = inner;
        if multi_line {
            // The line end right after the opening quotes belongs to them.
            let trimmed = inner.strip_prefix("\r\n").or_else(|| inner.strip_prefix('\n')).unwrap_or(inner);
            at += inner.len() - trimmed.len();
            inner = trimmed;
        }
        return if quote.starts_with('"') { decode_escapes(inner, at) } else { Some(literal(inner, at)) };
    }
    None
}

fn literal(inner: &str, at: usize) -> Pieces {
    let mut pieces = Pieces::default();
    for (offset, character) in inner.char_indices() {
        push_character(&mut pieces, character, at + offset);
    }
    pieces
}

fn push_character(pieces: &mut Pieces, character: char, at: usize) {
    pieces.push(character.encode_utf8(&mut [0; 4]), (at, at + character.len_utf8()));
}

fn decode_escapes(inner: &str, at: usize) -> Option<Pieces> {
    let mut pieces = Pieces::default();
    let mut rest = inner;
    while let Some(character) = rest.chars().next() {
        let here = at + inner.len() - rest.len();
        if character != '\\' {
            push_character(&mut pieces, character, here);
            rest = &rest[character.len_utf8()..];
            continue;
        }
        let after = &rest[1..];
        let code = after.chars().next()?;
        let (decoded, length) = match code {
            'b' => ('\u{8}', 1),
            't' => ('\t', 1),
            'n' => ('\n', 1),
            'f' => ('\u{c}', 1),
            'r' => ('\r', 1),
            'e' => ('\u{1b}', 1),
            '"' | '\\' => (code, 1),
            'x' => (hexadecimal(after, 2)?, 3),
            'u' => (hexadecimal(after, 4)?, 5),
            'U' => (hexadecimal(after, 8)?, 9),
            // A backslash at the end of a line takes the line end and all white space after it.
            _ => {
                rest = after.trim_start_matches([' ', '\t', '\r', '\n']);
                if rest.len() == after.len() {
                    return None;
                }
                continue;
            }
        };
        pieces.push(decoded.encode_utf8(&mut [0; 4]), (here, here + 1 + length));
        rest = &after[length..];
    }
    Some(pieces)
}

fn hexadecimal(after: &str, digits: usize) -> Option<char> {
    char::from_u32(u32::from_str_radix(after.get(1..=digits)?, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml::de::DeTable;

    /// Every text of a document, by its key, as the reader sees it.
    fn texts(source: &str) -> Vec<(String, Text)> {
        let table = DeTable::parse(source).expect("good TOML").into_inner();
        let text =
            |value: &toml::Spanned<toml::de::DeValue<'_>>| Text::new(source, value.span(), value.get_ref().as_str().expect("a text"));
        table.iter().map(|(key, value)| (key.get_ref().to_string(), text(value))).collect()
    }

    #[test]
    fn every_byte_of_every_kind_of_string_has_its_place() {
        let source = concat!(
            "a = \"x \\\"q\\\" \\u00e9 Z\"\n",
            "b = 'x \"q\" Z'\n",
            "c = '''\nfirst\nsecond Z'''\n",
            "d = \"\"\"\none \\\n   two \\t Z\"\"\"\n",
            "e = \"\"\n",
            "f = \"\"\"\r\nZürich\r\nZ\"\"\"\n",
            "g = \"\"\"\"quoted\" Z\"\"\"\"\"\n",
            "h = \"\\x41 \\e Z\"\n",
        );
        for (key, text) in texts(source) {
            if key == "e" {
                assert_eq!(text.span_of(0..0), text.span().end..text.span().end);
                continue;
            }
            let mark = text.value().rfind('Z').expect("a mark");
            let there = text.span_of(mark..mark + 1);
            assert_eq!(&source[there.clone()], "Z", "{key}");
            let first = source[text.span()].rfind('Z').expect("a mark") + text.span().start;
            assert_eq!(there.start, first, "{key}");
        }
    }

    #[test]
    fn an_escape_is_marked_whole() {
        let source = "a = \"p = \\\"q\\\"\"";
        let (_, text) = texts(source).remove(0);
        assert_eq!(text.value(), "p = \"q\"");
        assert_eq!(&source[text.span_of(4..7)], "\\\"q\\\"");
        assert_eq!(&source[text.span_of(4..5)], "\\\"");
        assert_eq!(text.span_of(7..7).start, source.len() - 1, "the end of a text is before its closing quote");
    }
}
