//! The page on a demand.

use super::super::phrases::{amount, count};
use super::super::position::seat;
use super::Depth;
use crate::model::words::Metric;
use crate::trace::answer::{
    AssignmentAnswer, CandidateAnswer, DeficitAnswer, DemandAnswer, IneligibleAnswer, NearestAnswer, PhaseAnswer, RuleAnswer, TieAnswer,
    UnusableAnswer, WhyNot,
};
use std::collections::BTreeSet;

/// Appends the page: what it is, what came of it, and what each phase weighed.
pub fn demand(answer: &DemandAnswer, depth: Depth, out: &mut Vec<String>) {
    out.push(format!("{} {}.", answer.demand_id, outcome(answer)));
    out.push(format!("  {}", what(answer)));
    out.extend(known(answer).map(|known| format!("  {known}")));
    out.extend(answer.grants.iter().map(|grant| format!("  {}", grant.sentence)));
    if let Some(deficit) = &answer.deficit {
        out.push(format!("  {}", deficit.sentence));
        out.extend(taken(deficit).map(|taken| format!("  {taken}")));
    }
    out.extend(answer.assignments.iter().map(|link| format!("  {}", assignment(link))));
    for phase in &answer.phases {
        weighed(phase, depth, out);
    }
    let (shown, more) = depth.cut(&answer.unusable);
    out.extend(shown.iter().map(|license| format!("  {}", unusable(license))));
    out.extend(more.map(|more| format!("  {more}")));
}

fn outcome(answer: &DemandAnswer) -> &'static str {
    match answer.outcome {
        "covered_direct" => "is covered by direct assignment",
        "covered_bundle" => "is covered as part of a bundle",
        "covered_downgrade" => "is covered by a license of a newer version",
        "deficit" if !answer.grants.is_empty() => "is covered in part",
        "deficit" => "is not covered",
        _ => "is covered",
    }
}

/// What the demand is, what it needs, and what made it.
fn what(answer: &DemandAnswer) -> String {
    let name = answer.product_name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
    let asset = answer.asset_id.as_ref().map(|asset| format!(" on asset {asset}"));
    let user = answer.user_id.as_ref().map(|user| format!(" by user {user}"));
    let metric = Metric::parse(answer.metric).unwrap_or(Metric::Device);
    let need = match answer.need {
        None => "how much it needs is unknown".to_owned(),
        Some(_) if metric == Metric::Site => "it is covered by its site or not at all".to_owned(),
        Some(need) => format!("it needs {}", amount(need, metric)),
    };
    let parts = [asset, user].into_iter().flatten().collect::<String>();
    format!("It is the use of {}{name}{parts}; {need}. {}", answer.product_id, made_of(&answer.consumptions))
}

const CONSUMPTIONS_SHOWN: usize = 5;

fn made_of(consumptions: &[String]) -> String {
    let shown = &consumptions[..consumptions.len().min(CONSUMPTIONS_SHOWN)];
    match consumptions.len() {
        0 => "Its consumptions are not told.".to_owned(),
        1 => format!("It comes from consumption {}.", shown[0]),
        all if all > shown.len() => format!("It comes from {all} consumptions: {}, and {} more.", shown.join(", "), all - shown.len()),
        all => format!("It comes from {all} consumptions: {}.", shown.join(", ")),
    }
}

