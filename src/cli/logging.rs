//! tracing on stderr: what the program does, for operators. The batch log (contract §7) is a file of results, and not this.

use super::progress::Stderr;
use super::terminal;
use crate::jobs::LogFormat;
use tracing_subscriber::EnvFilter;

/// Whoever sends a notice handles its secrets; what these crates trace could hold them, and nobody gets to see it.
const SECRETIVE: [&str; 4] = ["ureq=warn", "ureq_proto=warn", "lettre=warn", "rustls=warn"];

/// Starts logging: RUST_LOG if it is set, else by `-v`; in the format of the job's log. A second start in one process is ignored.
pub fn start(quiet: bool, verbose: u8, format: LogFormat) {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_filter(quiet, verbose)));
    for directive in SECRETIVE.iter().filter_map(|directive| directive.parse().ok()) {
        filter = filter.add_directive(directive);
    }
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Stderr).with_ansi(terminal::stderr_has_color());
    // A logger that is there already was started by somebody who knows better, such as a test.
    let _ = match format {
        LogFormat::Json => subscriber.json().flatten_event(true).try_init(),
        LogFormat::Text => subscriber.with_target(verbose > 1).try_init(),
    };
}

/// Other crates only speak up with warnings, or where details are asked for.
fn default_filter(quiet: bool, verbose: u8) -> &'static str {
    match (quiet, verbose) {
        (true, _) => "error",
        (false, 0) => "warn",
        (false, 1) => "warn,seatwise=info",
        (false, 2) => "info,seatwise=debug",
        (false, _) => "debug,seatwise=trace",
    }
}
