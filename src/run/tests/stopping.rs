//! Signals, in a process of their own: the flag is the whole process's.

use crate::run::signals;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::raise;
use std::process::Command;

/// Not a test of its own: what the child process of the next one does.
#[test]
#[ignore = "run by the test below, in a child process"]
fn child_gets_signals() {
    signals::install().unwrap();
    signals::install().unwrap();
    assert_eq!(signals::stop_requested(), None);
    raise(SIGTERM).unwrap();
    assert_eq!(signals::stop_requested(), Some(143));
    raise(SIGINT).unwrap();
    unreachable!("the second signal ends the process");
}

#[test]
fn the_first_signal_asks_and_the_second_one_ends() {
    let name = concat!(module_path!(), "::child_gets_signals");
    let (_, name) = name.split_once("::").unwrap();
    let child = Command::new(std::env::current_exe().unwrap()).args(["--exact", name, "--ignored", "--nocapture"]).output().unwrap();
    assert_eq!(child.status.code(), Some(130), "{child:?}");
}
