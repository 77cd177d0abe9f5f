//! SIGTERM and SIGINT (contract §8: codes 143 and 130). The first one sets a flag that a run asks for between its stages and
//! products, so that it ends in order, with nothing published. A second one ends the process at once; what it leaves in the
//! staging folder is removed by the next start.

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// The exit code of the signal that came, 0 for none.
static STOP: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// Listens from now on. Calling it again changes nothing.
pub fn install() -> io::Result<()> {
    let mut fresh = false;
    let stop = Arc::clone(STOP.get_or_init(|| {
        fresh = true;
        Arc::default()
    }));
    if !fresh {
        return Ok(());
    }
    let seen = Arc::new(AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT] {
        let code = 128 + signal;
        // In this order: the first signal finds the flag down and raises it, the second finds it up and ends the process.
        flag::register_conditional_shutdown(signal, code, Arc::clone(&seen))?;
        flag::register(signal, Arc::clone(&seen))?;
        flag::register_usize(signal, Arc::clone(&stop), code as usize)?;
    }
    Ok(())
}

/// The exit code to end with, once a signal has asked to stop.
pub fn stop_requested() -> Option<i32> {
    match STOP.get().map_or(0, |stop| stop.load(Ordering::Relaxed)) {
        0 => None,
        code => Some(code as i32),
    }
}

/// Tells of every SIGTERM and SIGINT with the exit code that belongs to it, on another thread, for a process that has others to end
/// first. Instead of [`install`]: here no signal ends the process.
pub fn tell(mut told: impl FnMut(i32) + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    let listen = move || signals.forever().for_each(|signal| told(128 + signal));
    std::thread::Builder::new().name("signals".to_owned()).spawn(listen).map(|_| ())
}
