//! Schedules, driven for real: the binary as a service and once, its runs as processes, signals, locks and restarts. What is due when
//! is tested as tables in `src/schedule/tests`; here is what only real processes can show. Nothing here asserts a time, only what
//! happened and in which order.

mod locks;
mod once;
mod service;

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What does not happen in this time is a failure, and must not hang the tests.
const PATIENCE: Duration = Duration::from_secs(180);

/// A folder with jobs, their extracts and their outputs.
struct Yard {
    folder: tempfile::TempDir,
}

impl Yard {
    fn new() -> Self {
        let yard = Yard { folder: tempfile::Builder::new().prefix("seatwise-").tempdir().expect("a temporary folder") };
        fs::create_dir(yard.path("jobs")).expect("a folder");
        yard.write("consumptions.csv", "consumption_id,product_id,asset_id\nC-1,DRAW,PC-1\n");
        yard.write("licenses.csv", LICENSES);
        yard
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.path(name), content).expect("a file is written");
    }

    /// A job `jobs/NAME.toml` with extracts `LICENSES.csv` and so on, results in `out/NAME`.
    fn job(&self, name: &str, consumptions: &str, licenses: &str, schedule: &str) {
        self.write(&format!("jobs/{name}.toml"), &job(name, consumptions, licenses, schedule));
    }

    /// Extracts that a run needs seconds for, a step at a time.
    fn busy_extracts(&self, licenses: usize) {
        let mut rows = String::from("consumption_id,product_id,asset_id,department\n");
        for place in 0..20_000 {
            let _ = writeln!(rows, "C-{place},P{},PC-{place},d{}", place % 20, place % 170);
        }
        self.write("busy.csv", &rows);
        let mut rows = String::from("license_id,product_id,metric,seats,department\n");
        for place in 0..licenses {
            let _ = writeln!(rows, "L-{place},P{},device,90,d{place}", place % 20);
        }
        self.write("busy-licenses.csv", &rows);
    }

    /// The manifests of `out/NAME/PLACE`, oldest first.
    fn manifests(&self, name: &str, place: &str) -> Vec<serde_json::Value> {
        let folder = self.path("out").join(name).join(place);
        let runs = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path().join("manifest.json"));
        let mut manifests: Vec<serde_json::Value> =
            runs.map(|manifest| serde_json::from_slice(&fs::read(manifest).expect("a manifest")).expect("JSON")).collect();
        // Names of runs do not order those of one second.
        let started = |manifest: &serde_json::Value| manifest["started_at"].as_str().and_then(|time| time.parse::<jiff::Timestamp>().ok());
        manifests.sort_by_key(started);
        manifests
    }

    /// The slots of `out/NAME/PLACE`, oldest run first.
    fn slots(&self, name: &str, place: &str) -> Vec<String> {
        self.manifests(name, place).iter().map(|manifest| manifest["slot"].as_str().unwrap_or("none").to_owned()).collect()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_seatwise"));
        command.current_dir(self.folder.path()).args(words).stdin(Stdio::null());
        command.env("NO_COLOR", "1").env_remove("RUST_LOG").env_remove("RUST_BACKTRACE");
        command
    }

    /// Runs a command to its end: exit code, stdout, stderr.
    fn type_in(&self, words: &[&str]) -> (Option<i32>, String, String) {
        let output = self.command(words).output().expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// Starts a schedule as a service, its log in a file.
    fn serve(&self, words: &[&str]) -> Service {
        let log = self.path("service.log");
        let file = File::options().create(true).append(true).open(&log).expect("a log");
        let child = self.command(&["schedule"]).args(words).stdout(Stdio::null()).stderr(file).spawn().expect("the binary runs");
        Service { child, log }
    }
}

const LICENSES: &str = "license_id,product_id,metric,seats\nL-1,DRAW,device,1\n";

fn job(name: &str, consumptions: &str, licenses: &str, schedule: &str) -> String {
    let schedule = if schedule.is_empty() { String::new() } else { format!("[schedule]\n{schedule}\n") };
    format!(
        "name = \"{name}\"\n[extracts.consumptions]\npath = \"../{consumptions}.csv\"\n[extracts.licenses]\npath = \"../{licenses}.csv\"\n\
         [output]\npath = \"../out/{name}\"\n{schedule}"
    )
}

/// A schedule that is running.
struct Service {
    child: Child,
    log: PathBuf,
}

impl Service {
    fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until the log says something.
    fn wait_for(&self, words: &str) {
        wait_until(&format!("the log says {words:?}"), &self.log, || self.log().contains(words));
    }

    fn signal(&self, name: &str) {
        signal(&self.child, name);
    }

    /// The exit code, once it has ended by itself.
    fn end(mut self) -> (Option<i32>, String) {
        let code = end(&mut self.child);
        (code, self.log())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // Of a test that failed; one that has ended is not hit.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something holds.
fn wait_until(what: &str, log: &Path, holds: impl Fn() -> bool) {
    let patience = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < patience, "{what} is waited for in vain:\n{}", fs::read_to_string(log).unwrap_or_default());
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([format!("-{name}"), child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "it was over before the signal");
}

/// Waits for the end of a process; none within the patience of a test is a failure.
fn end(child: &mut Child) -> Option<i32> {
    let patience = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            return status.code();
        }
        assert!(Instant::now() < patience, "it does not end");
        std::thread::sleep(Duration::from_millis(10));
    }
}
