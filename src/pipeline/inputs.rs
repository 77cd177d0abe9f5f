//! The extracts of a run: read, noted in manifest and log, and handed on as accepted rows.

use super::Night;
use super::oddities::{missed, oddities};
use super::refusal::{self, Refusal};
use crate::batch_log::Event;
use crate::estate::accepted::Accepted;
use crate::explain::alerts::RejectCount;
use crate::extract::{Earlier, Ingest, Override, ReadOptions, Reading, Reject, Verdict, largest, overlay, read_all};
use crate::jobs::Job;
use crate::model::date::Date;
use crate::model::words::ExtractKind;
use crate::run::layout::MANIFEST;
use crate::run::{History, Manifest, manifest, memory, stop_requested};
use jiff::Timestamp;

/// What reading came to.
#[derive(Default)]
pub struct Inputs {
    pub accepted: Accepted,
    pub rejects: Vec<Reject>,
    /// By extract, those with rejects only.
    pub counts: Vec<RejectCount>,
    /// Consumptions and licenses, where they have no row.
    pub missed: Vec<ExtractKind>,
}

/// How the extracts of a job are read for a date. `history` is that of the output, where there is one.
pub fn options(job: &Job, as_of: Date, now: Timestamp, history: Option<&History>, accept_change: bool) -> ReadOptions<'static> {
    ReadOptions {
        today: job.today(now),
        now: now.into(),
        max_reject_ratio: job.limits.max_reject_ratio,
        limits: job.limits.inputs.clone(),
        earlier: history.and_then(|history| earlier(history, as_of)),
        accept_change,
        go_on: &|| stop_requested().is_none() && !memory::is_over(),
        ..ReadOptions::new(as_of)
    }
}

/// What the newest run of the greatest date up to this one read: tonight's run is held against last night's, and one for a past
/// date against the night before that.
fn earlier(history: &History, as_of: Date) -> Option<Earlier> {
    let run = history.newest_of(as_of).or_else(|| history.baseline(as_of))?;
    let bytes = std::fs::read(run.folder.join(MANIFEST)).ok()?;
    let manifest = Manifest::from_bytes(&bytes).ok()?;
    let rows = manifest.rejects.iter().filter_map(|count| Some((ExtractKind::parse(&count.extract)?, count.rows)));
    Some(Earlier { run_id: run.id.to_string(), rows: rows.collect() })
}

/// Reads every extract, and sets fields of licenses otherwise where a trial asks for it. With an error, the rejects so far come
/// back beside it, to be left under `failed/`.
pub fn read(night: &mut Night<'_>, as_of: Date, overrides: &[Override]) -> Result<Inputs, (Refusal, Vec<Reject>)> {
    let mut ingest = Ingest::default();
    let options = options(night.job, as_of, night.manifest.started_at, Some(night.staged.history()), night.accept_change);
    fits(night.job, as_of).map_err(|refusal| (refusal, Vec::new()))?;
    let mut reading = read_all(&night.job.extracts, &options, &mut ingest);
    note(night, &reading);
    let rejects: Vec<Reject> = reading.rejects().cloned().collect();
    // Before what is wrong with the extracts: where it was to stop, not all were read.
    if let Err(refusal) = night.go_on() {
        return Err((refusal, rejects));
    }
    if let Err(refusal) = refusal::parsed_rules(night.job) {
        return Err((refusal, rejects));
    }
    if !reading.errors.is_empty() {
        return Err((Refusal::of_extracts(&reading.errors), rejects));
    }
    let problems = overlay(&mut reading, &mut ingest, &night.job.extracts, overrides);
    if !problems.is_empty() {
        return Err((Refusal::usage(problems.join("\n")), rejects));
    }
    if let Err(refusal) = night.stage("read") {
        return Err((refusal, rejects));
    }
    let counted = reading.extracts.iter().filter(|extract| !extract.rejects.is_empty());
    let counts = counted
        .map(|extract| RejectCount { extract: extract.kind, rejected: extract.rejects.len() as u64, rows: extract.rows_read })
        .collect();
    let missed = missed(night.job, &reading);
    Ok(Inputs { accepted: accepted(&mut reading, ingest), rejects, counts, missed })
}

/// Refuses at once what cannot hold: a file is in memory whole while it is read.
pub fn fits(job: &Job, as_of: Date) -> Result<(), Refusal> {
    let (Some(bound), Some(taken)) = (memory::bound(), memory::look()) else { return Ok(()) };
    if taken > bound.bytes {
        return refusal::go_on();
    }
    match largest(&job.extracts, as_of) {
        Some((extract, file, bytes)) if bytes.saturating_add(taken) > bound.bytes => {
            Err(Refusal::too_large_for_memory(extract, &file, bytes, bound))
        }
        _ => Ok(()),
    }
}

/// The accepted rows of all extracts. They move out of `reading`; what it counts, and its rejects, stay.
pub fn accepted(reading: &mut Reading, ingest: Ingest) -> Accepted {
    let mut accepted = Accepted { texts: ingest.texts, lists: ingest.lists, ..Accepted::default() };
    accepted.frames = ExtractKind::ALL.iter().map(|_| None).collect();
    for extract in &mut reading.extracts {
        if extract.kind == ExtractKind::Consumptions {
            accepted.consumption_ids = std::mem::take(&mut extract.consumption_ids);
        }
        accepted.frames[extract.kind as usize] = Some(std::mem::take(&mut extract.frame));
    }
    accepted
}

/// Notes what was read and what was refused.
fn note(night: &mut Night<'_>, reading: &Reading) {
    for extract in &reading.extracts {
        for file in &extract.files {
            night.log.event(&Event::InputRead {
                extract: extract.kind,
                file: &file.shown,
                rows: file.rows,
                bytes: file.bytes,
                sha256: &file.sha256,
            });
            night.manifest.inputs.push(manifest::InputFile {
                extract: extract.kind.code().to_owned(),
                path: file.path.display().to_string(),
                bytes: file.bytes,
                rows: file.rows,
                sha256: file.sha256.clone(),
            });
        }
        for column in &extract.ignored {
            let message = format!("column {column} of {} holds what rules cannot read, and is left out", extract.kind.code());
            night.log.event(&Event::Noted { about: "extract", message: &message });
        }
        if !extract.rejects.is_empty() {
            let (rows, rejected) = (extract.rows_read, extract.rejects.len() as u64);
            night.log.event(&Event::RowsRejected { extract: extract.kind, rows, rejected });
        }
        let (rows, rejected) = (extract.rows_read, extract.rejects.len() as u64);
        night.manifest.rejects.push(manifest::RejectCount { extract: extract.kind.code().to_owned(), rows, rejected });
    }
    for message in oddities(night.job, reading) {
        night.log.event(&Event::Noted { about: "extract", message: &message });
    }
    for check in &reading.checks {
        if check.verdict == Verdict::Accepted {
            let message = format!("{} has {}, beyond its {} = {}: accepted", check.extract.code(), check.found, check.gate, check.bound);
            night.log.event(&Event::Noted { about: "extract", message: &message });
        }
        night.manifest.input_checks.push(manifest::InputCheck {
            extract: check.extract.code().to_owned(),
            check: check.gate.to_owned(),
            bound: check.bound.clone(),
            found: check.found.clone(),
            verdict: check.verdict.code().to_owned(),
        });
    }
}
