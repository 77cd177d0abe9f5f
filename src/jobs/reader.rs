//! Reads the file against its definition, and goes on after every error: unknown keys, missing ones, wrong types, values
//! out of their list or range, variables that are not set. What values mean together is `build`'s to judge.

use super::definition;
use super::error::Problem;
use super::interpolate::{Environment, interpolate};
use super::scalar;
use super::section::{Entry, Given, Section};
use super::shape::{Absent, Field, Kind, Shape, quoted};
use super::slips::{missing_key, unknown_key};
use super::syntax;
use super::text::Text;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Reads the whole file. A file that is no TOML has only the errors of that.
pub(super) fn read(source: &str, environment: &Environment<'_>) -> (Section, Vec<Problem>) {
    let (table, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        return (Section::empty(&definition::JOB), errors.iter().map(|error| syntax::problem(source, error)).collect());
    }
    read_table(source, table.get_ref(), environment)
}

/// Reads the tables of a file.
pub(super) fn read_table(source: &str, table: &DeTable<'_>, environment: &Environment<'_>) -> (Section, Vec<Problem>) {
    let mut reader = Reader { source, environment, problems: Vec::new() };
    let section = reader.section(&definition::JOB, "", table, None);
    (section, reader.problems)
}

struct Reader<'a> {
    source: &'a str,
    environment: &'a Environment<'a>,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// A table, under the header that stands above it in the file.
    fn section(&mut self, shape: &'static Shape, header: &str, table: &DeTable<'_>, span: Option<Range<usize>>) -> Section {
        let mut section = Section { span, ..Section::empty(shape) };
        let mut meant = Vec::new();
        for (key, value) in table {
            let Some(field) = shape.field(key.get_ref()) else {
                let (problem, near) = unknown_key(shape, header, key.get_ref(), key.span());
                self.problems.push(problem);
                meant.extend(near);
                continue;
            };
            section.written.push(field.key);
            if let Some(given) = self.value(field, value) {
                section.entries.push(Entry { key: field.key.to_owned(), key_span: key.span(), span: value.span(), given });
            }
        }
        for field in shape.fields.iter().filter(|field| field.absent == Absent::Error) {
            // A key that is only misspelled is not missing too.
            if !section.is_written(field.key) && !meant.contains(&field.key) {
                self.problems.push(missing_key(header, field, section.span.clone()));
            }
        }
        section
    }

    /// The value of a key, or nothing if it is wrong and was reported.
    fn value(&mut self, field: &'static Field, value: &Spanned<DeValue<'_>>) -> Option<Given> {
        let (key, kind) = (field.key, &field.kind);
        match (kind, value.get_ref()) {
            (Kind::Table(shape), DeValue::Table(table)) => {
                let header = shape.header.replace("NAME", key);
                Some(Given::Section(self.section(shape, &header, table, Some(value.span()))))
            }
            (Kind::Tables(shape), DeValue::Array(items)) => self.sections(shape, field, items),
            (Kind::Texts | Kind::TextLists | Kind::TextMaps | Kind::ChoiceMap(_) | Kind::Values, DeValue::Table(table)) => {
                Some(self.map(field, table))
            }
            (Kind::Text | Kind::Bytes, DeValue::String(_)) => self.full_text(value).map(Given::Text),
            (Kind::TextOrTexts, DeValue::String(_)) => Some(Given::Texts(vec![self.full_text(value)?])),
            (Kind::TextOrTexts, DeValue::Array(items)) if items.is_empty() => {
                self.problems.push(Problem::at(value.span(), format!("{key} is an empty list")).expected("at least one text in quotes"));
                None
            }
            (Kind::TextOrTexts, DeValue::Array(items)) => self.texts(key, false, items),
            (Kind::AnyTexts, DeValue::Array(items)) => self.texts(key, true, items),
            (Kind::Choices(words), DeValue::Array(items)) => self.choices(field, words, items),
            (Kind::Character | Kind::Choice(_) | Kind::Date { .. }, DeValue::String(_)) => {
                let text = self.text(value)?;
                self.keep(scalar::from_text(field, &text))
            }
            _ => self.keep(scalar::from_value(field, value, self.source)),
        }
    }

    fn keep(&mut self, result: Result<Given, Problem>) -> Option<Given> {
        result.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// A text with its variables filled in.
    fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        let decoded = value.get_ref().as_str()?;
        match interpolate(Text::new(self.source, value.span(), decoded), self.environment) {
            Ok(text) => Some(text),
            Err(problems) => {
                self.problems.extend(problems);
                None
            }
        }
    }

    fn full_text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Text> {
        let text = self.text(value)?;
        if text.value().trim().is_empty() {
            let from_variable = value.get_ref().as_str().is_some_and(|written| !written.trim().is_empty());
            let problem = Problem::at(text.span(), "this text is empty").expected("a text in quotes, not empty");
            let help = "the variables in it are set to nothing; a default, ${NAME:-default}, would also stand in for that";
            self.problems.push(if from_variable { problem.help(help) } else { problem });
            return None;
        }
        Some(text)
    }

    fn texts(&mut self, path: &str, may_be_empty: bool, items: &[Spanned<DeValue<'_>>]) -> Option<Given> {
        let before = self.problems.len();
        let mut texts = Vec::new();
        for item in items {
            if item.get_ref().is_str() {
                texts.extend(if may_be_empty { self.text(item) } else { self.full_text(item) });
            } else {
                self.problems.push(scalar::mismatch_of(path, item, "a text in quotes"));
            }
        }
        (self.problems.len() == before).then_some(Given::Texts(texts))
    }

    fn choices(&mut self, field: &'static Field, words: &'static [&'static str], items: &[Spanned<DeValue<'_>>]) -> Option<Given> {
        let before = self.problems.len();
        let mut chosen: Vec<(&'static str, Range<usize>)> = Vec::new();
        for item in items {
            if !item.get_ref().is_str() {
                self.problems.push(scalar::mismatch(field, item, &format!("one of: {}", quoted(words))));
                continue;
            }
            let Some(text) = self.text(item) else { continue };
            match scalar::choice(field.key, words, &text) {
                Err(problem) => self.problems.push(problem),
                Ok(word) => match chosen.iter().find(|(earlier, _)| *earlier == word) {
                    Some((_, first)) => {
                        let problem = Problem::at(text.span(), format!("{} names \"{word}\" twice", field.key));
                        self.problems.push(problem.also(first.clone(), "first named here").help("each member stands in the list once"));
                    }
                    None => chosen.push((word, text.span())),
                },
            }
        }
        (self.problems.len() == before).then(|| Given::Words(chosen.into_iter().map(|(word, _)| word).collect()))
    }

    fn sections(&mut self, shape: &'static Shape, field: &'static Field, items: &[Spanned<DeValue<'_>>]) -> Option<Given> {
        let mut sections = Vec::new();
        for item in items {
            match item.get_ref() {
                DeValue::Table(table) => sections.push(self.section(shape, shape.header, table, Some(item.span()))),
                _ => self.problems.push(scalar::mismatch(field, item, &format!("a table: {} with keys below it", shape.header))),
            }
        }
        Some(Given::Sections(sections))
    }

    /// A table whose keys the job chooses. Entries that are wrong are left out, and were reported.
    fn map(&mut self, field: &'static Field, table: &DeTable<'_>) -> Given {
        let mut entries = Vec::new();
        for (key, value) in table {
            let path = format!("{}.{}", field.key, key.get_ref());
            let given = match (&field.kind, value.get_ref()) {
                (Kind::Texts, DeValue::String(_)) => self.full_text(value).map(Given::Text),
                (Kind::TextLists, DeValue::Array(items)) if !items.is_empty() => self.texts(&path, false, items),
                (Kind::TextLists, _) => {
                    self.problems.push(scalar::mismatch_of(&path, value, "a list of texts with a member at least"));
                    None
                }
                (Kind::TextMaps, DeValue::Table(table)) => Some(Given::Map(self.text_entries(&path, table))),
                (Kind::TextMaps, _) => {
                    self.problems.push(scalar::mismatch_of(&path, value, "a table of texts: { \"their value\" = \"ours\" }"));
                    None
                }
                (Kind::ChoiceMap(words), DeValue::String(_)) => self.text(value).and_then(|text| {
                    let chosen = scalar::choice(&path, words, &text).map(Given::Word);
                    self.keep(chosen)
                }),
                (Kind::Values, DeValue::String(_)) => self.text(value).map(Given::Text),
                (Kind::Values, DeValue::Array(items)) => self.texts(&path, true, items),
                (Kind::ChoiceMap(words), _) => {
                    self.problems.push(scalar::mismatch_of(&path, value, &format!("one of: {}", quoted(words))));
                    None
                }
                (Kind::Values, _) => self.keep(scalar::row_value(&path, value)),
                _ => {
                    self.problems.push(scalar::mismatch_of(&path, value, "a text in quotes"));
                    None
                }
            };
            entries.extend(given.map(|given| Entry { key: key.get_ref().to_string(), key_span: key.span(), span: value.span(), given }));
        }
        Given::Map(entries)
    }

    /// The texts of a table whose keys the job chooses.
    fn text_entries(&mut self, path: &str, table: &DeTable<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, value) in table {
            if !value.get_ref().is_str() {
                self.problems.push(scalar::mismatch_of(&format!("{path}.{}", key.get_ref()), value, "a text in quotes"));
                continue;
            }
            let given = self.full_text(value).map(Given::Text);
            entries.extend(given.map(|given| Entry { key: key.get_ref().to_string(), key_span: key.span(), span: value.span(), given }));
        }
        entries
    }
}
