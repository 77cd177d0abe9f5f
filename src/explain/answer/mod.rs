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
    /// The rows to show of a list, and a line for those that are not.
    fn cut<T>(self, rows: &[T]) -> (&[T], Option<String>) {
        let shown = rows.len().min(self.rows);
        let more = rows.len() - shown;
        (&rows[..shown], (more > 0).then(|| format!("… and {more} more (--all shows them)")))
    }
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
