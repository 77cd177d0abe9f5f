//! Why a demand is not covered, in one plain sentence (contract §4.9; `deficits.detail` in §6).

use super::facts::counted_need;
use super::phrases::{amount, are, count, family, push_all, push_count, push_number, statuses, unit};
use crate::model::estate::Estate;
use crate::model::tree::Dimension;
use crate::model::words::{DeficitReason, Family, LicenseStatus};
use crate::trace::{Deficit, Trace};
use std::fmt::Write;

/// Sentences about the deficits of a run.
pub struct Deficits<'a> {
    estate: &'a Estate,
    trace: &'a Trace,
    /// How many licenses of each status a product has: counted once, for many deficits ask.
    statuses: Vec<[u32; LicenseStatus::ALL.len()]>,
}

impl<'a> Deficits<'a> {
    pub fn new(estate: &'a Estate, trace: &'a Trace) -> Self {
        let mut statuses = vec![[0; LicenseStatus::ALL.len()]; estate.products.len()];
        for (product, status) in estate.licenses.product.iter().zip(&estate.licenses.status) {
            statuses[*product as usize][*status as usize] += 1;
        }
        Self { estate, trace, statuses }
    }

    /// Appends the sentence, with its full stop.
    pub fn write(&self, deficit: &Deficit, out: &mut String) {
        // Writing to a String cannot fail.
        let _ = self.reason(deficit, out);
        self.missing(deficit, out);
    }

    fn reason(&self, deficit: &Deficit, out: &mut String) -> std::fmt::Result {
        let demand = deficit.demand as usize;
        let place = self.estate.demands.product[demand] as usize;
        let product = self.estate.texts.get(self.estate.products.id[place]);
        let statuses = &self.statuses[place];
        match deficit.reason {
            DeficitReason::NoLicense => write!(out, "There is no license of {product}"),
            DeficitReason::NoUsableLicense => {
                let all = statuses.iter().sum::<u32>();
                write!(out, "Of the {} of {product} none is usable ({})", count(i64::from(all), "license"), self::statuses(statuses))
            }
            DeficitReason::NoUser => {
                write!(
                    out,
                    "Neither the consumption nor its asset names a user, so that only a site license could cover it, and {product} has none"
                )
            }
            DeficitReason::MetricMismatch => {
                let own = self.estate.products.family(place);
                let other = if own == Family::Device { Family::User } else { Family::Device };
                write!(out, "{product} is in use by {}, and its usable licenses count {}", family(own), family(other))
            }
            DeficitReason::NotAssigned => {
                write!(out, "The licenses of {product} are for named users, and none of them is assigned to this one")
            }
            DeficitReason::UnitsUnknown => {
                write!(out, "The licenses of {product} count cores or processors, and those of this demand are unknown")
            }
            DeficitReason::Forbidden => write!(out, "Preferences forbid every license of {product} that could otherwise cover it"),
            DeficitReason::RequirementFailed => self.requirement(deficit, product, out),
            // These two are said of most demands in deficit, which may be millions.
            DeficitReason::AllOrNothing => {
                self.all_or_nothing(deficit, out);
                Ok(())
            }
            DeficitReason::CapacityExhausted => {
                self.exhausted(deficit, out);
                Ok(())
            }
            DeficitReason::PartlyCovered => {
                let metric = self.estate.products.metric[place];
                let need = counted_need(self.estate, self.trace, demand);
                write!(
                    out,
                    "Of {} only {} covered, for its candidates had no more",
                    amount(need, metric),
                    are_covered(need - deficit.units)
                )
            }
        }
    }

    fn requirement(&self, deficit: &Deficit, product: &str, out: &mut String) -> std::fmt::Result {
        let name = deficit.requirement.map_or("", |place| &self.trace.requirements[usize::from(place)]);
        write!(out, "No usable license of {product} meets every requirement; most fail {name} first")?;
        let Some(dimension) = Dimension::parse(name.strip_prefix("scope-").unwrap_or(name)) else {
            return Ok(());
        };
        let demands = &self.estate.demands;
        let nodes = match dimension {
            Dimension::Department => &demands.department,
            Dimension::Location => &demands.location,
            Dimension::CostCenter => &demands.cost_center,
        };
        let word = dimension.word();
        match self.estate.texts.opt(nodes[deficit.demand as usize]) {
            Some(node) => write!(out, " (the demand's {word} is {node})"),
            None => write!(out, " (the demand's {word} is unknown)"),
        }
    }

    fn all_or_nothing(&self, deficit: &Deficit, out: &mut String) {
        self.turn(deficit, out);
        if self.estate.policy.split_across_licenses {
            out.push_str("the free seats of its ");
            push_count(out, i64::from(deficit.candidates), "candidate");
            out.push_str(" did not reach its need together");
        } else {
            out.push_str("none of its ");
            push_count(out, i64::from(deficit.candidates), "candidate");
            out.push_str(" had enough free seats alone");
        }
        out.push_str(", and a demand is covered in full or not at all");
        self.best(deficit, out);
    }

    fn exhausted(&self, deficit: &Deficit, out: &mut String) {
        self.turn(deficit, out);
        if deficit.candidates == 1 {
            out.push_str("its only candidate had no free seat");
        } else {
            out.push_str("none of its ");
            push_number(out, i64::from(deficit.candidates));
            out.push_str(" candidates had a free seat");
        }
        self.best(deficit, out);
    }

    fn turn(&self, deficit: &Deficit, out: &mut String) {
        out.push_str("At its turn");
        if let Some(turn) = deficit.turn.get() {
            out.push_str(", number ");
            push_number(out, i64::from(turn));
            out.push(',');
        }
        out.push(' ');
    }

    /// The best candidate and whom it went to.
    fn best(&self, deficit: &Deficit, out: &mut String) {
        let Some(best) = deficit.best.get() else { return };
        let license = self.estate.texts.get(self.estate.licenses.id[best.license as usize]);
        push_all(out, &["; its best, ", license, ", scores "]);
        push_number(out, best.score);
        match deficit.cut_off_score.get() {
            Some(score) => {
                out.push_str(" for it and went to demands down to a score of ");
                push_number(out, score);
            }
            None => out.push_str(" for it and went to no demand in this phase"),
        }
    }

    /// What is left open.
    fn missing(&self, deficit: &Deficit, out: &mut String) {
        let metric = self.estate.products.metric[self.estate.demands.product[deficit.demand as usize] as usize];
        out.push_str(": ");
        push_count(out, deficit.units, unit(metric));
        push_all(out, &[" ", are(deficit.units), " missing"]);
        match deficit.free_units.get() {
            Some(free) if free > 0 => {
                out.push_str(", and ");
                push_count(out, free, "seat");
                push_all(out, &[" ", are(free), " free for it in the end."]);
            }
            _ => out.push('.'),
        }
    }
}

/// `1 is`, `3 are`.
fn are_covered(number: i64) -> String {
    format!("{number} {}", are(number))
}
