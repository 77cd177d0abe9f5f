//! The loop of `seatwise schedule`: looks at the job files, lets every plan decide, starts what is due, watches what runs, and ends in
//! order when it is asked to. All decisions are `plan`'s; here are the clock, the processes and the words.

use super::child::{Running, Start};
use super::heartbeat::Heartbeat;
use super::member::{Member, Since};
use super::plan::{After, Ended, Turn};
use super::shelf::{Shelf, Standing};
use super::tell;
use crate::jobs::Job;
use crate::run::{RunError, Slots, signals};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// How long the service waits for a beat before it looks at the clock by itself, and how often it looks at a run.
const WITHOUT_BEAT: Duration = Duration::from_secs(2);
const WHILE_RUNNING: Duration = Duration::from_millis(100);
/// How often job files are looked at.
const LOOK: Duration = Duration::from_secs(2);

/// What `seatwise schedule` was asked for.
pub struct Settings {
    /// Job files, and folders of them.
    pub places: Vec<PathBuf>,
    /// The program that runs a job: this one.
    pub program: PathBuf,
    /// Whether to run what is due now, and end.
    pub once: bool,
    /// How long runs may go on after a signal.
    pub grace: Duration,
    /// How many runs at a time.
    pub parallel: usize,
    /// Whether runs print nothing but errors.
    pub quiet: bool,
}

/// What wakes the service.
enum Wake {
    Beat,
    /// A signal, with the exit code that belongs to it.
    Stop(i32),
}

/// How the service stops.
struct Stopping {
    exit_code: i32,
    since: Instant,
    /// Whether the runs were asked to end.
    asked: bool,
}

struct Service {
    settings: Settings,
    shelf: Shelf,
    looked: Option<Instant>,
    /// By job file.
    members: BTreeMap<PathBuf, Member>,
    running: Vec<Running>,
    stopping: Option<Stopping>,
    /// Places and outputs that could not be read, so that it is told once.
    troubles: BTreeMap<PathBuf, String>,
    /// The exit codes of what ended for good; a service that goes on for years keeps none.
    exit_codes: Vec<i32>,
}

/// Runs jobs by their schedules, until a signal comes; or, once, what is due. Gives the exit codes of all that it did.
pub fn serve(settings: Settings) -> io::Result<Vec<i32>> {
    let (sender, inbox) = mpsc::channel();
    let to_stop = sender.clone();
    signals::tell(move |code| _ = to_stop.send(Wake::Stop(code)))?;
    let heartbeat = Heartbeat::start(move || _ = sender.send(Wake::Beat));
    if let Err(error) = &heartbeat {
        tracing::warn!("schedule: there is no beat, so that starts may be {} s late: {error}", WITHOUT_BEAT.as_secs());
    }
    let shelf = Shelf::new(settings.places.clone());
    let mut service = Service {
        settings,
        shelf,
        looked: None,
        members: BTreeMap::new(),
        running: Vec::new(),
        stopping: None,
        troubles: BTreeMap::new(),
        exit_codes: Vec::new(),
    };
    service.look();
    service.greet();
    loop {
        service.turn()?;
        if service.is_over() {
            break;
        }
        service.wait(&inbox);
    }
    Ok(service.farewell())
}

