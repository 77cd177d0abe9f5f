//! Mail, against a server that behaves as servers do.

use super::http_server::closed_port;
use super::smtp_server::{Script, SmtpServer};
use super::*;
use crate::jobs::Email;
use crate::notify::email::send;

fn email(port: u16, more: &str) -> Email {
    let notify = format!(
        "[[notify.email]]\nsmtp = \"127.0.0.1:{port}\"\nfrom = \"Licenses <seatwise@example.org>\"\nto = [\"ops@example.org\", \
         \"sam@example.org\"]\ntimeout = \"5s\"\n{more}"
    );
    job(&notify).notices.emails.remove(0)
}

const CLEAR: &str = "tls = \"none\"\n";
const LOGIN: &str = "tls = \"none\"\nuser = \"me\"\npassword = \"env:PASSWORD\"\n";

/// Sends to a server with such conversations; what came of it, and what was said to the server.
fn sent(scripts: &[Script], more: &str) -> (Result<String, String>, Vec<String>) {
    let server = SmtpServer::start(scripts);
    let result = send(&email(server.port, more), &complete(), &environment, deadline());
    let said = result.clone().unwrap_or_else(|error| error);
    assert!(!said.contains("canary"), "{said}");
    let hide = |text: String| text.replace(&format!("127.0.0.1:{}", server.port), "SERVER");
    (result.map(hide).map_err(hide), server.said())
}

#[test]
fn a_mail_arrives() {
    let (result, said) = sent(&[&[]], CLEAR);
    assert_eq!(result, Ok("SERVER answered 250 for ops@example.org, sam@example.org".to_owned()));
    let has = |line: &str| assert!(said.iter().any(|other| other == line), "{line} in\n{}", said.join("\n"));
    has("MAIL FROM:<seatwise@example.org>");
    has("RCPT TO:<ops@example.org>");
    has("RCPT TO:<sam@example.org>");
    has("From: Licenses <seatwise@example.org>");
    has("Subject: seatwise nightly 2026-11-22: complete, 2 critical alerts");
    has("Auto-Submitted: auto-generated");
    has("  critical under_licensed: CAD is short of 4 devices");
    assert!(said.iter().any(|line| line.starts_with("Message-ID: <")) && said.iter().any(|line| line.starts_with("Date: ")));
    assert!(!said.iter().any(|line| line.starts_with("AUTH")), "nobody logs in without a user");
}

#[test]
fn a_login_is_made_and_a_wrong_one_not_repeated() {
    let (result, said) = sent(&[&[]], LOGIN);
    assert!(result.is_ok());
    assert!(said.iter().any(|line| line.starts_with("AUTH PLAIN ")));
    let refusing: Script = &[("AUTH", "535 5.7.8 canary-password-9f2c is wrong")];
    let (result, said) = sent(&[refusing, refusing], LOGIN);
    assert_eq!(result, Err("SERVER: permanent error (535): 5.7.8 *** is wrong".to_owned()));
    assert_eq!(said.iter().filter(|line| line.starts_with("AUTH")).count(), 1);
}

#[test]
fn what_may_pass_is_tried_again() {
    let (result, said) = sent(&[&[("MAIL", "451 greylisted")], &[("CONNECT", "421 too many")], &[]], CLEAR);
    assert_eq!(result, Ok("SERVER answered 250 for ops@example.org, sam@example.org, at try 3".to_owned()));
    assert_eq!(said.iter().filter(|line| *line == ".").count(), 1, "it is sent once");
    let (result, _) = sent(&[&[("RCPT", "550 no such user")]], CLEAR);
    assert_eq!(result, Err("SERVER: permanent error (550): no such user".to_owned()));
}

#[test]
fn a_server_without_tls_gets_nothing_that_wants_tls() {
    let more = "tls = \"starttls\"\nuser = \"me\"\npassword = \"env:PASSWORD\"\nretries = 0\n";
    let (result, said) = sent(&[&[("STARTTLS", "502 what?")]], more);
    assert!(result.is_err(), "{result:?}");
    assert!(!said.iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{said:?}");
}

#[test]
fn servers_that_are_none() {
    let port = closed_port();
    let said = send(&email(port, "tls = \"none\"\nretries = 1\n"), &complete(), &environment, deadline()).unwrap_err();
    assert!(said.starts_with(&format!("127.0.0.1:{port}: ")) && said.ends_with("(tried 2 times)"), "{said}");
    let (said, _) = sent(&[&[("EHLO", "")]], "tls = \"none\"\nretries = 0\n");
    assert!(said.is_err(), "an empty line is no answer: {said:?}");
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port_of_silence = silent.local_addr().unwrap().port();
    let hasty = Email { tries: crate::jobs::Tries { timeout: Duration::from_millis(300), retries: 0 }, ..email(port_of_silence, CLEAR) };
    let said = send(&hasty, &complete(), &environment, deadline());
    assert_eq!(said, Err(format!("127.0.0.1:{port_of_silence}: no answer within 0.3 s")));
    let unset = "tls = \"none\"\nuser = \"me\"\npassword = \"env:NO\"\n";
    let said = send(&email(port, unset), &complete(), &environment, deadline());
    assert_eq!(said, Err("password needs the environment variable NO, which is not set".to_owned()));
}
