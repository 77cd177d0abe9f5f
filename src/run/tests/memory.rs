//! The hard end of a process that goes beyond its bound, in a process of its own: what is watched is the whole process.

use crate::run::memory::{self, Because, Bound, there};
use std::process::Command;
use std::time::Duration;

/// Not a test of its own: what the child process of the next one does.
#[test]
#[ignore = "run by the test below, in a child process"]
fn child_takes_too_much() {
    let bound = Bound { bytes: there::taken().unwrap().now + (8 << 20), because: Because::Job };
    memory::watch(Some(bound), |excess| {
        println!("{excess}");
        std::process::exit(99);
    })
    .unwrap();
    memory::begin("read");
    assert!(memory::excess().is_none());
    memory::enter("build");
    // Beyond the bound by more than its margin, and nobody asks whether to go on.
    let block = vec![1_u8; 256 << 20];
    std::thread::sleep(Duration::from_secs(60));
    unreachable!("the process was ended: {}", block.len());
}

#[test]
fn whoever_takes_far_too_much_is_ended() {
    let name = concat!(module_path!(), "::child_takes_too_much");
    let (_, name) = name.split_once("::").unwrap();
    let child = Command::new(std::env::current_exe().unwrap()).args(["--exact", name, "--ignored", "--nocapture"]).output().unwrap();
    assert_eq!(child.status.code(), Some(99), "{child:?}");
    let said = String::from_utf8_lossy(&child.stdout).into_owned();
    assert!(said.contains("of memory in stage build, more than limits.memory = "), "{said}");
}
