//! `seatwise notify`: `test` sends a notice that means nothing, to see whether it arrives; `overdue` tells that a run is missing.

use super::args::{NotifyOverdueArgs, NotifyTestArgs};
use super::exit::Exit;
use super::run::output_folder;
use super::{load, logging, tell, terminal};
use crate::jobs::Job;
use crate::notify::{self, PATIENCE, Told, message, overdue};
use jiff::Timestamp;

/// `seatwise notify test`: 0 if every entry took the notice, 1 if one did not.
pub fn test(args: &NotifyTestArgs) -> Exit {
    let job = match load(&args.job) {
        Ok(job) => job,
        Err(exit) => return exit,
    };
    logging::start(false, 0, job.log.format);
    if job.notices.webhooks.is_empty() && job.notices.emails.is_empty() {
        return nobody(&job);
    }
    let told = notify::tell(&job.notices, &message::test(&job), PATIENCE);
    let lines: Vec<String> = told.iter().map(line).collect();
    terminal::say(&lines.join("\n"));
    if told.iter().all(|told| told.result.is_ok()) { Exit::Complete } else { Exit::FailOn }
}

/// `seatwise notify overdue`: 0 if a complete run began in time, 1 if not, and then whoever wants to know is told.
pub fn overdue(args: &NotifyOverdueArgs) -> Exit {
    let job = match load(&args.job) {
        Ok(job) => job,
        Err(exit) => return exit,
    };
    logging::start(false, 0, job.log.format);
    let Some(output) = output_folder(&job, args.output.clone()) else { return Exit::Usage };
    if job.notices.expected.is_none() {
        let file = job.file.display();
        terminal::say_error(&format!(
            "error: {file} does not say when a run is expected\n  help: add [notify] with within = \"26h\", or with late = \"06:00\""
        ));
        return Exit::Usage;
    }
    match overdue::overdue(&job, &output, Timestamp::now()) {
        Err(error) => {
            terminal::say_error(&format!("error: {error}"));
            Exit::from_code(error.exit_code())
        }
        Ok(None) => {
            terminal::say(&format!("{}: a complete run began in time", job.name));
            Exit::Complete
        }
        Ok(Some(notice)) => {
            terminal::say(notice.text().trim_end());
            tell::warn(&notify::tell(&job.notices, &notice, PATIENCE));
            Exit::FailOn
        }
    }
}

fn nobody(job: &Job) -> Exit {
    let file = job.file.display();
    terminal::say_error(&format!(
        "error: {file} tells nobody\n  help: add [[notify.webhook]] with url = \"https://...\", or [[notify.email]] with smtp, from and to"
    ));
    Exit::Usage
}

fn line(told: &Told) -> String {
    match &told.result {
        Ok(how) => format!("{}: sent, {how}", told.entry),
        Err(why) => format!("{}: not sent: {why}", told.entry),
    }
}
