//! What every command says of itself.

use super::{assert_transcript, type_in};
use std::path::Path;

fn help(name: &str, line: &str) {
    assert_transcript(name, &[type_in(Path::new(env!("CARGO_MANIFEST_DIR")), line)]);
}

#[test]
fn of_the_program() {
    help("help", "--help");
}

#[test]
fn of_run() {
    help("help-run", "run --help");
}

#[test]
fn of_check() {
    help("help-check", "check --help");
}

#[test]
fn of_schedule() {
    help("help-schedule", "schedule --help");
}

#[test]
fn of_comparisons() {
    help("help-diff", "diff --help");
    help("help-what-if", "what-if --help");
}

#[test]
fn of_rules() {
    help("help-rules", "rules --help");
    help("help-rules-test", "rules test --help");
}

#[test]
fn of_what_looks_at_runs() {
    help("help-history", "history --help");
    help("help-verify", "verify --help");
    help("help-prune", "prune --help");
}

#[test]
fn of_notify() {
    help("help-notify", "notify --help");
    help("help-notify-test", "notify test --help");
    help("help-notify-overdue", "notify overdue --help");
}

#[test]
fn of_why_and_show() {
    help("help-report", "report --help");
    help("help-why", "why --help");
    help("help-show", "show --help");
    help("help-show-license", "show license --help");
}

#[test]
fn of_the_data_teams_front_door() {
    help("help-schema", "schema --help");
    help("help-export", "export --help");
}

#[test]
fn of_the_rest() {
    help("help-init", "init --help");
    help("help-import", "import --help");
    help("help-log", "log --help");
    help("help-generate", "generate --help");
    help("help-job-schema", "job-schema --help");
    help("help-completions", "completions --help");
}

#[test]
fn every_command_has_a_transcript() {
    let all = type_in(Path::new(env!("CARGO_MANIFEST_DIR")), "--help").stdout;
    let commands = all.split("Commands:").nth(1).expect("commands").split("\n\n").next().expect("a list");
    let names: Vec<&str> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let known = [
        "init",
        "import",
        "run",
        "check",
        "schedule",
        "why",
        "show",
        "report",
        "export",
        "schema",
        "diff",
        "what-if",
        "rules",
        "log",
        "history",
        "verify",
        "prune",
        "notify",
        "generate",
        "job-schema",
        "completions",
    ];
    assert_eq!(names, known, "a new command needs a transcript of its --help");
}

#[test]
fn what_is_no_command() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lines =
        ["", "rum", "run", "run job.toml --as-of 22.11.2026", "run job.toml --fail-on everything", "run job.toml --quiet --verbose"];
    assert_transcript("usage", &lines.map(|line| type_in(here, line)));
}
