//! The steps of a run as a closed list of events: what each says, at which level, and on the terminal through `tracing`. The
//! lines of a product's section are made by `product`, `pairs` and `decision`, straight from the trace.

use super::line::{Format, Level, Line, Stamp};
use super::plan::LogMode;
use crate::model::date::Date;
use crate::model::estate::{SkippedEntitle, UnknownReference};
use crate::model::words::ExtractKind;

/// One step of a run.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// The header: the first line of every log.
    RunStarted { run_id: &'a str, program_version: &'a str, job: &'a str, job_digest: &'a str, as_of: Date, slot: Option<&'a str> },
    /// One file was read.
    InputRead { extract: ExtractKind, file: &'a str, rows: u64, bytes: u64, sha256: &'a str },
    /// Some rows of an extract were rejected (contract §2.1).
    RowsRejected { extract: ExtractKind, rows: u64, rejected: u64 },
    /// Rows of an extract refer to something that another extract lacks (contract §2.1).
    ReferencesUnknown(&'a UnknownReference),
    /// A role rule could not be applied (contract §5.5).
    EntitleSkipped(&'a SkippedEntitle),
    /// A stage of the run ended. How long it took stands on the terminal and in the manifest: equal runs have equal logs.
    StageDone { stage: &'a str, seconds: f64 },
    /// The run that `movements` compares with was chosen.
    BaselineChosen { run_id: Option<&'a str> },
    /// What the log will hold.
    LogPlanned { affinity: LogMode, pairs: u64 },
    /// A product is written as `top`, because the run has too many pairs (contract §7).
    ProductReduced { product: &'a str, pairs: u64, max_pairs: u64 },
    /// Something that is odd, but stops nothing.
    Noted { about: &'a str, message: &'a str },
    /// The trailer of a complete run: a log without one was cut off. Counts only.
    RunCompleted { products: u64, demands: u64, grants: u64, deficits: u64, outstanding: i64, alerts: u64, rejected: u64 },
    /// The trailer of a failed run.
    RunFailed { exit_code: i32, message: &'a str },
}

impl Event<'_> {
    /// The third word of the line.
    pub fn name(&self) -> &'static str {
        match self {
            Event::RunStarted { .. } => "run_started",
            Event::InputRead { .. } => "input_read",
            Event::RowsRejected { .. } => "rows_rejected",
            Event::ReferencesUnknown(_) => "references_unknown",
            Event::EntitleSkipped(_) => "entitle_skipped",
            Event::StageDone { .. } => "stage_done",
            Event::BaselineChosen { .. } => "baseline_chosen",
            Event::LogPlanned { .. } => "log_planned",
            Event::ProductReduced { .. } => "product_reduced",
            Event::Noted { .. } => "noted",
            Event::RunCompleted { .. } => "run_completed",
            Event::RunFailed { .. } => "run_failed",
        }
    }

    pub fn level(&self) -> Level {
        match self {
            Event::RowsRejected { .. } | Event::EntitleSkipped(_) | Event::ProductReduced { .. } | Event::Noted { .. } => Level::Warn,
            Event::RunFailed { .. } => Level::Error,
            _ => Level::Info,
        }
    }

    /// Appends the event's line.
    pub fn render(&self, format: Format, stamp: Stamp, out: &mut Vec<u8>) {
        let mut line = Line::begin(out, format, stamp, self.level(), self.name());
        self.write_fields(&mut line);
        line.end();
    }

    /// Shows the event on the terminal, as far as the subscriber wants it (`RUST_LOG`).
    pub fn emit(&self) {
        // The command line tells why a run failed, once, and in full lines.
        if matches!(self, Event::RunFailed { .. }) {
            return;
        }
        let mut line = Vec::with_capacity(160);
        self.write_fields(&mut Line::resume(&mut line, Format::Text));
        let mut fields = String::from_utf8_lossy(&line).into_owned();
        if let Event::StageDone { seconds, .. } = self {
            fields.push_str(&format!(" seconds={seconds:.3}"));
        }
        match self.level() {
            // The end of a run tells them again, with the place where they stand.
            Level::Warn if matches!(self, Event::RowsRejected { .. }) => tracing::info!("{}{fields}", self.name()),
            Level::Debug => tracing::debug!("{}{fields}", self.name()),
            Level::Info => tracing::info!("{}{fields}", self.name()),
            Level::Warn => tracing::warn!("{}{fields}", self.name()),
            Level::Error => tracing::error!("{}{fields}", self.name()),
        }
    }

    fn write_fields(&self, line: &mut Line<'_>) {
        match self {
            Event::RunStarted { run_id, program_version, job, job_digest, as_of, slot } => line
                .text("run_id", run_id)
                .text("program_version", program_version)
                .text("job", job)
                .text("job_digest", job_digest)
                .text("as_of", &as_of.to_string())
                .opt_text("slot", *slot),
            Event::InputRead { extract, file, rows, bytes, sha256 } => line
                .text("extract", extract.code())
                .text("file", file)
                .integer("rows", *rows as i64)
                .integer("bytes", *bytes as i64)
                .text("sha256", sha256),
            Event::RowsRejected { extract, rows, rejected } => {
                line.text("extract", extract.code()).integer("rows", *rows as i64).integer("rejected", *rejected as i64)
            }
            Event::ReferencesUnknown(unknown) => line
                .text("extract", unknown.extract.code())
                .text("field", &unknown.field)
                .integer("rows", unknown.rows as i64)
                .text("examples", &unknown.examples.join(", ")),
            Event::EntitleSkipped(skipped) => line.text("rule", &skipped.rule).text("product", &skipped.product).text("why", skipped.why),
            Event::StageDone { stage, .. } => line.text("stage", stage),
            Event::BaselineChosen { run_id } => line.text("run_id", run_id.unwrap_or("none")),
            Event::LogPlanned { affinity, pairs } => line.text("affinity", affinity.code()).integer("pairs", *pairs as i64),
            Event::ProductReduced { product, pairs, max_pairs } => line
                .text("product", product)
                .text("affinity", "top")
                .integer("pairs", *pairs as i64)
                .integer("max_pairs", *max_pairs as i64),
            Event::Noted { about, message } => line.text("about", about).text("message", message),
            Event::RunCompleted { products, demands, grants, deficits, outstanding, alerts, rejected } => line
                .integer("products", *products as i64)
                .integer("demands", *demands as i64)
                .integer("grants", *grants as i64)
                .integer("deficits", *deficits as i64)
                .integer("outstanding", *outstanding)
                .integer("alerts", *alerts as i64)
                .integer("rejected", *rejected as i64),
            Event::RunFailed { exit_code, message } => line.integer("exit_code", i64::from(*exit_code)).text("message", message),
        };
    }
}
