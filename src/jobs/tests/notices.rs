//! `[notify]` and `[metrics]`: what they mean, what is wrong with them, and that a secret in the file is never shown.

use super::broken::snapshot;
use super::{LEAST, load, load_with};
use crate::explain::alerts::Severity;
use crate::jobs::{Expectation, Hidden, Job, MailTls, Metrics, Occasions, Tries, render};
use std::path::PathBuf;
use std::time::Duration;

fn good(more: &str) -> Job {
    load_with(more).unwrap_or_else(|error| panic!("{error}"))
}

fn hidden(before: &str, name: &str) -> Hidden {
    Hidden::Environment { before: before.to_owned(), name: name.to_owned() }
}

#[test]
fn a_webhook() {
    let webhook = &good("[[notify.webhook]]\nurl = \"https://hooks.example.org/x\"\n").notices.webhooks[0];
    assert_eq!((webhook.name.as_str(), webhook.text_only, &webhook.ca_file), ("webhook 1", false, &None));
    assert_eq!(webhook.on, Occasions { failure: true, overdue: true, ..Occasions::default() });
    assert_eq!(webhook.tries, Tries { timeout: Duration::from_secs(10), retries: 3 });
    assert_eq!(format!("{:?}", webhook.url), "Written(***)");
    let more = "[[notify.webhook]]\nname = \"chat\"\nurl = \"env:HOOK\"\non = [\"alert\", \"success\"]\nseverity = \"warning\"\ntimeout = \"1m\"\n\
         retries = 0\nformat = \"text\"\nca_file = \"ca.pem\"\nheaders = { Authorization = \"Bearer env:TOKEN\", X-Team = \"${SITE}\" }\n";
    let webhook = &good(more).notices.webhooks[0];
    assert_eq!((webhook.name.as_str(), webhook.text_only), ("chat", true));
    assert_eq!(webhook.on, Occasions { success: true, alert: Some(Severity::Warning), ..Occasions::default() });
    assert_eq!(webhook.tries, Tries { timeout: Duration::from_secs(60), retries: 0 });
    assert_eq!((&webhook.url, &webhook.ca_file), (&hidden("", "HOOK"), &Some(PathBuf::from("jobs/ca.pem"))));
    assert_eq!(webhook.headers[0], ("Authorization".to_owned(), hidden("Bearer ", "TOKEN")));
    let Hidden::Written(team) = &webhook.headers[1].1 else { panic!("as it was written") };
    assert_eq!(team.expose(), "zurich");
}

#[test]
fn a_mail() {
    let least = "[[notify.email]]\nfrom = \"a@example.org\"\nto = \"b@example.org\"\n";
    let server = |more: &str| {
        let email = good(&format!("{least}{more}")).notices.emails.remove(0);
        (email.host, email.port, email.tls)
    };
    assert_eq!(server("smtp = \"mail.example.org\""), ("mail.example.org".to_owned(), 587, MailTls::StartTls));
    assert_eq!(server("smtp = \"mail:465\"\ntls = \"implicit\""), ("mail".to_owned(), 465, MailTls::Implicit));
    assert_eq!(server("smtp = \"mail\"\ntls = \"implicit\"").1, 465);
    assert_eq!(server("smtp = \"[::1]:2525\"\ntls = \"none\""), ("::1".to_owned(), 2525, MailTls::None));
    assert_eq!(server("smtp = \"localhost\"\ntls = \"none\"\nuser = \"u\"\npassword = \"env:PW\"").1, 25);
    let more = "[[notify.email]]\nsmtp = \"mail\"\nuser = \"me\"\npassword = \"file:smtp.secret\"\nfrom = \"Licenses <a@example.org>\"\n\
         to = [\"b@example.org\", \"C <c@example.org>\"]\n";
    let email = good(more).notices.emails.remove(0);
    let password = Hidden::File { before: String::new(), path: "jobs/smtp.secret".into() };
    assert_eq!((email.name.as_str(), email.login), ("email 1", Some(("me".to_owned(), password))));
    assert_eq!(
        (email.from.as_str(), email.to),
        ("Licenses <a@example.org>", vec!["b@example.org".to_owned(), "C <c@example.org>".to_owned()])
    );
}

#[test]
fn when_a_run_is_expected() {
    let expected = |more: &str| good(more).notices.expected;
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    assert_eq!(expected(""), None);
    assert_eq!(expected("[notify]\nwithin = \"26h\"\n"), Some(Expectation { within: hours(26), late: None }));
    let six = Some("06:00".parse().unwrap());
    assert_eq!(expected("[notify]\nlate = \"06:00\"\n"), Some(Expectation { within: hours(24), late: six }));
    assert_eq!(expected("[notify]\nlate = \"06:00\"\nwithin = \"8h\"\n"), Some(Expectation { within: hours(8), late: six }));
    assert_eq!((good("").metrics, good("[metrics]\nproducts = true\n").metrics), (Metrics::default(), Metrics { products: true }));
}

