//! Lines are found again, and no others: in both forms, however identifiers look, however the log is cut into pieces.

use super::text;
use crate::batch_log::line::{Format, Level, Line};
use crate::batch_log::search::{Pattern, Query, search};
use crate::batch_log::writer::{BatchLog, Form, Part};
use proptest::prelude::*;
use std::io::{self, Read};
use std::ops::ControlFlow;

/// Gives a few bytes at a time.
struct Trickle<'a>(&'a [u8], usize);

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(into.len()).min(self.1);
        into[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn found(log: &[u8], step: usize, query: &Query) -> Vec<String> {
    let mut lines = Vec::new();
    search(Trickle(log, step), query, |line| {
        lines.push(text(line.to_vec()));
        ControlFlow::Continue(())
    })
    .unwrap();
    lines
}

fn line(format: Format, event: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut line = Line::begin(&mut out, format, super::stamp(), Level::Debug, event);
    for (key, value) in fields {
        line.text(*key, value);
    }
    line.integer("score", 7).end();
    out
}

fn query(event: Option<&str>, product: Option<&str>, demand: Option<&str>, license: Option<&str>) -> Query {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Query { event: own(event), product: own(product), demand: own(demand), license: own(license), grep: None }
}

#[test]
fn values_are_matched_whole_and_in_their_own_field() {
    for format in [Format::Text, Format::Json] {
        let lines = [
            line(format, "affinity", &[("product", "P"), ("demand", "P/A 1"), ("license", "L-1")]),
            line(format, "affinity", &[("product", "P"), ("demand", "P/A 1"), ("license", "L-10")]),
            line(format, "granted", &[("product", "P"), ("demand", "P/A 1"), ("license", "L-2"), ("runner_up", "L-1")]),
            // What stands within a quoted value is no field.
            line(format, "noted", &[("about", "x affinity license=L-1 \"demand\":\"P/A 1\" demand=\"P/A 1\"")]),
            line(format, "deficit", &[("product", "P 2"), ("demand", "P 2/say \"hi\"\\")]),
        ];
        let log = lines.concat();
        let places = |query: &Query| -> Vec<usize> {
            let shown = found(&log, 1 << 20, query);
            shown.iter().map(|shown| lines.iter().position(|line| line == shown.as_bytes()).unwrap()).collect()
        };
        assert_eq!(places(&query(None, None, None, Some("L-1"))), [0]);
        assert_eq!(places(&query(None, None, Some("P/A 1"), None)), [0, 1, 2]);
        assert_eq!(places(&query(Some("affinity"), None, Some("P/A 1"), None)), [0, 1]);
        assert_eq!(places(&query(None, Some("P"), None, None)), [0, 1, 2]);
        assert_eq!(places(&query(None, Some("P 2"), Some("P 2/say \"hi\"\\"), None)), [4]);
        assert_eq!(places(&query(Some("affin"), None, None, None)), [0; 0]);
        assert_eq!(places(&query(None, None, None, None)), [0, 1, 2, 3, 4]);
        let grep = Query { grep: Some(Pattern::new("L-[12]0?\\b").unwrap()), ..query(None, Some("P"), None, None) };
        assert_eq!(places(&grep), [0, 1, 2]);
    }
    assert!(Pattern::new("(").is_err());
}

#[test]
fn whoever_has_enough_is_given_no_more() {
    let log = line(Format::Text, "granted", &[("license", "L")]).repeat(9);
    let mut count = 0;
    search(&log[..], &Query::default(), |_| {
        count += 1;
        if count == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .unwrap();
    assert_eq!(count, 4);
}

#[test]
fn a_log_that_was_cut_off_shows_what_it_has() {
    let log = line(Format::Text, "granted", &[("license", "L")]);
    assert_eq!(found(&log[..log.len() - 3], 7, &query(None, None, None, Some("L"))).len(), 1);
    let mut compressed = BatchLog::new(Format::Text);
    compressed.attach(Vec::new(), true);
    compressed.write_part(Part::new(Form::Compressed, log.clone()));
    compressed.write_part(Part::new(Form::Compressed, log.clone()));
    let (bytes, _) = compressed.finish().unwrap();
    let read = |bytes: &[u8]| search(zstd::stream::read::Decoder::new(bytes).unwrap(), &Query::default(), |_| ControlFlow::Continue(()));
    assert!(read(&bytes).is_ok());
    assert!(read(&bytes[..bytes.len() - 3]).is_err());
}

proptest! {
    #[test]
    fn every_identifier_finds_its_own_lines(
        ids in prop::collection::vec("[ a-c=\"\\\\/\n\u{2028}\u{e9}]{1,4}", 1..12),
        step in 1_usize..200,
        json in any::<bool>(),
    ) {
        let format = if json { Format::Json } else { Format::Text };
        let lines: Vec<Vec<u8>> =
            ids.iter().enumerate().map(|(place, id)| line(format, "granted", &[("demand", &format!("{place}/{id}")), ("license", id)])).collect();
        for id in &ids {
            let expected: Vec<String> = lines.iter().zip(&ids).filter(|(_, other)| *other == id).map(|(line, _)| text(line.clone())).collect();
            prop_assert_eq!(found(&lines.concat(), step, &query(None, None, None, Some(id))), expected);
        }
    }
}
