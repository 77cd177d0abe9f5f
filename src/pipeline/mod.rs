//! One run of a job, on one screen: extracts in, estate built, licenses allocated, totals checked, tables and log written,
//! published whole or not at all.
//!
//! [`inputs`] reads the extracts, [`oddities`] what is odd about them · [`tables`] writes the tables · [`movements`] what changed since
//! the baseline · [`page`] the report to look at · [`pairs`] the affinity table and the log's pairs · [`results`] what a run came to · [`finish`] what it tells at its end · [`freeing`] its memory given back · [`refusal`] what a run that cannot go on leaves behind ·
//! [`two_runs`] two published runs compared ·
//! [`what_if`] a trial, compared and not published.

pub mod finish;
pub mod freeing;
pub mod inputs;
pub mod movements;
pub mod oddities;
pub mod page;
pub mod pairs;
pub mod refusal;
pub mod results;
pub mod tables;
pub mod two_runs;
pub mod what_if;

use crate::allocate::{allocate_while, totals};
use crate::batch_log::{BatchLog, Event, Format, LogPlan};
use crate::estate::{self, Built};
use crate::explain::advice::advice;
use crate::explain::alerts::alerts;
use crate::extract::Override;
use crate::jobs::Job;
use crate::model::date::Date;
use crate::report::{Report, demands};
use crate::run::manifest::{JobMark, MemoryUse, StageTime};
use crate::run::{Manifest, OutputFolder, Patience, Slots, StagedFile, StagedRun, memory, modes, stop_requested};
use finish::Finished;
use jiff::Timestamp;
use refusal::Refusal;
use results::Results;
use std::path::Path;
use std::time::Instant;

/// The stages of a run, in their order.
pub const STAGES: [&str; 7] = ["read", "build", "allocate", "check", "tables", "report", "log"];

/// Somebody who watches a run.
pub trait Watch: Sync {
    /// A stage begins.
    fn stage(&self, stage: &'static str);

    /// How much of it is done.
    fn share(&self, done: u64, of: u64);
}

/// A run under way: what each step adds to.
pub struct Night<'a> {
    pub job: &'a Job,
    pub staged: StagedRun,
    pub manifest: Manifest,
    pub log: BatchLog<StagedFile>,
    pub watch: &'a dyn Watch,
    /// Whether an extract that changed by more than its `max_change` is read all the same.
    accept_change: bool,
    since: Instant,
}

/// What a run is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The date that it answers for.
    pub as_of: Date,
    /// The folder of all runs.
    pub output: &'a Path,
    /// The slot of a schedule that it is for.
    pub slot: Option<Timestamp>,
    /// How long it waits for a run that has the lock.
    pub patience: Patience,
    /// Whether extracts may have changed by more than the job allows.
    pub accept_change: bool,
    /// Fields of licenses that a trial sets otherwise.
    pub overrides: &'a [Override],
}

/// Runs a job once.
pub fn run_once(job: &Job, order: Order<'_>, watch: &dyn Watch) -> Result<Finished, Refusal> {
    let began = Instant::now();
    let as_of = order.as_of;
    let mut night = Night::begin(job, order, watch)?;
    let mut inputs = match inputs::read(&mut night, as_of, order.overrides) {
        Ok(inputs) => inputs,
        Err((refusal, rejects)) => return Err(night.leave(refusal, &rejects)),
    };
    match calculate(&mut night, &mut inputs, as_of) {
        Ok(results) => {
            let published = night.publish()?;
            Ok(Finished::new(job, published, results, &inputs, began.elapsed()))
        }
        Err(refusal) => Err(night.leave(refusal, &inputs.rejects)),
    }
}

/// Leaves a run under `failed/` that was ended before it could do so, in an earlier life of this process.
pub fn leave_late(job: &Job, order: Order<'_>, refusal: Refusal, watch: &dyn Watch) -> Refusal {
    match Night::begin(job, order, watch) {
        Ok(night) => night.leave(refusal, &[]),
        // What it was ended for is the thing to tell.
        Err(_) => refusal,
    }
}

/// Everything between the extracts and the rename.
fn calculate(night: &mut Night<'_>, inputs: &mut inputs::Inputs, as_of: Date) -> Result<Results, Refusal> {
    let job = night.job;
    let rules = refusal::parsed_rules(job)?;
    let accepted = std::mem::take(&mut inputs.accepted);
    let mut built = estate::build(accepted, rules, &job.attributes, job.policy(as_of))
        .map_err(|error| refusal::of_estate(job, &night.manifest.inputs, error))?;
    night.note_estate(&built);
    night.stage("build")?;

    let calculation = allocate_while(&built, &refusal::go_on)?;
    forget_coded(&mut built);
    night.stage("allocate")?;

    let (totals, (alerts, advice)) = rayon::join(
        || totals::control_totals(&built, &calculation),
        || {
            let alerts = alerts(&built.estate, &calculation.trace, &inputs.counts);
            let advice = advice(&built.estate, &calculation.trace, &alerts);
            (alerts, advice)
        },
    );
    night.note_totals(&totals)?;
    night.note_results(&calculation);
    night.stage("check")?;

    let report = Report::new(&built.estate, &built.program, &built.schema, &calculation.trace);
    tables::write(night, &report, inputs, &alerts, &advice)?;
    movements::write(night)?;
    night.stage("tables")?;
    // Neither needs the other, and neither keeps all cores busy from its beginning to its end.
    night.watch.stage("log");
    let ground = page::Ground::of(night)?;
    let memory = page::Memory::of(&built.estate, &calculation.trace);
    let (page, paired) = rayon::join(
        || (ground.map_or(Ok(()), |ground| ground.write(&memory)), Instant::now()),
        || pairs::write(night, &built, &calculation, &report),
    );
    let (page, made) = page;
    paired?;
    page?;
    night.stage_until("report", made)?;
    drop(report);
    let staged = &night.staged;
    let (synced, results) = rayon::join(|| staged.synced(), || Results::of(&built, &calculation, alerts));
    freeing::free((built, calculation));
    // The log is not to end as that of a complete run if a table is lost.
    synced?;
    night.log_end(&results, inputs);
    night.stage("log")?;
    night.log_was_beside_report();
    Ok(results)
}

