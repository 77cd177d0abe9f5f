//! What stands between the fields of a CSV file: the character that divides its first lines most, and most evenly.

/// The separators that exports use, the likeliest first.
const SEPARATORS: [u8; 4] = *b",;\t|";
/// Lines that are looked at.
const LINES: usize = 200;

/// What divides a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Separator {
    pub byte: u8,
    /// Fields of the header.
    pub fields: usize,
    /// The line that has as many fields as most lines have, if that is not the first: what stands above it is no header.
    pub header_line: usize,
}

/// Finds it. A file of one column has a comma: nothing divides it.
pub fn separator(bytes: &[u8]) -> Separator {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(1 << 20)]);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut best: Option<((usize, usize), Separator)> = None;
    for byte in SEPARATORS {
        let counts = counts(text, byte);
        let Some(usual) = usual(&counts) else { continue };
        let header_line = counts.iter().position(|(_, fields)| *fields == usual).map_or(1, |place| counts[place].0);
        let even = counts.iter().filter(|(_, fields)| *fields == usual).count() * 1000 / counts.len().max(1);
        let found = Separator { byte, fields: usual, header_line };
        // A divided file before one that is not; then the most even one, then the most fields.
        let rank = (if usual > 1 { even } else { 0 }, usual);
        if best.is_none_or(|(known, _)| rank > known) {
            best = Some((rank, found));
        }
    }
    best.map_or(Separator { byte: b',', fields: 1, header_line: 1 }, |(_, found)| found)
}

/// The number of the line that each row begins on, and its fields; a line break within quotes ends no line.
fn counts(text: &str, separator: u8) -> Vec<(usize, usize)> {
    let mut counts = Vec::new();
    let (mut quoted, mut fields, mut line, mut start, mut filled) = (false, 1, 1, 1, false);
    for byte in text.bytes() {
        match byte {
            b'"' => {
                quoted = !quoted;
                filled = true;
            }
            b'\n' if !quoted => {
                if filled {
                    counts.push((start, fields));
                }
                (fields, filled, line) = (1, false, line + 1);
                start = line;
                if counts.len() == LINES {
                    return counts;
                }
            }
            b'\n' => line += 1,
            byte if byte == separator && !quoted => {
                fields += 1;
                filled = true;
            }
            byte => filled |= !byte.is_ascii_whitespace(),
        }
    }
    if filled {
        counts.push((start, fields));
    }
    counts
}

/// The number of fields that most lines have; of equals the greater.
fn usual(counts: &[(usize, usize)]) -> Option<usize> {
    let often = |fields: usize| counts.iter().filter(|(_, other)| *other == fields).count();
    counts.iter().map(|(_, fields)| *fields).max_by_key(|fields| (often(*fields), *fields))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_character_that_divides_most_evenly() {
        for (text, byte, fields, header_line) in [
            ("a,b\n1,2\n", b',', 2, 1),
            ("a;b;c\n1,5;2;3\n2,5;2;3\n", b';', 3, 1),
            ("a\tb\n1, 2\t3\n", b'\t', 2, 1),
            ("a|b\n\"x|y\"|2\n", b'|', 2, 1),
            ("\u{feff}\"a, with\nmore\";b\n1;2\n", b';', 2, 1),
            ("name\nx\n", b',', 1, 1),
            ("", b',', 1, 1),
            ("Report of today\n\na,b,c\n1,2,3\n4,5,6\n", b',', 3, 3),
        ] {
            assert_eq!(separator(text.as_bytes()), Separator { byte, fields, header_line }, "{text:?}");
        }
    }
}
