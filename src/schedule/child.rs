//! A run as a child process: started, watched, ended for taking too long, and its words carried into the log of the schedule.

use super::plan::{Ended, Turn};
use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a run that was asked to end has for it, before it is killed.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// The variables that say how many threads a run may use: its own, and those of its table reader.
const THREADS: [&str; 2] = ["RAYON_NUM_THREADS", "POLARS_MAX_THREADS"];

/// What is started.
pub struct Start<'a> {
    pub program: &'a Path,
    pub job: &'a str,
    pub file: &'a Path,
    pub output: &'a Path,
    pub turn: Turn,
    pub timeout: Duration,
    pub threads: Option<u32>,
    pub quiet: bool,
}

/// A run that is going on.
pub struct Running {
    pub job: String,
    pub file: PathBuf,
    pub output: PathBuf,
    pub turn: Turn,
    child: Child,
    began: Instant,
    timeout: Duration,
    last_words: Duration,
    /// Since when it is asked to end.
    asked: Option<Instant>,
    timed_out: bool,
    readers: Vec<JoinHandle<()>>,
}

impl Running {
    /// Starts a run. It is the head of a process group of its own: Ctrl-C in a terminal reaches the schedule alone, which then
    /// decides what becomes of its runs.
    pub fn start(start: &Start<'_>) -> io::Result<Self> {
        let mut command = Command::new(start.program);
        command.args(["run", "--slot", &start.turn.slot.to_string()]);
        if start.quiet {
            command.arg("--quiet");
        }
        command.args([OsString::from("--"), start.file.as_os_str().to_owned()]);
        if let Some(threads) = start.threads {
            command.envs(THREADS.map(|name| (name, threads.to_string())));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn()?;
        let mut readers = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            readers.push(carry(stdout, start.job, |job, line| tracing::info!("{job} | {line}"))?);
        }
        if let Some(stderr) = child.stderr.take() {
            readers.push(carry(stderr, start.job, say_error)?);
        }
        Ok(Self {
            job: start.job.to_owned(),
            file: start.file.to_owned(),
            output: start.output.to_owned(),
            turn: start.turn,
            child,
            began: Instant::now(),
            timeout: start.timeout,
            last_words: LAST_WORDS,
            asked: None,
            timed_out: false,
            readers,
        })
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn took(&self) -> Duration {
        self.began.elapsed()
    }

    /// How it ended, once it has. Until then a run that takes too long is asked to end, and killed if it does not.
    pub fn poll(&mut self) -> io::Result<Option<Ended>> {
        if let Some(status) = self.child.try_wait()? {
            for reader in self.readers.drain(..) {
                // A reader that panicked has lost words, and nothing else.
                let _ = reader.join();
            }
            return Ok(Some(self.ended(status)));
        }
        if self.asked.is_none() && self.took() > self.timeout {
            self.timed_out = true;
            self.ask_to_end();
        }
        if self.asked.is_some_and(|asked| asked.elapsed() > self.last_words) {
            self.child.kill()?;
        }
        Ok(None)
    }

    /// Asks it to end in order, with nothing published.
    pub fn ask_to_end(&mut self) {
        if self.asked.is_none() {
            self.asked = Some(Instant::now());
            // It was not waited for, so the number is still its own. That it is ending already is no error.
            let _ = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).map(|pid| kill_process(pid, Signal::TERM));
        }
    }

    fn ended(&self, status: ExitStatus) -> Ended {
        match (status.code(), status.signal()) {
            // It came to its end all the same.
            (Some(code @ (0 | 1)), _) => Ended::Code(code),
            _ if self.timed_out => Ended::TimedOut,
            (Some(code), _) => Ended::Code(code),
            (None, signal) => Ended::Killed(signal.unwrap_or(0)),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // A schedule that goes away in disorder leaves nothing behind that nobody watches. An ended child is not hit.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// A line of a run's stderr, at the level that it was written at: its own time and level would only stand there twice.
fn say_error(job: &str, line: &str) {
    let logged = line.split_once(' ').filter(|(time, _)| time.parse::<Timestamp>().is_ok()).map(|(_, rest)| rest.trim_start());
    match logged.and_then(|rest| rest.split_once(' ')) {
        Some(("ERROR", words)) => tracing::error!("{job} | {words}"),
        Some(("INFO", words)) => tracing::info!("{job} | {words}"),
        Some(("DEBUG", words)) => tracing::debug!("{job} | {words}"),
        Some(("WARN", words)) => tracing::warn!("{job} | {words}"),
        _ if line.starts_with("error:") => tracing::error!("{job} | {line}"),
        _ => tracing::warn!("{job} | {line}"),
    }
}

/// Carries the lines of a stream into the log, as they come.
fn carry(stream: impl Read + Send + 'static, job: &str, say: fn(&str, &str)) -> io::Result<JoinHandle<()>> {
    let job = job.to_owned();
    std::thread::Builder::new().name("run output".to_owned()).spawn(move || {
        let mut lines = BufReader::new(stream);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).is_ok_and(|bytes| bytes > 0) {
            let text = String::from_utf8_lossy(&line);
            if !text.trim_end().is_empty() {
                say(&job, text.trim_end());
            }
            line.clear();
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn wait(run: &mut Running) -> Ended {
        let patience = Instant::now() + Duration::from_secs(120);
        loop {
            if let Some(ended) = run.poll().unwrap() {
                return ended;
            }
            assert!(Instant::now() < patience, "it does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// One test, so that no script is being written while another process is started.
    #[test]
    fn a_run_is_started_watched_and_ended() {
        let folder = tempfile::tempdir().unwrap();
        let script = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
            path
        };
        let told = folder.path().join("told");
        let tells = script("tells", &format!("echo \"$RAYON_NUM_THREADS $POLARS_MAX_THREADS $*\" > {}; exit 3", told.display()));
        let killed = script("killed", "kill -9 $$");
        let deaf = script("deaf", "trap '' TERM; while :; do sleep 0.1; done");
        let slot: Timestamp = "2026-11-22T02:30:00Z".parse().unwrap();
        let run = |program: &Path, timeout: u64, quiet: bool| {
            let start = Start {
                program,
                job: "nightly",
                file: Path::new("-odd name.toml"),
                output: Path::new("out"),
                turn: Turn { slot, tries: 0, start: slot },
                timeout: Duration::from_secs(timeout),
                threads: Some(2),
                quiet,
            };
            Running::start(&start).unwrap()
        };
        assert_eq!(wait(&mut run(&tells, 600, true)), Ended::Code(3));
        assert_eq!(fs::read_to_string(told).unwrap(), "2 2 run --slot 2026-11-22T02:30:00Z --quiet -- -odd name.toml\n");
        assert_eq!(wait(&mut run(&killed, 600, false)), Ended::Killed(9));
        // It does not hear that it is to end, and is killed.
        let mut run = run(&deaf, 0, false);
        run.last_words = Duration::ZERO;
        assert_eq!(wait(&mut run), Ended::TimedOut);
    }
}
