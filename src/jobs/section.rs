//! A table of the job file after reading: what was given, well formed and with its place, else what holds by default.
//! `reader` makes sections, `build` takes them apart.

use super::shape::{Absent, Shape};
use super::text::Text;
use crate::model::date::Date;
use crate::model::decimal::{self, Scaled};
use std::ops::Range;

/// A value that fits its kind.
#[derive(Clone, Debug)]
pub(super) enum Given {
    /// A text; of a list with one member allowed, a list of one.
    Text(Text),
    Texts(Vec<Text>),
    Integer(i64),
    Decimal(Scaled),
    Boolean(bool),
    Date(Date),
    /// The word that stands for a date, or a member of a list.
    Word(&'static str),
    Words(Vec<&'static str>),
    /// A table with keys that the job chose.
    Map(Vec<Entry>),
    Section(Section),
    Sections(Vec<Section>),
}

/// A key with its value, and where both stand.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) span: Range<usize>,
    pub(super) given: Given,
}

/// A table of the file, with its well-formed entries.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub(super) shape: &'static Shape,
    /// Its header, or the whole of an inline table; `None` for the top of the file and for what is not written.
    pub(super) span: Option<Range<usize>>,
    pub(super) entries: Vec<Entry>,
    /// The known keys that are written, those with a wrong value too.
    pub(super) written: Vec<&'static str>,
}

impl Section {
    /// A table that is not written: every key at its default.
    pub(super) fn empty(shape: &'static Shape) -> Self {
        Self { shape, span: None, entries: Vec::new(), written: Vec::new() }
    }

    /// What was written under a key, if it was written and is good.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        debug_assert!(self.shape.field(key).is_some(), "{} has no key {key}", self.shape.header);
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Whether a key is written, well or badly.
    pub(super) fn is_written(&self, key: &str) -> bool {
        self.written.contains(&key)
    }

    fn given(&self, key: &str) -> Option<&Given> {
        self.entry(key).map(|entry| &entry.given)
    }

    fn absent(&self, key: &str) -> Absent {
        self.shape.field(key).map_or(Absent::Nothing, |field| field.absent)
    }

    pub(super) fn text(&self, key: &str) -> Option<&Text> {
        match self.given(key) {
            Some(Given::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A text's value; else its default; else nothing.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        match (self.text(key), self.absent(key)) {
            (Some(text), _) => Some(text.value()),
            (None, Absent::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn texts(&self, key: &str) -> &[Text] {
        match self.given(key) {
            Some(Given::Texts(texts)) => texts,
            _ => &[],
        }
    }

    pub(super) fn integer(&self, key: &str) -> Option<i64> {
        match (self.given(key), self.absent(key)) {
            (Some(Given::Integer(number)), _) => Some(*number),
            (_, Absent::Integer(number)) => Some(number),
            _ => None,
        }
    }

    pub(super) fn decimal(&self, key: &str) -> Option<Scaled> {
        match (self.given(key), self.absent(key)) {
            (Some(Given::Decimal(number)), _) => Some(*number),
            (_, Absent::Decimal(text)) => decimal::parse(text).ok(),
            _ => None,
        }
    }

    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        match (self.given(key), self.absent(key)) {
            (Some(Given::Boolean(truth)), _) => Some(*truth),
            (_, Absent::Boolean(truth)) => Some(truth),
            _ => None,
        }
    }

    /// The date, where one is written and not a word for one.
    pub(super) fn date(&self, key: &str) -> Option<Date> {
        match self.given(key) {
            Some(Given::Date(date)) => Some(*date),
            _ => None,
        }
    }

    pub(super) fn word(&self, key: &str) -> Option<&'static str> {
        match (self.given(key), self.absent(key)) {
            (Some(Given::Word(word)), _) => Some(word),
            (_, Absent::Text(word)) => Some(word),
            _ => None,
        }
    }

    pub(super) fn words(&self, key: &str) -> Vec<&'static str> {
        match (self.given(key), self.absent(key)) {
            (Some(Given::Words(words)), _) => words.clone(),
            (_, Absent::Texts(words)) => words.to_vec(),
            _ => Vec::new(),
        }
    }

    pub(super) fn map(&self, key: &str) -> &[Entry] {
        match self.given(key) {
            Some(Given::Map(entries)) => entries,
            _ => &[],
        }
    }

    /// A table below; one that is not written has its defaults.
    pub(super) fn section(&self, key: &str, shape: &'static Shape) -> Section {
        self.written_section(key).cloned().unwrap_or_else(|| Section::empty(shape))
    }

    /// A table below, if it is written.
    pub(super) fn written_section(&self, key: &str) -> Option<&Section> {
        match self.given(key) {
            Some(Given::Section(section)) => Some(section),
            _ => None,
        }
    }

    pub(super) fn sections(&self, key: &str) -> &[Section] {
        match self.given(key) {
            Some(Given::Sections(sections)) => sections,
            _ => &[],
        }
    }
}
