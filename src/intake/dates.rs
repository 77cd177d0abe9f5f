//! How the dates of a file are written. Every format that exports use is tried on every column that looks like dates; where the
//! data leave two open, they are told with examples, and nothing is chosen.

use super::nulls::is_typed_null;
use super::profile::Profile;
use crate::extract::date_format::{DateFormat, read_date};

/// Days as they are written; day before month stands before its twin.
const DAYS: &[&str] = &[
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%b %d, %Y",
    "%b %d %Y",
    "%Y%m%d",
];
/// Times of day behind them.
const TIMES: &[&str] = &["", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M:%S", ", %I:%M:%S %p"];
/// Values of a column that are tried.
const SAMPLE: usize = 20_000;
/// A column is one of dates from here on, in thousandths of its values: a few dirty rows are no surprise.
const ENOUGH: u64 = 800;

/// How the dates of a file are written.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Dates {
    /// The `date_format` to be put into the job; `None` where all dates are ISO, or nothing is decided.
    pub format: Option<String>,
    /// The formats that the data leave open, where there are several.
    pub open: Vec<String>,
    /// Values that show it.
    pub examples: Vec<String>,
    /// The headings of the columns that look like dates.
    pub columns: Vec<String>,
}

impl Dates {
    /// The format to try values with: the decided one, else the first that is open.
    pub fn reader(&self) -> Option<DateFormat> {
        self.format.as_ref().or(self.open.first()).and_then(|format| DateFormat::parse(format).ok())
    }

    /// What the data leave open: a value, and what it may mean.
    pub fn readings(&self) -> String {
        let value = self.examples.first().map_or("", String::as_str);
        let read = |format: &String| {
            let date = DateFormat::parse(format).ok().and_then(|parsed| parsed.read(value));
            date.map_or_else(|| format.clone(), |date| format!("{date} ({format})"))
        };
        format!("dates such as {value} may be {}", self.open.iter().map(read).collect::<Vec<_>>().join(" or "))
    }

    /// Whether a column looks like dates.
    pub fn is_date(&self, heading: &str) -> bool {
        self.columns.iter().any(|column| column == heading)
    }
}

/// A format that was tried.
struct Tried {
    text: String,
    format: DateFormat,
    /// Rows whose dates it reads.
    rows: u64,
}

/// Finds the format; `asked` is taken as it is, if there is one.
pub fn dates(profiles: &[Profile<'_>], asked: Option<&str>) -> Dates {
    let mut formats = candidates(asked);
    let mut out = Dates::default();
    let mut iso = 0;
    let mut looked_at: Vec<&Profile<'_>> = Vec::new();
    for profile in profiles {
        let sample: Vec<(&str, u64)> = profile.values.iter().filter(|(value, _)| !is_typed_null(value)).take(SAMPLE).copied().collect();
        let all: u64 = sample.iter().map(|(_, rows)| rows).sum();
        if all == 0 || !sample.iter().take(20).any(|(value, _)| looks_like(value)) {
            continue;
        }
        let read = |format: Option<&DateFormat>| -> u64 {
            sample.iter().filter(|(value, _)| read_date(value, format).is_some()).map(|(_, rows)| rows).sum()
        };
        let plain = read(None);
        let found: Vec<u64> = formats.iter().map(|tried| read(Some(&tried.format))).collect();
        if found.iter().copied().max().unwrap_or(plain).max(plain) * 1000 < all * ENOUGH {
            continue;
        }
        iso += plain;
        for (tried, rows) in formats.iter_mut().zip(found) {
            tried.rows += rows;
        }
        out.columns.push(profile.heading.to_owned());
        looked_at.push(profile);
    }
    decide(&mut out, formats, iso, &looked_at, asked.is_some());
    out
}

fn candidates(asked: Option<&str>) -> Vec<Tried> {
    let all: Vec<String> = match asked {
        Some(format) => vec![format.to_owned()],
        None => DAYS.iter().flat_map(|day| TIMES.iter().map(move |time| format!("{day}{time}"))).collect(),
    };
    all.into_iter().filter_map(|text| DateFormat::parse(&text).ok().map(|format| Tried { format, text, rows: 0 })).collect()
}

/// Takes the format that reads the most, if it is the only one that reads so much.
fn decide(out: &mut Dates, formats: Vec<Tried>, iso: u64, profiles: &[&Profile<'_>], asked: bool) {
    let most = formats.iter().map(|tried| tried.rows).max().unwrap_or(0);
    if asked {
        out.format = formats.into_iter().next().map(|tried| tried.text).filter(|_| !out.columns.is_empty());
        return;
    }
    if most <= iso {
        return;
    }
    let best: Vec<&Tried> = formats.iter().filter(|tried| tried.rows == most).collect();
    let values = || profiles.iter().flat_map(|profile| &profile.values).map(|(value, _)| *value);
    if let [only] = &best[..] {
        // What shows it is what its twin cannot read.
        let twin = twin(&only.text).and_then(|text| DateFormat::parse(&text).ok());
        let shows = |value: &&str| only.format.read(value).is_some() && twin.as_ref().is_none_or(|twin| twin.read(value).is_none());
        out.examples = values().filter(shows).take(2).map(str::to_owned).collect();
        out.format = Some(only.text.clone());
    } else {
        // Where day and month are the same number, nothing is open.
        let differ = |value: &&str| {
            let first = best.first().and_then(|tried| tried.format.read(value));
            first.is_some() && best.iter().any(|tried| tried.format.read(value) != first)
        };
        let read = |value: &&str| best.first().is_some_and(|tried| tried.format.read(value).is_some());
        out.examples = values().find(differ).or_else(|| values().find(read)).into_iter().map(str::to_owned).collect();
        out.open = best.iter().map(|tried| tried.text.clone()).collect();
    }
}

/// The format with day and month the other way round.
fn twin(format: &str) -> Option<String> {
    let turned = format.replace("%d", "\u{0}").replace("%m", "%d").replace('\u{0}', "%m");
    (format.contains("%m") && !format.starts_with("%Y")).then_some(turned)
}

fn looks_like(value: &str) -> bool {
    (6..=40).contains(&value.len()) && value.bytes().filter(u8::is_ascii_digit).count() >= 3
}
