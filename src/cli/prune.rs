//! `seatwise prune`: removes runs that are past keep, after telling which.

use super::exit::Exit;
use super::summary::{bare_table, bytes, plural, trimmed};
use super::terminal::{self, Paint};
use super::which_output::WhichOutput;
use crate::jobs::Job;
use crate::run::prune::{Keep, Plan, Target, Why, plan as plan_of};
use crate::run::{OutputFolder, RunError};
use clap::builder::RangedU64ValueParser;
use clap::{ArgGroup, Args};
use comfy_table::Cell;
use std::io::{BufRead, IsTerminal};

/// `prune`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
#[command(mut_arg("job", |job| job.help("The job whose runs are meant; nothing is removed by default")))]
#[command(group = ArgGroup::new("whose").required(true).args(["job", "output"]))]
pub struct PruneArgs {
    /// Whose runs; it removes them, and so it does not guess.
    #[command(flatten)]
    pub which: WhichOutput,
    /// Keep so many dates, the greatest; instead of what the job says
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub keep_runs: Option<u64>,
    /// Keep the dates of so many days, up to the greatest; instead of what the job says
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<u64>::new().range(1..))]
    pub keep_days: Option<u64>,
    /// Tell what would go, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
}

const EXAMPLES: &str = "Examples:
  seatwise prune --job jobs/nightly.toml --dry-run
  seatwise prune --job jobs/nightly.toml --yes
  seatwise prune --output out/nightly --keep-runs 30 --keep-days 90

A job says what to keep with keep = { runs = 30, days = 90 } in [output]. A date stays that either of the two keeps; of each date that stays the newest run stays. Failed runs are counted apart, by the day of their start. What latest leads to always stays.";

/// `seatwise prune`.
pub fn prune(args: &PruneArgs) -> Exit {
    let found = match args.which.find() {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let Some(keep) = keep(args, found.job.as_ref()) else { return Exit::Usage };
    let plan = match plan_of(&found.folder, keep) {
        Ok(plan) => plan,
        Err(error) => return failed(&error),
    };
    let place = found.folder.display().to_string();
    terminal::say(&announcement(&place, &plan, args.dry_run));
    if args.dry_run || plan.targets.is_empty() {
        return Exit::Complete;
    }
    if !args.yes && !agreed() {
        return Exit::Usage;
    }
    match OutputFolder::open(&found.folder).and_then(|output| output.prune(&plan, keep)) {
        Ok(pruned) => {
            terminal::say(&format!("{place}: removed {}, {}", plural(pruned.runs as u64, "run", "runs"), bytes(pruned.bytes)));
            Exit::Complete
        }
        Err(error) => failed(&error),
    }
}

/// What the command line says, else the job; says so where neither does.
fn keep(args: &PruneArgs, job: Option<&Job>) -> Option<Keep> {
    if args.keep_runs.is_some() || args.keep_days.is_some() {
        return Some(Keep { runs: args.keep_runs, days: args.keep_days });
    }
    let of_job = job.and_then(|job| job.output.keep).map(|keep| Keep { runs: keep.runs, days: keep.days });
    if of_job.is_none() {
        terminal::say_error("error: nothing says what to keep, so nothing is removed");
        terminal::say_error("  help: add keep = { runs = 30, days = 90 } to [output] of the job, or use --keep-runs or --keep-days");
    }
    of_job
}

fn failed(error: &RunError) -> Exit {
    terminal::say_error(&format!("error: {error}"));
    Exit::from_code(error.exit_code())
}

fn announcement(place: &str, plan: &Plan, dry_run: bool) -> String {
    let mut lines = Vec::new();
    if plan.damaged > 0 {
        let folders = plural(plan.damaged as u64, "damaged folder", "damaged folders");
        lines.push(format!("{place}: {folders} in runs/ left alone; `seatwise verify` says more"));
    }
    let stay = plural(plan.stay as u64, "run stays", "runs stay");
    if plan.targets.is_empty() {
        lines.push(format!("{place}: nothing to remove; {stay}"));
        return lines.join("\n");
    }
    let mut table = bare_table(Paint { on: false });
    for target in &plan.targets {
        table.add_row([folder(target), target.date.to_string(), bytes(target.bytes), why(target.why).to_owned()].map(Cell::new));
    }
    lines.push(trimmed(&table));
    let would = if dry_run { "would remove" } else { "to remove" };
    let links = plan.links().len() as u64;
    let links = if links == 0 { String::new() } else { format!(" and {}", plural(links, "link", "links")) };
    let runs = plural(plan.targets.len() as u64, "run", "runs");
    lines.push(format!("{place}: {would} {runs}{links}, {}; {stay}", bytes(plan.bytes())));
    lines.join("\n")
}

fn folder(target: &Target) -> String {
    let parent = if target.why == Why::Failed { "failed" } else { "runs" };
    format!("{parent}/{}", target.id)
}

fn why(why: Why) -> &'static str {
    match why {
        Why::PastKeep => "past keep",
        Why::Superseded => "superseded by a later run of its date",
        Why::Failed => "failed, past keep",
    }
}

/// Asks, where somebody can answer.
fn agreed() -> bool {
    if !std::io::stdin().is_terminal() || !terminal::stderr_is_terminal() {
        terminal::say_error("error: nobody is here to be asked, so nothing was removed\n  help: add --yes");
        return false;
    }
    terminal::say_error("Remove them? They cannot be brought back. [y/N]");
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer);
    let yes = read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    if !yes {
        terminal::say_error("nothing was removed");
    }
    yes
}
