//! `[schedule]` of a job file: when `seatwise schedule` runs the job, and what it does when a run is missed, late, slow or refused.
//! Here is only what was written and what it means; which slot is due when is `schedule::plan`'s.

use super::build;
use super::definition::field;
use super::duration;
use super::error::Problem;
use super::section::Section;
use super::shape::Absent::{Error, Integer, Nothing, Text as Default, Texts};
use super::shape::{Kind, Shape};
use super::text::Text;
use croner::Cron;
use croner::parser::{CronParser, Year};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::ops::Range;
use std::time::Duration;

const WAITS: &[&str] = &["1m", "5m", "15m"];

/// `[schedule]`.
pub static SCHEDULE: Shape = Shape {
    header: "[schedule]",
    about: "When `seatwise schedule` runs the job. A job without it is never run by a schedule.",
    fields: &[
        field("cron", Kind::Text, Error, "Minute, hour, day, month and weekday, such as \"30 2 * * *\"; six fields begin with the second."),
        field("time_zone", Kind::Text, Nothing, "Whose clock that is: a name of the IANA database; by default calculation.time_zone."),
        field(
            "catch_up",
            Kind::Choice(&["none", "latest", "all"]),
            Default("latest"),
            "Which slots run late that were missed while nobody was there.",
        ),
        field("catch_up_limit", Kind::Integer { least: 1, most: 100 }, Integer(7), "With catch_up = \"all\": the newest so many."),
        field(
            "overlap",
            Kind::Choice(&["skip", "queue"]),
            Default("skip"),
            "What becomes of a slot that comes while the job is still at an earlier one.",
        ),
        field("timeout", Kind::Text, Default("12h"), "A run that takes longer is ended."),
        field(
            "retries",
            Kind::Integer { least: 0, most: 100 },
            Integer(3),
            "Further tries for a slot whose run failed in a way that may pass.",
        ),
        field("retry_waits", Kind::TextOrTexts, Texts(WAITS), "The wait before each further try; the last one holds for all that follow."),
        field("jitter", Kind::Text, Default("0s"), "Starts are spread over so much time after the slot, each job and slot always alike."),
        field(
            "threads",
            Kind::Integer { least: 1, most: 1024 },
            Nothing,
            "How many threads a run may use; by default as many as there are cores.",
        ),
    ],
};

/// When a job is run, checked, with its defaults filled in.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub cron: Cron,
    /// As it is written.
    pub cron_text: String,
    /// Whose clock `cron` means.
    pub time_zone: TimeZone,
    pub catch_up: CatchUp,
    /// How many slots [`CatchUp::All`] takes at most.
    pub catch_up_limit: usize,
    pub overlap: Overlap,
    pub timeout: Duration,
    pub retries: u32,
    /// Never empty.
    pub retry_waits: Vec<Duration>,
    pub jitter: Duration,
    pub threads: Option<u32>,
}

/// Which missed slots are run late.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CatchUp {
    None,
    /// The newest.
    Latest,
    /// The newest few, oldest first.
    All,
}

/// What becomes of a slot that comes while the job is still at an earlier one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overlap {
    Skip,
    Queue,
}

impl Schedule {
    /// Whether both come at the same times.
    pub fn same_times(&self, other: &Schedule) -> bool {
        self.cron_text == other.cron_text && self.time_zone == other.time_zone
    }

    /// How long to wait after the so-many-th try, counted from 1.
    pub fn wait_after(&self, tries: u32) -> Duration {
        let place = (tries.saturating_sub(1) as usize).min(self.retry_waits.len().saturating_sub(1));
        self.retry_waits.get(place).copied().unwrap_or_default()
    }
}

/// The schedule of a job, if it has one that is good.
pub(super) fn read(top: &Section, time_zone: &TimeZone, problems: &mut Vec<Problem>) -> Option<Schedule> {
    let section = top.written_section("schedule")?;
    let own_zone = section.text("time_zone").map(|_| build::time_zone(section, problems));
    let mut length = |key: &'static str, least: u64| {
        let default = section.value(key).and_then(|text| duration::parse(text).ok()).unwrap_or_default();
        section.text(key).map_or(default, |text| written_length(key, text, least, problems))
    };
    let (timeout, jitter) = (length("timeout", 1), length("jitter", 0));
    let retry_waits = match section.texts("retry_waits") {
        [] => WAITS.iter().filter_map(|text| duration::parse(text).ok()).collect(),
        written => written.iter().map(|text| written_length("retry_waits", text, 0, problems)).collect(),
    };
    let text = section.text("cron")?;
    let cron = cron(text, own_zone.as_ref().unwrap_or(time_zone), problems)?;
    Some(Schedule {
        cron,
        cron_text: text.value().trim().to_owned(),
        time_zone: own_zone.unwrap_or_else(|| time_zone.clone()),
        catch_up: match section.word("catch_up") {
            Some("none") => CatchUp::None,
            Some("all") => CatchUp::All,
            _ => CatchUp::Latest,
        },
        catch_up_limit: section.integer("catch_up_limit").and_then(|number| usize::try_from(number).ok()).unwrap_or(1),
        overlap: if section.word("overlap") == Some("queue") { Overlap::Queue } else { Overlap::Skip },
        timeout,
        retries: section.integer("retries").and_then(|number| u32::try_from(number).ok()).unwrap_or(0),
        retry_waits,
        jitter,
        threads: section.integer("threads").and_then(|number| u32::try_from(number).ok()),
    })
}

