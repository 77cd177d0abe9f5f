//! Every table but the affinity table, each into a file of its own, side by side.

use super::Night;
use super::inputs::Inputs;
use super::refusal::{Refusal, go_on};
use crate::explain::advice::Advice;
use crate::explain::alerts::Alert;
use crate::extract::Reject;
use crate::model::date::Date;
use crate::report::rejects::RejectRow;
use crate::report::{self, Report, ReportError, TableInfo, ground};
use crate::run::{StagedFile, StagedRun};
use rayon::prelude::*;

/// How a table is written.
type Writer<'a> = Box<dyn Fn(&mut StagedFile) -> Result<TableInfo, ReportError> + Sync + Send + 'a>;

/// Writes the tables of a complete run.
pub fn write(night: &mut Night<'_>, report: &Report<'_>, inputs: &Inputs, alerts: &[Alert], advice: &[Advice]) -> Result<(), Refusal> {
    let as_of = night.manifest.as_of;
    // The largest first, so that no core waits for one at the end; the rows of one are counted by fewer threads than those of others.
    let tables: Vec<(&'static str, Writer<'_>)> = vec![
        ("allocations", Box::new(|file| report::allocations::write(report, file))),
        ("usage_by", Box::new(|file| report::usage_by::write(report, file))),
        ("demands", Box::new(|file| report::demands::write(report, file))),
        ("coverage", Box::new(|file| report::coverage::write(report, file))),
        ("deficits", Box::new(|file| report::deficits::write(report, file))),
        ("usage", Box::new(|file| report::usage::write(report, file))),
        ("licenses", Box::new(|file| report::licenses::write(report, file))),
        ("positions", Box::new(|file| report::positions::write(report, file))),
        ("reservations", Box::new(|file| report::reservations::write(report, file))),
        ("alerts", Box::new(|file| report::alerts::write(report, alerts, file))),
        ("recommendations", Box::new(|file| report::recommendations::write(report, advice, file))),
        ("tries", Box::new(|file| ground::tries::write(report, file))),
        ("further_consumptions", Box::new(|file| ground::further_consumptions::write(report, file))),
        ("bundle_demands", Box::new(|file| ground::bundle_demands::write(report, file))),
        ("assignments", Box::new(|file| ground::assignments::write(report, file))),
        ("preferences", Box::new(|file| ground::preferences::write(report, file))),
        ("products", Box::new(|file| ground::products::write(report, file))),
        ("trees", Box::new(|file| ground::trees::write(report, file))),
        ("bundles", Box::new(|file| ground::bundles::write(report, file))),
        ("reservation_users", Box::new(|file| ground::reservation_users::write(report, file))),
        ("rejects", Box::new(|file| report::rejects::write(as_of, reject_rows(&inputs.rejects), file))),
    ];
    let staged = &night.staged;
    tables.into_par_iter().with_max_len(1).try_for_each(|(name, writer)| {
        go_on()?;
        write_one(staged, name, &*writer)
    })
}

/// Writes the rejects alone: what a run that cannot go on leaves.
pub fn write_rejects(staged: &StagedRun, as_of: Date, rejects: &[Reject]) -> Result<(), Refusal> {
    write_one(staged, "rejects", &|file| report::rejects::write(as_of, reject_rows(rejects), file))
}

/// Writes one table into a file of the run.
pub fn write_one(
    staged: &StagedRun,
    name: &str,
    writer: &(dyn Fn(&mut StagedFile) -> Result<TableInfo, ReportError> + Sync + Send + '_),
) -> Result<(), Refusal> {
    let mut file = staged.create(&format!("{name}.parquet"))?;
    match writer(&mut file) {
        Ok(info) => {
            file.finish(Some(info.rows))?;
            Ok(())
        }
        // An error of the disk comes out of `finish` with its path and remedy; one of the writer itself is a defect.
        Err(error) => {
            file.finish(None)?;
            Err(Refusal::internal(format!("table {name} cannot be written: {error}")))
        }
    }
}

fn reject_rows(rejects: &[Reject]) -> Vec<RejectRow<'_>> {
    rejects.iter().map(reject_row).collect()
}

fn reject_row(reject: &Reject) -> RejectRow<'_> {
    RejectRow {
        extract: reject.extract,
        file: &reject.file,
        row: reject.row,
        column: reject.column.as_deref(),
        value: reject.value.as_deref(),
        reason: reject.reason,
        message: &reject.message,
    }
}
