//! Alerts about products: too few licenses, too many, and a metric that had to be guessed.

use super::super::facts::metrics_disagree;
use super::super::phrases::{amount, are, count};
use super::{Alert, AlertKind, Severity, product_id};
use crate::model::estate::Estate;
use crate::model::words::PositionStatus;
use crate::trace::Trace;

pub fn collect(estate: &Estate, trace: &Trace, alerts: &mut Vec<Alert>) {
    for (product, position) in trace.positions.iter().enumerate() {
        let (id, metric) = (product_id(estate, product), estate.products.metric[product]);
        if position.outstanding > 0 {
            let message = format!(
                "{id} is short of {}: {} required, {} covered as of {}; buy that many, free unused ones, or look into deficits for the reasons",
                amount(position.outstanding, metric),
                position.required,
                position.allocated(),
                estate.policy.as_of,
            );
            let alert = Alert::new(AlertKind::Overage, "under_licensed", Severity::Critical, message);
            alerts.push(alert.product(estate, product).units(position.outstanding));
        }
        if position.status == PositionStatus::OverLicensed {
            let message = format!(
                "{} of {id} {} free, of {} usable, for {} required as of {}; drop or reassign some at the next renewal",
                count(position.available, "seat"),
                are(position.available),
                position.seats,
                amount(position.required, metric),
                estate.policy.as_of,
            );
            let alert = Alert::new(AlertKind::Idle, "over_licensed", Severity::Info, message);
            alerts.push(alert.product(estate, product).units(position.available));
        }
        if metrics_disagree(estate, product) {
            let message = format!(
                "The licenses of {id} state different metrics, and it is counted by {}; state its metric in the products extract",
                metric.code()
            );
            alerts.push(Alert::new(AlertKind::DataQuality, "metric_derived", Severity::Info, message).product(estate, product));
        }
    }
}
