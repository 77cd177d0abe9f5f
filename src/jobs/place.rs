//! From a byte offset in the job file to the line and column that a person looks for.
//! Knows nothing of TOML or of what is wrong there.

use std::ops::Range;

/// A place as editors count it: both from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The line and column of a byte offset; an offset beyond the end is the end.
pub fn place(source: &str, offset: usize) -> Place {
    let start = line_start(source, offset);
    let offset = floor(source, offset);
    let line = source[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    Place { line, column: visible(&source[start..offset]).chars().count() + 1 }
}

/// The text of the line that holds a byte offset, without its line end.
pub fn line_text(source: &str, offset: usize) -> &str {
    let start = line_start(source, offset);
    let rest = &source[start..];
    visible(rest.split('\n').next().unwrap_or("")).trim_end_matches('\r')
}

/// The line of marks below [`line_text`]: as many blanks (tabs stay tabs, so that it lines up) and one `^` a character.
/// A span over several lines is marked to the end of its first.
pub fn marks(source: &str, span: &Range<usize>) -> String {
    let start = floor(source, span.start);
    let before = visible(&source[line_start(source, start)..start]);
    let end = floor(source, span.end.max(start));
    let marked = source[start..end].split(['\n', '\r']).next().unwrap_or("").chars().count().max(1);
    let mut marks: String = before.chars().map(|character| if character == '\t' { '\t' } else { ' ' }).collect();
    marks.extend(std::iter::repeat_n('^', marked));
    marks
}

fn line_start(source: &str, offset: usize) -> usize {
    source[..floor(source, offset)].rfind('\n').map_or(0, |newline| newline + 1)
}

/// A byte order mark takes no column.
fn visible(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The nearest boundary of a character at or before an offset.
fn floor(source: &str, offset: usize) -> usize {
    let mut offset = offset.min(source.len());
    while !source.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let source = "\u{feff}a = 1\r\n\tname = 'Zürich' # x\n";
        assert_eq!(place(source, 3), Place { line: 1, column: 1 });
        let offset = source.find('#').unwrap_or(0);
        assert_eq!(place(source, offset), Place { line: 2, column: 18 });
        assert_eq!(line_text(source, offset), "\tname = 'Zürich' # x");
        assert_eq!(marks(source, &(offset..offset + 1)), format!("\t{}^", " ".repeat(16)));
        assert_eq!(place(source, 999), Place { line: 3, column: 1 });
        assert_eq!(line_text(source, 999), "");
        assert_eq!(marks(source, &(999..1000)), "^");
    }

    #[test]
    fn a_long_span_is_marked_to_the_end_of_its_line() {
        assert_eq!(marks("ab = '''\nx'''", &(5..13)), "     ^^^");
    }
}