/// What rules may have read of it.
fn known(answer: &DemandAnswer) -> Option<String> {
    let word = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
    let number = |noun: &str, value: Option<i64>| value.map(|value| count(value, noun));
    let facts = [
        word("department", &answer.department),
        word("location", &answer.location),
        word("cost center", &answer.cost_center),
        number("core", answer.cores),
        number("processor", answer.processors),
        (answer.devices > 1).then(|| count(answer.devices, "device")),
        (answer.quantity > 1).then(|| format!("quantity {}", answer.quantity)),
        word("in use since", &answer.started_on),
        word("last used on", &answer.last_used_on),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    (!facts.is_empty()).then(|| format!("What is known of it: {}.", facts.join(", ")))
}

/// What it would have taken.
fn taken(deficit: &DeficitAnswer) -> Option<String> {
    let nearest = deficit.nearest.as_ref()?;
    let NearestAnswer { license_id, score, failed, points_short, seats_short, last_seat } = nearest;
    if let Some(failed) = failed {
        return Some(format!("The nearest license is {license_id}, which would score {score}: {}.", failed.sentence));
    }
    let seats = match seats_short {
        Some(short) if *short > 0 => format!("{} {} missing", count(*short, "seat"), if *short == 1 { "was" } else { "were" }),
        _ => "no seat was missing".to_owned(),
    };
    let points = match points_short {
        Some(short) => format!(", and {} to be among those that it served", count(*short, "point")),
        None => String::new(),
    };
    let last = last_seat.as_ref().map_or(String::new(), |seat| {
        let score = seat.score.map_or(String::new(), |score| format!(", with a score of {score}"));
        let phase = if seat.phase == "affinity" { String::new() } else { format!(" of phase {}", seat.phase) };
        let tie = seat.tie.as_ref().map_or(String::new(), tie);
        format!(" Its last seat before that went to {} at turn {}{phase}{score}.{tie}", seat.demand_id, seat.turn)
    });
    Some(format!("The nearest license is {license_id}, which scores {score}: {seats}{points}.{last}"))
}

/// Why of two demands of equal score the other one came first.
fn tie(tie: &TieAnswer) -> String {
    let first = tie.first.as_deref().unwrap_or("an unknown day");
    match (tie.decided_by, &tie.second, &tie.since) {
        ("started_on", Some(second), _) => {
            format!(" Of equal scores the longer in use is served first: that one is in use since {first}, this one since {second}.")
        }
        ("started_on", None, _) => {
            format!(" Of equal scores the longer in use is served first: that one is in use since {first}, this one since an unknown day.")
        }
        (_, second, since) => {
            let since = since
                .as_ref()
                .map_or("for neither is it known since when it is in use".to_owned(), |day| format!("both are in use since {day}"));
            let second = second.as_deref().unwrap_or_default();
            format!(" The scores are equal, and {since}, so their names decided: {first} comes before {second}.")
        }
    }
}

fn assignment(link: &AssignmentAnswer) -> String {
    let since = link.assigned_on.as_ref().map_or(String::new(), |day| format!(" since {day}"));
    let reason = link.reason.as_ref().map_or(String::new(), |reason| format!(" ({reason})"));
    let start = format!("It is assigned to license {}{since}{reason}", link.license_id);
    let against =
        link.against.as_ref().map_or(String::new(), |failed| format!(" The link goes against {}: {}.", failed.code, failed.sentence));
    let came = match (link.conflict, link.units, link.need, link.free) {
        (Some(conflict), ..) => format!(", but the link is not valid: {}", conflict_words(conflict)),
        (None, Some(units), ..) => format!(", which gave {}", count(units, "seat")),
        (None, None, None, _) => ", which does not know its units and gave nothing".to_owned(),
        (None, None, Some(need), Some(free)) => format!(", which had {} free of {} needed, and gave nothing", count(free, "seat"), need),
        (None, None, ..) => ", which gave nothing".to_owned(),
    };
    format!("{start}{came}.{against}")
}

/// A conflict of §4.4 as the end of a sentence.
fn conflict_words(code: &str) -> &str {
    match code {
        "unknown_license" => "the license is unknown",
        "unknown_target" => "its target is unknown",
        "wrong_product" => "the consumption is of another product",
        "no_demand" => "its target needs no license of this product",
        "license_not_usable" => "the license is not usable",
        "metric_mismatch" => "the license counts something else",
        "duplicate_assignment" => "an earlier one says the same",
        other => other,
    }
}

/// What a phase weighed.
fn weighed(phase: &PhaseAnswer, depth: Depth, out: &mut Vec<String>) {
    out.push(format!("  {}", heading(phase)));
    // Free seats of one license are not those of another where they count unlike units.
    let own = phase.candidates.iter().map(|one| one.metric);
    let unlike = own.chain(phase.ineligible.iter().map(|one| one.metric)).collect::<BTreeSet<_>>().len() > 1;
    let name = |license: &str, metric: &str| match Metric::parse(metric).filter(|_| unlike) {
        Some(Metric::Site) => format!("{license} (its site)"),
        Some(metric) => format!("{license} ({}s)", seat(metric)),
        None => license.to_owned(),
    };
    let candidate = |one: &CandidateAnswer| candidate(&name(&one.license_id, one.metric), one);
    let (shown, more) = depth.cut(&phase.candidates);
    out.extend(shown.iter().map(|one| format!("    {}. {}", one.rank, candidate(one))));
    // What gave something is told, however far down it stands.
    out.extend(
        phase.candidates[shown.len()..].iter().filter(|one| one.units.is_some()).map(|one| format!("    {}. {}", one.rank, candidate(one))),
    );
    out.extend(more.map(|more| format!("    {more}")));
    let (shown, more) = depth.cut(&phase.ineligible);
    out.extend(shown.iter().map(|one| format!("    Not eligible: {}", ineligible(&name(&one.license_id, one.metric), one))));
    out.extend(more.map(|more| format!("    {more}")));
}

fn heading(phase: &PhaseAnswer) -> String {
    let candidates = match phase.candidates.len() {
        0 => "no candidate".to_owned(),
        many => count(many as i64, "candidate"),
    };
    let turn = phase.turn.map(|turn| format!("at turn {turn}"));
    match phase.phase {
        "bundle" => {
            let turn = turn.unwrap_or("without a turn".to_owned());
            format!("As a part of bundle demand {} ({}), {turn}: {candidates}.", phase.demand_id, phase.parts.join(", "))
        }
        "downgrade" => format!("Among licenses of newer versions, {}: {candidates}.", turn.unwrap_or("without a turn".to_owned())),
        _ => match turn {
            Some(turn) => format!("By affinity, {turn}: {candidates}."),
            None if phase.candidates.is_empty() => "By affinity: no candidate.".to_owned(),
            None => format!("By affinity it was not served, for it was covered before; it would have had {candidates}."),
        },
    }
}

fn candidate(license: &str, one: &CandidateAnswer) -> String {
    let rules = match one.rules.is_empty() {
        true => ", for no rule matches".to_owned(),
        false => format!(" ({})", one.rules.iter().map(rule).collect::<Vec<_>>().join(", ")),
    };
    let free = |free: i64| match free {
        0 => "no seat was free".to_owned(),
        free => format!("{} {} free", count(free, "seat"), if free == 1 { "was" } else { "were" }),
    };
    let site = one.metric == Metric::Site.code();
    let came = match (one.units, one.why_not, one.free) {
        (Some(_), _, _) if site => "its seats are unlimited, and it covers the demand".to_owned(),
        (Some(units), _, Some(had)) => format!("{}, and it gave {units}", free(had)),
        (Some(units), _, None) => format!("it gave {}", count(units, "seat")),
        (None, Some(WhyNot::NotServed) | None, _) => return format!("{license} scores {}{rules}.", one.score),
        (None, Some(WhyNot::NotNeeded), had) => match had {
            Some(had) => format!("{}; it was not needed", free(had)),
            None => "its seats are unlimited; it was not needed".to_owned(),
        },
        (None, Some(WhyNot::NoFreeSeat), _) => free(0),
        (None, Some(WhyNot::TooFewTogether { free: total, need }), Some(had)) if had == total => {
            format!("{} of {need} needed", free(had))
        }
        (None, Some(WhyNot::TooFewTogether { free: total, need }), had) => {
            format!("{}; all of its metric together had {total} of {need} needed", free(had.unwrap_or(0)))
        }
        (None, Some(WhyNot::TooFewAlone { free: had, need }), _) => {
            format!("{} of {need} needed, and one license must do alone", free(had))
        }
    };
    format!("{license} scores {}{rules}: {came}.", one.score)
}

fn rule(rule: &RuleAnswer) -> String {
    format!("{} {}", rule.name, rule.points)
}

fn ineligible(license: &str, one: &IneligibleAnswer) -> String {
    match &one.failed.rule {
        Some(_) => format!("{license} fails {}: {}.", one.failed.code, one.failed.sentence),
        None => format!("{license}: {}.", one.failed.sentence),
    }
}

fn unusable(license: &UnusableAnswer) -> String {
    let day = |word: &str, day: &Option<String>| day.as_ref().map_or(String::new(), |day| format!(" {word} {day}"));
    let why = match license.status {
        "expired" => format!("it expired{}", day("after", &license.ends_on)),
        "pending" => format!("it is pending{}", day("until", &license.starts_on)),
        "retired" => "it is retired".to_owned(),
        "incomplete" => "it states no metric, or no seats".to_owned(),
        other => other.to_owned(),
    };
    format!("Not usable: {}, for {why}.", license.license_id)
}
