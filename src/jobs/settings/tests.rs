//! Keys set for a trial.
