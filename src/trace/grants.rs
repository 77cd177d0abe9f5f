//! The grants of a run, side by side in memory. There may be as many as demands, and every table and line of the log reads them: so a
//! grant is packed into 52 bytes, and what does not fit, as greater numbers, is kept whole beside the others.

use super::matched::MatchId;
use super::{Choice, Grant, RunnerUp};
use crate::model::opt::OptU32;
use crate::model::text::NULL_CODE;
use crate::model::words::{DecidedBy, Phase};
use rayon::prelude::*;
use std::ops::Range;

/// Grants, in an order that whoever puts them in sees to.
#[derive(Clone, Default)]
pub struct Grants {
    rows: Vec<Row>,
    /// Those that no row holds.
    odd: Vec<Grant>,
}

/// A grant, if it is none of the odd ones.
#[derive(Clone, Copy, Debug)]
struct Row {
    demand: u32,
    license: u32,
    units: i32,
    covered: i32,
    turn: OptU32,
    reservation: OptU32,
    score: i32,
    rank: u32,
    candidates: u32,
    /// The license of the runner-up, or null; and its score.
    other: u32,
    other_score: i32,
    /// The matched rules of what was chosen, the assignment of what was not, the place of an odd one.
    number: u32,
    phase: Phase,
    decided_by: DecidedBy,
    /// How many better-ranked candidates gave something.
    better: u8,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Chosen,
    /// Without a choice.
    Given,
    Odd,
}

impl Row {
    /// Whom it is about, and nothing more.
    fn bare(grant: &Grant) -> Self {
        Self {
            demand: grant.demand,
            license: grant.license,
            units: 0,
            covered: 0,
            turn: OptU32::NONE,
            reservation: OptU32::NONE,
            score: 0,
            rank: 0,
            candidates: 0,
            other: NULL_CODE,
            other_score: 0,
            number: NULL_CODE,
            phase: grant.phase,
            decided_by: DecidedBy::Only,
            better: 0,
            form: Form::Given,
        }
    }

    /// None for an odd grant.
    fn of(grant: &Grant) -> Option<Self> {
        let row = Self {
            units: grant.units.try_into().ok()?,
            covered: grant.covered.try_into().ok()?,
            turn: grant.turn,
            reservation: grant.reservation,
            number: grant.assignment.get().unwrap_or(NULL_CODE),
            ..Self::bare(grant)
        };
        let Some(choice) = &grant.choice else { return Some(row) };
        let other = choice.runner_up.get();
        let chosen = Self {
            score: choice.score.try_into().ok()?,
            rank: choice.rank,
            candidates: choice.candidates,
            other: other.map_or(NULL_CODE, |other| other.license),
            other_score: other.map_or(0, |other| other.score).try_into().ok()?,
            number: choice.matched.0,
            decided_by: choice.decided_by,
            better: choice.rank.checked_sub(1)?.checked_sub(choice.passed_over)?.try_into().ok()?,
            form: Form::Chosen,
            ..row
        };
        // Nothing is both chosen and assigned.
        grant.assignment.get().is_none().then_some(chosen)
    }

    #[inline]
    fn grant(&self) -> Grant {
        let runner_up = (self.other != NULL_CODE).then(|| RunnerUp { license: self.other, score: self.other_score.into() });
        let choice = Choice {
            score: self.score.into(),
            rank: self.rank,
            candidates: self.candidates,
            passed_over: self.rank.wrapping_sub(1).wrapping_sub(self.better.into()),
            runner_up: runner_up.into(),
            decided_by: self.decided_by,
            matched: MatchId(self.number),
        };
        let chosen = self.form == Form::Chosen;
        Grant {
            demand: self.demand,
            license: self.license,
            phase: self.phase,
            units: self.units.into(),
            covered: self.covered.into(),
            turn: self.turn,
            choice: chosen.then_some(choice),
            reservation: self.reservation,
            assignment: if chosen { OptU32::NONE } else { (self.number != NULL_CODE).then_some(self.number).into() },
        }
    }
}

impl Grants {
    pub fn with_capacity(grants: usize) -> Self {
        Self { rows: Vec::with_capacity(grants), odd: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    #[inline]
    pub fn get(&self, place: usize) -> Grant {
        self.grant(&self.rows[place])
    }

    #[inline]
    fn grant(&self, row: &Row) -> Grant {
        match row.form {
            Form::Odd => self.odd[row.number as usize],
            _ => row.grant(),
        }
    }

    /// Whom a grant covers, and with what.
    #[inline]
    pub fn demand(&self, place: usize) -> u32 {
        self.rows[place].demand
    }

    #[inline]
    pub fn license(&self, place: usize) -> u32 {
        self.rows[place].license
    }

    /// Whom they cover, one after the other.
    pub fn demands(&self) -> impl ExactSizeIterator<Item = u32> + '_ {
        self.rows.iter().map(|row| row.demand)
    }

    /// Those of some places.
    pub fn some(&self, places: Range<usize>) -> SomeGrants<'_> {
        SomeGrants { all: self, rows: &self.rows[places] }
    }

