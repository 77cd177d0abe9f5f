//! Extracts that were not made for seatwise: what a file is, which column is which field, how it is written, what its values mean,
//! and what a run would make of it. It proposes and says why; what is not clear is left open, never guessed. Prints nothing.
//!
//! In reading order: `encoding`, `separator` the bytes · `profile` what stands in a column · `nulls`, `dates` how nothing and dates
//! are written · `names`, [`matching`] which column is which field · [`meanings`] words of closed lists · `identity` identifiers made of
//! columns · [`trial`] the proposal tried out by reading the file · [`agree`] several files of one estate · [`section`] the proposal as a part of a
//! job file. What fields are called elsewhere stands in `extract::headings`.

pub mod agree;
mod dates;
mod encoding;
mod identity;
pub mod matching;
pub mod meanings;
mod names;
mod nulls;
mod profile;
pub mod section;
mod separator;
#[cfg(test)]
mod tests;
pub mod trial;

pub use dates::Dates;
pub use identity::Join;
pub use matching::Match;
pub use nulls::NullWord;
pub use trial::{Refused, Trial};

use crate::extract::ExtractError;
use crate::extract::fields::{Field, fields};
use crate::extract::nearest::nearest;
use crate::extract::preview::{Peek, Sheet};
use crate::model::value::Type;
use crate::model::words::ExtractKind;
use matching::{Evidence, Matching, fits, is_typed, match_all};
use meanings::{is_closed, is_ours, meaning};
use profile::Profile;
use std::collections::BTreeMap;
use std::path::Path;

/// What somebody says of a file, and is not asked to be guessed.
#[derive(Clone, Default, Debug)]
pub struct Asked {
    pub kind: Option<ExtractKind>,
    /// Our field → their heading; what the file does not have is ignored.
    pub columns: BTreeMap<String, Said>,
    pub date_format: Option<String>,
}

/// A heading that is not guessed, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub heading: String,
    pub why: String,
}

/// A file that nothing can be proposed for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}; {remedy}")]
pub struct IntakeError {
    pub path: String,
    pub problem: String,
    pub remedy: String,
    /// The exit code of contract §8.
    pub code: i32,
}

/// What is proposed for a file.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// As it was named.
    pub path: String,
    pub kind: ExtractKind,
    pub why: String,
    /// Of a CSV.
    pub separator: Option<u8>,
    pub dates: Dates,
    pub nulls: Vec<NullWord>,
    /// In the order of the file.
    pub headings: Vec<String>,
    pub matches: Vec<Match>,
    /// Matches that were taken back, since too little of the column can be read.
    pub doubts: Vec<Doubt>,
    pub join: Option<Join>,
    pub words: Vec<Word>,
    /// Attributes whose type must be declared, since another file of the estate holds something else by their name.
    pub types: BTreeMap<String, Type>,
    /// What keeps the file from being read at all: required fields without a column, and the like.
    pub missing: Vec<String>,
    /// What else is to be known.
    pub notes: Vec<String>,
    pub trial: Trial,
    /// The different values of each column, for the columns that other files speak of too.
    keys: Vec<(usize, Vec<String>)>,
}

/// A column that is by its name a field, and by its values not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    pub heading: String,
    pub field: &'static str,
    pub why: String,
}

/// A value of a closed list that is not ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub field: &'static str,
    pub theirs: String,
    pub rows: u64,
    /// What it means, where there is no doubt.
    pub ours: Option<&'static str>,
}

impl Proposal {
    /// Our field → their heading, where they differ.
    pub fn columns(&self) -> BTreeMap<String, String> {
        let renamed = |found: &&Match| self.headings[found.column] != found.field;
        self.matches.iter().filter(renamed).map(|found| (found.field.to_owned(), self.headings[found.column].clone())).collect()
    }

    /// Our field → their value → ours.
    pub fn values(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut values: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for word in &self.words {
            if let Some(ours) = word.ours {
                values.entry(word.field.to_owned()).or_default().insert(word.theirs.clone(), ours.to_owned());
            }
        }
        values
    }