impl Service {
    /// Waits for something to do.
    fn wait(&mut self, inbox: &Receiver<Wake>) {
        let first = inbox.recv_timeout(if self.running.is_empty() { WITHOUT_BEAT } else { WHILE_RUNNING });
        let first = match first {
            Ok(wake) => Some(wake),
            Err(RecvTimeoutError::Timeout) => None,
            // Nobody is left to wake the service, who therefore sleeps as long as it would have waited.
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(WHILE_RUNNING);
                None
            }
        };
        for wake in first.into_iter().chain(inbox.try_iter()) {
            match wake {
                Wake::Beat => {}
                Wake::Stop(exit_code) => self.stop(exit_code),
            }
        }
    }

    /// One round.
    fn turn(&mut self) -> io::Result<()> {
        let now = Timestamp::now();
        if self.stopping.is_none() && !self.settings.once {
            self.look();
            for member in self.members.values_mut() {
                if let Some(passed) = member.beat(now) {
                    tell::passed(&member.name, &member.schedule, passed);
                }
                let later = member.plan.turns().next().copied().filter(|turn| turn.tries == 0 && turn.start > now);
                if let Some(turn) = later.filter(|turn| member.is_news(turn.slot)) {
                    tell::jitter(&member.name, turn, now);
                }
            }
        }
        self.watch(now)?;
        self.start_what_is_ready(now);
        self.hurry();
        Ok(())
    }

    fn is_over(&self) -> bool {
        let idle = self.running.is_empty();
        let nothing_left = self.settings.once && self.members.values().all(|member| member.plan.turns().next().is_none());
        idle && (self.stopping.is_some() || nothing_left)
    }

    /// Takes up what became of the job files.
    fn look(&mut self) {
        if self.looked.is_some_and(|looked| looked.elapsed() < LOOK) {
            return;
        }
        let first = self.looked.is_none();
        self.looked = Some(Instant::now());
        let (found, errors) = self.shelf.look();
        let mut troubles: BTreeMap<PathBuf, String> = BTreeMap::new();
        for (place, error) in errors {
            let text = error.to_string();
            if self.troubles.get(&place) != Some(&text) {
                tracing::error!("schedule: cannot read {}: {text}; jobs that are known go on", place.display());
            }
            troubles.insert(place, text);
        }
        self.troubles = troubles;
        for found in found {
            match found.standing {
                Standing::Good(job) => self.take_up(&found.file, &job, first),
                Standing::Broken(error) => {
                    tell::broken(&found.file, &error);
                    self.members.remove(&found.file);
                    self.note(2);
                }
                Standing::Gone => {
                    if let Some(member) = self.members.remove(&found.file) {
                        tracing::info!("{}: {} is gone; it is not scheduled any more", member.name, found.file.display());
                    }
                }
            }
        }
    }

    /// Takes up a new or changed job.
    fn take_up(&mut self, file: &Path, job: &Job, first: bool) {
        let now = Timestamp::now();
        let refuse = |service: &mut Self, exit_code: i32, why: &str| {
            tracing::error!("{}: {} is not scheduled: {why}", job.name, file.display());
            service.members.remove(file);
            service.note(exit_code);
        };
        let Some(schedule) = &job.schedule else {
            tracing::info!("{}: {} has no [schedule], and is left to others", job.name, file.display());
            self.members.remove(file);
            return;
        };
        let Some(output) = job.output.path.as_deref().map(place_of) else {
            return refuse(self, 2, "it does not say where results go; add [output] with a path");
        };
        let same = |member: &&Member| member.file != file && (member.name.as_str(), &member.output) == (job.name.as_str(), &output);
        if let Some(other) = self.members.values().find(same) {
            let why = format!("{} has the same name and output; change one of them", other.file.display());
            return refuse(self, 2, &why);
        }
        let known = self.members.get_mut(file).filter(|member| (member.name.as_str(), &member.output) == (job.name.as_str(), &output));
        if let Some(member) = known {
            member.change(job, schedule, now);
            return tell::taken_up(member, "changed", now);
        }
        let since = if self.settings.once { Since::NewestSlot } else { Since::Now };
        match Member::begin(job, schedule, output, since, now) {
            Ok((member, passed)) => {
                tell::taken_up(&member, if first { "scheduled" } else { "new" }, now);
                passed.into_iter().for_each(|passed| tell::passed(&member.name, schedule, passed));
                self.members.insert(file.to_owned(), member);
            }
            Err(error) => refuse(self, error.exit_code(), &error.to_string()),
        }
    }

    /// Looks after the runs.
    fn watch(&mut self, now: Timestamp) -> io::Result<()> {
        let mut going_on = Vec::new();
        for mut run in std::mem::take(&mut self.running) {
            match run.poll()? {
                None => going_on.push(run),
                Some(ended) => self.ended(&run, ended, now),
            }
        }
        self.running = going_on;
        Ok(())
    }

    fn ended(&mut self, run: &Running, ended: Ended, now: Timestamp) {
        if self.stopping.is_some() && !ended.is_complete() {
            tracing::warn!("{}: the run for slot {} was ended; nothing of it was published", run.job, run.turn.slot);
            return;
        }
        let Some(member) = self.members.get_mut(&run.file) else {
            return tracing::info!("{}: slot {} {}, and its job is gone", run.job, run.turn.slot, tell::how(ended));
        };
        let after = member.plan.ended(&member.schedule, ended, now);
        tell::ended(run, ended, after, &member.schedule, now);
        if !matches!(after, After::Again(_)) {
            if let Some(passed) = member.take_untold() {
                tell::passed(&member.name, &member.schedule, passed);
            }
            self.note(exit_code(ended));
        }
    }

    /// Keeps an exit code for the end.
    fn note(&mut self, exit_code: i32) {
        if self.settings.once {
            self.exit_codes.push(exit_code);
        }
    }

    /// Starts what is ready, the oldest slot first, as many as may run at a time; of one output one at a time.
    fn start_what_is_ready(&mut self, now: Timestamp) {
        if self.stopping.is_some() {
            return;
        }
        let mut ready: Vec<(Turn, PathBuf)> =
            self.members.iter().filter_map(|(file, member)| member.ready(now).map(|turn| (turn, file.clone()))).collect();
        ready.sort_by_key(|(turn, _)| turn.start);
        for (turn, file) in ready {
            self.start(turn, &file, now);
        }
    }

    fn start(&mut self, turn: Turn, file: &Path, now: Timestamp) {
        let Some(member) = self.members.get_mut(file) else { return };
        let same_output = self.running.iter().find(|run| run.output == member.output);
        if same_output.is_some() || self.running.len() >= self.settings.parallel {
            if member.is_news(turn.slot) {
                tell::waits(&member.name, turn, same_output.map(|run| run.job.as_str()));
            }
            return;
        }
        // Somebody else may have run it: by hand, or a schedule that died while its run went on.
        match Slots::read(&member.output, &member.name) {
            Ok(known) => {
                if let Some(ran) = known.done.get(&turn.slot) {
                    tracing::info!("{}: slot {} has a complete run already, {}", member.name, turn.slot, ran.run_id);
                    return member.plan.drop_first();
                }
            }
            Err(error) => return self.not_started(file, turn, &error, now),
        }
        let start = Start {
            program: &self.settings.program,
            job: &member.name,
            file,
            output: &member.output,
            turn,
            timeout: member.schedule.timeout,
            threads: member.schedule.threads,
            quiet: self.settings.quiet,
        };
        match Running::start(&start) {
            Ok(run) => {
                member.plan.started();
                tell::started(&run, &member.schedule);
                self.running.push(run);
            }
            Err(source) => {
                let error = RunError::Output { action: "start", path: self.settings.program.clone(), source };
                self.not_started(file, turn, &error, now);
            }
        }
    }

    /// A try that failed before it was one.
    fn not_started(&mut self, file: &Path, turn: Turn, error: &RunError, now: Timestamp) {
        let Some(member) = self.members.get_mut(file) else { return };
        tracing::error!("{}: slot {} could not be started: {error}", member.name, turn.slot);
        if !matches!(member.plan.ended(&member.schedule, Ended::Code(74), now), After::Again(_)) {
            self.note(74);
        }
    }

    /// The first signal: nothing more is begun, and what runs may end within the grace. The second: it may not.
    fn stop(&mut self, exit_code: i32) {
        match &mut self.stopping {
            Some(stopping) => {
                stopping.asked = true;
                self.running.iter_mut().for_each(Running::ask_to_end);
            }
            None => {
                let (count, grace) = (self.running.len(), crate::jobs::duration::show(self.settings.grace));
                let rest = if count == 0 { String::new() } else { format!("; {count} still running may end within {grace}") };
                tracing::info!("schedule: asked to stop{rest}");
                self.members.values_mut().for_each(|member| member.plan.stop());
                self.stopping = Some(Stopping { exit_code, since: Instant::now(), asked: false });
            }
        }
    }

    /// Ends what is still running when the grace is over.
    fn hurry(&mut self) {
        let Some(stopping) = &mut self.stopping else { return };
        if !stopping.asked && stopping.since.elapsed() > self.settings.grace {
            stopping.asked = true;
            self.running.iter_mut().for_each(Running::ask_to_end);
        }
    }

    fn greet(&self) {
        if self.members.is_empty() && !self.settings.once {
            tracing::warn!("schedule: no job has a [schedule]; waiting for one");
        }
    }

    fn farewell(self) -> Vec<i32> {
        let mut codes = self.exit_codes;
        if let Some(stopping) = self.stopping {
            tracing::info!("schedule: stopped");
            codes.push(stopping.exit_code);
        }
        codes
    }
}

