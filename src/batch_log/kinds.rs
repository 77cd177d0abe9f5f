//! What the `affinity` lines of a demand say after the demand itself: put together once for each kind of demands on a page, then
//! copied for every demand of the kind.

use super::LogContext;
use super::line::{Line, known, push_integer};
use super::plan::LogMode;
use super::words::{VerdictWords, failed_name};
use crate::trace::pairs::{DemandPairs, PairPage, PairRow, TOP_RANKS};
use std::ops::Range;

/// The ends of the lines of a page, by kind.
pub(super) struct KindLines<'a> {
    ctx: &'a LogContext<'a>,
    mode: LogMode,
    verdicts: VerdictWords,
    /// The ends of lines, one after the other, and where each of them ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    kinds: Vec<Kind>,
}

#[derive(Clone, Default)]
struct Kind {
    /// How many demands of it are still to come.
    demands: u32,
    /// Where its first line begins, and which of `ends` are its lines', once they are made.
    lines: Option<(usize, Range<usize>)>,
}

impl<'a> KindLines<'a> {
    pub fn new(ctx: &'a LogContext<'a>, page: &PairPage, mode: LogMode) -> Self {
        let mut kinds = vec![Kind::default(); page.kinds()];
        page.demands.iter().for_each(|demand| kinds[demand.kind as usize].demands += 1);
        Self { ctx, mode, verdicts: VerdictWords::new(ctx, page), bytes: Vec::new(), ends: Vec::new(), kinds }
    }

    /// Appends the lines of a demand, each of which begins with `prefix`. They may have more pairs than the mode shows.
    pub fn write(&mut self, pairs: &DemandPairs<'_>, prefix: &[u8], out: &mut Vec<u8>) {
        let kind = pairs.kind as usize;
        let (begin, lines) = match self.kinds[kind].lines.take() {
            Some(lines) => lines,
            None => self.make(pairs),
        };
        let mut start = begin;
        for end in &self.ends[lines.clone()] {
            out.extend_from_slice(prefix);
            out.extend_from_slice(&self.bytes[start..*end]);
            start = *end;
        }
        self.kinds[kind].demands -= 1;
        if self.kinds[kind].demands > 0 {
            self.kinds[kind].lines = Some((begin, lines));
        } else if start == self.bytes.len() {
            // Nobody needs them any more, and nothing follows them.
            self.bytes.truncate(begin);
            self.ends.truncate(lines.start);
        }
    }

    fn make(&mut self, pairs: &DemandPairs<'_>) -> (usize, Range<usize>) {
        let (begin, first) = (self.bytes.len(), self.ends.len());
        if self.mode == LogMode::Pairs {
            pairs.rows.iter().for_each(|row| self.pair(row));
            return (begin, first..self.ends.len());
        }
        pairs.rows.iter().filter(|row| (1..=TOP_RANKS).contains(&row.rank)).for_each(|row| self.pair(row));
        for (failed, count) in pairs.failures {
            Line::resume(&mut self.bytes, self.ctx.format)
                .boolean("eligible", false)
                .text("failed", failed_name(self.ctx, *failed))
                .integer("count", i64::from(*count))
                .end();
            self.ends.push(self.bytes.len());
        }
        (begin, first..self.ends.len())
    }

    fn pair(&mut self, row: &PairRow) {
        let out = &mut self.bytes;
        Line::resume(out, self.ctx.format).ready(known!("license"), self.ctx.licenses.get(row.license as usize));
        out.extend_from_slice(self.verdicts.before_rank(row.verdict));
        if row.rank > 0 {
            push_integer(out, i64::from(row.rank));
            out.extend_from_slice(self.verdicts.after_rank(row.verdict));
        }
        self.ends.push(out.len());
    }
}
