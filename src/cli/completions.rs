//! `seatwise completions SHELL`.

use super::args::Cli;
use super::exit::Exit;
use super::terminal::say;
use clap::CommandFactory;
use clap_complete::{Shell, generate};

/// Prints the completion script of a shell.
pub fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    generate(shell, &mut Cli::command(), "seatwise", &mut script);
    say(&String::from_utf8_lossy(&script));
    Exit::Complete
}
