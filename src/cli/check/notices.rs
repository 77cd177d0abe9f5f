//! Who would be told how a run ended, and which of their secrets are not there. Nothing is sent: that is `notify test`'s.

use crate::jobs::{Hidden, Notices, Occasions};
use crate::notify::reveal::{Revealed, from_process};
use jiff::SignedDuration;

/// A line for each entry, and one for what a run is expected by.
pub fn page(notices: &Notices) -> Vec<String> {
    let entries =
        notices.webhooks.iter().map(|entry| (&entry.name, entry.on)).chain(notices.emails.iter().map(|entry| (&entry.name, entry.on)));
    let mut lines: Vec<String> = entries.map(|(name, on)| format!("{name}: {}", occasions(on))).collect();
    if let Some(expected) = notices.expected {
        let within = SignedDuration::try_from(expected.within).map_or_else(|_| String::new(), |within| format!("{within:#}"));
        let before = expected.late.map_or("now".to_owned(), |late| late.strftime("%H:%M").to_string());
        lines.push(format!("overdue without a complete run in the {} before {before}", within));
    }
    lines
}

/// Secrets that a notice would need, and that this process cannot see.
pub fn doubts(notices: &Notices) -> Vec<String> {
    let mut doubts = Vec::new();
    let mut ask = |entry: &str, key: &str, hidden: &Hidden| {
        if let Err(why) = Revealed::new(&from_process).reveal(key, hidden) {
            doubts.push(format!("{entry} could not be told: {why}"));
        }
    };
    for webhook in &notices.webhooks {
        ask(&webhook.name, "url", &webhook.url);
        webhook.headers.iter().for_each(|(name, value)| ask(&webhook.name, name, value));
    }
    for email in &notices.emails {
        email.login.iter().for_each(|(_, password)| ask(&email.name, "password", password));
    }
    doubts
}

fn occasions(on: Occasions) -> String {
    let alert = on.alert.map(|severity| format!("alert ({} or worse)", severity.code()));
    let words = [(on.failure, "failure"), (on.success, "success"), (on.overdue, "overdue")];
    let words: Vec<String> = words.iter().filter(|(wanted, _)| *wanted).map(|(_, word)| (*word).to_owned()).chain(alert).collect();
    if words.is_empty() { "told of nothing".to_owned() } else { format!("told of {}", words.join(", ")) }
}
