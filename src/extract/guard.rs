//! Calls into Polars that must not take the process with them: damaged files make some of its readers panic rather than
//! return an error. A panic becomes an error here, and is not printed; panics anywhere else print as they always do.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many guarded calls run at the moment.
static GUARDED: AtomicUsize = AtomicUsize::new(0);
static HOOK: Once = Once::new();

thread_local! {
    static GUARDED_HERE: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic in it, here or on a worker of Polars, comes back as its message.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(install);
    GUARDED.fetch_add(1, Ordering::SeqCst);
    let outer = GUARDED_HERE.replace(true);
    // Nothing that `work` touched is looked at after a panic: the caller turns it into an error that ends the reading of the file.
    let outcome = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED_HERE.set(outer);
    GUARDED.fetch_sub(1, Ordering::SeqCst);
    outcome.map_err(|payload| message(&*payload))
}

fn install() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if GUARDED.load(Ordering::SeqCst) > 0 && (GUARDED_HERE.get() || on_worker()) {
            return;
        }
        usual(info);
    }));
}

/// Whether this thread is one of Polars' own.
fn on_worker() -> bool {
    std::thread::current().name().is_some_and(|name| ["polars", "async-executor"].iter().any(|prefix| name.starts_with(prefix)))
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("an unknown fault").to_owned()
}
