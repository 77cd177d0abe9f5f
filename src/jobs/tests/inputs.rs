//! What a job says about its inputs: expectations, bounds, roots, and the mode of what is written.

use super::{LEAST, load};
use crate::jobs::Job;
use std::path::Path;
use std::time::Duration;

fn job(more: &str) -> Job {
    load(&format!("{LEAST}{more}")).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn expectations_of_an_extract() {
    let source =
        LEAST.replacen("[extracts.licenses]\n", "[extracts.licenses]\nfresh_within = \"1d2h\"\nmin_rows = 1_000\nmax_change = 0.3\n", 1);
    let job = load(&source).unwrap_or_else(|error| panic!("{error}"));
    let [consumptions, licenses] = &job.extracts[..] else { panic!("two extracts") };
    assert_eq!(consumptions.gates, crate::extract::Gates::default());
    assert_eq!(licenses.gates.fresh_within, Some(Duration::from_secs(26 * 3600)));
    assert_eq!((licenses.gates.min_rows, licenses.gates.max_change), (Some(1_000), Some(300_000_000)));
}

#[test]
fn bounds_and_roots() {
    // The definition and the reader's own defaults are one.
    assert_eq!(job("").limits.inputs, crate::extract::InputLimits::default());
    let limits = job("[limits]\nmax_rows = 5\nmax_columns = 6\nmax_file_bytes = 7\nmax_field_bytes = 8\nmax_unpack_ratio = 9\nroots = [\"feeds\", \"/data\"]\n").limits;
    let limits = limits.inputs;
    assert_eq!((limits.max_rows, limits.max_columns, limits.max_file_bytes), (5, 6, 7));
    assert_eq!((limits.max_field_bytes, limits.max_unpack_ratio), (8, 9));
    assert_eq!(limits.roots, [Path::new("jobs/feeds"), Path::new("/data")]);
}

#[test]
fn modes() {
    assert_eq!(job("").output.mode, None);
    for (text, mode) in [("0640", 0o640), ("640", 0o640), ("600", 0o600), ("0664", 0o664)] {
        assert_eq!(job(&format!("[output]\npath = \"out\"\nmode = \"{text}\"\n")).output.mode, Some(mode));
    }
}
