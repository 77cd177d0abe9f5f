//! How a table of the job file is described: its keys, what each may hold, its default, and a line for people.
//! One description serves the reader, its messages and the JSON Schema, so that they cannot come apart.
//! The descriptions themselves are in `definition`.

use super::definition::NO_END;

/// A table of the job file.
#[derive(Debug)]
pub struct Shape {
    /// How the table is written in the file, for messages: `[output]`; empty for the top of the file.
    pub header: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its keys, in the order of the contract.
    pub fields: &'static [Field],
}

/// A key of a table.
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub key: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it must be there, or what holds if it is not.
    pub absent: Absent,
    /// What it is for, in one line.
    pub about: &'static str,
}

/// What holds where a key is not written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Absent {
    /// It must be written.
    Error,
    /// Nothing holds, or something that depends on the run.
    Nothing,
    /// This text, or this member of a list.
    Text(&'static str),
    /// This number.
    Integer(i64),
    /// This decimal, as it would be written.
    Decimal(&'static str),
    /// This truth.
    Boolean(bool),
    /// These members of a list, or these texts.
    Texts(&'static [&'static str]),
}

/// What a key holds.
#[derive(Debug)]
pub enum Kind {
    /// A text that is not empty.
    Text,
    /// A text that is not empty, or a list of such.
    TextOrTexts,
    /// A list of texts, empty ones too.
    AnyTexts,
    /// A text of one character.
    Character,
    /// An integer within bounds, both included.
    Integer {
        /// The least.
        least: i64,
        /// The greatest.
        most: i64,
    },
    /// A decimal from 0 on, up to a bound if there is one. Read as it is written, never by way of a binary float.
    Decimal {
        /// The greatest.
        most: Option<i64>,
    },
    /// A number of bytes: an integer, or a text with a unit.
    Bytes,
    /// True or false.
    Boolean,
    /// A date, or one word that stands for one.
    Date {
        /// The word.
        word: &'static str,
    },
    /// One member of a list.
    Choice(&'static [&'static str]),
    /// Members of a list, each at most once.
    Choices(&'static [&'static str]),
    /// A table with keys that the job chooses, each with a text.
    Texts,
    /// A table with keys that the job chooses, each with a list of texts.
    TextLists,
    /// A table with keys that the job chooses, each with a table of texts.
    TextMaps,
    /// A table with keys that the job chooses, each with one member of a list.
    ChoiceMap(&'static [&'static str]),
    /// A table with keys that the job chooses, each with a value as a row may hold it.
    Values,
    /// A table.
    Table(&'static Shape),
    /// A list of tables.
    Tables(&'static Shape),
}

impl Shape {
    /// The key's description, if the table has such a key.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// All keys, in the order of the contract.
    pub fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.key)
    }
}

impl Kind {
    /// What may be written here, to follow the word "expected".
    pub fn expected(&self) -> String {
        match self {
            Kind::Text => "a text in quotes, not empty".to_owned(),
            Kind::TextOrTexts => "a text in quotes, or a list of them".to_owned(),
            Kind::AnyTexts => "a list of texts, such as [\"\", \"NULL\"]".to_owned(),
            Kind::Character => "a text of one character, such as \";\"".to_owned(),
            Kind::Integer { least, .. } if *least == -NO_END => "an integer within ±10^12".to_owned(),
            Kind::Integer { least, most } if *most == NO_END => format!("an integer, {least} or more"),
            Kind::Integer { least, most } => format!("an integer from {least} to {most}"),
            Kind::Decimal { most: None } => "a number, 0 or more, such as 0.10".to_owned(),
            Kind::Decimal { most: Some(most) } => format!("a number from 0 to {most}, such as 0.05"),
            Kind::Bytes => super::bytes::EXPECTED.to_owned(),
            Kind::Boolean => "true or false, without quotes".to_owned(),
            Kind::Date { word } => format!("\"{word}\" or a date such as 2026-01-31"),
            Kind::Choice(words) => format!("one of: {}", quoted(words)),
            Kind::Choices(words) => format!("a list of some of: {}", quoted(words)),
            Kind::Texts => "a table of texts, such as { asset_id = \"Computer\" }".to_owned(),
            Kind::TextLists => "a table of lists, such as { consumption_id = [\"Computer\", \"Software\"] }".to_owned(),
            Kind::TextMaps => "a table of tables, such as { metric = { \"Per Device\" = \"device\" } }".to_owned(),
            Kind::ChoiceMap(words) => format!("a table, each value one of: {}", quoted(words)),
            Kind::Values => "a table of values, such as { department = \"R&D\", cores = 8 }".to_owned(),
            Kind::Table(shape) if !shape.header.starts_with('[') => format!("a table: {} = {{ ... }}", shape.header),
            Kind::Table(shape) => format!("a table: {} with keys below it", shape.header),
            Kind::Tables(shape) => format!("a list of tables: {} with keys below it, once for each", shape.header),
        }
    }
}

/// Words as one writes them in the file: `"full", "top", "off"`.
pub(super) fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}
