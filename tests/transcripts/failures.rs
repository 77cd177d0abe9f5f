//! Runs that are refused: what is said, which exit code (contract §8), and that nothing is published.

use super::{Desk, PATIENCE, assert_transcript};
use std::fmt::Write;
use std::fs::{self, File};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Checks and runs a job that is refused with a code.
fn refused(name: &str, desk: &Desk, code: i32) {
    let ended = [desk.type_line("check job.toml"), desk.type_line("run job.toml")];
    assert_transcript(name, &ended);
    assert!(ended.iter().all(|ended| ended.code == Some(code)), "exit code {code} is expected");
    assert_eq!(desk.published(), Vec::<String>::new());
}

#[test]
fn no_such_job() {
    let desk = Desk::new();
    let ended = ["check jobs.toml", "run jobs.toml", "rules test jobs.toml"].map(|line| desk.type_line(line));
    assert!(ended.iter().all(|ended| ended.code == Some(2)));
    assert_transcript("no-such-job", &ended);
}

#[test]
fn a_job_with_slips() {
    let desk = Desk::new();
    desk.job_with("[calculation]\nas_of", "[calculation]\ngrace_day = 3\nas_off");
    refused("job-unknown-key", &desk, 2);
    desk.job_with("path = \"out\"", "path = \"out");
    refused("job-no-toml", &desk, 2);
    desk.job_with(
        "[[example]]",
        "[[affinity]]\nname = \"own\"\nrule = \"consumption.deparment = license.department and\"\npoints = 5\n\n[[example]]",
    );
    refused("rule-syntax", &desk, 2);
    desk.job_with(
        "[[example]]",
        "[[affinity]]\nname = \"own\"\nrule = \"consumption.deparment = license.department\"\npoints = 5\n\n[[example]]",
    );
    refused("rule-unknown-field", &desk, 2);
    desk.job_with(
        "[[example]]",
        "[[affinity]]\nname = \"own\"\nrule = \"consumption.cores = license.department\"\npoints = 5\n\n[[example]]",
    );
    refused("rule-types", &desk, 2);
}

#[test]
fn extracts_that_are_not_there() {
    let desk = Desk::new();
    desk.job_with("path = \"licenses.csv\"", "path = \"license.csv\"");
    refused("extract-missing", &desk, 3);
    desk.job_with("path = \"licenses.csv\"", "path = \"extracts/*.csv\"");
    refused("extract-glob", &desk, 3);
    desk.job_with("path = \"licenses.csv\"", "path = \"licenses.csv\"\n");
    desk.write("licenses.csv", "");
    refused("extract-empty", &desk, 3);
    desk.write("licenses.csv", "PAR1");
    refused("extract-not-csv", &desk, 3);
}

#[test]
fn extracts_that_are_refused() {
    let desk = Desk::new();
    desk.write("licenses.csv", "license,product_id,metric,seats\nL-1,DRAW,device,1\n");
    refused("column-missing", &desk, 4);
    desk.write("licenses.csv", "license_id,product_id,metric,seats,seats\nL-1,DRAW,device,1,1\n");
    refused("column-twice", &desk, 4);
    desk.write("licenses.csv", "license_id,product_id,metric,seats\nL-1,DRAW,devices,1\nL-2,DRAW,device,many\n");
    refused("too-many-rejects", &desk, 4);
    let failed = fs::read_dir(desk.path("out/failed")).expect("failed runs").flatten().next().expect("a failed run").path();
    for name in ["rejects.parquet", "batch.log", "manifest.json"] {
        assert!(failed.join(name).is_file(), "failed/RUN_ID/{name}");
    }
}

#[test]
fn another_run_holds_the_lock() {
    let desk = Desk::new();
    fs::create_dir(desk.path("out")).expect("a folder");
    let lock = File::create(desk.path("out/.lock")).expect("a lock");
    lock.try_lock().expect("nobody else has it");
    let locked = desk.type_line("run job.toml");
    assert_eq!((locked.code, desk.published().len()), (Some(5), 0));
    drop(lock);
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    assert_transcript("lock-held", &[locked]);
}

#[test]
fn the_output_cannot_be_written() {
    let desk = Desk::new();
    desk.write("out", "a file where a folder should be");
    let ended = ["check job.toml", "run job.toml"].map(|line| desk.type_line(line));
    assert!(ended.iter().all(|ended| ended.code == Some(74)));
    assert_transcript("output-is-a-file", &ended);
    // A run would come no further than its output, whatever else is wrong.
    fs::remove_file(desk.path("licenses.csv")).expect("it was there");
    let ended = desk.type_line("check job.toml");
    assert_eq!(ended.code, Some(74), "{}", ended.transcript());
    assert!(ended.stderr.contains("licenses.csv: there is no such file"), "{}", ended.stderr);
}

#[test]
fn a_failure_leaves_what_was_published() {
    let desk = Desk::new();
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(0));
    let before = (desk.published(), fs::read_link(desk.path("out/latest")).expect("a link"));
    desk.write("licenses.csv", "license,product_id\n");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(4));
    fs::remove_file(desk.path("licenses.csv")).expect("it was there");
    assert_eq!(desk.type_line("run job.toml --quiet").code, Some(3));
    assert_eq!((desk.published(), fs::read_link(desk.path("out/latest")).expect("a link")), before);
}

/// A run that has something to do: many demands, and a license for each of a few departments.
fn busy_desk() -> Desk {
    let desk = Desk::new();
    let mut consumptions = String::from("consumption_id,product_id,asset_id,department\n");
    for place in 0..20_000 {
        let _ = writeln!(consumptions, "C-{place},DRAW,PC-{place},d{}", place % 170);
    }
    let mut licenses = String::from("license_id,product_id,metric,seats,department\n");
    for place in 0..150 {
        let _ = writeln!(licenses, "L-{place},DRAW,device,90,d{place}");
    }
    desk.write("consumptions.csv", consumptions);
    desk.write("licenses.csv", licenses);
    desk
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_and_publishes_nothing() {
    for (signal, code) in [("TERM", 143), ("INT", 130)] {
        let desk = busy_desk();
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_seatwise"));
        command.args(["run", "job.toml", "--quiet"]).current_dir(desk.folder.path()).stderr(Stdio::piped());
        let mut run = command.spawn().expect("the binary runs");
        let patience = Instant::now() + PATIENCE;
        while !desk.path("out/.lock").exists() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(5));
        }
        let sent = std::process::Command::new("kill").args([format!("-{signal}"), run.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the run was over before it could be stopped");
        let status = run.wait().expect("it ends");
        assert_eq!((status.code(), desk.published()), (Some(code), Vec::new()), "{signal}");
    }
}
