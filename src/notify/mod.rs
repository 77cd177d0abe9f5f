//! People are told how a run ended, or that there was none: by a POST to an HTTP server, by mail, and in a file of metrics. It
//! happens after a run, and changes nothing of it: what fails here is told, and that is all.
//!
//! [`message`] what a run left, as a notice (its words are `explain`'s) · [`document`] the notice as JSON · [`reveal`] secrets,
//! looked up when they are needed · [`news`] which alerts are new · [`webhook`], [`email`] the two ways · [`tries`] how patiently · [`overdue`] whether a run is
//! missing · [`metrics`], [`exposition`] the file for a collector.
//!
//! Every entry is tried on a thread of its own, and all of them together get [`PATIENCE`]: a server that never answers holds up
//! neither the others nor the run's end for longer. A thread that is given up is left to its own time limits.

pub mod document;
pub mod email;
pub mod exposition;
pub mod message;
pub mod metrics;
pub mod news;
pub mod overdue;
pub mod reveal;
pub mod tries;
pub mod webhook;

#[cfg(test)]
mod tests;

use crate::explain::notice::{Happened, Notice};
use crate::jobs::{Email, Notices, Occasions, Webhook};
use crate::run::stop_requested;
use reveal::Lookup;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};
use tries::Deadline;

/// How long all entries together may take.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// And after a signal: whoever sent it waits for the end, and may not wait long.
pub const PATIENCE_AFTER_SIGNAL: Duration = Duration::from_secs(10);
/// How often it is looked whether a signal came.
const GLANCE: Duration = Duration::from_millis(100);

/// What came of one entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// Its name in the job file.
    pub entry: String,
    /// Where it was sent to and what came back, or why it was not.
    pub result: Result<String, String>,
}

/// One way to tell, ready to go to a thread.
#[derive(Clone)]
enum Entry {
    Webhook(Webhook),
    Email(Email),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Entry::Webhook(webhook) => &webhook.name,
            Entry::Email(email) => &email.name,
        }
    }

    fn on(&self) -> Occasions {
        match self {
            Entry::Webhook(webhook) => webhook.on,
            Entry::Email(email) => email.on,
        }
    }

    fn send(&self, notice: &Notice, lookup: &Lookup, deadline: Deadline) -> Result<String, String> {
        match self {
            Entry::Webhook(webhook) => webhook::send(webhook, notice, lookup, deadline),
            Entry::Email(email) => email::send(email, notice, lookup, deadline),
        }
    }
}

/// Whether an entry wants a notice. A test is for everybody.
pub fn wants(on: Occasions, notice: &Notice) -> bool {
    match notice.happened {
        Happened::Test => true,
        Happened::Failed => on.failure,
        Happened::Overdue => on.overdue,
        Happened::Complete => {
            let counts = |least| notice.alerts.iter().any(|alert| alert.severity >= least && (!on.only_new || notice.is_new(alert)));
            on.success || on.alert.is_some_and(counts)
        }
    }
}

/// Tells everybody who wants to know, and gives what came of each, in the order of the job file. Returns by the patience given,
/// or soon after a signal that comes meanwhile.
pub fn tell(notices: &Notices, notice: &Notice, patience: Duration) -> Vec<Told> {
    tell_with(notices, notice, patience, Arc::new(reveal::from_process))
}

/// The same, with secrets from elsewhere.
pub fn tell_with(notices: &Notices, notice: &Notice, patience: Duration, lookup: Arc<Lookup>) -> Vec<Told> {
    let webhooks = notices.webhooks.iter().cloned().map(Entry::Webhook);
    let all = webhooks.chain(notices.emails.iter().cloned().map(Entry::Email));
    let entries: Vec<Entry> = all.filter(|entry| wants(entry.on(), notice)).collect();
    let end = Instant::now() + patience;
    let (sender, results) = channel();
    let mut told: Vec<Told> = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        told.push(Told { entry: entry.name().to_owned(), result: Err("gave up waiting".to_owned()) });
        let narrowed = entry.on().only_new && notice.happened == Happened::Complete;
        let notice = if narrowed { notice.news() } else { notice.clone() };
        let (sender, lookup) = (sender.clone(), Arc::clone(&lookup));
        let spawned = thread::Builder::new().name("notify".to_owned()).spawn(move || {
            // Nobody listens any more to one that comes too late.
            let _ = sender.send((place, entry.send(&notice, &*lookup, Deadline::at(end))));
        });
        if let Err(error) = spawned {
            told[place].result = Err(format!("no thread for it: {error}"));
        }
    }
    drop(sender);
    let stopped_before = stop_requested();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        match results.recv_timeout(left.min(GLANCE)) {
            Ok((place, result)) => told[place].result = result,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) if left.is_zero() || stop_requested() != stopped_before => break,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
    for one in &told {
        match &one.result {
            Ok(how) => tracing::info!(entry = one.entry, status = notice.happened.code(), "notice sent: {how}"),
            Err(why) => tracing::debug!(entry = one.entry, status = notice.happened.code(), "notice not sent: {why}"),
        }
    }
    told
}
