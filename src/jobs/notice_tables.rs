//! The tables of the job file about telling people: `[notify]`, `[[notify.webhook]]`, `[[notify.email]]` and `[metrics]`.
//! Data only, like [`definition`](super::definition); what they mean is `notice_keys`'.

use super::shape::Absent::{Boolean, Error, Integer, Nothing, Text, Texts};
use super::shape::{Absent, Field, Kind, Shape};

/// What an entry may be told of.
const OCCASIONS: &[&str] = &["failure", "success", "alert", "overdue"];
const SEVERITIES: &[&str] = &["info", "warning", "critical"];

const fn field(key: &'static str, kind: Kind, absent: Absent, about: &'static str) -> Field {
    Field { key, kind, absent, about }
}

const NAME: Field = field("name", Kind::Text, Nothing, "What it is called in messages; by default its place in the file.");
const ON: Field = field("on", Kind::Choices(OCCASIONS), Texts(&["failure", "overdue"]), "When something is sent.");
const SEVERITY: Field =
    field("severity", Kind::Choice(SEVERITIES), Text("critical"), "The least severity of an alert that `on = [\"alert\"]` sends.");
const ONLY_NEW: Field =
    field("only_new", Kind::Boolean, Boolean(false), "Whether alerts that the run before had too are left out, and only counted.");
const TIMEOUT: Field = field("timeout", Kind::Text, Text("10s"), "How long one try may take, such as 10s; at most 60s.");
const RETRIES: Field =
    field("retries", Kind::Integer { least: 0, most: 10 }, Integer(3), "How often it is tried again after a failure that may pass.");
const CA_FILE: Field =
    field("ca_file", Kind::Text, Nothing, "Certificates (PEM) to trust instead of the system's, relative to the job file's folder.");

/// `[notify]`.
pub static NOTIFY: Shape = Shape {
    header: "[notify]",
    about: "Who is told how a run ended, or that there was none.",
    fields: &[
        field("within", Kind::Text, Nothing, "The job is overdue if no complete run began within this time, such as 26h."),
        field(
            "late",
            Kind::Text,
            Nothing,
            "The time of day, such as 06:00 in calculation.time_zone, that `within` counts back from; by default from now on.",
        ),
        field("webhook", Kind::Tables(&WEBHOOK), Nothing, "HTTP servers that are told, each by a POST of a JSON document."),
        field("email", Kind::Tables(&EMAIL), Nothing, "People who are told by mail."),
    ],
};

/// `[[notify.webhook]]`.
pub static WEBHOOK: Shape = Shape {
    header: "[[notify.webhook]]",
    about: "An HTTP server that is told by a POST of a JSON document.",
    fields: &[
        NAME,
        field("url", Kind::Text, Error, "https://... or http://..., or env:NAME or file:PATH if the address is a secret itself."),
        ON,
        SEVERITY,
        ONLY_NEW,
        field(
            "format",
            Kind::Choice(&["document", "text"]),
            Text("document"),
            "The whole document, or { \"text\": ... } alone, for chats that refuse more.",
        ),
        TIMEOUT,
        RETRIES,
        field(
            "headers",
            Kind::Texts,
            Nothing,
            "Headers to send. One that is a secret is env:NAME or file:PATH, after a word such as Bearer or alone.",
        ),
        CA_FILE,
    ],
};

/// `[[notify.email]]`.
pub static EMAIL: Shape = Shape {
    header: "[[notify.email]]",
    about: "People who are told by mail.",
    fields: &[
        NAME,
        field("smtp", Kind::Text, Error, "The mail server as HOST or HOST:PORT; the port is by default that of `tls`: 587, 465 or 25."),
        field("tls", Kind::Choice(&["starttls", "implicit", "none"]), Text("starttls"), "How the connection is encrypted."),
        field("user", Kind::Text, Nothing, "Who logs in; without it nobody does."),
        field("password", Kind::Text, Nothing, "The password of `user`, as env:NAME or file:PATH."),
        field("from", Kind::Text, Error, "The sender, as seatwise@example.org or \"Licenses <seatwise@example.org>\"."),
        field("to", Kind::TextOrTexts, Error, "Who gets it."),
        ON,
        SEVERITY,
        ONLY_NEW,
        TIMEOUT,
        RETRIES,
        CA_FILE,
    ],
};

/// `[metrics]`.
pub static METRICS: Shape = Shape {
    header: "[metrics]",
    about: "What metrics.prom holds.",
    fields: &[field("products", Kind::Boolean, Boolean(false), "Whether every product in deficit has a series of its own.")],
};
