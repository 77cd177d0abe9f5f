//! A bound on the memory of this process: what the job says (`limits.memory`), else most of what was free at the start of the
//! machine, or of its container. A thread looks at what is resident. Beyond the bound it raises a flag, which a run asks for between
//! its stages, files, products and tables, as it asks for signals, so that it ends in order. Whoever has taken that much may not get
//! there: further beyond, or when nobody asks in time, the process is ended.
//!
//! [`there`] what there is and what is taken. What bounds single files are other `[limits]` of the job; this is for all together.

pub mod there;

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use there::{available, taken};

/// How often it is looked at. Memory grows by less than a few hundred MB meanwhile.
const EVERY: Duration = Duration::from_millis(50);
/// The share of what is available at the start that a run may take where the job sets no limit, in percent.
const SHARE: u64 = 85;
/// How far beyond its bound a run may come before it is ended where it stands, in percent of the bound …
const MARGIN: u64 = 10;
/// … and at least by so much, so that a small bound leaves the room to end in order.
const LEAST_MARGIN: u64 = 64 << 20;
/// How long the flag may stand before somebody sees it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What sets a bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Because {
    /// `limits.memory` of the job.
    Job,
    /// So many bytes were available at the start.
    Available(u64),
}

/// How much memory a run may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bound {
    pub bytes: u64,
    pub because: Because,
}

impl Bound {
    /// The bound of a job; none where it sets none and the system does not tell what there is.
    pub fn of(limit: Option<u64>) -> Option<Self> {
        match limit {
            Some(bytes) => Some(Self { bytes, because: Because::Job }),
            None => available().map(|available| Self { bytes: available / 100 * SHARE, because: Because::Available(available) }),
        }
    }

    /// Where the process is ended without further asking.
    fn end(self) -> u64 {
        let margin = (self.bytes / 100 * MARGIN).max(LEAST_MARGIN);
        match self.because {
            Because::Job => self.bytes.saturating_add(margin),
            // Whatever else: not all that there is.
            Because::Available(available) => self.bytes.saturating_add(margin).min(available / 100 * 95).max(self.bytes),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.because {
            Because::Job => write!(out, "limits.memory = {}", show(self.bytes)),
            Because::Available(available) => {
                write!(out, "{}, which is {SHARE} % of the {} that were free at its start", show(self.bytes), show(available))
            }
        }
    }
}

/// A run beyond its bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Excess {
    pub bound: Bound,
    /// What was resident when it was seen.
    pub taken: u64,
    /// The stage that the run was in.
    pub stage: &'static str,
}

impl Excess {
    /// How much of what was too much.
    pub fn amount(&self) -> String {
        let Excess { bound, taken, stage } = self;
        // Rounded up, so that it is more than the bound in figures too.
        format!("{} of memory in stage {stage}, more than {bound}", show(taken + unit(*taken) - 1))
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        let remedy = match self.bound.because {
            Because::Job => "if they are right, raise limits.memory: manifest.json of a complete run has what it took",
            Because::Available(_) => "or give the run more memory",
        };
        format!("help: look for an extract that is larger than it should be, and bound it with limits.max_rows; {remedy}")
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the run took {}; nothing was published\n  {}", self.amount(), self.help())
    }
}

/// Bytes as a person would say them, rounded down: `1.4 GiB`, `23 MiB`.
pub fn show(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{}.{} GiB", bytes >> 30, (bytes % (1 << 30) * 10) >> 30),
    }
}

/// The least by which two numbers of this size differ when they are shown.
fn unit(bytes: u64) -> u64 {
    match bytes {
        0..1_048_576 => 1 << 10,
        1_048_576..1_073_741_824 => 1 << 20,
        _ => (1 << 30) / 10 + 1,
    }
}

