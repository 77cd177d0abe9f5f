//! The lexer of the rule language (§5.1).

use super::super::values::{self, Value};

#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A keyword, a function's name, a side or a field.
    Word(String),
    Literal(Value),
    Sign(String),
}

const SIGNS: [&str; 15] = ["!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", ","];

/// The tokens of a rule.
pub fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (token, length) = next(rest)?;
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

fn next(rest: &str) -> Result<(Token, usize), String> {
    let first = rest.chars().next().expect("not empty");
    if first == '"' {
        return literal_text(rest);
    }
    if first.is_ascii_digit() {
        return number_or_date(rest);
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        return Ok((Token::Word(rest[..length].to_string()), length));
    }
    if first == '.' {
        return Ok((Token::Sign(".".into()), 1));
    }
    match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => Ok((Token::Sign(sign.to_string()), sign.len())),
        None => Err(format!("unexpected {first:?}")),
    }
}

/// Text literals know `\"` and `\\`.
fn literal_text(rest: &str) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((Token::Literal(Value::Text(text)), at + 1)),
            '\\' => match letters.next() {
                Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                _ => return Err("an unknown escape".into()),
            },
            other => text.push(other),
        }
    }
    Err("a text without end".into())
}

fn number_or_date(rest: &str) -> Result<(Token, usize), String> {
    let ten = rest.get(..10).unwrap_or("");
    let followed = rest[ten.len()..].starts_with(|c: char| c.is_ascii_digit());
    if let (Ok(day), false) = (values::parse_date(ten), followed) {
        return Ok((Token::Literal(Value::Date(day)), 10));
    }
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let whole = digits(rest);
    let places = rest[whole..].strip_prefix('.').map_or(0, digits);
    if places == 0 {
        let number = rest[..whole].parse().map_err(|_| "a number too large".to_string())?;
        return Ok((Token::Literal(Value::Int(number)), whole));
    }
    let length = whole + 1 + places;
    let number = values::parse_decimal(&rest[..length], 9, values::DECIMAL_BOUND).map_err(String::from)?;
    Ok((Token::Literal(Value::Dec(number)), length))
}
