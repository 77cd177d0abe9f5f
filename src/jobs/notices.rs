//! Who is told how a run ended, and how: `[notify]` and `[metrics]` of the job file, checked. How they get here is
//! `notice_keys`', sending is `notify`'s.

use super::secret::Hidden;
use crate::explain::alerts::Severity;
use jiff::civil::Time;
use std::path::PathBuf;
use std::time::Duration;

/// `[notify]`.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Notices {
    /// When a complete run is expected, if one is.
    pub expected: Option<Expectation>,
    pub webhooks: Vec<Webhook>,
    pub emails: Vec<Email>,
}

/// When a complete run is expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Expectation {
    /// One began within this time …
    pub within: Duration,
    /// … before this time of day, or before now.
    pub late: Option<Time>,
}

/// What an entry is told of.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Occasions {
    pub failure: bool,
    pub success: bool,
    pub overdue: bool,
    /// The least severity.
    pub alert: Option<Severity>,
    /// Whether alerts of the run before are left out.
    pub only_new: bool,
}

/// How patiently an entry is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tries {
    /// How long one try may take.
    pub timeout: Duration,
    /// How many follow the first.
    pub retries: u32,
}

/// `[[notify.webhook]]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Webhook {
    pub name: String,
    pub url: Hidden,
    pub on: Occasions,
    /// Whether `{ "text": ... }` is all that is sent.
    pub text_only: bool,
    pub tries: Tries,
    pub headers: Vec<(String, Hidden)>,
    pub ca_file: Option<PathBuf>,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailTls {
    /// Begins in the clear, and is encrypted before anything is said; refused by a server that cannot.
    StartTls,
    /// Encrypted from the first byte.
    Implicit,
    /// Not at all.
    None,
}

/// `[[notify.email]]`.
#[derive(Clone, PartialEq, Debug)]
pub struct Email {
    pub name: String,
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    pub login: Option<(String, Hidden)>,
    pub from: String,
    pub to: Vec<String>,
    pub on: Occasions,
    pub tries: Tries,
    pub ca_file: Option<PathBuf>,
}

/// `[metrics]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Metrics {
    /// Whether every product in deficit has a series.
    pub products: bool,
}
