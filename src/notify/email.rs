//! A notice as mail. The only file that knows lettre. TLS by rustls with the system's certificates, or those of `ca_file`. A
//! server that does not offer STARTTLS where it is asked for gets neither password nor notice.

use super::reveal::{Lookup, Revealed};
use super::tries::{Deadline, Failure, attempt};
use crate::explain::notice::Notice;
use crate::jobs::{Email, MailTls};
use lettre::Transport;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::{Error, SmtpTransport};
use std::path::Path;
use std::time::Duration;

/// Sends a notice; says who got it, or why nobody did. No secret is in either.
pub fn send(email: &Email, notice: &Notice, lookup: &Lookup, deadline: Deadline) -> Result<String, String> {
    let mut revealed = Revealed::new(lookup);
    let place = format!("{}:{}", email.host, email.port);
    let message = message(email, notice)?;
    let credentials = match &email.login {
        None => None,
        Some((user, password)) => Some(Credentials::new(user.clone(), revealed.reveal("password", password)?.expose().to_owned())),
    };
    let tls = tls(email)?;
    let sent = attempt(email.tries, deadline, |timeout| {
        let mut builder = SmtpTransport::builder_dangerous(&email.host).port(email.port).tls(tls.clone()).timeout(Some(timeout));
        if let Some(credentials) = &credentials {
            builder = builder.credentials(credentials.clone());
        }
        match builder.build().send(&message) {
            Ok(answer) => Ok(format!("{place} answered {} for {}", answer.code(), email.to.join(", "))),
            Err(error) => Err(failure(&error, timeout)),
        }
    });
    sent.map_err(|error| revealed.scrub(&format!("{place}: {error}")))
}

fn message(email: &Email, notice: &Notice) -> Result<Message, String> {
    let mailbox = |key: &str, text: &str| text.parse::<Mailbox>().map_err(|error| format!("{key} {text} is no mail address: {error}"));
    let mut builder = Message::builder().from(mailbox("from", &email.from)?).subject(notice.subject()).message_id(None);
    for to in &email.to {
        builder = builder.to(mailbox("to", to)?);
    }
    // RFC 3834: no holiday message answers what a machine has sent.
    let builder = builder.raw_header(lettre::message::header::HeaderValue::new(
        lettre::message::header::HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    ));
    builder.header(ContentType::TEXT_PLAIN).body(notice.text()).map_err(|error| format!("the mail cannot be made: {error}"))
}

fn tls(email: &Email) -> Result<Tls, String> {
    if email.tls == MailTls::None {
        return Ok(Tls::None);
    }
    let mut builder = TlsParameters::builder(email.host.clone());
    if let Some(path) = &email.ca_file {
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(certificate(path)?);
    }
    let parameters = builder.build().map_err(|error| format!("TLS cannot be set up: {error}"))?;
    Ok(if email.tls == MailTls::Implicit { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
}

/// The certificates of a PEM file, to be trusted instead of the system's.
fn certificate(path: &Path) -> Result<Certificate, String> {
    let pem = std::fs::read(path).map_err(|error| format!("ca_file {} cannot be read: {error}", path.display()))?;
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(format!("ca_file {} holds no certificate in PEM", path.display()));
    }
    Certificate::from_pem(&pem).map_err(|error| format!("ca_file {} holds no certificate: {error}", path.display()))
}

/// What went wrong: a refusal for good and a wrong certificate are not tried again.
fn failure(error: &Error, timeout: Duration) -> Failure {
    let message = error.to_string();
    if error.is_permanent() {
        Failure::lasting(message)
    } else if message.contains("certificate") {
        Failure::lasting(format!("{message}; a certificate that the system does not trust is trusted with ca_file"))
    } else if error.is_tls() || error.is_client() {
        Failure::lasting(message)
    } else if error.is_timeout() || would_block(error) {
        Failure::passing(format!("no answer within {} s", timeout.as_secs_f64()))
    } else {
        Failure::passing(message)
    }
}

/// A socket whose time is up says that it would block.
fn would_block(error: &Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::WouldBlock) {
            return true;
        }
        source = error.source();
    }
    false
}