    /// The heading of a field, if it has one.
    pub fn heading_of(&self, field: &str) -> Option<&str> {
        self.matches.iter().find(|found| found.field == field).map(|found| self.headings[found.column].as_str())
    }

    /// Headings that no field has; rules may read them.
    pub fn attributes(&self) -> Vec<&str> {
        let taken = |place: usize| self.matches.iter().any(|found| found.column == place);
        self.headings.iter().enumerate().filter(|(place, _)| !taken(*place)).map(|(_, heading)| heading.as_str()).collect()
    }

    /// What somebody must decide before the file can be read as it should be.
    pub fn open(&self) -> Vec<String> {
        let mut open = self.missing.clone();
        if !self.dates.open.is_empty() {
            open.push(format!("{}: say which with --date-format", self.dates.readings()));
        }
        open
    }
}

/// Looks at a file and proposes how it is to be read.
pub fn propose(path: &str, asked: &Asked) -> Result<Proposal, IntakeError> {
    refuse_spreadsheet(path)?;
    if !Path::new(path).exists() {
        return Err(not_there(path));
    }
    let failed = |error: ExtractError| refused(path, &error);
    let peek = Peek::open(Path::new(path)).map_err(failed)?;
    let mut notes = Vec::new();
    let separator = if peek.is_csv() { Some(look_at_text(path, peek.bytes(), &mut notes)?) } else { None };
    let sheet = peek.sheet(separator.unwrap_or(b',')).map_err(failed)?;
    let profiles: Vec<Profile<'_>> = sheet.columns.iter().map(Profile::of).collect();
    let mut nulls = if separator.is_some() { nulls::null_words(&profiles, false) } else { Vec::new() };
    let matching = matched(path, &profiles, &nulls, asked)?;
    let (dates, Matching { kind, matches, .. }, why) = matching;
    let field_of = |found: &Match| fields(kind).iter().find(|field| field.name == found.field);
    if separator.is_some() {
        // A word that a closed list has is none for nothing.
        let closed: Vec<&Field> = matches.iter().filter_map(field_of).filter(|field| is_closed(field)).collect();
        nulls.retain(|null| !closed.iter().any(|field| is_ours(field, &null.word)));
        let typed = matches
            .iter()
            .filter(|found| field_of(found).is_some_and(|field| is_typed(field) && !is_closed(field)))
            .map(|found| &profiles[found.column]);
        let further = nulls::null_words(typed, true);
        nulls.extend(further.into_iter().filter(|word| !is_known(word, &nulls)).collect::<Vec<_>>());
    }
    let mut proposal = Proposal {
        path: path.to_owned(),
        kind,
        why,
        separator,
        dates,
        nulls,
        headings: sheet.columns.iter().map(|column| column.name.clone()).collect(),
        matches,
        doubts: Vec::new(),
        join: None,
        words: Vec::new(),
        types: BTreeMap::new(),
        missing: Vec::new(),
        notes,
        trial: Trial::default(),
        keys: Vec::new(),
    };
    take_back(&mut proposal, &profiles);
    proposal.words = words(&proposal, &profiles);
    proposal.join = made(&proposal, &sheet);
    proposal.missing = missing(&proposal);
    if proposal.kind == ExtractKind::Licenses && proposal.heading_of("seats").is_none() {
        let told =
            "no column gives the seats: licenses without seats cover nothing, but for site licenses. Name it with --column seats=HEADING";
        proposal.notes.push(told.to_owned());
    }
    proposal.keys = agree::keys(&proposal, &profiles);
    proposal.trial = trial::trial(&proposal);
    Ok(proposal)
}

fn is_known(word: &NullWord, nulls: &[NullWord]) -> bool {
    nulls.iter().any(|known| known.word == word.word)
}

fn refused(path: &str, error: &ExtractError) -> IntakeError {
    let complaint = error.complaint();
    IntakeError { path: path.to_owned(), problem: complaint.problem.clone(), remedy: complaint.remedy.clone(), code: error.exit_code() }
}

