//! From a rule's text to tokens (contract §5.1). The usual slips of other languages (`==`, `&&`, `AND`, 'text') are errors, but
//! are read as what they were meant to be, so that the parser can go on and say what else is wrong.

use super::error::RuleError;
use super::expr::{CompareOp, Side};
use super::schema::nearest;
use crate::model::date::Date;
use crate::model::decimal::{self, Scaled};
use std::ops::Range;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A keyword, the name of a function, or a word that is neither.
    Word(String),
    Field {
        side: Side,
        name: String,
    },
    Text(String),
    Integer(i64),
    Decimal(Scaled),
    Date(i32),
    Compare(CompareOp),
    Plus,
    Minus,
    Star,
    Slash,
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Range<usize>,
}

/// The tokens, the last of them `End`, and what is wrong. With `garbled`, tokens are missing and parsing them is no use.
#[derive(Debug, Default)]
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    pub errors: Vec<RuleError>,
    pub garbled: bool,
}

/// Every word with a meaning of its own.
pub(super) const KEYWORDS: [&str; 10] = ["or", "and", "not", "within", "in", "is", "null", "true", "false", "as_of"];

pub(super) fn lex(text: &str) -> Lexed {
    let mut lexer = Lexer { text, at: 0, out: Lexed::default() };
    while let Some(first) = lexer.peek() {
        lexer.token(first);
    }
    lexer.out.tokens.push(Token { kind: TokenKind::End, span: text.len()..text.len() });
    lexer.out
}

