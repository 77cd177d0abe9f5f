//! How well a heading fits a field, by its name alone.

use crate::extract::headings::{names, normalized};
use crate::extract::nearest::edits;
use crate::model::words::ExtractKind;

/// Points of a heading for a field: 100 for the field's own name, 95 and fewer down the list of what it is called elsewhere, fewer
/// for slips of the pen and for headings that only contain such a name. `None` where there is no likeness.
pub fn points(extract: ExtractKind, field: &str, heading: &str) -> Option<u32> {
    let said = normalized(heading);
    if said.is_empty() {
        return None;
    }
    if said == normalized(field) {
        return Some(100);
    }
    let known = names(extract, field);
    let ranked = |place: usize| 95 - (place as u32).min(25);
    if let Some(place) = known.iter().position(|name| *name == said) {
        return Some(ranked(place));
    }
    let slip = known.iter().position(|name| is_slip(name, &said)).map(|place| ranked(place) - 15);
    let part =
        known.iter().enumerate().filter_map(|(place, name)| extra_words(name, &said).map(|extra| ranked(place) - 15 - 5 * extra)).max();
    slip.into_iter().chain(part).max()
}

/// Whether one is the other with a letter or two wrong.
fn is_slip(name: &str, said: &str) -> bool {
    let (name, said): (Vec<char>, Vec<char>) = (name.chars().collect(), said.chars().collect());
    name.len() >= 5 && name.len().abs_diff(said.len()) <= 2 && edits(&name, &said) <= if name.len() < 10 { 1 } else { 2 }
}

/// How many words a heading has beyond a name that it contains: one or two. A name of one word must be the last one, for `cost
/// center` is no cost, and a total is the amount of nothing single.
fn extra_words(name: &str, said: &str) -> Option<u32> {
    let (name, said): (Vec<&str>, Vec<&str>) = (name.split(' ').collect(), said.split(' ').collect());
    let extra = said.len().checked_sub(name.len()).filter(|extra| (1..=2).contains(extra))?;
    let holds =
        if name.len() == 1 { said.ends_with(&name) && name[0].len() >= 4 } else { said.windows(name.len()).any(|part| part == name) };
    let other = ["total", "last", "first", "previous", "old", "parent", "max", "min", "average", "sum"];
    (holds && !said.iter().any(|word| other.contains(word) && !name.contains(word))).then_some(extra as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_heading_is_called_tells_how_well_it_fits() {
        let of = |field, heading| points(ExtractKind::Licenses, field, heading);
        assert_eq!(of("license_id", "License_ID"), Some(100));
        assert_eq!(of("seats", "Entitlement Qty"), Some(94));
        assert!(of("seats", "Entitlment Qty").is_some_and(|points| (70..90).contains(&points)));
        assert!(of("ends_on", "Support License Expiry").is_some_and(|points| points > 60));
        assert_eq!(of("unit_cost", "Total Cost"), None);
        assert_eq!(of("unit_cost", "Cost Centre"), None);
        assert_eq!(of("cost_center", "Cost Centre"), Some(100));
        assert_eq!(of("seats", "Colour"), None);
        assert_eq!(points(ExtractKind::Consumptions, "last_used_on", "Last Used"), Some(94));
    }
}