/// What this process watches over; it is one for all its runs.
struct Watched {
    bound: OnceLock<Bound>,
    stage: Mutex<&'static str>,
    /// The most that was resident when somebody looked, since the stage began, and since the run did.
    of_stage: AtomicU64,
    of_run: AtomicU64,
    /// The highest mark of the process when the stage began.
    mark: AtomicU64,
    /// What was taken when the bound was passed; 0 if it was not.
    excess: AtomicU64,
    /// Whether a run has seen that, and is about to end.
    seen: AtomicBool,
    /// Whether what became of the run is on disk. It is held while that is put there, and while the process is ended: one of the two is
    /// what is told of the run, and never both.
    told: Mutex<bool>,
}

static WATCHED: Watched = Watched {
    bound: OnceLock::new(),
    stage: Mutex::new(""),
    of_stage: AtomicU64::new(0),
    of_run: AtomicU64::new(0),
    mark: AtomicU64::new(0),
    excess: AtomicU64::new(0),
    seen: AtomicBool::new(false),
    told: Mutex::new(false),
};

/// Watches over the memory of this process from now on, for as long as it lives. `end` is called where a run does not end by
/// itself, with what it is to say, and ends the process. Called again, nothing changes.
pub fn watch(bound: Option<Bound>, end: impl Fn(&Excess) + Send + 'static) -> std::io::Result<()> {
    let Some(bound) = bound else { return Ok(()) };
    if WATCHED.bound.set(bound).is_err() {
        return Ok(());
    }
    let watching = move || {
        let mut since: Option<Instant> = None;
        loop {
            let excess = look().and_then(|taken| over().map(|excess| (taken, excess)));
            since = excess.as_ref().and(since.or_else(|| Some(Instant::now())));
            if let Some((taken, excess)) = excess {
                let waited = since.is_some_and(|since| since.elapsed() > PATIENCE) && !WATCHED.seen.load(Ordering::Relaxed);
                let told = told();
                if !*told && (taken > bound.end() || waited) {
                    end(&Excess { taken: taken.max(excess.taken), ..excess });
                }
            }
            std::thread::sleep(EVERY);
        }
    };
    std::thread::Builder::new().name("memory".to_owned()).spawn(watching).map(|_| ())
}

/// The bound that is watched, if one is.
pub fn bound() -> Option<Bound> {
    WATCHED.bound.get().copied()
}

/// Looks at what is resident, raises the flag if it is too much, and gives it.
pub fn look() -> Option<u64> {
    let now = taken()?.now;
    WATCHED.of_stage.fetch_max(now, Ordering::Relaxed);
    WATCHED.of_run.fetch_max(now, Ordering::Relaxed);
    if bound().is_some_and(|bound| now > bound.bytes) {
        let _ = WATCHED.excess.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }
    Some(now)
}

/// Whether the flag is up.
pub fn is_over() -> bool {
    WATCHED.excess.load(Ordering::Relaxed) != 0
}

fn over() -> Option<Excess> {
    match WATCHED.excess.load(Ordering::Relaxed) {
        0 => None,
        taken => bound().map(|bound| Excess { bound, taken, stage: *WATCHED.stage.lock().unwrap_or_else(PoisonError::into_inner) }),
    }
}

/// What a run asks that may end because of it: how it went beyond its bound, if it did. Whoever asks ends.
pub fn excess() -> Option<Excess> {
    let excess = over()?;
    WATCHED.seen.store(true, Ordering::Relaxed);
    Some(excess)
}

/// Puts on disk what became of the run. The process is not ended meanwhile, nor after it.
pub fn tell<T>(put: impl FnOnce() -> T) -> T {
    let mut told = told();
    *told = true;
    put()
}

fn told() -> MutexGuard<'static, bool> {
    WATCHED.told.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A run begins with its first stage: what was before it is forgotten.
pub fn begin(stage: &'static str) {
    *told() = false;
    WATCHED.excess.store(0, Ordering::Relaxed);
    WATCHED.seen.store(false, Ordering::Relaxed);
    WATCHED.of_run.store(0, Ordering::Relaxed);
    enter(stage);
}