#[test]
fn what_is_wrong_with_them() {
    let mail = "[[notify.email]]\nsmtp = \"mail\"\nfrom = \"a@b\"\nto = \"a@b\"\n";
    let hook = "[[notify.webhook]]\nurl = \"https://h/x\"\n";
    let cases = [
        "[[notify.webhook]]\nname = \"chat\"\n".to_owned(),
        "[[notify.webhook]]\nurl = \"hooks.example.org\"\n".to_owned(),
        "[[notify.webhook]]\nurl = \"https://\"\n".to_owned(),
        "[[notify.webhook]]\nurl = \"env:MY-HOOK\"\n".to_owned(),
        "[notify.webhook]\nurl = \"https://h/x\"\n".to_owned(),
        format!("{hook}on = [\"failed\"]\n"),
        format!("{hook}severity = \"fatal\"\n"),
        format!("{hook}timeout = 10\n"),
        format!("{hook}timeout = \"ten\"\n"),
        format!("{hook}timeout = \"5m\"\n"),
        format!("{hook}retries = 11\n"),
        format!("{hook}headers = {{ \"X Team\" = \"ops\" }}\n"),
        "[[notify.email]]\nsmtp = \"smtp://mail\"\nfrom = \"a@b\"\nto = []\n".to_owned(),
        "[[notify.email]]\nsmtp = \"mail:99999\"\nfrom = \"Ops\"\nto = [\"a@b\", \"a@b, c@d\"]\n".to_owned(),
        format!("{mail}user = \"me\"\n"),
        format!("{mail}password = \"env:PW\"\n"),
        format!("{mail}user = \"me\"\npassword = \"env:PW\"\ntls = \"none\"\n"),
        format!("{mail}tls = \"ssl\"\n"),
        "[notify]\nwithin = \"0s\"\nlate = \"6:00\"\n".to_owned(),
        "[notify]\nwithin = \"1 year 3 moons\"\nlate = \"24:00\"\n".to_owned(),
    ];
    snapshot("notices", &cases.each_ref().map(String::as_str));
}

/// In every place where somebody may write a secret by mistake. `CANARY` must be in no form of the error.
const SLIPS: [&str; 13] = [
    "[[notify.email]]\nsmtp = \"mail\"\nuser = \"me\"\npassword = \"CANARY\"\nfrom = \"a@b\"\nto = \"a@b\"\n",
    "[[notify.email]]\nsmtp = \"mail\"\nuser = \"me\"\npasword = \"CANARY\"\nfrom = \"a@b\"\nto = \"a@b\"\n",
    "[[notify.email]]\nsmtp = \"mail\"\npw = \"CANARY\"\n",
    "[[notifi.email]]\npassword = \"CANARY\"\n",
    "[notify]\npassword = \"CANARY\"\n",
    "[[notify.webhook]]\nurl = \"https://me:CANARY@h/\"\n",
    "[[notify.webhook]]\nurl = \"htps://h/CANARY\"\n",
    "[[notify.webhook]]\nurl = \"https://h/CANARY\"\ntimeout = \"soon\"\n",
    "[[notify.webhook]]\nurl = \"https://h/\"\nheaders = { Authorization = \"Bearer CANARY\" }\n",
    "[[notify.webhook]]\nurl = \"https://h/\"\nheaders = { X-Api-Key = '''CANARY''' , X-Team = 5 }\n",
    "[[notify.webhook]]\nurl = \"https://h/\"\nheader = { X-Api-Key = \"CANARY\" }\n",
    "[[notify.email]]\npassword = \"CANARY\n",
    "[[notify.email]]\nsmtp = \"mail\"\nuser = \"me\"\npassword = 4711081500\nfrom = \"a@b\"\nto = \"a@b\"\n",
];

#[test]
fn no_error_shows_a_secret() {
    for slip in SLIPS {
        let error = load(&format!("{LEAST}{slip}")).expect_err(slip);
        for text in [render::plain(&error), render::graphical(&error, false, 100), format!("{error}"), format!("{error:?}")] {
            assert!(!text.contains("CANARY") && !text.contains("4711"), "{slip}\n{text}");
        }
    }
    snapshot("secrets", &SLIPS[..1]);
}

#[test]
fn no_job_shows_a_secret() {
    let job = good("[[notify.webhook]]\nurl = \"https://h/CANARY\"\nheaders = { X-Team = \"CANARY\" }\n");
    assert!(!format!("{job:?}").contains("CANARY"));
}
