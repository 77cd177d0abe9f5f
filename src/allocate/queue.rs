//! Whose turn it is (contract §4.5): the demands of a market by their best candidate. And the desk, where one demand is looked at.

use super::affinity::GIANT;
use super::candidates::Candidates;
use super::ctx::{Ctx, DemandSet};
use super::keys::Brief;
use super::look_ahead::{AT_ONCE, candidates};
use super::market::Market;
use super::score::{Scores, Standing, turn_key};
use rayon::prelude::*;

/// How many demands one task scores.
const CHUNK: usize = 4096;

/// Demands by their turns. What is said of places is said of the demands asked for.
pub struct Queue {
    /// Those with a candidate, in serving order; by their places.
    pub places: Vec<u32>,
    /// The places of the others, ascending.
    pub without: Vec<u32>,
    /// In a market of keys: the candidates of each in short, by place.
    briefs: Vec<Brief>,
}

impl Queue {
    pub fn new(ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demands: &[u32], name_rank: Option<&[u32]>) -> Self {
        let stretch = |desk: &mut Desk, (chunk, demands): (usize, &[u32])| {
            let (mut keys, mut without, mut briefs) = (Vec::with_capacity(demands.len()), Vec::new(), Vec::new());
            for (first, demands) in (chunk * CHUNK..).step_by(AT_ONCE).zip(demands.chunks(AT_ONCE)) {
                candidates(market, demands.len(), |number, lookup| market.lookups[lookup].row(market, market.place(demands[number])));
                for (place, demand) in (first..).zip(demands) {
                    desk.score(ctx, set, market, *demand);
                    match desk.best_score(market, &mut briefs) {
                        Some(score) => {
                            let rank = name_rank.map_or(place as u32, |ranks| ranks[place]);
                            keys.push(turn_key(score, set.demands.started_on.get(*demand as usize), rank));
                        }
                        None => without.push(place as u32),
                    }
                }
            }
            (keys, without, briefs)
        };
        let stretches: Vec<_> = demands.par_chunks(CHUNK).enumerate().map_init(Desk::default, stretch).collect();
        let (mut keys, mut without, mut briefs) = (Vec::new(), Vec::new(), Vec::new());
        for (stretch_keys, stretch_without, stretch_briefs) in stretches {
            append(&mut keys, stretch_keys);
            append(&mut without, stretch_without);
            append(&mut briefs, stretch_briefs);
        }
        if keys.len() < GIANT {
            keys.sort_unstable();
        } else {
            keys.par_sort_unstable();
        }
        let mut places: Vec<u32> = keys.into_iter().map(|key| key as u32).collect();
        if let Some(ranks) = name_rank {
            let mut place_of = vec![0; ranks.len()];
            ranks.iter().zip(0..).for_each(|(rank, place)| place_of[*rank as usize] = place);
            places.iter_mut().for_each(|place| *place = place_of[*place as usize]);
        }
        Self { places, without, briefs }
    }

    /// The candidates of a demand in short, by its place; in a market of keys.
    pub fn brief(&self, place: u32) -> Option<&Brief> {
        self.briefs.get(place as usize)
    }
}

/// Most often there is but one stretch.
fn append<T>(all: &mut Vec<T>, mut more: Vec<T>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}

/// Where one demand is looked at. Used again for others of its market.
#[derive(Default)]
pub struct Desk {
    pub scores: Scores,
    pub candidates: Candidates,
    pub scored: bool,
    pub found: bool,
}

impl Desk {
    /// Somebody else's turn.
    pub fn clear(&mut self) {
        (self.scored, self.found) = (false, false);
    }

    pub fn score(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demand: u32) {
        self.scores.score(ctx, set, market, demand as usize);
        self.scored = true;
    }

    pub fn find(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demand: u32) {
        self.score(ctx, set, market, demand);
        self.find_scored(market);
    }

    /// Of the demand that is scored.
    pub fn find_scored(&mut self, market: &Market) {
        self.candidates.find(market, &self.scores);
        self.found = true;
    }

    /// The score of the best candidate of a scored demand; in a market of keys notes them all in short.
    fn best_score(&mut self, market: &Market, briefs: &mut Vec<Brief>) -> Option<i64> {
        let Some(keys) = &market.keys else { return self.candidates.best_score(market, &self.scores) };
        self.candidates.find(market, &self.scores);
        let brief = self.candidates.brief();
        briefs.push(brief);
        keys.standing(brief.best).map(Standing::score)
    }
}
