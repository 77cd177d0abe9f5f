//! What wakes the service once a second: tokio-cron-scheduler with one job, in UTC. The only file that knows that crate and tokio.
//!
//! It is a clock and nothing else. What is due is decided from the time alone (`plan`), so a beat that is missed, late or double does no
//! harm; and the service looks at the clock by itself, less often, should there be no beat at all.

use std::io;
use tokio::runtime::{Builder, Runtime};
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Beats until it is dropped.
pub struct Heartbeat {
    runtime: Option<Runtime>,
    /// Keeps the crate's channels open.
    _scheduler: JobScheduler,
}

/// Why there is no beat.
#[derive(Debug, thiserror::Error)]
pub enum HeartbeatError {
    #[error("no threads for it: {0}")]
    Runtime(#[from] io::Error),
    #[error("the scheduler refused: {0}")]
    Scheduler(#[from] JobSchedulerError),
}

impl Heartbeat {
    /// Calls `beat` about once a second, on another thread.
    pub fn start(beat: impl Fn() + Send + Sync + 'static) -> Result<Self, HeartbeatError> {
        // The crate waits for its own tasks, and needs a second thread for that.
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("heartbeat").enable_all().build()?;
        let scheduler = runtime.block_on(async {
            let scheduler = JobScheduler::new().await?;
            let every_second = Job::new_async("* * * * * *", move |_, _| {
                beat();
                Box::pin(async {})
            })?;
            scheduler.add(every_second).await?;
            scheduler.start().await?;
            Ok::<_, JobSchedulerError>(scheduler)
        })?;
        Ok(Self { runtime: Some(runtime), _scheduler: scheduler })
    }
}

impl Drop for Heartbeat {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Nothing of it is worth waiting for.
            runtime.shutdown_background();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    #[test]
    fn it_beats_more_than_once() {
        let (sender, beats) = mpsc::channel();
        let heartbeat = Heartbeat::start(move || _ = sender.send(())).unwrap();
        for _ in 0..2 {
            beats.recv_timeout(Duration::from_secs(60)).expect("a beat");
        }
        drop(heartbeat);
    }
}