/// A path that leads nowhere; perhaps what stands before `=` was to be an extract.
fn not_there(path: &str) -> IntakeError {
    let near = path.split_once('=').and_then(|(kind, rest)| {
        let near = nearest(kind, ExtractKind::ALL.iter().map(|kind| kind.code()))?;
        Some(format!("did you mean {near}={rest}?"))
    });
    let remedy = near.unwrap_or_else(|| "check the path".to_owned());
    IntakeError { path: path.to_owned(), problem: "there is no such file".to_owned(), remedy, code: 3 }
}

/// A path as it is typed into a shell.
pub fn typed(path: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+=,:%@".contains(letter);
    if !path.is_empty() && path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}

/// Workbooks are no tables: they have sheets, formulas and cells of any type.
fn refuse_spreadsheet(path: &str) -> Result<(), IntakeError> {
    let lower = path.to_lowercase();
    if ![".xlsx", ".xls", ".xlsm", ".ods"].iter().any(|end| lower.ends_with(end)) {
        return Ok(());
    }
    Err(workbook(path, "it is a workbook, and seatwise reads CSV and Parquet"))
}

fn workbook(path: &str, problem: &str) -> IntakeError {
    let remedy = "save the sheet as \"CSV UTF-8\" and name that file".to_owned();
    IntakeError { path: path.to_owned(), problem: problem.to_owned(), remedy, code: 3 }
}

/// The separator of a CSV; what cannot be read at all is refused with the way out.
fn look_at_text(path: &str, bytes: &[u8], notes: &mut Vec<String>) -> Result<u8, IntakeError> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(workbook(path, "it is a zip file, perhaps a workbook, and seatwise reads CSV and Parquet"));
    }
    if let Some(found) = encoding::encoding(bytes) {
        let command = format!("iconv -f {} -t UTF-8 {} > {}", found.name, typed(path), utf8_name(path));
        if found.whole {
            let problem = format!("it is not written in UTF-8: {}; it looks like {}", found.sign, found.name);
            return Err(IntakeError { path: path.to_owned(), problem, remedy: format!("convert it: {command}"), code: 4 });
        }
        notes.push(format!(
            "not all of it is UTF-8: {}; it looks like {}. Those rows are refused; convert the file: {command}",
            found.sign, found.name
        ));
    }
    let separator = separator::separator(bytes);
    if separator.header_line > 1 && separator.fields > 1 {
        let problem = format!("its header stands in line {}, not in the first", separator.header_line);
        let remedy = format!("remove what is above: tail -n +{} {} > {}", separator.header_line, typed(path), utf8_name(path));
        return Err(IntakeError { path: path.to_owned(), problem, remedy, code: 4 });
    }
    Ok(separator.byte)
}

/// A name for the mended file, in the current folder.
fn utf8_name(path: &str) -> String {
    let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    typed(&format!("mended-{name}"))
}

