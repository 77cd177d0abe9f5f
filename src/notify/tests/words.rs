//! How notices read: the mail for people, the document for machines.

use super::*;
use crate::notify::document;

pub(super) fn snapshot(name: &str, text: String) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn mail(notice: &Notice) -> String {
    format!("Subject: {}\n\n{}", notice.subject(), notice.text())
}

#[test]
fn the_mail_of_each() {
    snapshot("mail-complete", mail(&complete()));
    let calm = Notice {
        alerts: Vec::new(),
        short: Vec::new(),
        totals: Some(RunTotals { products: 1, demands: 2, covered: 2, required: 2, licenses: 1, ..RunTotals::default() }),
        ..complete()
    };
    snapshot("mail-calm", mail(&calm));
    let many =
        Notice { alerts: [(); 3].map(|()| complete().alerts).concat(), short: [(); 4].map(|()| complete().short).concat(), ..complete() };
    snapshot("mail-many", mail(&many));
    snapshot("mail-failed", mail(&failed()));
    let first = Notice { last_complete: None, path: None, run_id: None, started_at: None, milliseconds: None, ..failed() };
    snapshot("mail-failed-first", mail(&first));
    let message = crate::explain::notice::overdue("26h", "2026-11-22T06:00:00Z");
    let overdue = Notice { message: Some(message), last_complete: last_complete(), ..Notice::new(Happened::Overdue, "nightly") };
    snapshot("mail-overdue", mail(&overdue));
    snapshot("mail-overdue-first", mail(&Notice { last_complete: None, ..overdue }));
    snapshot("mail-test", mail(&Notice { host: Some("batch-1".to_owned()), ..Notice::new(Happened::Test, "nightly") }));
}

#[test]
fn the_document_of_each() {
    let pretty = |notice: &Notice| serde_json::to_string_pretty(&document::of(notice)).unwrap();
    snapshot("document-complete", pretty(&complete()));
    snapshot("document-failed", pretty(&failed()));
}

#[test]
fn every_document_has_the_same_keys() {
    let keys = |notice: &Notice| document::of(notice).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for other in [failed(), Notice::new(Happened::Overdue, "nightly"), Notice::new(Happened::Test, "nightly")] {
        assert_eq!(keys(&complete()), keys(&other));
    }
}

#[test]
fn a_subject_is_one_line() {
    let notice = Notice::new(Happened::Test, "nightly\r\nBcc: all@example.org");
    assert_eq!(notice.subject(), "seatwise nightly  Bcc: all@example.org: a test notice");
}
