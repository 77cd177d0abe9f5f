//! tracing on stderr: what the program does, for operators. The batch log (contract §7) is a file of results, and not this.

use super::progress::Stderr;
use super::terminal;
use crate::jobs::LogFormat;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::{FilterFn, LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Crates that handle the secrets of notices. What they trace may hold them, and is shown to nobody, whatever RUST_LOG says.
const SECRETIVE: [&str; 4] = ["ureq", "ureq_proto", "lettre", "rustls"];

/// Starts logging: RUST_LOG if it is set, else by `-v`; in the format of the job's log. A second start in one process is ignored.
pub fn start(quiet: bool, verbose: u8, format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_filter(quiet, verbose)));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Stderr).with_ansi(terminal::stderr_has_color());
    // A logger that is there already was started by somebody who knows better, such as a test.
    let _ = match format {
        LogFormat::Json => subscriber.json().flatten_event(true).finish().with(discreet()).try_init(),
        LogFormat::Text => subscriber.with_target(verbose > 1).finish().with(discreet()).try_init(),
    };
}

/// Lets of the secretive crates only warnings and errors through.
fn discreet() -> FilterFn {
    filter_fn(|metadata| {
        let of = metadata.target().split("::").next().unwrap_or_default();
        !SECRETIVE.contains(&of) || *metadata.level() <= LevelFilter::WARN
    })
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
