//! `seatwise check`: everything that a run would find wrong before it calculates, and what it would work with. Reads what a run
//! reads, and writes nothing. A page in sections: [`inputs`] rows and rejects · [`estate`] licenses and products · [`rules`] what
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
use super::{load, logging, show_job_error};
use crate::estate::{Built, EstateError, build};
use crate::extract::{Ingest, Reading, read_all};
use crate::jobs::Job;
use crate::model::date::Date;
use crate::pipeline::inputs::{accepted, options};
use crate::rules::ParsedRules;
use crate::run::History;
use jiff::Timestamp;

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

    let mut ingest = Ingest::default();
    // An output that cannot be read has no earlier run to compare with; the run itself will say what is wrong with it.
    let history = output.as_deref().and_then(|output| History::read(output).ok());
    let mut reading = read_all(&job.extracts, &options(&job, as_of, now, history.as_ref(), false), &mut ingest);
    section(paint, "Inputs", &inputs::page(&reading));
    section(paint, "Rejects", &inputs::rejects(&reading));
    let errors = inputs::errors(&reading);
    let built = if errors.is_empty() { estate_of(&job, as_of, &mut reading, ingest) } else { Err((inputs::exit(&reading), errors)) };
    let exit = match built {
        Ok(built) => {
            show_estate(&built, paint);
            if output.is_some() { Exit::Complete } else { Exit::Usage }
        }
        Err((exit, errors)) => {
            for error in errors {
                terminal::say_error(&format!("{} {error}", paint.red("error:")));
            }
            // Of 2, 3 and 4 the smallest that holds (§8).
            if output.is_some() { exit } else { Exit::Usage }
        }
    };
    if let Some(output) = output {
        section(paint, "Reads and writes", &places::page(&job, as_of, &output, &reading));
    }
    show_notices(&job, paint);
    let verdict =
        if exit == Exit::Complete { paint.green("a run could start") } else { paint.red("a run would stop before it calculates") };
    terminal::say(&format!("\n{verdict} (exit code {})", exit.code()));
    exit
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
