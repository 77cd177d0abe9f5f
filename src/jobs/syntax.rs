//! What the TOML parser refuses, with what people mostly meant.

use super::error::Problem;
use super::place::line_text;

/// One error of the TOML parser.
pub(super) fn problem(source: &str, error: &toml::de::Error) -> Problem {
    let span = error.span().unwrap_or(0..0);
    let problem = Problem::at(span.clone(), format!("this is no valid TOML: {}", error.message()));
    match help(source, error.message(), source.get(span.clone()).unwrap_or(""), span.start) {
        Some(help) => problem.help(help),
        None => problem,
    }
}

fn help(source: &str, message: &str, written: &str, start: usize) -> Option<String> {
    let line = line_text(source, start);
    if message.contains("duplicate key") {
        return Some(format!("write '{written}' once, or rename one of the two"));
    }
    if message.contains("escape") {
        return Some("in \"...\" a backslash begins an escape: write '...' with single quotes, or / in a path".to_owned());
    }
    if message.contains("basic string") || message.contains("literal string") && !line.contains('=') {
        return Some("end the text with the quote that it begins with".to_owned());
    }
    if message.contains("leading zero") {
        return Some("write the number without the zero before it".to_owned());
    }
    match written.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" => return Some("write true".to_owned()),
        "no" | "off" | "false" => return Some("write false".to_owned()),
        _ => {}
    }
    let is_value = line.split_once('=').is_some_and(|(_, value)| !written.is_empty() && value.contains(written));
    if is_value && written.starts_with(|first: char| first.is_alphabetic()) {
        return Some(format!("text stands in quotes: write \"{written}\""));
    }
    let colon = line.find(':').filter(|_| !line.contains('='))?;
    Some(format!("a key and its value are joined by =: {} = ...", line[..colon].trim()))
}