/// Whether a name can stand after the dot of a field.
pub(super) fn is_field_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_word)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    out: Lexed,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn push(&mut self, kind: TokenKind, from: usize) {
        self.out.tokens.push(Token { kind, span: from..self.at });
    }

    fn error(&mut self, message: impl Into<String>, from: usize, help: impl Into<String>) {
        self.out.errors.push(RuleError::new(message, from..self.at).help(help));
    }

    /// Goes on while `keep` holds, and gives what it passed.
    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|letter| !keep(letter)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn token(&mut self, first: char) {
        if first.is_whitespace() {
            self.at += first.len_utf8();
        } else if first.is_ascii_digit() {
            self.number();
        } else if first.is_alphabetic() || first == '_' {
            self.word();
        } else if matches!(first, '"' | '\'' | '“' | '”' | '‘' | '’') {
            self.quoted(first);
        } else {
            self.sign(first);
        }
    }

    fn sign(&mut self, first: char) {
        /// Longer signs stand before those that they begin with.
        const SIGNS: [(&str, TokenKind); 15] = [
            ("!=", TokenKind::Compare(CompareOp::NotEqual)),
            ("<=", TokenKind::Compare(CompareOp::LessOrEqual)),
            (">=", TokenKind::Compare(CompareOp::GreaterOrEqual)),
            ("=", TokenKind::Compare(CompareOp::Equal)),
            ("<", TokenKind::Compare(CompareOp::Less)),
            (">", TokenKind::Compare(CompareOp::Greater)),
            ("+", TokenKind::Plus),
            ("-", TokenKind::Minus),
            ("*", TokenKind::Star),
            ("/", TokenKind::Slash),
            ("(", TokenKind::Open),
            (")", TokenKind::Close),
            ("[", TokenKind::OpenList),
            ("]", TokenKind::CloseList),
            (",", TokenKind::Comma),
        ];
        let from = self.at;
        if self.slip(from) {
            return;
        }
        if let Some((sign, kind)) = SIGNS.iter().find(|(sign, _)| self.rest().starts_with(sign)) {
            self.at += sign.len();
            self.push(kind.clone(), from);
            return;
        }
        self.at += first.len_utf8();
        self.out.garbled = true;
        self.error(format!("unexpected character `{first}`"), from, "text stands in double quotes: \"text\"");
    }

    /// Signs of other languages: an error, and then what they mean.
    fn slip(&mut self, from: usize) -> bool {
        let equal = || TokenKind::Compare(CompareOp::Equal);
        let word = |word: &str| TokenKind::Word(word.to_owned());
        let slips: [(&str, &str, TokenKind); 9] = [
            ("==", "=", equal()),
            ("=~", "=", equal()),
            ("<>", "!=", TokenKind::Compare(CompareOp::NotEqual)),
            ("=<", "<=", TokenKind::Compare(CompareOp::LessOrEqual)),
            ("=>", ">=", TokenKind::Compare(CompareOp::GreaterOrEqual)),
            ("&&", "and", word("and")),
            ("||", "or", word("or")),
            ("&", "and", word("and")),
            ("|", "or", word("or")),
        ];
        let found = slips.into_iter().find(|(sign, ..)| self.rest().starts_with(sign));
        let bang = self.rest().starts_with('!') && !self.rest().starts_with("!=");
        let Some((sign, meant, kind)) = found.or_else(|| bang.then(|| ("!", "not", word("not")))) else {
            return false;
        };
        self.at += sign.len();
        self.error(format!("found `{sign}`, which is no operator here"), from, format!("write `{meant}`"));
        self.push(kind, from);
        true
    }

    fn word(&mut self) {
        let from = self.at;
        let word = self.take_while(is_word);
        if let Some(after) = self.rest().strip_prefix('.')
            && after.starts_with(is_word)
        {
            self.at += 1;
            let name = self.take_while(is_word);
            return self.field(from, word, name);
        }
        let lower = word.to_lowercase();
        let known = KEYWORDS.contains(&lower.as_str()) || super::ast::Function::parse(&lower).is_some();
        if known && lower != word {
            self.error(format!("found `{word}`; keywords are lower case"), from, format!("write `{lower}`"));
        }
        self.push(TokenKind::Word(if known { lower } else { word.to_owned() }), from);
    }

    fn field(&mut self, from: usize, prefix: &str, name: &str) {
        let name = name.to_owned();
        if let Some(side) = Side::parse(prefix) {
            return self.push(TokenKind::Field { side, name }, from);
        }
        let meant = match prefix.to_lowercase().as_str() {
            "asset" | "assets" | "demand" | "demands" => Some(Side::Consumption.word()),
            _ => nearest(prefix, Side::ALL.iter().map(|side| side.word())),
        };
        match meant.and_then(Side::parse) {
            Some(side) => {
                self.error(format!("there is no `{prefix}.{name}`"), from, format!("write `{}.{name}`", side.word()));
                self.push(TokenKind::Field { side, name }, from);
            }
            None => {
                self.out.garbled = true;
                self.error(format!("there is no `{prefix}.{name}`"), from, "fields are written `consumption.x`, `license.x` or `user.x`");
            }
        }
    }

    fn number(&mut self) {
        let from = self.at;
        if let Some(date) = self.rest().get(..10).filter(|text| has_form_of_date(text)) {
            let next = self.rest()[10..].chars().next();
            if !next.is_some_and(|letter| letter.is_ascii_digit()) {
                self.at += 10;
                return self.date(from, date);
            }
        }
        self.take_while(|letter| letter.is_ascii_digit());
        let point = self.rest().strip_prefix('.');
        if point.is_some_and(|after| after.starts_with(|letter: char| letter.is_ascii_digit())) {
            self.at += 1;
            self.take_while(|letter| letter.is_ascii_digit());
        } else if point.is_some() {
            self.at += 1;
        }
        let digits = &self.text[from..self.at];
        let decimal = digits.contains('.');
        let more = self.take_while(is_word);
        if !more.is_empty() || digits.ends_with('.') {
            let help = "numbers are written 12 or 1.5, without exponent or separators";
            let message = format!("`{}` is no number", &self.text[from..self.at]);
            self.error(message, from, help);
            return self.push(TokenKind::Integer(0), from);
        }
        let kind = if decimal { decimal::parse(digits).ok().map(TokenKind::Decimal) } else { digits.parse().ok().map(TokenKind::Integer) };
        if kind.is_none() {
            self.error(format!("{digits} is too great"), from, "integers lie within int64, decimals below 10^18");
        }
        self.push(kind.unwrap_or(TokenKind::Integer(0)), from);
    }

    fn date(&mut self, from: usize, text: &str) {
        let date = Date::parse_iso(text);
        if date.is_none() {
            self.error(format!("there is no date {text}"), from, "dates are written YYYY-MM-DD, years 1 to 9999");
        }
        if !self.take_while(is_word).is_empty() {
            let message = format!("`{}` is no date", &self.text[from..self.at]);
            self.error(message, from, format!("a date has no time of day: write {text}"));
        }
        self.push(TokenKind::Date(date.map_or(0, |date| date.0)), from);
    }

    fn quoted(&mut self, quote: char) {
        let from = self.at;
        self.at += quote.len_utf8();
        let ends = |letter: char| match quote {
            '“' | '”' => matches!(letter, '“' | '”' | '"'),
            '‘' | '’' => matches!(letter, '‘' | '’' | '\''),
            same => letter == same,
        };
        let mut text = String::new();
        loop {
            let at = self.at;
            let Some(letter) = self.peek() else {
                self.out.garbled = true;
                return self.error("the text that begins here has no end", from, format!("close it with {quote}"));
            };
            self.at += letter.len_utf8();
            match letter {
                letter if ends(letter) => break,
                '\\' => text.push(self.escaped(at)),
                letter => text.push(letter),
            }
        }
        if quote != '"' {
            self.error(format!("text stands in double quotes, not in {quote}"), from, format!("write \"{text}\""));
        }
        self.push(TokenKind::Text(text), from);
    }

    /// What follows a backslash.
    fn escaped(&mut self, from: usize) -> char {
        match self.peek() {
            Some(letter @ ('"' | '\\')) => {
                self.at += 1;
                letter
            }
            _ => {
                self.error("a backslash in a text that stands before neither `\"` nor `\\`", from, "write `\\\\` for a backslash");
                '\\'
            }
        }
    }
}

/// `dddd-dd-dd`.
fn has_form_of_date(text: &str) -> bool {
    text.bytes().enumerate().all(|(place, byte)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() })
}
