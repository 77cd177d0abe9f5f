//! What a run would read and write, and where.

use crate::extract::Reading;
use crate::jobs::{Job, TableDepth};
use crate::model::date::Date;
use crate::notify::metrics;
use crate::run::layout::Layout;
use std::path::Path;

/// How many files of an extract are shown.
const SHOWN: usize = 3;

/// A line an extract, then the output.
pub fn page(job: &Job, as_of: Date, output: &Path, reading: &Reading) -> Vec<String> {
    let mut lines = Vec::new();
    for spec in &job.extracts {
        let files: Vec<&str> =
            reading.extract(spec.kind).map_or_else(Vec::new, |extract| extract.files.iter().map(|file| file.shown.as_str()).collect());
        let shown = match files.len() {
            // Nothing was read: what the job says has to do.
            0 => spec.paths.join(", ").replace("{as_of}", &as_of.to_string()),
            number if number > SHOWN => format!("{} and {} more", files[..SHOWN].join(", "), number - SHOWN),
            _ => files.join(", "),
        };
        lines.push(format!("reads   {:12} {shown}", spec.kind.code()));
    }
    let layout = Layout::new(output);
    lines.push(format!("writes  {:12} {}", "a run", layout.run("RUN_ID").display()));
    lines.push(format!(
        "writes  {:12} {}, and latest if no later date is there",
        "links",
        output.join(Layout::as_of_link(as_of)).display()
    ));
    lines.push(format!("writes  {:12} {}, if the run fails", "or", layout.failed().join("RUN_ID").display()));
    lines.push(format!("writes  {:12} {}", "metrics", output.join(metrics::FILE).display()));
    if job.output.affinity == Some(TableDepth::Off) {
        lines.push("without the rows of the affinity table (output.affinity = \"off\")".to_owned());
    }
    if !output.exists() {
        lines.push(format!("{} is not there yet, and would be made", output.display()));
    }
    lines
}
