//! What somebody should look at (contract §6.2): one alert a row of that table, with a message that says what, how much, since
//! or until when, and what can be done.
//!
//! `products` and `licenses` read positions and uses, `conflicts` the trace's conflicts, `data` what is odd about the extracts.

mod conflicts;
mod data;
mod licenses;
mod products;

#[cfg(test)]
mod tests;

use crate::model::date::{Date, NULL_DATE};
use crate::model::estate::Estate;
use crate::model::words::ExtractKind;
use crate::trace::Trace;
use std::borrow::Cow;
use std::cmp::Ordering;

/// What an alert is about (contract §6, alerts).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum AlertKind {
    Overage,
    Expiring,
    ExpiredInUse,
    AllocationConflict,
    DataQuality,
    Idle,
}

impl AlertKind {
    /// The stable code that tables and logs show.
    pub fn code(self) -> &'static str {
        match self {
            AlertKind::Overage => "overage",
            AlertKind::Expiring => "expiring",
            AlertKind::ExpiredInUse => "expired_in_use",
            AlertKind::AllocationConflict => "allocation_conflict",
            AlertKind::DataQuality => "data_quality",
            AlertKind::Idle => "idle",
        }
    }
}

/// How much an alert matters.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Severity {
    Info,
    Warning,
    Critical,
}

impl Severity {
    /// The stable code that tables and logs show.
    pub fn code(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        }
    }
}

/// One row of `alerts`. What has nothing to say is none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alert {
    pub kind: AlertKind,
    pub code: Cow<'static, str>,
    pub severity: Severity,
    pub product: Option<String>,
    pub license: Option<String>,
    pub subject: Option<String>,
    pub units: Option<i64>,
    pub date: Option<Date>,
    pub message: String,
}

/// What makes an alert the same as one of another run, whatever its units and dates.
#[derive(Clone, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct AlertMark {
    pub kind: String,
    pub code: String,
    pub product: Option<String>,
    pub license: Option<String>,
    pub subject: Option<String>,
}

impl Alert {
    /// What it is known by from run to run.
    pub fn mark(&self) -> AlertMark {
        let (kind, code) = (self.kind.code().to_owned(), self.code.to_string());
        AlertMark { kind, code, product: self.product.clone(), license: self.license.clone(), subject: self.subject.clone() }
    }

    fn new(kind: AlertKind, code: impl Into<Cow<'static, str>>, severity: Severity, message: String) -> Self {
        Self { kind, code: code.into(), severity, product: None, license: None, subject: None, units: None, date: None, message }
    }

    fn product(mut self, estate: &Estate, product: usize) -> Self {
        self.product = Some(product_id(estate, product).to_owned());
        self
    }

    /// The license and its product.
    fn license(mut self, estate: &Estate, license: usize) -> Self {
        self.license = Some(license_id(estate, license).to_owned());
        self.product(estate, estate.licenses.product[license] as usize)
    }

    fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    fn units(mut self, units: i64) -> Self {
        self.units = Some(units);
        self
    }

    fn date(mut self, day: i32) -> Self {
        self.date = (day != NULL_DATE).then_some(Date(day));
        self
    }

    /// The order of the table: by bytes, nulls last, equal alerts by message (contract §6), and the rest for good measure.
    pub fn compare(&self, other: &Self) -> Ordering {
        let marked = self.kind.code().cmp(other.kind.code()).then_with(|| self.code.cmp(&other.code));
        marked
            .then_with(|| nulls_last(&self.product, &other.product))
            .then_with(|| nulls_last(&self.license, &other.license))
            .then_with(|| nulls_last(&self.subject, &other.subject))
            .then_with(|| self.message.cmp(&other.message))
            .then_with(|| nulls_last(&self.units, &other.units))
            .then_with(|| nulls_last(&self.date, &other.date))
    }
}

/// How many rows of an extract were rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RejectCount {
    pub extract: ExtractKind,
    pub rejected: u64,
    /// Rows read, the rejected ones included.
    pub rows: u64,
}

/// Every alert of a run, in the order of the table.
pub fn alerts(estate: &Estate, trace: &Trace, rejects: &[RejectCount]) -> Vec<Alert> {
    // In about the order of the table, which has the kinds by their codes: what is in order already is soon sorted.
    let mut alerts = Vec::new();
    conflicts::collect(estate, trace, &mut alerts);
    data::collect(estate, rejects, &mut alerts);
    licenses::collect(estate, trace, &mut alerts);
    products::collect(estate, trace, &mut alerts);
    alerts.sort_by(Alert::compare);
    alerts
}

/// Orders what may be missing, the missing last.
pub(super) fn nulls_last<T: Ord>(one: &Option<T>, other: &Option<T>) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) => one.cmp(other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

fn product_id(estate: &Estate, product: usize) -> &str {
    estate.texts.get(estate.products.id[product])
}

fn license_id(estate: &Estate, license: usize) -> &str {
    estate.texts.get(estate.licenses.id[license])
}
