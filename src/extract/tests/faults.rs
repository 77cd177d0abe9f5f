//! Faults of the program, or of a library that it uses: they end the reading of a file, with its name, and not the process.

use super::*;
use crate::extract::guard::guarded;
use crate::extract::options::Moment;
use rayon::prelude::*;
use std::path::Path;

#[test]
fn a_panic_becomes_code_70_with_the_name_of_the_file() {
    let desk = Desk::new(&[("a.csv", "user_id\nu1\n"), ("b.csv", "user_id\nu2\n")]);
    let at = |now: Moment, path: &Path| {
        if now == Moment::Read && path.ends_with("b.csv") {
            panic!("index out of bounds");
        }
    };
    let reading = desk.read_all(&[desk.spec(ExtractKind::Users, &["*.csv"])], &ReadOptions { at: &at, ..ReadOptions::new(as_of()) });
    let expected = "extract users, file b.csv: internal error while it was read: index out of bounds; \
        nothing was published; please report this, with the file if you may share it";
    assert_eq!(reading.errors.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
    assert_eq!(exit_code(&reading.errors), Some(70));
    // Another file that is only missing does not hide it.
    let specs = [desk.spec(ExtractKind::Assets, &["none.csv"]), desk.spec(ExtractKind::Users, &["*.csv"])];
    let reading = desk.read_all(&specs, &ReadOptions { at: &at, ..ReadOptions::new(as_of()) });
    assert_eq!(
        (reading.errors.iter().map(ExtractError::exit_code).collect::<Vec<_>>(), exit_code(&reading.errors)),
        (vec![70, 3], Some(70))
    );
}

#[test]
fn a_panic_on_a_worker_comes_back_too() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).thread_name(|place| format!("polars-{place}")).build().unwrap();
    let outcome = guarded(|| pool.install(|| rayon::join(|| 1, || panic!("on a worker"))));
    assert_eq!(outcome, Err("on a worker".to_owned()) as Result<(i32, ()), String>);
    let outcome = guarded(|| pool.install(|| (0..100).into_par_iter().for_each(|place| assert!(place < 99, "the last one"))));
    assert_eq!(outcome, Err("the last one".to_owned()));
    assert_eq!(guarded(|| 7), Ok(7));
}
