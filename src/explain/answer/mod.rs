//! Answers as pages for people: the same facts as `--json` shows, in sentences that can be read aloud. How much of a long list is shown
//! is for the reader to say.

mod demand;
mod license;

use crate::trace::answer::NotNeededAnswer;
pub use demand::demand;
pub use license::license;

/// How much a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    /// So many of each list at most.
    pub rows: usize,
}

impl Depth {
    /// What a page shows that nobody asked for more of.
    pub const USUAL: Depth = Depth { rows: 10 };
    /// Every row.
    pub const ALL: Depth = Depth { rows: usize::MAX };

    /// The rows to show of a list, and a line for those that are not.
    fn cut<T>(self, rows: &[T]) -> (&[T], Option<String>) {
        let shown = rows.len().min(self.rows);
        let more = rows.len() - shown;
        (&rows[..shown], (more > 0).then(|| format!("… and {more} more (--all shows them)")))
    }
}

/// The head of a page: which run is asked.
pub fn run(run_id: &str, job: &str, as_of: &str) -> String {
    format!("Run {run_id} of job {job}, for {as_of}.")
}

/// That an identifier names several kinds of things.
pub fn several(subject: &str, kinds: &[&str]) -> String {
    format!("{subject} names several things: {}. --kind asks about one of them.", kinds.join(", "))
}

/// What an asset, a user or a consumption has to do with. `kind` begins the sentence; so many of the demands are in deficit.
pub fn subject(kind: &str, id: &str, demands: usize, in_deficit: usize) -> String {
    let short = match in_deficit {
        0 => String::new(),
        1 if demands == 1 => ", and it is in deficit".to_owned(),
        open => format!(", {open} of them in deficit"),
    };
    let demands = match demands {
        0 => "no demand".to_owned(),
        1 => "1 demand".to_owned(),
        many => format!("{many} demands"),
    };
    format!("{kind} {id} has {demands}{short}.")
}

/// The sentence on a consumption that needs no license (contract §4.1).
pub fn not_needed(answer: &NotNeededAnswer) -> String {
    let NotNeededAnswer { consumption_id, product_id, outcome, exempt_reason } = answer;
    let why = match *outcome {
        "ended" => "it has ended".to_owned(),
        "not_started" => "it has not begun yet".to_owned(),
        "asset_disposed" => "its asset is disposed of".to_owned(),
        "user_left" => "its user has left".to_owned(),
        "free_product" => "the product is free".to_owned(),
        _ => exempt_reason.as_ref().map_or("it is exempt".to_owned(), |reason| format!("it is exempt ({reason})")),
    };
    format!("Consumption {consumption_id} of {product_id} needs no license: {why}.")
}
