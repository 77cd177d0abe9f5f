//! Why a license covers a demand, and not another one, in one plain sentence.

use super::phrases::count;
use crate::model::date::{Date, NULL_DATE};
use crate::model::estate::Estate;
use crate::model::words::{DecidedBy, Metric, Phase};
use crate::trace::{Choice, Grant, RunnerUp};
use std::fmt::{Result, Write};

/// Appends the sentence on a grant of the estate's demands, with its full stop.
pub fn write(estate: &Estate, grant: &Grant, out: &mut String) {
    // Writing to a String cannot fail.
    let _ = sentence(estate, grant, out);
}

fn sentence(estate: &Estate, grant: &Grant, out: &mut String) -> Result {
    let license = grant.license as usize;
    write!(out, "License {} ", license_id(estate, license))?;
    match estate.licenses.metric[license] {
        Some(Metric::Site) => write!(out, "covers it, as it covers everything on its site")?,
        _ => write!(out, "covers it with {}", count(grant.units, "seat"))?,
    }
    let product = estate.texts.get(estate.products.id[estate.licenses.product[license] as usize]);
    match grant.phase {
        Phase::Direct => assigned(estate, grant, out)?,
        Phase::Bundle => write!(out, ", as part of the bundle {product}")?,
        Phase::Downgrade => write!(out, ", as a license of the newer {product}")?,
        Phase::Affinity => {}
    }
    if let Some(choice) = &grant.choice {
        chosen(estate, grant, choice, out)?;
    }
    out.write_char('.')
}

fn assigned(estate: &Estate, grant: &Grant, out: &mut String) -> Result {
    write!(out, ", by direct assignment")?;
    let Some(link) = grant.assignment.get().map(|place| &estate.assignments[place as usize]) else {
        return Ok(());
    };
    if link.assigned_on != NULL_DATE {
        write!(out, " since {}", Date(link.assigned_on))?;
    }
    match estate.texts.opt(link.reason) {
        Some(reason) => write!(out, " ({reason})"),
        None => Ok(()),
    }
}

fn chosen(estate: &Estate, grant: &Grant, choice: &Choice, out: &mut String) -> Result {
    write!(out, ": score {}, rank {} of {}", choice.score, choice.rank, choice.candidates)?;
    if let Some(other) = choice.runner_up.get() {
        compared(estate, grant, choice, other, out)?;
    } else if choice.candidates == 1 {
        write!(out, ", the only candidate")?;
    }
    match choice.passed_over {
        0 => Ok(()),
        1 => write!(out, "; the better-ranked one had nothing to give"),
        more => write!(out, "; {more} better-ranked ones had nothing to give"),
    }
}

fn compared(estate: &Estate, grant: &Grant, choice: &Choice, other: RunnerUp, out: &mut String) -> Result {
    let (winner, loser) = (grant.license as usize, other.license as usize);
    let name = license_id(estate, loser);
    if choice.decided_by == DecidedBy::Score {
        return write!(out, ", before {name} by {}", count(choice.score.saturating_sub(other.score), "point"));
    }
    write!(out, ", before {name} of equal score ")?;
    match choice.decided_by {
        DecidedBy::Unlimited => write!(out, "because its seats are unlimited"),
        DecidedBy::InTerm => write!(out, "because {name} is in its days of grace"),
        DecidedBy::EarliestEnd => {
            write!(out, "because it ends first, on ")?;
            day(estate.licenses.ends_on[winner], out)
        }
        DecidedBy::LowestCost => write!(out, "because it costs less"),
        DecidedBy::Version => write!(out, "because its version is nearer"),
        DecidedBy::LicenseId => write!(out, "by nothing but its license_id"),
        DecidedBy::Only | DecidedBy::Score => Ok(()),
    }
}

fn day(day: i32, out: &mut String) -> Result {
    if day == NULL_DATE { write!(out, "no date") } else { write!(out, "{}", Date(day)) }
}

fn license_id(estate: &Estate, license: usize) -> &str {
    estate.texts.get(estate.licenses.id[license])
}
