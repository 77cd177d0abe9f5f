//! How patiently something is tried: so many times, with waits that double, never beyond the deadline that all entries share.

use crate::jobs::Tries;
use std::thread;
use std::time::{Duration, Instant};

/// The first wait between two tries.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// No wait is longer, whatever a server asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// When all must be over.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    end: Instant,
    first_wait: Duration,
}

impl Deadline {
    pub fn at(end: Instant) -> Self {
        Self { end, first_wait: FIRST_WAIT }
    }

    /// With other waits, for tests that need not wait.
    pub fn with_first_wait(self, first_wait: Duration) -> Self {
        Self { first_wait, ..self }
    }

    fn left(self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }
}

/// Why one try failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    pub message: String,
    /// Whether another try may help.
    pub may_pass: bool,
    /// How long the other side asks to wait.
    pub wait: Option<Duration>,
}

impl Failure {
    /// One that another try would only repeat.
    pub fn lasting(message: impl Into<String>) -> Self {
        Self { message: message.into(), may_pass: false, wait: None }
    }

    /// One that may pass.
    pub fn passing(message: impl Into<String>) -> Self {
        Self { message: message.into(), may_pass: true, wait: None }
    }
}

/// Tries until it works, cannot work, or time is up. Each try is told how long it may take. The message of a failure says how
/// often it was tried.
pub fn attempt(tries: Tries, deadline: Deadline, mut once: impl FnMut(Duration) -> Result<String, Failure>) -> Result<String, String> {
    let mut wait = deadline.first_wait;
    for number in 1.. {
        let failure = match once(tries.timeout.min(deadline.left()).max(Duration::from_millis(1))) {
            Ok(how) if number == 1 => return Ok(how),
            Ok(how) => return Ok(format!("{how}, at try {number}")),
            Err(failure) => failure,
        };
        let pause = failure.wait.unwrap_or(wait).min(LONGEST_WAIT);
        if !failure.may_pass || number > tries.retries || deadline.left() <= pause {
            return Err(if number == 1 { failure.message } else { format!("{} (tried {number} times)", failure.message) });
        }
        thread::sleep(pause);
        wait = wait.saturating_mul(2);
    }
    Err("not tried".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(retries: u32, of: &[Result<(), Failure>]) -> (Result<String, String>, usize) {
        let tries = Tries { timeout: Duration::from_secs(5), retries };
        let deadline = Deadline::at(Instant::now() + Duration::from_secs(60)).with_first_wait(Duration::ZERO);
        let mut made = 0;
        let result = attempt(tries, deadline, |_| {
            made += 1;
            of[made - 1].clone().map(|()| "sent".to_owned())
        });
        (result, made)
    }

    #[test]
    fn what_may_pass_is_tried_again() {
        let busy = || Err(Failure::passing("busy"));
        assert_eq!(attempts(3, &[Ok(())]), (Ok("sent".into()), 1));
        assert_eq!(attempts(3, &[busy(), busy(), Ok(())]), (Ok("sent, at try 3".into()), 3));
        assert_eq!(attempts(1, &[busy(), busy(), Ok(())]), (Err("busy (tried 2 times)".into()), 2));
        assert_eq!(attempts(0, &[busy(), Ok(())]), (Err("busy".into()), 1));
        assert_eq!(attempts(3, &[Err(Failure::lasting("refused")), Ok(())]), (Err("refused".into()), 1));
    }

    #[test]
    fn no_wait_goes_beyond_the_deadline() {
        let tries = Tries { timeout: Duration::from_secs(5), retries: 10 };
        let mut made = 0;
        let result = attempt(tries, Deadline::at(Instant::now()), |timeout| {
            made += 1;
            assert!(timeout <= Duration::from_millis(1));
            Err(Failure { wait: Some(Duration::from_secs(3600)), ..Failure::passing("busy") })
        });
        assert_eq!((result, made), (Err("busy".into()), 1));
    }
}
