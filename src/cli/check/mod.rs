//! `seatwise check`: everything that a run would find wrong before it calculates, and what it would work with. Reads what a run
//! reads, looks at the output as a run would, with a run's bound on memory, and writes nothing. A page in sections: [`inputs`] rows and
//! rejects · [`estate`] licenses and products · [`rules`] what
//! is in force, with [`earnings`] what an exact match is worth, [`doubts`] rules that cannot matter and [`tonight`] those that no
//! pair of tonight's data matches · [`places`] what is read and written where · [`notices`] who is told.

mod doubts;
mod earnings;
mod estate;
mod inputs;
mod nodes;
mod notices;
mod places;
mod rules;
#[cfg(test)]
mod tests;
mod tonight;

use super::args::CheckArgs;
use super::exit::Exit;
use super::run::output_folder;
use super::terminal::{self, Paint};
use super::{load, logging, memory, show_job_error};
use crate::estate::{Built, EstateError, build};
use crate::extract::{Ingest, Reading, read_all};
use crate::jobs::Job;
use crate::model::date::Date;
use crate::pipeline::inputs::{accepted, fits, options};
use crate::pipeline::oddities::oddities;
use crate::rules::ParsedRules;
use crate::run::{History, access};
use jiff::Timestamp;
use std::path::Path;

/// `seatwise check`.
pub fn check(args: &CheckArgs) -> Exit {
    let job = match load(&args.job) {
        Ok(job) => job,
        Err(exit) => return exit,
    };
    logging::start(false, 0, job.log.format);
    let now = Timestamp::now();
    let as_of = job.as_of_date(args.as_of, None, now);
    let output = output_folder(&job, args.output.clone());
    let paint = Paint { on: terminal::stdout_has_color() };
    terminal::say(&format!("{} {as_of}  {}", paint.bold(&job.name), paint.dim(&job.file.display().to_string())));

    // What a run would be stopped by before it reads anything. An output that is not named was told of.
    let blocked = output.as_deref().and_then(|output| access::refusal(output, as_of).err());
    memory::watch_reading(&job);
    let mut reading = Reading::default();
    let read = read(&job, as_of, now, output.as_deref(), &mut reading, paint);
    let exit = match (&output, &blocked, &read) {
        (None, ..) => Exit::Usage,
        (_, Some(error), _) => Exit::from_code(error.exit_code()),
        (.., Err((exit, _))) => *exit,
        (.., Ok(())) => Exit::Complete,
    };
    let errors = read.err().into_iter().flat_map(|(_, errors)| errors).chain(blocked.map(|error| error.to_string()));
    for error in errors {
        terminal::say_error(&format!("{} {error}", paint.red("error:")));
    }
    if let Some(output) = output {
        section(paint, "Reads and writes", &places::page(&job, as_of, &output, &reading));
    }
    show_notices(&job, paint);
    let verdict =
        if exit == Exit::Complete { paint.green("a run could start") } else { paint.red("a run would stop before it calculates") };
    terminal::say(&format!("\n{verdict} (exit code {})", exit.code()));
    exit
}

/// Reads what a run reads, builds what it would calculate with, and shows both; or what a run would stop at, with its exit code.
fn read(
    job: &Job,
    as_of: Date,
    now: Timestamp,
    output: Option<&Path>,
    reading: &mut Reading,
    paint: Paint,
) -> Result<(), (Exit, Vec<String>)> {
    let too_much = |message: String| (Exit::InputContent, vec![message]);
    memory::within_bound().map_err(too_much)?;
    fits(job, as_of).map_err(|refusal| too_much(refusal.message))?;
    let mut ingest = Ingest::default();
    // An output that cannot be read has no earlier run to compare with.
    let history = output.and_then(|output| History::read(output).ok());
    *reading = read_all(&job.extracts, &options(job, as_of, now, history.as_ref(), false), &mut ingest);
    // Where there was too much, not all was read.
    memory::within_bound().map_err(too_much)?;
    section(paint, "Inputs", &inputs::page(reading));
    let odd: Vec<String> = oddities(job, reading).iter().map(|odd| format!("{} {odd}", paint.yellow("warning:"))).collect();
    section(paint, "Doubts about inputs", &odd);
    section(paint, "Rejects", &inputs::rejects(reading));
    let errors = inputs::errors(reading);
    if !errors.is_empty() {
        return Err((inputs::exit(reading), errors));
    }
    let built = estate_of(job, as_of, reading, ingest)?;
    memory::within_bound().map_err(too_much)?;
    show_estate(&built, paint);
    Ok(())
}

fn show_estate(built: &Built, paint: Paint) {
    section(paint, "Unknown references", &estate::references(&built.estate));
    section(paint, "Licenses and products", &estate::page(&built.estate));
    section(paint, "Rules in force, in order", &rules::page(&built.program));
    section(paint, "What an exact match earns", &earnings::page(&built.program, &built.schema));
    let mut doubts = doubts::doubts(&built.program);
    doubts.extend(nodes::unknown_nodes(built));
    doubts.extend(tonight::never_matching(built));
    let marked: Vec<String> = doubts.iter().map(|doubt| format!("{} {doubt}", paint.yellow("warning:"))).collect();
    section(paint, "Doubts about rules", &marked);
}

fn show_notices(job: &Job, paint: Paint) {
    let mut lines = notices::page(&job.notices);
    lines.extend(notices::doubts(&job.notices).iter().map(|doubt| format!("{} {doubt}", paint.yellow("warning:"))));
    section(paint, "Notices", &lines);
}

/// A heading with lines below it; nothing where there is nothing to say.
fn section(paint: Paint, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        let body: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
        terminal::say(&format!("\n{}\n{}", paint.bold(title), body.join("\n")));
    }
}

/// The estate that a run would calculate with. What was accepted moves out of `reading`; rows, files and rejects stay.
fn estate_of(job: &Job, as_of: Date, reading: &mut Reading, ingest: Ingest) -> Result<Built, (Exit, Vec<String>)> {
    let accepted = accepted(reading, ingest);
    let refused = |errors: &[crate::rules::ProgramError]| {
        show_job_error(&job.rule_errors(errors));
        (Exit::Usage, Vec::new())
    };
    let rules = ParsedRules::parse(&job.rules).map_err(|errors| refused(&errors))?;
    build(accepted, rules, &job.attributes, job.policy(as_of)).map_err(|error| match error {
        EstateError::Rules(errors) => refused(&errors),
        EstateError::Content(errors) => (Exit::InputContent, errors.iter().map(ToString::to_string).collect()),
    })
}