/// The code that a try stands for; one that was killed leaves none of its own.
fn exit_code(ended: Ended) -> i32 {
    match ended {
        Ended::Code(code) => code,
        Ended::TimedOut => 143,
        Ended::Killed(_) => 70,
    }
}

/// An output without links and `..`, whether it exists already or not.
fn place_of(output: &Path) -> PathBuf {
    let absolute = std::path::absolute(output).unwrap_or_else(|_| output.to_owned());
    let there = absolute.ancestors().find_map(|above| Some((std::fs::canonicalize(above).ok()?, absolute.strip_prefix(above).ok()?)));
    let place = there.map(|(above, rest)| above.join(rest));
    place.unwrap_or(absolute)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_has_one_place_before_and_after_it_exists() {
        let folder = tempfile::tempdir().unwrap();
        let root = std::fs::canonicalize(folder.path()).unwrap();
        std::fs::create_dir(root.join("jobs")).unwrap();
        std::os::unix::fs::symlink(&root, root.join("link")).unwrap();
        for written in ["jobs/../out/nightly", "link/out/nightly", "./out/nightly"] {
            assert_eq!(place_of(&root.join(written)), root.join("out/nightly"), "{written}");
        }
        std::fs::create_dir_all(root.join("out/nightly")).unwrap();
        assert_eq!(place_of(&root.join("jobs/../link/out/nightly")), root.join("out/nightly"));
    }
}
