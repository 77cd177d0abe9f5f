//! Webhooks, against a server that behaves as servers do.

use super::http_server::{Answer, HttpServer, closed_port};
use super::*;
use crate::jobs::Webhook;
use crate::notify::webhook::send;

/// A webhook on a port, with more keys.
fn webhook(port: u16, more: &str) -> Webhook {
    let url = format!("http://127.0.0.1:{port}/hook/canary-path");
    job(&format!("[[notify.webhook]]\nurl = \"{url}\"\n{more}")).notices.webhooks.remove(0)
}

/// Sends to a server that answers so; what came of it, and how often it was asked.
fn sent(answers: &[Answer], more: &str) -> (Result<String, String>, usize) {
    let server = HttpServer::start(answers);
    let result = send(&webhook(server.port, more), &complete(), &environment, deadline());
    let said = result.clone().unwrap_or_else(|error| error);
    assert!(!said.contains("canary"), "{said}");
    let place = format!("http://127.0.0.1:{}", server.port);
    assert!(said.contains(&place), "{said}");
    let hide = |text: String| text.replace(&place, "SERVER");
    (result.map(hide).map_err(hide), server.received().len())
}

#[test]
fn a_post_of_json_arrives() {
    let server = HttpServer::start(&[Answer::Status("204 No Content")]);
    let more = "headers = { Authorization = \"Bearer env:TOKEN\", X-Team = \"licensing\" }\n";
    let said = send(&webhook(server.port, more), &complete(), &environment, deadline());
    assert_eq!(said, Ok(format!("http://127.0.0.1:{} answered 204", server.port)));
    let received = server.received().remove(0);
    assert_eq!(received.line, "POST /hook/canary-path HTTP/1.1");
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.header("authorization"), Some(format!("Bearer {TOKEN}").as_str()));
    assert_eq!(received.header("x-team"), Some("licensing"));
    let body: serde_json::Value = serde_json::from_str(&received.body).unwrap();
    assert_eq!(body, crate::notify::document::of(&complete()));
}

#[test]
fn a_chat_gets_text_alone() {
    let server = HttpServer::start(&[Answer::Status("200 OK")]);
    send(&webhook(server.port, "format = \"text\"\n"), &complete(), &environment, deadline()).unwrap();
    let body: serde_json::Value = serde_json::from_str(&server.received()[0].body).unwrap();
    assert_eq!(body.as_object().map(|body| body.keys().cloned().collect::<Vec<_>>()), Some(vec!["text".to_owned()]));
    assert!(body["text"].as_str().unwrap().starts_with(&complete().subject()));
}

#[test]
fn what_may_pass_is_tried_again() {
    let error = |status: &'static str| Answer::Status(status);
    let busy = [error("500 Internal Server Error"), error("429 Too Many Requests\r\nRetry-After: 0"), error("200 OK")];
    assert_eq!(sent(&busy, ""), (Ok("SERVER answered 200, at try 3".to_owned()), 3));
    assert_eq!(sent(&[error("408 Request Timeout"), error("201 Created")], "").1, 2);
    let down = [error("503 Service Unavailable"); 2];
    let said = "SERVER: the server answered 503 Service Unavailable (tried 2 times)";
    assert_eq!(sent(&down, "retries = 1\n"), (Err(said.to_owned()), 2));
    assert_eq!(sent(&[Answer::Hangup, error("200 OK")], "").1, 2);
}

#[test]
fn what_lasts_is_not() {
    for status in ["400 Bad Request", "401 Unauthorized", "404 Not Found", "410 Gone", "422 Unprocessable Entity"] {
        let said = format!("SERVER: the server answered {status}");
        assert_eq!(sent(&[Answer::Status(status)], ""), (Err(said), 1));
    }
    let (said, asked) = sent(&[Answer::Status("302 Found\r\nLocation: /elsewhere")], "");
    assert!(said.is_err_and(|error| error.contains("302 Found; a redirect is not followed")));
    assert_eq!(asked, 1);
}

#[test]
fn servers_that_are_none() {
    let port = closed_port();
    let said = send(&webhook(port, "retries = 1\n"), &complete(), &environment, deadline());
    assert_eq!(said, Err(format!("http://127.0.0.1:{port}: the connection was refused (tried 2 times)")));
    let (said, _) = sent(&[Answer::Noise], "retries = 0\n");
    assert!(said.is_err_and(|error| error.contains("the answer is no HTTP")));
    let (said, _) = sent(&[Answer::Silence], "retries = 0\ntimeout = \"300ms\"\n");
    assert_eq!(said, Err("SERVER: no answer within 0.3 s".to_owned()));
}

#[test]
fn a_secret_address_is_known_by_its_host_alone() {
    let server = HttpServer::start(&[Answer::Status("403 Forbidden")]);
    let port = server.port;
    let lookup = move |name: &str| (name == "HOOK").then(|| OsString::from(format!("http://me:{PASSWORD}@127.0.0.1:{port}/T0/{TOKEN}")));
    let webhook = job("[[notify.webhook]]\nurl = \"env:HOOK\"\nretries = 0\n").notices.webhooks.remove(0);
    let said = send(&webhook, &complete(), &lookup, deadline());
    assert_eq!(said, Err(format!("http://127.0.0.1:{port}: the server answered 403 Forbidden")));
    assert_eq!(server.received()[0].line, format!("POST /T0/{TOKEN} HTTP/1.1"));
    let unset = send(&webhook, &complete(), &environment, deadline());
    assert_eq!(unset, Err("url needs the environment variable HOOK, which is not set".to_owned()));
    let said = send(&webhook, &complete(), &|_| Some(TOKEN.into()), deadline());
    assert_eq!(said, Err("env:HOOK holds no address of an HTTP server, such as https://HOST/PATH".to_owned()));
}

#[test]
fn a_ca_file_that_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    let send_with = || {
        let more = format!("ca_file = \"{}\"\n", path.display());
        send(&webhook(closed_port(), &more), &complete(), &environment, deadline()).unwrap_err()
    };
    assert!(send_with().contains("cannot be read"));
    std::fs::write(&path, "-----BEGIN NOTHING-----\n").unwrap();
    assert!(send_with().ends_with("holds no certificate in PEM"));
}
