//! Whether the bytes of a CSV file are text that can be read: UTF-8. What is written otherwise is recognized and told with the
//! command that mends it; it is never converted here, for a guess may turn names into other names.

/// How a file is written, where that is not UTF-8.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encoding {
    /// What it seems to be, as `iconv` calls it.
    pub name: &'static str,
    /// What gave it away.
    pub sign: String,
    /// Whether nothing of it can be read; else the rows that are not UTF-8 are refused, and the others read.
    pub whole: bool,
}

/// The encoding of a file; `None` for UTF-8, with a byte order mark or without.
pub fn encoding(bytes: &[u8]) -> Option<Encoding> {
    let whole = |name, sign: &str| Some(Encoding { name, sign: sign.to_owned(), whole: true });
    match bytes {
        [0xFF, 0xFE, ..] => return whole("UTF-16", "it begins with the mark of UTF-16"),
        [0xFE, 0xFF, ..] => return whole("UTF-16", "it begins with the mark of UTF-16"),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count() * 4 > head.len();
    if zeros(1) {
        return whole("UTF-16LE", "every second byte is zero");
    }
    if zeros(0) {
        return whole("UTF-16BE", "every second byte is zero");
    }
    let error = std::str::from_utf8(bytes).err()?;
    let at = error.valid_up_to();
    let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    // Printable in Windows' code page, and control characters in Latin-1, which no export writes.
    let name = if bytes.iter().any(|byte| (0x80..=0x9F).contains(byte)) { "WINDOWS-1252" } else { "ISO-8859-1" };
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let bad = lines.iter().filter(|line| std::str::from_utf8(line).is_err()).count();
    let more = if bad > 1 { format!(", and {bad} lines have such") } else { String::new() };
    let sign = format!("line {line} holds the byte {:02X}, which is no UTF-8{more}", bytes.get(at).copied().unwrap_or_default());
    // Where hardly a line is left, there is nothing to be read.
    let all = lines.iter().filter(|line| !line.is_empty()).count();
    Some(Encoding { name, sign, whole: line == 1 || bad * 2 > all })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_by_their_bytes() {
        let utf16: Vec<u8> = "Name,Größe\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let named = |bytes: &[u8]| encoding(bytes).map(|found| (found.name, found.whole));
        assert_eq!(named("Name,Größe\nü".as_bytes()), None);
        assert_eq!(named("\u{feff}Name".as_bytes()), None);
        assert_eq!(named(&utf16), Some(("UTF-16LE", true)));
        assert_eq!(named(&[&[0xFF, 0xFE], &utf16[..]].concat()), Some(("UTF-16", true)));
        assert_eq!(named(b"Name\nM\xFCller\n"), Some(("ISO-8859-1", false)));
        assert_eq!(named(b"Name\nM\xFCller\nJ\xFCrgen\n"), Some(("ISO-8859-1", true)));
        assert_eq!(named(b"Name\n\x80 5\nM\xFCller\n"), Some(("WINDOWS-1252", true)));
        assert_eq!(named(b"Gr\xF6\xDFe\n1\n"), Some(("ISO-8859-1", true)));
        assert_eq!(encoding(b"Name\nM\xFCller\n").expect("one").sign, "line 2 holds the byte FC, which is no UTF-8");
        assert_eq!(named(b""), None);
    }
}