    pub fn all(&self) -> SomeGrants<'_> {
        self.some(0..self.len())
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Grant> + '_ {
        self.rows.iter().map(|row| self.grant(row))
    }

    /// All of them in stretches of so many, for all cores.
    pub fn par_chunks(&self, grants: usize) -> impl IndexedParallelIterator<Item = SomeGrants<'_>> {
        self.rows.par_chunks(grants).map(|rows| SomeGrants { all: self, rows })
    }

    /// The place of the first grant of a demand or of one after it, where they stand by demand.
    pub fn first_of(&self, demand: u32) -> usize {
        self.rows.partition_point(|row| row.demand < demand)
    }

    pub fn push(&mut self, grant: &Grant) {
        let row = self.pack(grant);
        self.rows.push(row);
    }

    fn pack(&mut self, grant: &Grant) -> Row {
        Row::of(grant).unwrap_or_else(|| {
            self.odd.push(*grant);
            Row { number: self.odd.len() as u32 - 1, form: Form::Odd, ..Row::bare(grant) }
        })
    }

    /// The same in another order.
    pub fn reordered(self, order: &[u32]) -> Self {
        Self { rows: order.iter().map(|place| self.rows[*place as usize]).collect(), odd: self.odd }
    }

    /// Adds others after these, whose matched rules have other numbers here.
    pub fn append(&mut self, others: &Self, renamed: &[MatchId]) {
        let odd = self.odd.len() as u32;
        let rename = |row: &Row| match row.form {
            Form::Chosen => Row { number: renamed[row.number as usize].0, ..*row },
            Form::Given => *row,
            Form::Odd => Row { number: odd + row.number, ..*row },
        };
        self.rows.extend(others.rows.iter().map(rename));
        self.odd.extend(others.odd.iter().map(|grant| grant.renamed(renamed)));
    }

    /// Puts others between these; both stand by demand, then license.
    pub fn insert_all(&mut self, others: &[Grant]) {
        let others: Vec<Row> = others.iter().map(|grant| self.pack(grant)).collect();
        let key = |row: &Row| (row.demand, row.license);
        // In place, from the end: a second list of all grants would be gigabytes.
        let (mut open, mut end) = (self.rows.len(), self.rows.len() + others.len());
        self.rows.extend_from_slice(&others);
        for other in others.iter().rev() {
            let place = place_before(open, |place| key(&self.rows[place]) < key(other));
            self.rows.copy_within(place..open, end - (open - place));
            end -= open - place + 1;
            self.rows[end] = *other;
            open = place;
        }
    }

    /// Sets some of them otherwise.
    #[cfg(test)]
    pub fn edit(&mut self, change: impl FnOnce(&mut Vec<Grant>)) {
        let mut grants = self.iter().collect();
        change(&mut grants);
        *self = grants.into_iter().collect();
    }

    /// Notes on the first grant of each demand what is covered of its need; they stand by demand.
    pub fn note_covered(&mut self, covered: impl Fn(u32) -> i64 + Sync) {
        let lasts = self.rows.chunks(STRETCH).map(|rows| rows.last().map(|row| row.demand));
        let befores: Vec<Option<u32>> = std::iter::once(None).chain(lasts).collect();
        let note = |((stretch, rows), before): ((usize, &mut [Row]), &Option<u32>)| {
            let (mut before, mut wide) = (*before, Vec::new());
            for (place, row) in rows.iter_mut().enumerate().filter(|(_, row)| before.replace(row.demand) != Some(row.demand)) {
                let covered = covered(row.demand);
                match i32::try_from(covered) {
                    Ok(covered) if row.form != Form::Odd => row.covered = covered,
                    _ => wide.push((stretch * STRETCH + place, covered)),
                }
            }
            wide
        };
        let wide: Vec<(usize, i64)> = self.rows.par_chunks_mut(STRETCH).enumerate().zip(&befores).flat_map_iter(note).collect();
        for (place, covered) in wide {
            let grant = Grant { covered, ..self.get(place) };
            self.rows[place] = self.pack(&grant);
        }
    }
}

/// How many grants one task looks at.
const STRETCH: usize = if cfg!(test) { 4 } else { 1 << 17 };

impl std::fmt::Debug for Grants {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list().entries(self.iter()).finish()
    }
}

impl FromIterator<Grant> for Grants {
    fn from_iter<T: IntoIterator<Item = Grant>>(grants: T) -> Self {
        let grants = grants.into_iter();
        let mut all = Self { rows: Vec::with_capacity(grants.size_hint().0), odd: Vec::new() };
        grants.for_each(|grant| all.push(&grant));
        all
    }
}