/// What the file is, with its dates: these are looked for in what is left when words for nothing are gone.
fn matched(path: &str, profiles: &[Profile<'_>], nulls: &[NullWord], asked: &Asked) -> Result<(Dates, Matching, String), IntakeError> {
    let words: Vec<String> = nulls.iter().map(|null| null.word.clone()).collect();
    let bare: Vec<Profile<'_>> = profiles.iter().map(|profile| profile.without(&words)).collect();
    let dates = dates::dates(&bare, asked.date_format.as_deref());
    let stem = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let evidence = Evidence { profiles: &bare, dates: &dates, asked: &asked.columns, file_stem: &stem };
    let mut all = match_all(&evidence, asked.kind).into_iter();
    let (best, second) = (all.next(), all.next());
    let open = |problem: String| IntakeError {
        path: path.to_owned(),
        problem,
        remedy: format!("say what it is, such as licenses={}", typed(path)),
        code: 2,
    };
    let Some(best) = best else { return Err(open("it is not clear what it is".to_owned())) };
    if asked.kind.is_some() {
        return Ok((dates, best, "as you said".to_owned()));
    }
    let headings: Vec<&str> = profiles.iter().map(|profile| profile.heading).collect();
    if best.fit < 10 {
        return Err(open(format!("it is not clear what it is; its columns are {}", headings.join(", "))));
    }
    if let Some(second) = second.filter(|second| best.fit - second.fit < 2) {
        return Err(open(format!("it may be {} or {}", best.kind.code(), second.kind.code())));
    }
    let telling: Vec<&str> = best.matches.iter().filter(|found| found.points >= 70).map(|found| found.field).take(5).collect();
    let why = format!("by its columns: {}", telling.join(", "));
    Ok((dates, best, why))
}

/// Takes back matches of which too little can be read: an optional column that loses more rows than it tells is left open.
fn take_back(proposal: &mut Proposal, profiles: &[Profile<'_>]) {
    const ENOUGH: u64 = 800;
    let nulls: Vec<String> = proposal.nulls.iter().map(|null| null.word.clone()).collect();
    let reader = proposal.dates.reader();
    let kind = proposal.kind;
    let mut doubts = Vec::new();
    proposal.matches.retain(|found| {
        let Some(field) = fields(kind).iter().find(|field| field.name == found.field) else { return true };
        let profile = profiles[found.column].without(&nulls);
        let reads = |value: &str| fits(kind, field, value, reader.as_ref());
        let share = profile.share(reads);
        // Words of a list are left to be decided one by one.
        if field.required || is_closed(field) || share >= ENOUGH || found.said {
            return true;
        }
        let example = profile.values.iter().find(|(value, _)| !reads(value)).map(|(value, _)| *value).unwrap_or_default();
        let why = {
            let how_many = if share < 10 { "none".to_owned() } else { format!("only {}", matching::percent(share)) };
            let how = if field.kind == Type::Decimal { ": write it as 1234.50" } else { "" };
            format!("{how_many} {}; such as \"{example}\" cannot be read{how}", matching::noun(field))
        };
        doubts.push(Doubt { heading: profile.heading.to_owned(), field: field.name, why });
        false
    });
    proposal.doubts = doubts;
}

/// The words of closed lists that are not ours, with what they mean.
fn words(proposal: &Proposal, profiles: &[Profile<'_>]) -> Vec<Word> {
    let mut words = Vec::new();
    for found in &proposal.matches {
        let Some(field) = fields(proposal.kind).iter().find(|field| field.name == found.field && is_closed(field)) else { continue };
        for (value, rows) in &profiles[found.column].values {
            if is_ours(field, value) || proposal.nulls.iter().any(|null| null.word == *value) {
                continue;
            }
            words.push(Word { field: field.name, theirs: (*value).to_owned(), rows: *rows, ours: meaning(proposal.kind, field, value) });
        }
    }
    words
}

/// The identifier that is made of columns, where none has it.
fn made(proposal: &Proposal, sheet: &Sheet) -> Option<Join> {
    let place = |field: &str| proposal.matches.iter().find(|found| found.field == field).map(|found| found.column);
    let (id, first): (&str, &[&str]) = match proposal.kind {
        ExtractKind::Consumptions => {
            ("consumption_id", if place("asset_id").is_some() { &["asset_id", "product_id"] } else { &["user_id", "product_id"] })
        }
        ExtractKind::Licenses => ("license_id", &["contract_id", "product_id"]),
        _ => return None,
    };
    if place(id).is_some() {
        return None;
    }
    let first: Vec<usize> = first.iter().filter_map(|field| place(field)).collect();
    let others: Vec<usize> = (0..sheet.columns.len()).filter(|column| !first.contains(column)).take(12).collect();
    identity::join(proposal.kind, sheet, &first, &others)
}

/// What the extract must have and nothing was found for.
fn missing(proposal: &Proposal) -> Vec<String> {
    let has = |name: &str| proposal.heading_of(name).is_some() || proposal.join.as_ref().is_some_and(|join| join.field == name);
    let mut missing: Vec<String> = fields(proposal.kind)
        .iter()
        .filter(|field| field.required && !has(field.name))
        .map(|field| {
            format!("no column could be told for {}: name it with --column {}=HEADING, or add it to the export", field.name, field.name)
        })
        .collect();
    if proposal.kind == ExtractKind::Consumptions && !has("asset_id") && !has("user_id") {
        missing.push("a consumption is of a machine or a user, and no column could be told for asset_id or user_id: name one with --column asset_id=HEADING".to_owned());
    }
    missing
}
