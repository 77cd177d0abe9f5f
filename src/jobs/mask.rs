//! A job file's text as messages may show it: with stars where somebody wrote a secret into it. Messages about a wrong line show
//! that line, and the one with the wrong key is often the one with the password.

use super::secret::is_reference;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Words that mark a key as that of a secret, wherever it stands.
const SECRET_WORDS: &[&str] = &["password", "passwd", "passwort", "secret", "token", "authoriz", "credential", "cookie"];
/// And those that do so only in the name of a header: a column may well be called `author`.
const HEADER_WORDS: &[&str] = &["auth", "key", "pass", "signature"];
/// Keys below `[notify]` whose values anybody may see.
const HARMLESS: &[&str] =
    &["name", "on", "severity", "format", "timeout", "retries", "ca_file", "smtp", "tls", "user", "from", "to", "within", "late"];

/// Whether a key is that of a secret by its name.
fn is_secret_name(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| key.contains(word))
}

/// Whether a header is a secret by its name.
pub(super) fn is_secret_header(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    is_secret_name(key) || HEADER_WORDS.iter().any(|word| lower.contains(word))
}

/// The text with every byte of a secret replaced by a star, so that places stay what they are.
pub(super) fn masked(source: &str) -> String {
    let (table, errors) = DeTable::parse_recoverable(source);
    let mut spans = Vec::new();
    if errors.is_empty() {
        in_table(table.get_ref(), false, &mut spans);
    } else {
        in_lines(source, &mut spans);
    }
    let mut bytes = source.as_bytes().to_vec();
    for span in spans {
        // Line ends stay, or all that follows would stand on another line.
        let hidden = bytes.get_mut(span).unwrap_or_default().iter_mut().filter(|byte| !matches!(**byte, b'\n' | b'\r'));
        hidden.for_each(|byte| *byte = b'*');
    }
    String::from_utf8(bytes).unwrap_or_default()
}

fn in_table(table: &DeTable<'_>, below_notify: bool, spans: &mut Vec<Range<usize>>) {
    for (key, value) in table {
        let key = key.get_ref().as_ref();
        let hide = is_secret_name(key) || (below_notify && !HARMLESS.contains(&key));
        in_value(value, hide, below_notify || key.starts_with("notif"), spans);
    }
}

fn in_value(value: &Spanned<DeValue<'_>>, hide: bool, below_notify: bool, spans: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::Table(table) => in_table(table, below_notify, spans),
        DeValue::Array(items) => items.iter().for_each(|item| in_value(item, hide, below_notify, spans)),
        DeValue::String(text) if hide && !is_reference(text) => {
            // Without the quotes, which are a help to the reader.
            let span = value.span();
            spans.push(span.start + 1..span.end.saturating_sub(1));
        }
        // Somebody's password is a number, and stands without quotes.
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) if hide => spans.push(value.span()),
        _ => {}
    }
}

/// A file that is no TOML: whatever follows the first `=` of a line that speaks of a secret.
fn in_lines(source: &str, spans: &mut Vec<Range<usize>>) {
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        if let Some(equals) = line.find('=') {
            let (key, value) = (&line[..equals], &line[equals + 1..]);
            let key = key.trim();
            if (is_secret_name(line) || key == "url" || key == "headers") && !is_reference(value.trim().trim_matches(['"', '\''])) {
                spans.push(start + equals + 1..start + line.len());
            }
        }
        start += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_stars_and_places_stay() {
        let source = "name = \"x\"\n[[notify.email]]\npasword = \"hünter2\"\nuser = \"me\"\n[[notify.webhook]]\nurl = \"https://a/b\"\nheaders = { X-Team = \"ops\", Authorization = \"Bearer env:T\" }\n";
        let shown = masked(source);
        assert_eq!(shown.len(), source.len());
        assert!(!shown.contains("nter2") && !shown.contains("https") && !shown.contains("ops"), "{shown}");
        assert!(shown.contains("user = \"me\"") && shown.contains("env:T") && shown.contains("name = \"x\""), "{shown}");
        assert_eq!(shown.lines().count(), source.lines().count());
    }

    #[test]
    fn a_file_that_is_no_toml_shows_none_either() {
        let shown = masked("name = \"x\"\npassword = \"hunter2\nurl = 'https://a\nHeaders = 1\nx = { smtp_password = 'hunter2' }\n");
        assert!(!shown.contains("hunter2") && !shown.contains("https"), "{shown}");
        assert!(shown.starts_with("name = \"x\"\npassword ="), "{shown}");
    }

    #[test]
    fn names_of_secrets() {
        for name in ["Authorization", "password", "X-Api-Key", "api_key", "Cookie", "Private-Token", "X-Auth"] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in ["X-Team", "Content-Type", "to", "on"] {
            assert!(!is_secret_header(name), "{name}");
        }
        assert!(!is_secret_name("author") && is_secret_name("smtp_password"));
    }
}
