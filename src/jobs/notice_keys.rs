//! What the keys of `[notify]` and `[metrics]` mean: addresses, times, secrets, and what must go together. Goes on after every
//! problem, like `build`; an entry with one is left out, of a job that is never used.

use super::error::Problem;
use super::mask::is_secret_header;
use super::notice_tables::{EMAIL, METRICS, NOTIFY, WEBHOOK};
use super::notices::{Email, Expectation, MailTls, Metrics, Notices, Occasions, Tries, Webhook};
use super::secret::{self, Hidden, Secret};
use super::section::{Given, Section};
use super::text::Text;
use crate::explain::alerts::Severity;
use jiff::SignedDuration;
use jiff::civil::Time;
use std::path::Path;
use std::time::Duration;

/// The longest that one try may take.
const LONGEST_TRY: Duration = Duration::from_secs(60);
/// The longest that `within` may say: ten years, so that no date is out of range.
const LONGEST_WITHIN: Duration = Duration::from_secs(10 * 366 * 24 * 3600);
/// What `within` is where only `late` is given.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

/// Reads `[metrics]`.
pub(super) fn metrics(top: &Section) -> Metrics {
    Metrics { products: top.section("metrics", &METRICS).boolean("products").unwrap_or(false) }
}

/// Reads `[notify]`. What is wrong is added to the problems, and the entry left out.
pub(super) fn notices(top: &Section, folder: &Path, problems: &mut Vec<Problem>) -> Notices {
    let notify = top.section("notify", &NOTIFY);
    let webhooks = notify.sections("webhook").iter().enumerate();
    let webhooks = webhooks.filter_map(|(place, section)| webhook(section, place, folder, problems)).collect();
    let emails = notify.sections("email").iter().enumerate();
    let emails = emails.filter_map(|(place, section)| email(section, place, folder, problems)).collect();
    Notices { expected: expectation(&notify, problems), webhooks, emails }
}

fn expectation(notify: &Section, problems: &mut Vec<Problem>) -> Option<Expectation> {
    let within = notify.text("within").and_then(|text| keep(duration("within", text, LONGEST_WITHIN), problems));
    let late = notify.text("late").and_then(|text| {
        let problem =
            || Problem::at(text.span(), format!("late is no time of day: \"{}\"", text.value())).expected("HH:MM, such as \"06:00\"");
        keep(time_of_day(text.value()).ok_or_else(problem), problems)
    });
    match (within, late) {
        (None, None) => None,
        (within, late) => Some(Expectation { within: within.unwrap_or(A_DAY), late }),
    }
}

fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

fn webhook(section: &Section, place: usize, folder: &Path, problems: &mut Vec<Problem>) -> Option<Webhook> {
    debug_assert_eq!(section.shape.header, WEBHOOK.header);
    let tries = tries(section, problems);
    let url = section.text("url").and_then(|text| keep(url(text, folder), problems));
    let mut headers = Vec::new();
    for entry in section.map("headers") {
        let Given::Text(text) = &entry.given else { continue };
        if entry.key.is_empty() || !entry.key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&byte)) {
            let problem = Problem::at(entry.key_span.clone(), format!("'{}' cannot be the name of a header", entry.key));
            problems.push(problem.expected("letters, digits and -, such as Authorization"));
        }
        headers.extend(keep(header(&entry.key, text, folder), problems).map(|value| (entry.key.clone(), value)));
    }
    Some(Webhook {
        name: name(section, "webhook", place),
        url: url?,
        on: occasions(section),
        text_only: section.word("format") == Some("text"),
        tries: tries?,
        headers,
        ca_file: section.value("ca_file").map(|path| folder.join(path.trim())),
    })
}

/// An address may be secret as a whole. One that stands in the file may not hold a user or password.
fn url(text: &Text, folder: &Path) -> Result<Hidden, Problem> {
    if let Some(reference) = secret::reference("url", text, folder) {
        return reference;
    }
    let written = text.value().trim();
    let rest = written.strip_prefix("https://").or_else(|| written.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    match host {
        Some(host) if host.contains('@') => {
            let problem = Problem::at(text.span(), "url holds a user or password, which must not stand in the job file");
            Err(problem.help("send it as a header: headers = { Authorization = \"env:NAME\" }, or write url = \"env:NAME\""))
        }
        Some(host) if !host.is_empty() && !written.contains(|character: char| character.is_whitespace() || character.is_control()) => {
            Ok(Hidden::Written(Secret::new(written)))
        }
        _ => {
            let problem = Problem::at(text.span(), "url is no address of an HTTP server");
            Err(problem.expected("\"https://HOST/PATH\", or \"env:NAME\" or \"file:PATH\" if the address is a secret itself"))
        }
    }
}

fn header(key: &str, text: &Text, folder: &Path) -> Result<Hidden, Problem> {
    if is_secret_header(key) {
        return secret::only_reference(key, text, folder);
    }
    secret::reference(key, text, folder).unwrap_or_else(|| {
        let plain = !text.value().contains(|character: char| character.is_control());
        let problem = || Problem::at(text.span(), format!("{key} holds a control character, which no header may"));
        if plain { Ok(Hidden::Written(Secret::new(text.value()))) } else { Err(problem()) }
    })
}

fn email(section: &Section, place: usize, folder: &Path, problems: &mut Vec<Problem>) -> Option<Email> {
    debug_assert_eq!(section.shape.header, EMAIL.header);
    let tls = match section.word("tls") {
        Some("implicit") => MailTls::Implicit,
        Some("none") => MailTls::None,
        _ => MailTls::StartTls,
    };
    let tries = tries(section, problems);
    let server = section.text("smtp").and_then(|text| keep(server(text, tls), problems));
    let login = login(section, folder, problems);
    let far = server.as_ref().is_some_and(|(host, _)| !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1"));
    if let (true, true, MailTls::None, Some(entry)) = (far, login.is_some(), tls, section.entry("password")) {
        let problem = Problem::at(entry.key_span.clone(), "without TLS the password would cross the network for anybody to read");
        problems.push(problem.help("use tls = \"starttls\" or tls = \"implicit\""));
    }
    let from = section.text("from").and_then(|text| keep(mail_address("from", text), problems));
    let addresses = section.texts("to").iter().filter_map(|text| keep(mail_address("to", text), problems));
    let to: Vec<String> = addresses.collect();
    let (host, port) = server?;
    Some(Email {
        name: name(section, "email", place),
        host,
        port,
        tls,
        login,
        from: from?,
        to,
        on: occasions(section),
        tries: tries?,
        ca_file: section.value("ca_file").map(|path| folder.join(path.trim())),
    })
}

/// `HOST`, `HOST:PORT` or `[IPV6]:PORT`.
fn server(text: &Text, tls: MailTls) -> Result<(String, u16), Problem> {
    let written = text.value().trim();
    let default = match tls {
        MailTls::StartTls => 587,
        MailTls::Implicit => 465,
        MailTls::None => 25,
    };
    let split = match written.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => Some((host, None)),
        Some((host, rest)) => rest.strip_prefix(':').map(|port| (host, Some(port))),
        None => Some(written.split_once(':').map_or((written, None), |(host, port)| (host, Some(port)))),
    };
    let good_host = |host: &str| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte));
    let parsed = split.filter(|(host, _)| good_host(host)).and_then(|(host, port)| {
        let port = port.map_or(Some(default), |port| port.parse::<u16>().ok().filter(|port| *port > 0))?;
        Some((host.to_owned(), port))
    });
    parsed.ok_or_else(|| Problem::at(text.span(), "smtp is no mail server").expected("HOST or HOST:PORT, such as \"mail.example.org:587\""))
}

