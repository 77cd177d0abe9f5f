//! The command line as people see it: whole transcripts of the real binary as snapshots, and its exit codes (contract §8).
//!
//! A snapshot holds what was typed, both streams and the exit code; run ids, times, seconds and temporary places are replaced at
//! equal width, so that columns stay columns. `INSTA_UPDATE=always` writes them anew.

mod compared;
mod damage;
mod door;
mod failures;
mod help;
mod hostile;
mod imports;
mod inputs;
mod log;
mod memory;
mod notices;
mod page;
mod published;
mod runs;

use assert_cmd::Command;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A run that hangs is a failure, and must not hang the tests.
const PATIENCE: Duration = Duration::from_secs(120);

/// The folder of a transcript: a job, its extracts, and what runs leave.
struct Desk {
    folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Clone)]
struct Ended {
    typed: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// One machine of one department, a second one for whom no seat is left, and a rule file that says what is expected.
const JOB: &str = r#"name = "small"

[extracts.consumptions]
path = "consumptions.csv"

[extracts.licenses]
path = "licenses.csv"

[calculation]
as_of = "2026-11-22"

[output]
path = "out"

[[example]]
name = "own department first"
consumption = { department = "lab" }
license = { department = "lab" }
points = 4500
"#;
const CONSUMPTIONS: &str = "consumption_id,product_id,asset_id,department\nC-1,DRAW,PC-1,lab\nC-2,DRAW,PC-2,office\n";
const LICENSES: &str = "license_id,product_id,metric,seats,department\nL-1,DRAW,device,1,lab\n";

impl Desk {
    /// A desk with a job that runs, and leaves one demand in deficit.
    fn new() -> Self {
        let desk = Desk { folder: tempfile::Builder::new().prefix("seatwise-").tempdir().expect("a temporary folder") };
        desk.write("job.toml", JOB);
        desk.write("consumptions.csv", CONSUMPTIONS);
        desk.write("licenses.csv", LICENSES);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("a file is written");
    }

    /// The job with a part of it replaced by another.
    fn job_with(&self, old: &str, new: &str) {
        assert!(JOB.contains(old), "{old}");
        self.write("job.toml", JOB.replacen(old, new, 1));
    }

    /// Types a line, in the folder of the desk.
    fn type_line(&self, line: &str) -> Ended {
        type_in(self.folder.path(), line)
    }

    /// What stands below `out`, but for the lock: nothing where a run was refused before it began.
    fn published(&self) -> Vec<String> {
        let names = fs::read_dir(self.path("out/runs")).into_iter().flatten().flatten();
        names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

/// Runs the binary with the words of a line, in a folder.
fn type_in(folder: &Path, line: &str) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_seatwise"));
    command.current_dir(folder).args(line.split_whitespace()).timeout(PATIENCE);
    command.env("NO_COLOR", "1").env_remove("RUST_LOG").env_remove("COLUMNS").env_remove("RUST_BACKTRACE");
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ended { typed: line.to_owned(), code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Ended {
    /// The transcript, with what differs from run to run replaced.
    fn transcript(&self) -> String {
        let mut text = format!("$ seatwise {}\n", self.typed);
        for (stream, content) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !content.is_empty() {
                let _ = write!(text, "--- {stream}\n{}\n", content.trim_end());
            }
        }
        let code = self.code.map_or("none: a signal".to_owned(), |code| code.to_string());
        let _ = write!(text, "--- exit code {code}");
        text
    }

    fn assert_quiet_about_itself(&self) {
        let all = format!("{}{}", self.stdout, self.stderr);
        assert!(!all.contains("panicked") && !all.contains("RUST_BACKTRACE"), "{}", self.transcript());
    }
}

/// Compares transcripts with a snapshot in `tests/transcripts`.
fn assert_transcript(name: &str, ended: &[Ended]) {
    ended.iter().for_each(Ended::assert_quiet_about_itself);
    let text = ended.iter().map(Ended::transcript).collect::<Vec<_>>().join("\n\n");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("transcripts");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.add_filter(r"\b\d{8}T\d{6}Z-[0-9a-f]{6}\b", "20000101T000000Z-000000");
    settings.add_filter(r"\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", "2000-01-01T00:00:00Z");
    settings.add_filter(r"\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}Z", "2000-01-01 00:00:00Z");
    settings.add_filter(r"\b\d+\.\d+ ?s\b", "0.0 s");
    settings.add_filter(r"\b\d+\.\d kB\b", "00.0 kB");
    settings.add_filter(r"\b[0-9a-f]{64}\b", "0".repeat(64).as_str());
    settings.add_filter(r"(/[^\s/]+)*/seatwise-\w{6}\b", "/tmp/seatwise-HERE00");
    settings.bind(|| insta::assert_snapshot!(name, text));
}
