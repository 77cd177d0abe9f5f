//! A calculation that is wanted no more ends before the next product, with what it was told; one that goes on is what it always was.

use super::little::estate;
use crate::allocate::{allocate, allocate_while};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Three products, two of them a chain of downgrades.
const ESTATE: &str = "product OLD; product NEW previous_product_id=OLD downgrade=any; product OTHER;\
    license L-1 NEW device 2; license L-2 OTHER device 1; use C-1 OLD PC-1; use C-2 NEW PC-2; use C-3 OTHER PC-3; use C-4 OTHER PC-4";

#[test]
fn it_ends_wherever_it_is_told_to() {
    let built = estate(ESTATE);
    let whole = allocate(&built);
    let mut asked = 0;
    // Asked once for each product of each phase, and at last no more.
    for most in 0..100 {
        let times = AtomicUsize::new(0);
        let go_on = || if times.fetch_add(1, Ordering::Relaxed) < most { Ok(()) } else { Err("enough") };
        match allocate_while(&built, &go_on) {
            Err(told) => assert_eq!(told, "enough"),
            Ok(calculation) => {
                assert_eq!(calculation.trace.outcomes, whole.trace.outcomes);
                asked = most;
                break;
            }
        }
    }
    assert!(asked >= 2 * built.estate.products.len(), "{asked}");
}
