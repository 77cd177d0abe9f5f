//! A bar that shows where a run stands: only on a terminal, only on stderr, and never with `--quiet`. Log lines and the bar
//! share the stream, so that [`Stderr`] takes the bar away while a line is written.

use super::terminal;
use crate::pipeline::{STAGES, Watch};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The bar of this process, once there is one.
static BAR: OnceLock<ProgressBar> = OnceLock::new();

/// How fine the bar shows a share of a stage.
const STEPS: u64 = 1000;

/// Shows the stages of a run.
pub struct Progress {
    bar: ProgressBar,
    /// The stages that are done.
    stage: AtomicU64,
}

impl Progress {
    /// A bar, or nothing at all where nobody would see it.
    pub fn new(quiet: bool) -> Self {
        let visible = !quiet && terminal::stderr_is_terminal();
        let target = if visible { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(STEPS * STAGES.len() as u64), target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix:>4} {msg:<10} [{bar:30}] {elapsed}") {
            bar.set_style(style.progress_chars("=> "));
        }
        if visible {
            bar.enable_steady_tick(Duration::from_millis(120));
            // A backfill has several runs; the first bar serves the log lines of all of them.
            let _ = BAR.set(bar.clone());
        }
        Self { bar, stage: AtomicU64::new(0) }
    }
}

impl Watch for Progress {
    fn stage(&self, stage: &'static str) {
        let place = STAGES.iter().position(|other| *other == stage).unwrap_or(0) + 1;
        self.bar.set_prefix(format!("{place}/{}", STAGES.len()));
        self.bar.set_message(stage);
        self.stage.store(place as u64 - 1, Ordering::Relaxed);
        self.share(0, 1);
    }

    fn share(&self, done: u64, of: u64) {
        let within = done.min(of).saturating_mul(STEPS) / of.max(1);
        self.bar.set_position(self.stage.load(Ordering::Relaxed) * STEPS + within);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Where log lines go: stderr, with the bar out of the way.
pub struct Stderr;

impl Write for Stderr {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match BAR.get() {
            Some(bar) if !bar.is_finished() => bar.suspend(|| io::stderr().write(bytes)),
            _ => io::stderr().write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
