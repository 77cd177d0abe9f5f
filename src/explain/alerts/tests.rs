//! Which alerts the small estate raises, and in which order.

use super::{Alert, AlertKind, RejectCount, Severity, alerts};
use crate::explain::testing::case;
use crate::model::words::ExtractKind;

/// `kind code severity product license subject units date`.
fn line(alert: &Alert) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or("-".to_owned());
    let units = alert.units.map_or("-".to_owned(), |units| units.to_string());
    let date = alert.date.map_or("-".to_owned(), |date| date.to_string());
    let ids = [text(&alert.product), text(&alert.license), text(&alert.subject), units, date].join(" ");
    format!("{} {} {} {ids}", alert.kind.code(), alert.code, alert.severity.code())
}

fn all() -> Vec<Alert> {
    let case = case();
    let rejects = [
        RejectCount { extract: ExtractKind::Users, rejected: 1, rows: 40 },
        RejectCount { extract: ExtractKind::Assets, rejected: 0, rows: 9 },
    ];
    alerts(&case.estate, &case.trace, &rejects)
}

#[test]
fn every_row_of_the_contract_in_its_order() {
    let lines: Vec<String> = all().iter().map(line).collect();
    let expected = [
        "allocation_conflict assignment_overrides_requirement warning OFFICE L-1 OFFICE/PC-1 - -",
        "allocation_conflict license_not_usable warning OFFICE L-6 C-3 - -",
        "allocation_conflict license_not_usable warning OFFICE L-6 PC-2 - -",
        "allocation_conflict over_reserved warning OFFICE L-1 R-1 1 -",
        "data_quality consumptions.asset_id info - - - 2 -",
        "data_quality entitle_skipped warning OBSERVE - observers - -",
        "data_quality license_incomplete warning SERVER L-4 - - -",
        "data_quality rejected_rows warning - - users 1 -",
        "data_quality scope_without_value info OFFICE L-2 location 1 -",
        "expired_in_use expired_assigned critical OFFICE L-6 - 2 2026-10-01",
        "expired_in_use grace_in_use warning SERVER L-3 - 8 2026-11-20",
        "expiring license_expiring warning OFFICE L-2 - 0 2026-12-02",
        "expiring renewal_due warning TEAM L-5 - 0 2026-11-22",
        "idle inactive_users info OFFICE L-1 - 1 -",
        "idle over_licensed info SERVER - - 8 -",
        "overage under_licensed critical OFFICE - - 1 -",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn messages_say_what_and_until_when() {
    let alerts = all();
    let message = |code: &str| alerts.iter().find(|alert| alert.code == code).map_or("", |alert| &alert.message);
    assert_eq!(
        message("license_expiring"),
        "License L-2 of OFFICE gives 0 seats to 0 demands and ends on 2026-12-02, in 10 days; renew or replace it"
    );
    assert_eq!(
        message("grace_in_use"),
        "License L-3 of SERVER ended on 2026-11-20 and still gives 8 seats to 1 demand, in grace until 2026-12-20; renew or replace it"
    );
    assert_eq!(
        message("expired_assigned"),
        "License L-6 of OFFICE expired on 2026-10-01, and 2 demands are still assigned to it; renew it, or move the assignments to a usable license"
    );
    assert_eq!(message("rejected_rows"), "1 row of users, of 40 in all, was rejected and left out; the table rejects says why");
}

#[test]
fn nulls_stand_last_and_the_message_decides() {
    let alert = |product: Option<&str>, message: &str| Alert {
        product: product.map(str::to_owned),
        ..Alert::new(AlertKind::Idle, "over_licensed", Severity::Info, message.to_owned())
    };
    let mut alerts = [alert(None, "a"), alert(Some("B"), "z"), alert(Some("B"), "y"), alert(Some("A"), "z")];
    alerts.sort_by(Alert::compare);
    let order: Vec<(Option<&str>, &str)> = alerts.iter().map(|alert| (alert.product.as_deref(), alert.message.as_str())).collect();
    assert_eq!(order, [(Some("A"), "z"), (Some("B"), "y"), (Some("B"), "z"), (None, "a")]);
}
