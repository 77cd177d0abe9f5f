//! What people are told about a run: that it is complete, failed, or did not happen. The facts come in as data; this module
//! makes the subject and the text of it. How it gets to anybody is left to `notify`.

use super::alerts::{Alert, AlertMark, Severity};
use super::phrases::count;
use crate::model::date::Date;
use std::collections::BTreeSet;
use std::fmt::Write;

/// How many alerts and products a notice names.
pub const NAMED: usize = 5;

/// What is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Happened {
    /// A run was published.
    Complete,
    /// A run ended without result.
    Failed,
    /// No complete run began in time.
    Overdue,
    /// Nothing: somebody tries whether notices arrive.
    Test,
}

impl Happened {
    /// The stable code that machines read.
    pub fn code(self) -> &'static str {
        match self {
            Happened::Complete => "complete",
            Happened::Failed => "failed",
            Happened::Overdue => "overdue",
            Happened::Test => "test",
        }
    }
}

/// One notice. What has nothing to say is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    pub happened: Happened,
    pub job: String,
    /// The date that the run answers for.
    pub as_of: Option<Date>,
    pub run_id: Option<String>,
    /// Of contract §8, with its meaning.
    pub exit: Option<(i32, &'static str)>,
    /// What went wrong; or what is overdue since when.
    pub message: Option<String>,
    /// Times as RFC 3339.
    pub started_at: Option<String>,
    pub ended_at: Option<String>,
    pub milliseconds: Option<u64>,
    /// Where it ran.
    pub host: Option<String>,
    /// The folder of the run, or what a failed run left.
    pub path: Option<String>,
    /// What a complete run came to.
    pub totals: Option<RunTotals>,
    /// Products in deficit, the most units first; as many as there are.
    pub short: Vec<ShortProduct>,
    /// In the order of the table.
    pub alerts: Vec<Alert>,
    /// The alerts of the run before, where somebody wants to know.
    pub earlier: BTreeSet<AlertMark>,
    /// How many alerts were left out because the run before had them; none where none are left out.
    pub persisting: Option<u64>,
    /// The newest complete run, where this is not one.
    pub last_complete: Option<LastComplete>,
}

/// What a run came to, in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RunTotals {
    pub products: u64,
    pub consumptions: u64,
    pub licenses: u64,
    pub demands: u64,
    pub covered: u64,
    pub deficits: u64,
    /// Deficits by the code of their reason, every reason, in the order of the contract.
    pub reasons: Vec<(&'static str, u64)>,
    pub required: i64,
    pub outstanding: i64,
    pub rejected: u64,
}

/// A product in deficit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShortProduct {
    pub product_id: String,
    pub required: i64,
    pub outstanding: i64,
}

/// A complete run that still stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LastComplete {
    pub run_id: String,
    pub as_of: Date,
    pub started_at: String,
}

impl Notice {
    /// A notice that says nothing but this.
    pub fn new(happened: Happened, job: &str) -> Self {
        Self {
            happened,
            job: job.to_owned(),
            as_of: None,
            run_id: None,
            exit: None,
            message: None,
            started_at: None,
            ended_at: None,
            milliseconds: None,
            host: None,
            path: None,
            totals: None,
            short: Vec::new(),
            alerts: Vec::new(),
            earlier: BTreeSet::new(),
            persisting: None,
            last_complete: None,
        }
    }

    /// Whether the run before did not have an alert.
    pub fn is_new(&self, alert: &Alert) -> bool {
        !self.earlier.contains(&alert.mark())
    }

    /// The same with new alerts alone, and how many persist.
    pub fn news(&self) -> Self {
        let alerts: Vec<Alert> = self.alerts.iter().filter(|alert| self.is_new(alert)).cloned().collect();
        let persisting = Some((self.alerts.len() - alerts.len()) as u64);
        Self { alerts, persisting, ..self.clone() }
    }

    /// Alerts of a severity.
    pub fn count(&self, severity: Severity) -> u64 {
        self.alerts.iter().filter(|alert| alert.severity == severity).count() as u64
    }

    /// The alerts that a notice names: the most severe, of those with the most units, of those the first of the table.
    pub fn most_urgent(&self) -> Vec<&Alert> {
        let mut urgent: Vec<&Alert> = self.alerts.iter().collect();
        // A stable sort keeps the order of the table where the rest is equal.
        urgent.sort_by_key(|alert| std::cmp::Reverse((alert.severity, alert.units)));
        urgent.truncate(NAMED);
        urgent
    }

    /// The subject of a mail: one line that says how it is.
    pub fn subject(&self) -> String {
        let date = self.as_of.map(|date| format!(" {date}")).unwrap_or_default();
        let state = match self.happened {
            Happened::Complete => match (self.count(Severity::Critical), self.count(Severity::Warning)) {
                (0, 0) => "complete".to_owned(),
                (0, warnings) => {
                    format!("complete, {}", count(warnings as i64, if self.persisting.is_some() { "new warning" } else { "warning" }))
                }
                (critical, _) => {
                    format!(
                        "complete, {}",
                        count(critical as i64, if self.persisting.is_some() { "new critical alert" } else { "critical alert" })
                    )
                }
            },
            Happened::Failed => self.exit.map_or("failed".to_owned(), |(code, _)| format!("failed with exit code {code}")),
            Happened::Overdue => "overdue".to_owned(),
            Happened::Test => "a test notice".to_owned(),
        };
        // A job's name may hold a line end; a subject must not.
        format!("seatwise {}{date}: {state}", self.job).replace(|character: char| character.is_control(), " ")
    }

