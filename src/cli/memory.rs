//! A bound on memory: a run that would take nearly all that the machine, or its container, has left is ended with a message, before
//! the kernel ends it, or something else, without one. What bounds single files are `[limits]` of the job; this is for all of them
//! together.

use super::exit::Exit;
use super::terminal;
use std::fs;
use std::sync::Once;
use std::time::Duration;

/// How often it is looked at. Memory grows by less than a few hundred MB meanwhile.
const EVERY: Duration = Duration::from_millis(50);
/// The share of what is available at the start that a run may take, in percent.
const SHARE: u64 = 85;

static WATCHED: Once = Once::new();

/// Watches over the memory of this process, as long as it lives. Where the system does not tell, nothing is watched.
pub fn watch() {
    WATCHED.call_once(begin);
}

fn begin() {
    let Some(available) = available() else { return };
    let limit = available / 100 * SHARE;
    let watching = std::thread::Builder::new().name("memory".to_owned()).spawn(move || {
        while taken().is_none_or(|taken| taken <= limit) {
            std::thread::sleep(EVERY);
        }
        let (limit, available) = (limit >> 20, available >> 20);
        terminal::say_error(&format!(
            "error: the run would take more than {limit} MiB of memory, {SHARE} % of the {available} MiB that were free at its start; nothing was \
             published\n  help: look for an extract that is larger than it should be, and bound it with limits.max_rows; or give the run more memory"
        ));
        // Whoever has taken that much may not get as far as a place where a run can be stopped in order. What it staged is
        // cleared away by the next start.
        std::process::exit(i32::from(Exit::InputContent.code()));
    });
    if let Err(error) = watching {
        tracing::warn!("memory cannot be watched: {error}");
    }
}

/// What is resident now, in bytes.
fn taken() -> Option<u64> {
    field(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// What the machine has left, or the container if that is less, in bytes.
fn available() -> Option<u64> {
    let machine = field(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    let number = |file: &str| fs::read_to_string(file).ok()?.trim().parse::<u64>().ok();
    let container =
        number("/sys/fs/cgroup/memory.max").map(|most| most.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    Some(container.map_or(machine, |container| container.min(machine)))
}

/// A field of a page that the kernel gives in KiB, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kib| kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_available_and_taken() {
        assert_eq!(field("MemTotal:       24 kB\nMemAvailable:   12 kB\nSwap: 1 kB\n", "MemAvailable:"), Some(12 * 1024));
        assert_eq!(field("MemTotal: 24 kB\n", "MemAvailable:"), None);
        let (taken, available) = (taken().unwrap(), available().unwrap());
        assert!(taken > 1 << 20, "{taken}");
        assert!(available > 1 << 20, "{available}");
    }
}
