//! `${NAME}` and `${NAME:-default}` in the text values of a job (contract §9), after TOML is parsed: what a variable holds
//! can never become a key or a second value. `$$` is a plain `$`; any other `$` stands for itself.

use super::error::Problem;
use super::text::{Pieces, Text};
use std::ffi::OsString;

/// Where variables come from: the process's environment, or a test's.
pub type Environment<'a> = dyn Fn(&str) -> Option<OsString> + 'a;

/// The text with its variables filled in, or everything that is wrong with them.
pub fn interpolate(text: Text, environment: &Environment<'_>) -> Result<Text, Vec<Problem>> {
    if !text.value().contains('$') {
        return Ok(text);
    }
    let mut pieces = Pieces::default();
    let mut problems = Vec::new();
    let mut at = 0;
    while let Some(character) = text.value()[at..].chars().next() {
        let rest = &text.value()[at..];
        let length = match piece(rest) {
            Piece::Plain => {
                pieces.push(&rest[..character.len_utf8()], text.origin(at));
                character.len_utf8()
            }
            Piece::Dollar => {
                pieces.push("$", (text.origin(at).0, text.origin(at + 1).1));
                2
            }
            Piece::Variable { name, default, length } => {
                let span = text.span_of(at..at + length);
                match value_of(name, default, environment) {
                    Ok(value) => pieces.push(&value, (span.start, span.end)),
                    Err((message, help)) => problems.push(Problem::at(span, message).help(help)),
                }
                length
            }
            Piece::Malformed { length } => {
                let problem = Problem::at(text.span_of(at..at + length), "this is no variable")
                    .expected("${NAME} or ${NAME:-default}, with letters, digits and _ in the name")
                    .help("write $$ for a plain $");
                problems.push(problem);
                length
            }
        };
        at += length;
    }
    if problems.is_empty() { Ok(Text::from_pieces(pieces, text.span())) } else { Err(problems) }
}

/// What a text begins with.
enum Piece<'a> {
    Plain,
    Dollar,
    Variable { name: &'a str, default: Option<&'a str>, length: usize },
    Malformed { length: usize },
}

fn piece(rest: &str) -> Piece<'_> {
    if rest.starts_with("$$") {
        return Piece::Dollar;
    }
    let Some(inner) = rest.strip_prefix("${") else { return Piece::Plain };
    let Some(end) = inner.find('}') else { return Piece::Malformed { length: rest.len() } };
    let length = end + 3;
    let (name, default) = match inner[..end].split_once(":-") {
        Some((name, default)) => (name, Some(default)),
        None => (&inner[..end], None),
    };
    let starts_well = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if !starts_well || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Piece::Malformed { length };
    }
    Piece::Variable { name, default, length }
}

/// As in a shell, a default also stands in for a variable that is set to nothing.
fn value_of(name: &str, default: Option<&str>, environment: &Environment<'_>) -> Result<String, (String, String)> {
    match (environment(name), default) {
        (Some(value), Some(default)) if value.is_empty() => Ok(default.to_owned()),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => {
            Err((format!("the environment variable {name} is not set"), format!("set it, or give a default: ${{{name}:-default}}")))
        }
        (Some(value), _) => value
            .into_string()
            .map_err(|_| (format!("the environment variable {name} is not valid UTF-8"), "set it to text in UTF-8".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> Text {
        Text::new(source, 0..source.len(), source.trim_matches('\''))
    }

    fn environment(name: &str) -> Option<OsString> {
        match name {
            "ROOT" => Some("/data".into()),
            "EMPTY" => Some("".into()),
            _ => None,
        }
    }

    fn filled(source: &str) -> String {
        interpolate(text(source), &environment).map_or_else(|problems| problems[0].message.clone(), |text| text.value().to_owned())
    }

    #[test]
    fn variables_defaults_and_dollars() {
        assert_eq!(filled("'${ROOT}/x'"), "/data/x");
        assert_eq!(filled("'${NO:-out}/${ROOT:-y}'"), "out//data");
        assert_eq!(filled("'${EMPTY}|${EMPTY:-d}|${NO:-}'"), "|d|");
        assert_eq!(filled("'$$ $${ROOT} 5$ $x $'"), "$ ${ROOT} 5$ $x $");
        assert_eq!(filled("'${NO}'"), "the environment variable NO is not set");
        assert_eq!(filled("'${9}'"), "this is no variable");
        assert_eq!(filled("'${ROOT'"), "this is no variable");
        assert_eq!(filled("'${}'"), "this is no variable");
    }

    #[test]
    fn places_survive() {
        let source = "'${ROOT}/é$$x'";
        let text = interpolate(text(source), &environment).expect("all set");
        let place = |part: &str| {
            let start = text.value().find(part).expect("there");
            &source[text.span_of(start..start + part.len())]
        };
        assert_eq!(text.value(), "/data/é$x");
        assert_eq!(place("ata"), "${ROOT}");
        assert_eq!(place("é"), "é");
        assert_eq!(place("$x"), "$$x");
    }

    #[test]
    fn every_missing_variable_is_reported() {
        let problems = interpolate(text("'${A} ${ROOT} ${B}'"), &environment).expect_err("two are missing");
        assert_eq!(problems.iter().map(|problem| problem.span.clone()).collect::<Vec<_>>(), [Some(1..5), Some(14..18)]);
    }
}