    /// The text of it, ending with a line end.
    pub fn text(&self) -> String {
        let mut blocks = vec![self.opening()];
        blocks.extend(self.totals.as_ref().map(|totals| self.figures(totals)));
        if !self.short.is_empty() {
            blocks.push(self.products());
        }
        if !self.alerts.is_empty() {
            blocks.push(self.urgent());
        }
        if let (Some(last), true) = (&self.last_complete, self.happened != Happened::Complete) {
            let LastComplete { run_id, as_of, started_at } = last;
            blocks.push(format!("The newest complete run is {run_id}, for {as_of}, begun {started_at}. Its results stand.\n"));
        }
        if self.happened == Happened::Overdue && self.last_complete.is_none() {
            blocks.push("There is no complete run at all.\n".to_owned());
        }
        let places = self.places();
        if !places.is_empty() {
            blocks.push(places);
        }
        blocks.join("\n")
    }

    fn opening(&self) -> String {
        let job = &self.job;
        let of_date = self.as_of.map(|date| format!(" for {date}")).unwrap_or_default();
        match self.happened {
            Happened::Complete => format!("The run of {job}{of_date} is complete.\n"),
            Happened::Failed => {
                let exit = self.exit.map(|(code, meaning)| format!(" with exit code {code}: {meaning}")).unwrap_or_default();
                let message = self.message.as_deref().unwrap_or("It did not say why.");
                format!("The run of {job}{of_date} failed{exit}.\n\n{}\n", message.trim_end())
            }
            Happened::Overdue => format!("{job} is overdue: {}.\n", self.message.as_deref().unwrap_or("there is no complete run")),
            Happened::Test => {
                format!(
                    "This is a test: somebody tried whether notices about {job} arrive. This one did, and no run has anything to do with it.\n"
                )
            }
        }
    }

    fn figures(&self, totals: &RunTotals) -> String {
        let RunTotals { products, licenses, demands, covered, deficits, outstanding, required, rejected, .. } = totals;
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  Products   {products}, with {}", count(*licenses as i64, "license"));
        let _ = writeln!(out, "  Demands    {demands}, {covered} covered");
        let reasons: Vec<String> =
            totals.reasons.iter().filter(|(_, demands)| *demands > 0).map(|(reason, demands)| format!("{demands} {reason}")).collect();
        let why = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) };
        let _ = writeln!(out, "  Deficits   {deficits}{why}");
        let _ = writeln!(out, "  Units      {outstanding} outstanding of {required} required");
        let _ = writeln!(out, "  Rejected   {}", count(*rejected as i64, "row"));
        let [critical, warnings, info] = [Severity::Critical, Severity::Warning, Severity::Info].map(|severity| self.count(severity));
        let new = self.persisting.map(|persisting| format!(", all new; {persisting} more persist")).unwrap_or_default();
        let _ = writeln!(out, "  Alerts     {critical} critical, {}, {info} info{new}", count(warnings as i64, "warning"));
        out
    }

    fn products(&self) -> String {
        let mut out = "Products in deficit:\n".to_owned();
        for product in self.short.iter().take(NAMED) {
            let _ = writeln!(out, "  {}: {} of {} units outstanding", product.product_id, product.outstanding, product.required);
        }
        more(&mut out, self.short.len(), "positions.parquet");
        out
    }

    fn urgent(&self) -> String {
        let mut out = if self.persisting.is_some() { "Most urgent new alerts:\n" } else { "Most urgent alerts:\n" }.to_owned();
        for alert in self.most_urgent() {
            let _ = writeln!(out, "  {} {}: {}", alert.severity.code(), alert.code, alert.message);
        }
        more(&mut out, self.alerts.len(), "alerts.parquet");
        out
    }

    fn places(&self) -> String {
        let took = self.milliseconds.map(|took| format!(", took {}.{} s", took / 1000, took % 1000 / 100)).unwrap_or_default();
        let started = self.started_at.as_ref().map(|started| format!("{started}{took}"));
        let left = if self.happened == Happened::Failed { "Left" } else { "Results" };
        let rows = [("Run", self.run_id.clone()), ("Started", started), (left, self.path.clone()), ("Host", self.host.clone())];
        rows.into_iter().filter_map(|(what, value)| value.map(|value| format!("{what:<8} {value}\n"))).collect()
    }
}

fn more(out: &mut String, there_are: usize, table: &str) {
    if there_are > NAMED {
        let _ = writeln!(out, "  and {} more, in {table}", there_are - NAMED);
    }
}

/// Since when a job is overdue.
pub fn overdue(within: &str, before: &str) -> String {
    format!("no complete run began in the {within} before {before}")
}