fn login(section: &Section, folder: &Path, problems: &mut Vec<Problem>) -> Option<(String, Hidden)> {
    let password = section.text("password").map(|text| keep(secret::only_reference("password", text, folder), problems));
    match (section.entry("user"), section.entry("password")) {
        (Some(user), None) if !section.is_written("password") => {
            let problem = Problem::at(user.key_span.clone(), "user has no password");
            problems.push(problem.help("add password = \"env:NAME\" or password = \"file:PATH\""));
        }
        (None, Some(password)) if !section.is_written("user") => {
            let problem = Problem::at(password.key_span.clone(), "password has no user");
            problems.push(problem.help("add user = \"...\", or leave the password out"));
        }
        _ => {}
    }
    Some((section.value("user")?.trim().to_owned(), password??))
}

/// `a@b` or `Name <a@b>`. What a mail server makes of it is seen when it is sent.
fn mail_address(key: &str, text: &Text) -> Result<String, Problem> {
    let written = text.value().trim();
    let address = written.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')).map_or(written, |(_, address)| address);
    let good = address.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'))
        && !address.contains(|character: char| character.is_whitespace() || "<>,;\"".contains(character))
        && !written.contains(|character: char| character.is_control());
    if good {
        return Ok(written.to_owned());
    }
    let problem = Problem::at(text.span(), format!("{key} holds no mail address: \"{}\"", written.escape_debug()));
    Err(problem.expected("\"name@example.org\" or \"Name <name@example.org>\""))
}

fn occasions(section: &Section) -> Occasions {
    let on = section.words("on");
    let severity = match section.word("severity") {
        Some("info") => Severity::Info,
        Some("warning") => Severity::Warning,
        _ => Severity::Critical,
    };
    let has = |word: &str| on.contains(&word);
    Occasions {
        failure: has("failure"),
        success: has("success"),
        overdue: has("overdue"),
        alert: has("alert").then_some(severity),
        only_new: section.boolean("only_new").unwrap_or(false),
    }
}

fn tries(section: &Section, problems: &mut Vec<Problem>) -> Option<Tries> {
    let timeout = match section.text("timeout") {
        Some(text) => keep(duration("timeout", text, LONGEST_TRY), problems),
        // A wrong value was reported where it stands.
        None if section.is_written("timeout") => None,
        None => Some(Duration::from_secs(10)),
    };
    let retries = section.integer("retries").and_then(|number| u32::try_from(number).ok())?;
    Some(Tries { timeout: timeout?, retries })
}

fn name(section: &Section, kind: &str, place: usize) -> String {
    section.value("name").map_or_else(|| format!("{kind} {}", place + 1), |name| name.trim().to_owned())
}

/// A time such as `10s`, `26h` or `1h 30m`, greater than zero.
fn duration(key: &str, text: &Text, most: Duration) -> Result<Duration, Problem> {
    let parsed = text.value().trim().parse::<SignedDuration>().ok().and_then(|duration| Duration::try_from(duration).ok());
    match parsed {
        Some(duration) if duration.is_zero() || duration > most => {
            let problem = Problem::at(text.span(), format!("{key} cannot be {}", text.value()));
            Err(problem.expected(format!("a time greater than zero, and at most {}", longest(most))))
        }
        Some(duration) => Ok(duration),
        None => {
            let problem = Problem::at(text.span(), format!("{key} is no time: \"{}\"", text.value()));
            Err(problem.expected("a number with its unit, such as \"10s\", \"15m\" or \"26h\""))
        }
    }
}

fn longest(most: Duration) -> &'static str {
    if most == LONGEST_TRY { "60s" } else { "ten years" }
}

fn keep<T>(result: Result<T, Problem>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|problem| problems.push(problem)).ok()
}