/// Some grants that stand together.
#[derive(Clone, Copy)]
pub struct SomeGrants<'a> {
    all: &'a Grants,
    rows: &'a [Row],
}

impl<'a> SomeGrants<'a> {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    #[inline]
    pub fn get(&self, place: usize) -> Grant {
        self.all.grant(&self.rows[place])
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = Grant> + use<'a> {
        let all = self.all;
        self.rows.iter().map(move |row| all.grant(row))
    }

    /// Whom the first of them covers.
    pub fn demand(&self) -> Option<u32> {
        self.rows.first().map(|row| row.demand)
    }

    /// Their licenses.
    pub fn licenses(&self) -> impl ExactSizeIterator<Item = u32> + use<'a> {
        self.rows.iter().map(|row| row.license)
    }

    /// Those of each demand, one after the other; they stand by demand.
    pub fn by_demand(&self) -> impl Iterator<Item = SomeGrants<'a>> + use<'a> {
        let all = self.all;
        self.rows.chunk_by(|one, other| one.demand == other.demand).map(move |rows| SomeGrants { all, rows })
    }
}

/// How many of the first `end` in an order stand before something, as `is_before` tells of a place. They are looked for from the end, in
/// growing steps: most often it is near, and memory that is far away is not asked for.
fn place_before(end: usize, is_before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high, mut step) = (end, end, 1);
    while low > 0 && !is_before(low - 1) {
        high = low - 1;
        low = low.saturating_sub(step);
        step *= 2;
    }
    while low < high {
        let middle = low.midpoint(high);
        if is_before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants() -> Vec<Grant> {
        let choice = Choice {
            score: -7,
            rank: 3,
            candidates: 9,
            passed_over: 1,
            runner_up: Some(RunnerUp { license: 4, score: 2 }).into(),
            decided_by: DecidedBy::Score,
            matched: MatchId(0),
        };
        let (phase, none) = (Phase::Affinity, OptU32::NONE);
        let plain = Grant {
            demand: 1,
            license: 2,
            phase,
            units: 1,
            covered: 0,
            turn: 5.into(),
            choice: Some(choice),
            reservation: none,
            assignment: none,
        };
        let with = |choice: Choice| Grant { choice: Some(choice), ..plain };
        vec![
            plain,
            with(Choice { runner_up: None.into(), passed_over: 2, ..choice }),
            with(Choice { score: i64::MAX, ..choice }),
            with(Choice { runner_up: Some(RunnerUp { license: 0, score: i64::MIN }).into(), ..choice }),
            with(Choice { rank: 1000, passed_over: 0, ..choice }),
            with(Choice { rank: 1, passed_over: 7, ..choice }),
            Grant { units: 1 << 40, reservation: 0.into(), ..plain },
            Grant { covered: -(1 << 40), turn: none, ..plain },
            Grant { phase: Phase::Direct, choice: None, reservation: 3.into(), assignment: 0.into(), ..plain },
            Grant { phase: Phase::Bundle, choice: None, turn: none, ..plain },
            Grant { assignment: 8.into(), ..plain },
        ]
    }

    #[test]
    fn grants_are_what_was_put_in() {
        assert!(size_of::<Row>() <= 52, "{} bytes", size_of::<Row>());
        let all: Grants = grants().into_iter().collect();
        assert!(all.iter().eq(grants()));
        assert_eq!((all.len(), all.odd.len()), (11, 7));
        let mut both = all.clone();
        both.append(&all, &[MatchId(6)]);
        let renamed = grants().into_iter().map(|grant| grant.renamed(&[MatchId(6)]));
        assert!(both.iter().eq(grants().into_iter().chain(renamed)));
    }

    #[test]
    fn others_are_put_between() {
        let of_demand = |demand: u32| grants().into_iter().map(move |grant| Grant { demand, ..grant });
        let about = |demands: &[u32]| demands.iter().flat_map(|demand| of_demand(*demand)).collect::<Vec<_>>();
        let mut all: Grants = about(&[1, 4, 6]).into_iter().collect();
        all.insert_all(&about(&[0, 5, 9]));
        assert!(all.iter().eq(about(&[0, 1, 4, 5, 6, 9])));
        assert_eq!([0, 1, 2, 9, 10].map(|demand| all.first_of(demand) / 11), [0, 1, 2, 5, 6]);
        let covered = |demand: u32| i64::from(demand) << if demand == 5 { 40 } else { 0 };
        all.note_covered(covered);
        for grants in all.all().by_demand() {
            let of_need = |place: usize| grants.get(place).covered;
            assert_eq!((of_need(0), of_need(7), grants.len()), (covered(grants.get(0).demand), -(1 << 40), 11));
        }
    }

    #[test]
    fn places_are_found_from_the_end() {
        for end in 0..40 {
            for first in 0..=end {
                assert_eq!(place_before(end, |place| place < first), first, "of {end}");
            }
        }
    }
}
