//! What a stream can show: a terminal or not, colors or not (NO_COLOR, <https://no-color.org>), and how to write to it without
//! a panic when the reader has gone.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether stderr is a terminal.
pub fn stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Whether stdout is a terminal.
pub fn stdout_is_terminal() -> bool {
    std::io::stdout().is_terminal()
}

/// Whether stderr takes colors.
pub fn stderr_has_color() -> bool {
    stderr_is_terminal() && color_is_welcome()
}

/// Whether stdout takes colors.
pub fn stdout_has_color() -> bool {
    stdout_is_terminal() && color_is_welcome()
}

fn color_is_welcome() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
}

/// How many columns there are to fill; what a shell says, else enough for most.
pub fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).filter(|columns| *columns >= 40).unwrap_or(100)
}

/// A line on stderr.
pub fn say_error(text: &str) {
    // Nobody is left to be told if this fails.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Text on stdout. A closed pipe (`| head`) is no error.
pub fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        LOST.store(true, Ordering::Relaxed);
    }
}

/// Whether something on stdout was lost: the disk behind it is full, perhaps.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether something that was said did not arrive, though somebody was there to take it.
pub fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// Colors, where they are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether anything is painted.
    pub on: bool,
}

impl Paint {
    /// For headings.
    pub fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    /// For what is short, or wrong.
    pub fn red(self, text: &str) -> String {
        self.with("31", text)
    }

    /// For what wants a look.
    pub fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }

    /// For what is in order.
    pub fn green(self, text: &str) -> String {
        self.with("32", text)
    }

    /// For what stands beside the matter.
    pub fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