/// The next stage begins.
pub fn enter(stage: &'static str) {
    *WATCHED.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    let taken = taken();
    WATCHED.of_stage.store(taken.map_or(0, |taken| taken.now), Ordering::Relaxed);
    WATCHED.mark.store(taken.map_or(0, |taken| taken.most), Ordering::Relaxed);
}

/// The most that was resident since the stage began, where the system tells. The kernel marks the most of all time, which is that of
/// the stage if the mark rose in it; else what was seen counts, twenty times a second.
pub fn peak_of_stage() -> Option<u64> {
    look()?;
    let most = taken()?.most;
    let peak = if most > WATCHED.mark.load(Ordering::Relaxed) { most } else { WATCHED.of_stage.load(Ordering::Relaxed) };
    WATCHED.of_run.fetch_max(peak, Ordering::Relaxed);
    Some(peak)
}

/// The most of all stages of the run that have ended, and of what was seen since.
pub fn peak_of_run() -> Option<u64> {
    look()?;
    Some(WATCHED.of_run.load(Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn the_job_comes_before_what_is_there() {
        let of_job = Bound::of(Some(3 << 30)).unwrap();
        assert_eq!((of_job.bytes, of_job.because), (3 << 30, Because::Job));
        let guard = Bound::of(None).unwrap();
        let Because::Available(available) = guard.because else { panic!("{guard:?}") };
        assert!(guard.bytes < available && guard.bytes >= available / 100 * 84, "{guard:?}");
    }

    #[test]
    fn there_is_room_to_end_in_order_but_not_beyond_what_there_is() {
        assert_eq!(Bound { bytes: 8 * MIB, because: Because::Job }.end(), 72 * MIB);
        assert_eq!(Bound { bytes: 10_000 * MIB, because: Because::Job }.end(), 11_000 * MIB);
        let guard = |available: u64| Bound { bytes: available / 100 * SHARE, because: Because::Available(available) };
        assert!(guard(1000 * MIB).end() > 900 * MIB && guard(1000 * MIB).end() <= 950 * MIB);
        assert!(guard(10 * MIB).end() < 10 * MIB);
    }

    #[test]
    fn an_excess_says_what_where_and_what_to_do() {
        let of_job = Excess { bound: Bound { bytes: 512 * MIB, because: Because::Job }, taken: 1536 * MIB, stage: "allocate" };
        let text = of_job.to_string();
        assert!(
            text.starts_with("the run took 1.5 GiB of memory in stage allocate, more than limits.memory = 512 MiB; nothing was"),
            "{text}"
        );
        assert!(text.contains("raise limits.memory"), "{text}");
        let barely = Excess { taken: 512 * MIB + 1, ..of_job.clone() };
        assert!(barely.to_string().starts_with("the run took 513 MiB"), "{barely}");
        let guard = Excess { bound: Bound { bytes: 850 * MIB, because: Because::Available(1000 * MIB) }, ..of_job };
        assert!(guard.to_string().contains("more than 850 MiB, which is 85 % of the 1000 MiB that were free at its start"), "{guard}");
    }

    #[test]
    fn bytes_are_shown_rounded_down() {
        let shown = [0, 1023 << 10, MIB, 1023 * MIB, 1 << 30, 3 << 29, (2 << 30) - 1].map(show);
        assert_eq!(shown, ["0 KiB", "1023 KiB", "1 MiB", "1023 MiB", "1.0 GiB", "1.5 GiB", "1.9 GiB"]);
    }

    #[test]
    fn a_stage_peaks_at_what_it_took() {
        enter("one");
        let block = vec![1_u8; 64 << 20];
        let peak = peak_of_stage().unwrap();
        assert!(peak > 64 * MIB, "{peak}");
        assert!(block.iter().all(|byte| *byte == 1));
        // Other tests may begin a run of their own meanwhile.
        assert!(peak_of_run().unwrap() > 64 * MIB);
        assert!(!is_over() && excess().is_none(), "nobody watches");
    }
}
