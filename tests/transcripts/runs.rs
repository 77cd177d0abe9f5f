//! Runs, checks and examples that end well, or as `--fail-on` wants.

use super::{Desk, JOB, assert_transcript, type_in};
use std::path::Path;

#[test]
fn the_nightly_job() {
    let desk = Desk::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = desk.path("nightly").display().to_string();
    assert_transcript("nightly-check", &[type_in(root, &format!("check jobs/nightly.toml --output {out}"))]);
    assert_transcript("nightly-run", &[type_in(root, &format!("run jobs/nightly.toml --output {out}"))]);
}

#[test]
fn a_small_job() {
    let desk = Desk::new();
    let ended = ["check job.toml", "run job.toml", "run job.toml --quiet"].map(|line| desk.type_line(line));
    assert_transcript("small", &ended);
    assert_eq!(desk.published().len(), 2);
}

#[test]
fn what_a_run_may_fail_on() {
    let desk = Desk::new();
    let line = |what: &str| format!("run job.toml --quiet --fail-on {what}");
    let short = [desk.type_line(&line("deficit")), desk.type_line(&line("alert"))];
    assert_eq!(short.iter().map(|ended| ended.code).collect::<Vec<_>>(), [Some(1), Some(1)]);
    assert_eq!(desk.published().len(), 2, "a run that fails on its results is published");

    desk.write("licenses.csv", "license_id,product_id,metric,seats,department\nL-1,DRAW,device,2,lab\n");
    let enough = [desk.type_line(&line("deficit")), desk.type_line(&line("alert"))];
    assert_eq!(enough.iter().map(|ended| ended.code).collect::<Vec<_>>(), [Some(0), Some(0)]);
    assert_transcript("fail-on", &short.into_iter().chain(enough).collect::<Vec<_>>());
}

#[test]
fn a_field_that_is_misspelled_is_told_and_stops_nothing() {
    let desk = Desk::new();
    desk.write("licenses.csv", "license_id,product_id,metric,Seats,department\nL-1,DRAW,device,1,lab\n");
    desk.job_with("path = \"licenses.csv\"", "path = \"licenses.csv\"\ncolumns = { seets = \"Seats\" }");
    let ended = ["check job.toml", "run job.toml"].map(|line| desk.type_line(line));
    let said = "licenses: `seets` is no field; it is read as an attribute. Did you mean `seats`?";
    assert!(ended[0].stdout.contains(said) && ended[1].stderr.contains(said), "{}{}", ended[0].transcript(), ended[1].transcript());
    assert_eq!(ended.each_ref().map(|ended| ended.code), [Some(0), Some(0)]);
    let log = std::fs::read_to_string(desk.path("out/latest/batch.log")).expect("a log");
    assert!(log.contains(&format!(" WARN noted about=extract message=\"{said}\"")), "{log}");
}

#[test]
fn examples_of_rules() {
    let desk = Desk::new();
    let holds = desk.type_line("rules test job.toml");
    desk.job_with("points = 4500", "points = 1");
    let fails = desk.type_line("rules test job.toml");
    assert_eq!((holds.code, fails.code), (Some(0), Some(1)));
    assert_transcript("rules-test", &[holds, fails]);
}

#[test]
fn a_range_of_dates() {
    let desk = Desk::new();
    let ended = [
        desk.type_line("run job.toml --from 2026-11-21 --to 2026-11-22"),
        desk.type_line("run job.toml --from 2026-11-22 --to 2026-11-21"),
    ];
    assert_transcript("range", &ended);
    assert_eq!(desk.published().len(), 2);
}

#[test]
fn what_a_terminal_never_saw() {
    let desk = Desk::new();
    desk.write("job.toml", format!("{JOB}\n[log]\nformat = \"json\"\n"));
    let ended = desk.type_line("run job.toml -v");
    assert_eq!(ended.code, Some(0));
    let events = ended.stderr.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("a line of JSON"));
    assert!(events.count() > 0, "{}", ended.transcript());
}

#[test]
fn questions_about_a_run() {
    let desk = Desk::new();
    let before = desk.type_line("why PC-2 --output out");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let lines =
        ["why PC-2", "why DRAW/PC-1 --job job.toml", "why L-1 --output out", "why DRAW/PC-2 --json", "why PC-3", "why C-1 --kind asset"];
    let mut ended = vec![before];
    ended.extend(lines.map(|line| desk.type_line(line)));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [3, 0, 0, 0, 0, 2, 2].map(Some));
    assert_transcript("why", &ended);
}

#[test]
fn four_angles_on_a_run() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let lines = [
        "show",
        "show --format csv --filter outstanding>0",
        "show --format json --limit 1",
        "show license L-1",
        "show asset PC-2 --output out",
        "show product DRAW --sort -units",
        "show --status compliant",
        "show user nobody",
        "show --sort units",
        "show --as-of 2026-11-21",
    ];
    let ended = lines.map(|line| desk.type_line(line));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [0, 0, 0, 0, 0, 0, 0, 2, 2, 2].map(Some));
    assert_transcript("show", &ended);
}

#[test]
fn a_run_that_lacks_what_answers_need() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let run = std::fs::canonicalize(desk.path("out/latest")).expect("a run");
    std::fs::remove_file(run.join("products.parquet")).expect("a file is removed");
    let without_table = desk.type_line("why PC-1");
    let manifest = std::fs::read_to_string(run.join("manifest.json")).expect("a manifest");
    std::fs::write(run.join("manifest.json"), manifest.replace("\"calculation\"", "\"unknown\"")).expect("a file is written");
    let without_key = desk.type_line("why PC-1");
    std::fs::write(run.join("manifest.json"), "{").expect("a file is written");
    let without_manifest = desk.type_line("why PC-1");
    let ended = [without_table, without_key, without_manifest];
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [Some(3); 3]);
    assert!(ended.iter().all(|ended| ended.stderr.contains("error: ")));
}

#[test]
fn what_rust_log_asks_for() {
    let desk = Desk::new();
    let steps = |filter: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_seatwise"));
        command.current_dir(desk.path("")).args(["run", "job.toml", "--quiet"]).env("RUST_LOG", filter).env("NO_COLOR", "1");
        let output = command.output().expect("the binary runs");
        assert_eq!(output.status.code(), Some(0), "{filter}");
        String::from_utf8_lossy(&output.stderr).matches("stage_done").count()
    };
    assert!(steps("seatwise=info") > 0);
    assert_eq!(steps("seatwise=debug"), steps("info"));
    // By target: the steps of a run are the batch log's.
    assert_eq!(steps("warn,seatwise::batch_log=info"), steps("info"));
    assert_eq!(steps("seatwise=debug,seatwise::batch_log=warn"), 0);
    assert_eq!(steps("off"), 0);
}

#[test]
fn what_the_stages_took() {
    let desk = Desk::new();
    let mut ended = desk.type_line("run job.toml --timings");
    assert_eq!(ended.code, Some(0));
    // Figures differ from run to run, and so do the widths of columns; whether there is a rate, where a stage takes no millisecond.
    let masked = |line: &str| match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        [stage, seconds, _, "%", _, unit @ ("KiB" | "MiB" | "GiB"), ..] if seconds.parse::<f64>().is_ok() => format!("  {stage} … {unit}"),
        ["Stage", titles @ ..] => format!("  Stage {}", titles.join(" ")),
        _ => line.to_owned(),
    };
    ended.stdout = ended.stdout.lines().map(masked).collect::<Vec<_>>().join("\n");
    let both = desk.type_line("run job.toml --timings --quiet");
    assert_eq!(both.code, Some(2));
    assert_transcript("timings", &[ended, both]);
}