/// Fields of demands went into the tables of rules; what no table shows need not stay.
fn forget_coded(built: &mut Built) {
    let fields = built.estate.demands.fields.iter_mut().enumerate();
    let coded: Vec<_> = fields.filter(|(slot, _)| !demands::shows_field(&built.schema, *slot)).map(|(_, field)| field.take()).collect();
    // To free much lasts a while, and nobody waits for it.
    rayon::spawn(move || drop(coded));
}

impl<'a> Night<'a> {
    /// Takes the output's lock and begins the log. A slot that has a complete run gets no second one, whoever asks.
    fn begin(job: &'a Job, order: Order<'_>, watch: &'a dyn Watch) -> Result<Self, Refusal> {
        watch.stage(STAGES[0]);
        memory::begin(STAGES[0]);
        let as_of = order.as_of;
        let open = OutputFolder::open_after(order.output, modes::files(job.output.mode), order.patience)?;
        if let Some(slot) = order.slot
            && let Some(ran) = Slots::read(open.path(), &job.name)?.done.get(&slot)
        {
            return Err(Refusal::done_before(slot, &ran.run_id));
        }
        let started = Timestamp::now();
        let staged = open.begin(started)?;
        let slot = order.slot.map(|slot| slot.to_string());
        let mark = JobMark { name: job.name.clone(), digest: job.digest.clone() };
        let mut manifest = Manifest::begin(staged.id().as_str(), mark, as_of, started);
        manifest.baseline = staged.history().baseline(as_of).map(|run| run.id.to_string());
        let format = match job.log.format {
            crate::jobs::LogFormat::Text => Format::Text,
            crate::jobs::LogFormat::Json => Format::Json,
        };
        let mut log = BatchLog::new(format);
        log.event(&Event::RunStarted {
            run_id: staged.id().as_str(),
            program_version: env!("CARGO_PKG_VERSION"),
            job: &job.name,
            job_digest: &job.digest,
            as_of,
            slot: slot.as_deref(),
        });
        manifest.slot = slot;
        Ok(Self { job, staged, manifest, log, watch, accept_change: order.accept_change, since: Instant::now() })
    }

    /// Ends a stage: notes what it took, and stops if a signal, memory or a broken log asks for it.
    pub fn stage(&mut self, stage: &'static str) -> Result<(), Refusal> {
        self.stage_until(stage, Instant::now())
    }

    /// Ends a stage that was over at some moment before, when the next had begun already.
    fn stage_until(&mut self, stage: &'static str, ended: Instant) -> Result<(), Refusal> {
        let took = ended.saturating_duration_since(self.since);
        self.since = ended;
        self.manifest.stages.push(StageTime { peak_bytes: memory::peak_of_stage(), ..StageTime::new(stage, took) });
        self.log.event(&Event::StageDone { stage, seconds: took.as_secs_f64() });
        let next = STAGES.iter().skip_while(|other| **other != stage).nth(1);
        if let Some(next) = next {
            self.watch.stage(next);
        }
        // Asked before the next stage is entered: what was taken was taken in this one.
        self.go_on()?;
        if let Some(next) = next {
            memory::enter(next);
        }
        Ok(())
    }

    /// What was taken while both were made was taken in both.
    fn log_was_beside_report(&mut self) {
        if let [.., report, log] = &mut self.manifest.stages[..] {
            log.peak_bytes = log.peak_bytes.max(report.peak_bytes);
        }
    }

    /// Whether the run may go on.
    pub fn go_on(&self) -> Result<(), Refusal> {
        refusal::go_on()?;
        match self.log.error() {
            Some(error) => Err(Refusal::output(format!("the batch log cannot be written: {error}"))),
            None => Ok(()),
        }
    }

    /// Gives the log its file, as the plan says.
    pub fn open_log(&mut self, plan: &LogPlan) -> Result<(), Refusal> {
        let file = self.staged.create(plan.file_name())?.hashed_beside().read_seldom();
        self.log.attach(file, plan.compress);
        Ok(())
    }

    /// Ends the log and publishes everything.
    fn publish(mut self) -> Result<crate::run::Published, Refusal> {
        self.close_log()?;
        if let Some(code) = stop_requested() {
            return Err(Refusal::stopped(code));
        }
        self.manifest.ended_at = Timestamp::now();
        self.manifest.memory = MemoryUse::of_run();
        Ok(memory::tell(|| self.staged.publish(self.manifest))?)
    }

    /// Flushes and syncs the log file.
    fn close_log(&mut self) -> Result<(), Refusal> {
        let format = self.log.format();
        let log = std::mem::replace(&mut self.log, BatchLog::new(format));
        let (file, lines) = log.finish().map_err(|error| Refusal::output(format!("the batch log cannot be written: {error}")))?;
        file.finish(Some(lines))?;
        Ok(())
    }
}
