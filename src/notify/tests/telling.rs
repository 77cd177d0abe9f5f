//! All entries of a job together: who wants what, who holds up whom, and what is said of each.

use super::http_server::{Answer, HttpServer};
use super::*;
use crate::explain::alerts::Alert;
use crate::jobs::Occasions;
use crate::notify::{Told, document, tell_with, wants};
use std::sync::Arc;

#[test]
fn who_wants_what() {
    let overdue = Notice::new(Happened::Overdue, "nightly");
    let calm = Notice { alerts: Vec::new(), ..complete() };
    let all = [complete(), calm, failed(), overdue, Notice::new(Happened::Test, "nightly")];
    let wanted = |notify: &str| {
        let webhook = job(&format!("[[notify.webhook]]\nurl = \"http://h\"\n{notify}")).notices.webhooks.remove(0);
        all.iter().map(|notice| if wants(webhook.on, notice) { 'x' } else { '.' }).collect::<String>()
    };
    assert_eq!(wanted(""), "..xxx", "failure and overdue by default");
    assert_eq!(wanted("on = []"), "....x");
    assert_eq!(wanted("on = [\"success\"]"), "xx..x");
    assert_eq!(wanted("on = [\"alert\"]"), "x...x");
    assert_eq!(wanted("on = [\"failure\"]"), "..x.x");
    let warned =
        Notice { alerts: complete().alerts.into_iter().filter(|alert| alert.severity < Severity::Critical).collect(), ..complete() };
    let least = |alert| wants(Occasions { alert: Some(alert), ..Occasions::default() }, &warned);
    assert_eq!([Severity::Info, Severity::Warning, Severity::Critical].map(least), [true, true, false]);
}

#[test]
fn only_what_is_new() {
    let all = complete();
    let on = job("[[notify.webhook]]\nurl = \"http://h\"\non = [\"alert\"]\nonly_new = true\n").notices.webhooks.remove(0).on;
    assert!(wants(on, &all), "without a run before, all are new");
    let critical = all.alerts.iter().filter(|alert| alert.severity == Severity::Critical).map(Alert::mark);
    let known = Notice { earlier: critical.clone().collect(), ..all.clone() };
    assert!(!wants(on, &known), "no critical alert is new");
    assert!(wants(Occasions { only_new: false, ..on }, &known), "who wants them every night gets them");
    let one = Notice { earlier: critical.take(1).collect(), ..all.clone() };
    assert!(wants(on, &one));
    let news = one.news();
    assert_eq!((news.alerts.len(), news.persisting, news.alerts.iter().filter(|alert| alert.units == Some(8)).count()), (3, Some(1), 1));
    assert_eq!(news.subject(), "seatwise nightly 2026-11-22: complete, 1 new critical alert");
    let text = news.text();
    assert!(text.contains("  Alerts     1 critical, 1 warning, 1 info, all new; 1 more persist\n"), "{text}");
    assert!(text.contains("Most urgent new alerts:\n  critical under_licensed: OFFICE is short"), "{text}");
    assert_eq!(document::of(&news)["alerts"]["persisting"], 1);
    assert_eq!(document::of(&all)["alerts"]["persisting"], serde_json::Value::Null);
    let moved = Alert { units: Some(9), message: "otherwise".to_owned(), severity: Severity::Info, ..all.alerts[2].clone() };
    assert_eq!(moved.mark(), all.alerts[2].mark(), "units and words may change");
}

#[test]
fn one_that_hangs_holds_up_no_other() {
    let (well, hangs) = (HttpServer::start(&[Answer::Status("200 OK")]), HttpServer::start(&[Answer::Silence]));
    let entry = |name: &str, port: u16| {
        format!("[[notify.webhook]]\nname = \"{name}\"\nurl = \"http://127.0.0.1:{port}/\"\non = [\"success\"]\ntimeout = \"30s\"\n")
    };
    let notices = job(&format!("{}{}", entry("hangs", hangs.port), entry("well", well.port))).notices;
    let told = tell_with(&notices, &complete(), Duration::from_secs(5), Arc::new(environment));
    let expected = [
        Told { entry: "hangs".to_owned(), result: told[0].result.clone() },
        Told { entry: "well".to_owned(), result: Ok(format!("http://127.0.0.1:{} answered 200", well.port)) },
    ];
    assert_eq!(told, expected);
    assert!(told[0].result.is_err(), "{told:?}");
}

#[test]
fn nobody_is_told_what_nobody_wants() {
    let notices = job("[[notify.webhook]]\nurl = \"http://127.0.0.1:9/\"\n").notices;
    assert_eq!(tell_with(&notices, &complete(), Duration::from_secs(1), Arc::new(environment)), []);
}
