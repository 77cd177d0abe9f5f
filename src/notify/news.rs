//! Which alerts of a run are news: those that the run published before it in the same OUTPUT did not have. Two alerts are the same
//! if kind, code, product, license and subject are; how many units or since when may have changed.

use crate::explain::alerts::AlertMark;
use crate::explain::notice::{Happened, Notice};
use crate::jobs::Notices;
use crate::report::ReportError;
use crate::report::back::Query;
use crate::run::History;
use std::collections::BTreeSet;
use std::path::Path;

const MARKS: [&str; 5] = ["kind", "code", "product_id", "license_id", "subject"];

/// The notice, with what was told before, if somebody wants to know only what is new.
pub fn with_earlier(notices: &Notices, notice: Notice, output: &Path) -> Notice {
    let on = notices.webhooks.iter().map(|webhook| webhook.on).chain(notices.emails.iter().map(|email| email.on));
    if notice.happened != Happened::Complete || !on.into_iter().any(|on| on.only_new) {
        return notice;
    }
    let earlier = earlier(output, notice.run_id.as_deref()).unwrap_or_else(|error| {
        // Rather told twice than not at all.
        tracing::warn!("every alert counts as new: those of the run before cannot be read: {error}");
        BTreeSet::new()
    });
    Notice { earlier, ..notice }
}

/// The alerts of the run that was published before this one; none for the first.
fn earlier(output: &Path, run_id: Option<&str>) -> Result<BTreeSet<AlertMark>, String> {
    let history = History::read(output).map_err(|error| error.to_string())?;
    let before = history.runs().iter().take_while(|run| Some(run.id.as_str()) != run_id).last();
    before.map_or(Ok(BTreeSet::new()), |run| marks(&run.folder).map_err(|error| error.to_string()))
}

fn marks(folder: &Path) -> Result<BTreeSet<AlertMark>, ReportError> {
    let rows = Query::of("alerts").columns(&MARKS).read(folder)?;
    let [kind, code, product, license, subject] = MARKS.map(|name| rows.texts(name));
    let (kind, code, product, license, subject) = (kind?, code?, product?, license?, subject?);
    let own = |text: Option<&str>| text.map(str::to_owned);
    let mark = |row: usize| AlertMark {
        kind: own(kind(row)).unwrap_or_default(),
        code: own(code(row)).unwrap_or_default(),
        product: own(product(row)),
        license: own(license(row)),
        subject: own(subject(row)),
    };
    Ok((0..rows.len()).map(mark).collect())
}
