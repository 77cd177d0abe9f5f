//! Sentences about two runs.
