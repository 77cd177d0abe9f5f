//! The page on a license.

use super::super::phrases::{count, unit};
use super::Depth;
use crate::model::words::Metric;
use crate::trace::answer::{LicenseAnswer, TurnedAwayAnswer};

/// Appends the page: what it is, whom it serves, who was turned away, who would come next.
pub fn license(answer: &LicenseAnswer, depth: Depth, out: &mut Vec<String>) {
    out.push(what(answer));
    out.push(format!("  {}", seats(answer)));
    for reservation in &answer.reservations {
        let cut = if reservation.cut > 0 { format!(", after {} cut", count(reservation.cut, "seat")) } else { String::new() };
        out.push(format!(
            "  Reservation {} keeps {} of them for {} {}{cut}.",
            reservation.reservation_id, reservation.seats, reservation.dimension, reservation.value
        ));
    }
    out.push(match answer.covers.len() {
        0 => "  It covers nothing.".to_owned(),
        many => format!("  It covers {}:", count(many as i64, "demand")),
    });
    let (shown, more) = depth.cut(&answer.covers);
    out.extend(shown.iter().map(|grant| format!("    {}: {}", grant.demand_id, grant.sentence)));
    out.extend(more.map(|more| format!("    {more}")));
    turned_away(answer, depth, out);
}

fn what(answer: &LicenseAnswer) -> String {
    let name = answer.product_name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
    let day = |words: &str, day: &Option<String>| day.as_ref().map_or(String::new(), |day| format!("{words} {day}"));
    let status = match answer.status {
        "retired" => "is retired".to_owned(),
        "incomplete" => "is incomplete: it states no metric, or no seats".to_owned(),
        "pending" => format!("is pending{}", day(", and starts on", &answer.starts_on)),
        "expiring" => format!("is expiring{}", day(", and ends on", &answer.ends_on)),
        "grace" => format!("is in its days of grace{}", day(", for it ended on", &answer.ends_on)),
        "expired" => format!("has expired{}", day(", for it ended on", &answer.ends_on)),
        other => format!("is {other}{}", day(", and ends on", &answer.ends_on)),
    };
    format!("License {} of {}{name} {status}.", answer.license_id, answer.product_id)
}

fn seats(answer: &LicenseAnswer) -> String {
    let counted = answer.metric.and_then(Metric::parse).map_or(String::new(), |metric| format!(", counted in {}s", unit(metric)));
    match (answer.seats, answer.available) {
        (Some(seats), Some(left)) => format!("It has {}{counted}: {} given, {left} left.", count(seats, "seat"), answer.allocated),
        _ if answer.metric == Some(Metric::Site.code()) => "It covers its site: its seats are not counted.".to_owned(),
        _ => format!("Its seats are unknown{counted}."),
    }
}

fn turned_away(answer: &LicenseAnswer, depth: Depth, out: &mut Vec<String>) {
    let Some(next) = answer.turned_away.first() else {
        out.push("  No demand in deficit could draw on it.".to_owned());
        return;
    };
    let all = answer.turned_away.len() as i64;
    out.push(format!("  {} in deficit could draw on it; next would come {}:", count(all, "demand"), next.demand_id));
    let (shown, more) = depth.cut(&answer.turned_away);
    out.extend(shown.iter().map(|one| format!("    {}", away(one))));
    out.extend(more.map(|more| format!("    {more}")));
}

fn away(one: &TurnedAwayAnswer) -> String {
    let best = if one.best { ", its best candidate" } else { "" };
    format!("{} at turn {}, with a score of {}{best}; it needs {}.", one.demand_id, one.turn, one.score, count(one.need, "seat"))
}
