//! What other programs call our fields: headings as they stand in exports of ServiceNow, Flexera, Snow, SCCM, Intune, Lansweeper
//! and in people's own spreadsheets. The table is `headings.txt`; here is how a heading is compared
//! with it. What follows from that is others' business.

use crate::model::words::ExtractKind;
use std::sync::LazyLock;

/// A line of the table: an extract if it is that one's alone, a field, what others call it.
type Entry = (Option<ExtractKind>, &'static str, Vec<&'static str>);

/// The table.
static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| include_str!("headings.txt").lines().filter_map(entry).collect());

fn entry(line: &'static str) -> Option<Entry> {
    let (key, names) = line.split_once(": ").filter(|_| !line.starts_with('#'))?;
    let (kind, field) = match key.split_once('.') {
        Some((kind, field)) => (Some(ExtractKind::parse(kind)?), field),
        None => (None, key),
    };
    Some((kind, field, names.split(", ").collect()))
}

/// What a field is called elsewhere, the likeliest first; its own name need not be among them.
pub fn names(extract: ExtractKind, field: &str) -> &'static [&'static str] {
    let of = |kind: Option<ExtractKind>| TABLE.iter().find(|(own, name, _)| *own == kind && *name == field);
    of(Some(extract)).or_else(|| of(None)).map_or(&[], |(_, _, names)| names)
}

/// A heading as it is compared: words in lower case with single spaces, American spelling; `ComputerName`, `computer_name` and
/// `COMPUTER NAME` are the same. A prefix that customers' own columns have in ServiceNow is dropped, and so is what stands in brackets.
pub fn normalized(heading: &str) -> String {
    let plain = heading.split(['(', '[']).next().filter(|part| !part.trim().is_empty()).unwrap_or(heading);
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    let mut letters = plain.chars().peekable();
    while let Some(letter) = letters.next() {
        // A last capital begins no word: `SaaS`.
        let begins = letter.is_uppercase() && before.is_lowercase() && letters.peek().is_some_and(|next| next.is_alphabetic());
        if !letter.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if letter.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(letter.to_lowercase());
        }
        before = letter;
    }
    words.retain(|word| !word.is_empty());
    if words.len() > 1 && words[0] == "u" {
        words.remove(0);
    }
    let american = |word: String| match word.as_str() {
        "licence" => "license".to_owned(),
        "licences" => "licenses".to_owned(),
        "centre" => "center".to_owned(),
        "organisation" => "organization".to_owned(),
        "organisational" => "organizational".to_owned(),
        _ => word,
    };
    words.into_iter().map(american).collect::<Vec<_>>().join(" ")
}

/// The heading that is likeliest to be a field, by what the field is called elsewhere.
pub fn likeliest<'a>(extract: ExtractKind, field: &str, headings: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known = names(extract, field);
    let rank = |heading: &str| known.iter().position(|name| *name == normalized(heading));
    headings
        .into_iter()
        .filter_map(|heading| rank(heading).map(|rank| (rank, heading)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, heading)| heading)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::fields::fields;

    #[test]
    fn headings_are_compared_by_their_words() {
        for (heading, expected) in [
            ("ComputerName", "computer name"),
            ("COMPUTER_NAME", "computer name"),
            (" Licence  Expiry (UTC)", "license expiry"),
            ("u_cost_centre", "cost center"),
            ("CPUCores", "cpucores"),
            ("UserID", "user id"),
            ("SaaS", "saas"),
            ("(none)", "none"),
            ("U", "u"),
            ("Coût", "coût"),
        ] {
            assert_eq!(normalized(heading), expected, "{heading}");
        }
    }

    /// Every name stands as it would be compared, every line is one, and every field of every extract has one.
    #[test]
    fn the_table_is_written_as_it_is_compared() {
        let written = include_str!("headings.txt").lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        assert_eq!(written.count(), TABLE.len());
        for (kind, field, known) in TABLE.iter() {
            assert!(
                ExtractKind::ALL
                    .iter()
                    .any(|other| kind.is_none_or(|kind| kind == *other) && fields(*other).iter().any(|known| known.name == *field)),
                "{field}"
            );
            for name in known {
                assert_eq!(normalized(name), *name, "{field}");
                assert_eq!(known.iter().filter(|other| *other == name).count(), 1, "{field}: {name} twice");
            }
        }
        for kind in ExtractKind::ALL {
            for field in fields(*kind) {
                assert!(!names(*kind, field.name).is_empty(), "{} {}", kind.code(), field.name);
            }
        }
    }

    #[test]
    fn the_likeliest_heading() {
        let found = likeliest(ExtractKind::Consumptions, "asset_id", ["Host", "Device Name", "Product"]);
        assert_eq!(found, Some("Device Name"));
        assert_eq!(likeliest(ExtractKind::Consumptions, "cores", ["Host"]), None);
    }
}
