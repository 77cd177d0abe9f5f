//! Small words that every sentence needs: amounts in a metric, counts with their noun, lists.

use crate::model::words::{Family, LicenseStatus, Metric};

/// What one unit of a metric is called. A `site` product counts its demands.
pub fn unit(metric: Metric) -> &'static str {
    match metric {
        Metric::Device => "device",
        Metric::Core => "core",
        Metric::Processor => "processor",
        Metric::Instance => "instance",
        Metric::Concurrent => "concurrent seat",
        Metric::User | Metric::NamedUser => "user",
        Metric::Site => "demand",
    }
}

/// `1 core`, `3 cores`.
pub fn amount(units: i64, metric: Metric) -> String {
    count(units, unit(metric))
}

/// `1 demand`, `3 demands`: for nouns that take an s.
pub fn count(number: i64, noun: &str) -> String {
    let mut out = String::new();
    push_count(&mut out, number, noun);
    out
}

/// Appends what [`count`] says: for sentences of which there are many.
#[inline]
pub fn push_count(out: &mut String, number: i64, noun: &str) {
    push_number(out, number);
    push_all(out, &[" ", noun, if number == 1 { "" } else { "s" }]);
}

/// Appends a number.
#[inline]
pub fn push_number(out: &mut String, number: i64) {
    out.push_str(itoa::Buffer::new().format(number));
}

/// Appends several texts.
#[inline]
pub fn push_all(out: &mut String, texts: &[&str]) {
    texts.iter().for_each(|text| out.push_str(text));
}

/// `is` or `are`.
pub fn are(number: i64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

/// What the demands of a family are about.
pub fn family(family: Family) -> &'static str {
    match family {
        Family::Device => "devices",
        Family::User => "users",
    }
}

/// `2 expired, 1 pending`: how many of each status, in the order of the contract, without zeros.
pub fn statuses(counts: &[u32; LicenseStatus::ALL.len()]) -> String {
    let named = LicenseStatus::ALL.iter().zip(counts).filter(|(_, count)| **count > 0);
    named.map(|(status, count)| format!("{count} {}", status.code())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_their_number() {
        assert_eq!(amount(1, Metric::Core), "1 core");
        assert_eq!(amount(0, Metric::NamedUser), "0 users");
        assert_eq!(statuses(&[0, 0, 1, 0, 0, 0, 2]), "1 pending, 2 expired");
    }
}