fn written_length(key: &str, text: &Text, least: u64, problems: &mut Vec<Problem>) -> Duration {
    let wrong = || {
        let problem = Problem::at(text.span(), format!("{key} is no length of time: \"{}\"", text.value()));
        problem.expected("digits and units, such as \"90s\", \"5m\", \"1h30m\" or \"2d\"")
    };
    match duration::parse(text.value()) {
        Ok(duration) if duration >= Duration::from_secs(least) => duration,
        Ok(_) => {
            problems.push(wrong().help("it must be longer than nothing"));
            Duration::ZERO
        }
        Err(error) => {
            problems.push(wrong().help(error.to_string()));
            Duration::ZERO
        }
    }
}

/// The expression, if it is one and if its time ever comes.
fn cron(text: &Text, time_zone: &TimeZone, problems: &mut Vec<Problem>) -> Option<Cron> {
    let parser = CronParser::builder().year(Year::Disallowed).build();
    match parser.parse(text.value()) {
        Ok(cron) => {
            if comes(&cron, time_zone) {
                return Some(cron);
            }
            let problem = Problem::at(text.span(), format!("\"{}\" never comes", text.value()));
            problems.push(problem.help("no day of the calendar has that number in that month"));
        }
        Err(_) => {
            let (span, what, help) = wrong_field(text, &parser);
            let problem = Problem::at(span, format!("cron cannot be \"{}\": {what}", text.value()));
            let problem =
                problem.expected("minute hour day month weekday, such as \"30 2 * * *\"; with six fields the first is the second");
            problems.push(problem.help(help));
        }
    }
    None
}

/// Whether there is a slot within the years that a calendar needs to repeat its weekdays and leap days.
fn comes(cron: &Cron, time_zone: &TimeZone) -> bool {
    let start = Timestamp::UNIX_EPOCH.to_zoned(time_zone.clone());
    let found = cron.find_next_occurrence(&start, true);
    let last = start.checked_add(400.years());
    matches!((found, last), (Ok(slot), Ok(last)) if slot.timestamp() <= last.timestamp())
}

/// The fields of an expression, and what stands in them.
const FIELDS: [(&str, &str); 6] = [
    ("second", "0 to 59"),
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day", "1 to 31, or L for the last one"),
    ("month", "1 to 12, or JAN to DEC"),
    ("weekday", "0 to 7, where 0 and 7 are Sunday, or SUN to SAT"),
];

/// The field that is wrong, what is wrong with it, and what to do: the first field that is wrong among nothing but stars. Else the whole
/// text.
fn wrong_field(text: &Text, parser: &CronParser) -> (Range<usize>, String, String) {
    let value = text.value();
    let fields: Vec<(usize, &str)> =
        value.split_whitespace().map(|field| (field.as_ptr() as usize - value.as_ptr() as usize, field)).collect();
    let Some(names) = (5..=6).contains(&fields.len()).then(|| &FIELDS[6 - fields.len()..]) else {
        let count = if fields.len() == 1 { "one field".to_owned() } else { format!("{} fields", fields.len()) };
        return (text.span(), format!("it has {count}"), "write five fields, or six; * stands for every value".to_owned());
    };
    for ((start, field), (place, (name, values))) in fields.iter().zip(names.iter().enumerate()) {
        let mut stars = vec!["*"; fields.len()];
        stars[place] = field;
        if parser.parse(&stars.join(" ")).is_err() {
            let help = format!("write {values}; also *, a list (1,5), a range (1-5) or a step (*/5, 10-40/5)");
            return (text.span_of(*start..start + field.len()), format!("`{field}` is no {name}"), help);
        }
    }
    (text.span(), "it is no expression".to_owned(), "see `man 5 crontab`".to_owned())
}
