//! Values that many lines show, put into the form of a line once and then copied: identifiers, and the verdicts of a page.

use super::LogContext;
use super::line::{Format, Line, push_text};
use crate::trace::matched::MatchSet;
use crate::trace::pairs::{Failed, PairPage, Verdict};

/// Values by place, one after the other in one buffer.
#[derive(Default)]
pub(super) struct Words {
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<u32>,
}

impl Words {
    /// Text values.
    pub fn new<'t>(format: Format, values: impl Iterator<Item = &'t str>) -> Self {
        let mut words = Self::default();
        values.for_each(|value| words.push(format, value));
        words
    }

    /// Adds a text value.
    pub fn push(&mut self, format: Format, value: &str) {
        push_text(&mut self.bytes, format, value);
        self.end();
    }

    fn end(&mut self) {
        self.ends.push(self.bytes.len() as u32);
    }

    #[inline]
    pub fn get(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.bytes[start..self.ends[place] as usize]
    }
}

/// How the lines of a page go on after the license: for each verdict what stands before the rank, and what after it. An ineligible
/// pair has no rank, and nothing after it.
pub(super) struct VerdictWords(Words);

impl VerdictWords {
    pub fn new(ctx: &LogContext<'_>, page: &PairPage) -> Self {
        let mut words = Words::default();
        let mut rules = String::new();
        for verdict in page.verdicts.all() {
            let mut line = Line::resume(&mut words.bytes, ctx.format);
            match verdict {
                Verdict::Eligible { score, matched } => {
                    line.boolean("eligible", true).integer("score", *score).ready("rank", b"");
                    words.end();
                    rules.clear();
                    write_rules(page.verdicts.set(*matched), ctx.rule_labels, &mut rules);
                    Line::resume(&mut words.bytes, ctx.format).text("rules", &rules).end();
                }
                Verdict::Failed(failed) => {
                    line.boolean("eligible", false).text("failed", failed_name(ctx, *failed)).end();
                    words.end();
                }
            }
            words.end();
        }
        Self(words)
    }

    #[inline]
    pub fn before_rank(&self, verdict: u32) -> &[u8] {
        self.0.get(verdict as usize * 2)
    }

    #[inline]
    pub fn after_rank(&self, verdict: u32) -> &[u8] {
        self.0.get(verdict as usize * 2 + 1)
    }
}

/// `department-exact 3000, preference 50`.
fn write_rules(set: &MatchSet, labels: &[String], out: &mut String) {
    for place in set.places() {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(&labels[place]);
    }
    if let Some(points) = set.preference {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str("preference ");
        out.push_str(itoa::Buffer::new().format(points));
    }
}

/// The requirement's name, or the failure's code.
pub(super) fn failed_name<'a>(ctx: &LogContext<'a>, failed: Failed) -> &'a str {
    match failed.requirement {
        Some(place) => &ctx.trace.requirements[usize::from(place)],
        None => failed.failure.code(),
    }
}
