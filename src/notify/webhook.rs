//! A notice as a POST of JSON. The only file that knows ureq. TLS by rustls with the system's certificates, or those of
//! `ca_file`; a proxy as HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY say.

use super::document;
use super::reveal::{Lookup, Revealed};
use super::tries::{Deadline, Failure, attempt};
use crate::explain::notice::Notice;
use crate::jobs::{Secret, Webhook};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Error};

/// Sends a notice; says where it went, or why not. No secret is in either.
pub fn send(webhook: &Webhook, notice: &Notice, lookup: &Lookup, deadline: Deadline) -> Result<String, String> {
    let mut revealed = Revealed::new(lookup);
    let request = Request::new(webhook, notice, &mut revealed)?;
    let said = |error: String| revealed.scrub(&format!("{}: {error}", request.place));
    attempt(webhook.tries, deadline, |timeout| request.post(timeout)).map_err(said)
}

/// All that a POST needs.
struct Request {
    url: Secret,
    /// Of the address only what may be told: scheme and host.
    place: String,
    headers: Vec<(String, Secret)>,
    body: String,
    tls: TlsConfig,
}

impl Request {
    fn new(webhook: &Webhook, notice: &Notice, revealed: &mut Revealed<'_>) -> Result<Self, String> {
        let url = revealed.reveal("url", &webhook.url)?;
        let place = place(url.expose()).ok_or_else(|| {
            let reference = webhook.url.reference().unwrap_or_default();
            format!("{reference} holds no address of an HTTP server, such as https://HOST/PATH")
        })?;
        let headers = webhook.headers.iter().map(|(name, value)| Ok((name.clone(), revealed.reveal(name, value)?)));
        let headers = headers.collect::<Result<_, String>>()?;
        let roots = match &webhook.ca_file {
            None => RootCerts::PlatformVerifier,
            Some(path) => certificates(path)?,
        };
        let body = if webhook.text_only { document::text_only(notice) } else { document::of(notice) };
        Ok(Self { url, place, headers, body: body.to_string(), tls: TlsConfig::builder().root_certs(roots).build() })
    }

    fn post(&self, timeout: Duration) -> Result<String, Failure> {
        // A redirected POST would arrive as a GET without a body, and look like a success.
        let config = Agent::config_builder().tls_config(self.tls.clone()).timeout_global(Some(timeout)).http_status_as_error(false);
        let agent: Agent = config.max_redirects(0).max_redirects_will_error(false).build().into();
        let mut request = agent.post(self.url.expose()).header("Content-Type", "application/json");
        request = request.header("User-Agent", concat!("seatwise/", env!("CARGO_PKG_VERSION")));
        for (name, value) in &self.headers {
            request = request.header(name, value.expose());
        }
        let answer = request.send(self.body.as_str()).map_err(|error| failure(&error, timeout))?;
        let status = answer.status().as_u16();
        let message = format!("the server answered {}", answer.status());
        match status {
            200..300 => Ok(format!("{} answered {status}", self.place)),
            300..400 => Err(Failure::lasting(format!("{message}; a redirect is not followed, name the right address"))),
            408 | 429 | 500.. => {
                let wait =
                    answer.headers().get("retry-after").and_then(|value| value.to_str().ok()).and_then(|text| text.trim().parse().ok());
                Err(Failure { wait: wait.map(Duration::from_secs), ..Failure::passing(message) })
            }
            _ => Err(Failure::lasting(message)),
        }
    }
}

/// What went wrong before there was an answer. The library's own words are used only where they cannot hold the address.
fn failure(error: &Error, timeout: Duration) -> Failure {
    match error {
        Error::Timeout(_) => Failure::passing(format!("no answer within {} s", timeout.as_secs_f64())),
        Error::HostNotFound => Failure::passing("there is no host of that name"),
        Error::Io(error) if is_certificate(error) => Failure::lasting(untrusted(error)),
        Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => Failure::passing("the connection was refused"),
        Error::Io(error) => Failure::passing(error.to_string()),
        Error::ConnectionFailed => Failure::passing("the connection failed"),
        Error::Rustls(error) => Failure::lasting(untrusted(error)),
        Error::Tls(what) => Failure::lasting(format!("TLS: {what}")),
        Error::Protocol(error) => Failure::passing(format!("the answer is no HTTP: {error}")),
        Error::InvalidProxyUrl => Failure::lasting("the proxy of the environment is no address"),
        Error::Http(_) | Error::BadUri(_) => Failure::lasting("the address or a header holds what HTTP does not allow"),
        _ => Failure::passing("the request failed"),
    }
}

/// TLS errors come out of a read or write, wrapped.
fn is_certificate(error: &std::io::Error) -> bool {
    error.kind() == ErrorKind::InvalidData || error.to_string().contains("certificate")
}

fn untrusted(error: &dyn std::fmt::Display) -> String {
    format!("TLS: {error}; a certificate that the system does not trust is trusted with ca_file")
}

/// Scheme and host of an address, which is what messages show of it.
fn place(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next().filter(|host| !host.is_empty())?;
    Some(format!("{scheme}://{host}"))
}

/// The certificates of a PEM file, to be trusted instead of the system's.
fn certificates(path: &Path) -> Result<RootCerts, String> {
    let pem = std::fs::read(path).map_err(|error| format!("ca_file {} cannot be read: {error}", path.display()))?;
    let items = parse_pem(&pem).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    let certificates: Vec<_> = items.collect();
    if certificates.is_empty() {
        return Err(format!("ca_file {} holds no certificate in PEM", path.display()));
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_only_the_host_is_told() {
        assert_eq!(place("https://me:pw@hooks.example.org:8443/T0/B1?x=y").as_deref(), Some("https://hooks.example.org:8443"));
        assert_eq!(place("http://h").as_deref(), Some("http://h"));
        assert_eq!((place("ftp://h/x"), place("https:///x"), place("hunter2")), (None, None, None));
    }
}
