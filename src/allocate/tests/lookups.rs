//! Rules that are looked up, because nearly every license has a value of its own, against the plain loop over all pairs; and
//! the same rules tabulated, where the licenses are fewer.

use super::brute::agrees;
use super::little::{Little, little};
use super::pages::hold_together;
use std::fmt::Write;

/// `licenses` licenses, each for its own user and cost center, and demands of some of these, of others, and of none.
fn estate(licenses: usize, rules: &str, more: &str) -> Little {
    let mut text = format!("{rules}\n{more}\n");
    for place in 0..licenses {
        // Every fifth has no user of its own, every seventh shares one, some departments repeat.
        let user = if place % 5 == 0 { "-".to_owned() } else { format!("u{}", if place % 7 == 0 { 1 } else { place }) };
        let _ = writeln!(
            text,
            "license L{place:03} P device {} user_id={user} cost_center=c{place} cores={} department=d{}",
            place % 3,
            place + 1,
            place % 4
        );
    }
    for place in 0..licenses {
        let cost_center = if place % 4 == 0 { "-".to_owned() } else { format!("c{}", (place * 7) % (licenses + 5)) };
        let user = if place % 6 == 0 { String::new() } else { format!("@u{}", (place * 3) % licenses) };
        let _ = writeln!(
            text,
            "use k{place:03} P a{place:03}{user} cost_center={cost_center} cores={} department=d{}",
            place % 90 + 1,
            place % 5
        );
    }
    little(&text)
}

fn lookups(little: &Little) -> usize {
    little.calculation.markets.own.iter().map(|market| market.lookups.len()).sum()
}

/// Runs the rules with few licenses and with many.
fn compare(rules: &str, more: &str, expected: usize) {
    let (few, many) = (estate(40, rules, more), estate(140, rules, more));
    assert_eq!((lookups(&few), lookups(&many)), (0, expected), "{rules}");
    for little in [few, many] {
        assert_eq!(agrees(&little), Ok(()), "{rules}");
        hold_together(&little);
        assert!(!little.calculation.trace.grants.is_empty());
    }
}

#[test]
fn affinities() {
    compare("", "", 4);
    compare("rules none; affinity own 10: consumption.user_id = license.user_id", "", 1);
    compare(
        "rules none; affinity turned -3: license.user_id = consumption.user_id; affinity cores 2: consumption.cores = license.cores",
        "",
        2,
    );
    compare("rules none; affinity sum 4: consumption.cores + 1 = license.cores * 1", "", 1);
}

#[test]
fn requirements() {
    compare("rules none; require own: consumption.user_id = license.user_id", "", 1);
    compare(
        "rules none; require own: consumption.user_id = license.user_id; require center: consumption.cost_center = license.cost_center",
        "",
        2,
    );
    compare(
        "rules none; require own: consumption.user_id = license.user_id; affinity center 5: consumption.cost_center = license.cost_center",
        "",
        2,
    );
    compare("require own: consumption.user_id = license.user_id", "", 5);
}

#[test]
fn beside_tables() {
    compare(
        "rules none; require dept: consumption.department = license.department; affinity own 9: consumption.user_id = license.user_id",
        "",
        1,
    );
    compare(
        "rules none; affinity more 3: consumption.cores <= license.cores; affinity own 9: consumption.user_id = license.user_id",
        "",
        1,
    );
    compare("rules none; affinity either 3: consumption.user_id = license.user_id or consumption.cores = license.cores", "", 0);
    compare("rules none; affinity other 3: consumption.user_id != license.user_id", "", 0);
}

#[test]
fn beside_preferences() {
    let more = "prefer L007 a003 50; prefer L008 @u9 -4; forbid L001 a001; forbid L003 @u3; prefer L003 #k003 7; license S P site -; forbid S a002";
    compare("rules none; require own: consumption.user_id = license.user_id", more, 1);
    compare("rules none; affinity own 10: consumption.user_id = license.user_id", more, 1);
    compare("", more, 4);
}

/// A tree of `nodes` nodes, each below one of the tenth as many before it.
fn tree(name: &str, nodes: usize) -> String {
    (0..nodes).fold(String::new(), |mut text, node| {
        let parent = if node < 3 { String::new() } else { format!(" {name}{}", node / 10) };
        let _ = writeln!(text, "tree {name} {name}{node}{parent}");
        text
    })
}

/// Licenses in many places of three trees, most of them unlike any other, and demands all over these.
fn places(licenses: usize, head: &str) -> Little {
    let mut text = format!("{head}\n{}{}{}", tree("department", 150), tree("location", 150), tree("cost_center", 90));
    let field = |name: &str, value: usize, of: usize, null: usize| {
        if value.is_multiple_of(null) { String::new() } else { format!(" {name}={name}{}", value % of) }
    };
    for place in 0..licenses {
        let seats = place % 3;
        let _ = write!(text, "license L{place:03} P device {seats}");
        let _ = write!(text, "{}{}", field("department", place * 7, 150, 4), field("location", place * 11, 150, 3));
        let _ = writeln!(text, "{} unit_cost={}", field("cost_center", place * 13, 90, 5), place % 6 + 1);
    }
    for place in 0..licenses {
        let _ = write!(text, "use k{place:03} P a{place:03}{}", field("department", place * 17, 160, 9));
        let _ = writeln!(text, "{}{}", field("location", place * 19, 160, 8), field("cost_center", place * 23, 95, 7));
    }
    little(&text)
}

#[test]
fn within_trees() {
    for head in ["", "policy split_across_licenses=false", "rules none; require dept: consumption.department within license.department"] {
        let (few, many) = (places(60, head), places(300, head));
        assert_eq!(lookups(&few), 0, "{head}");
        assert!(lookups(&many) > 0, "{head}");
        for little in [few, many] {
            assert_eq!(agrees(&little), Ok(()), "{head}");
            assert!(!little.calculation.trace.grants.is_empty());
        }
    }
}

/// More licenses than a market of keys can have: what lookups touch is mended.
#[test]
fn large_markets() {
    let more = "prefer L007 a003 5000; prefer L108 a009 -4; forbid L001 a001; forbid L300 a030; prefer L303 #k003 7";
    let below = "consumption.department within license.department";
    let less = format!(
        "rules none; require place: consumption.location within license.location; affinity less -30: {below}; \
         affinity same 20: consumption.department = license.department; affinity center -7: consumption.cost_center within license.cost_center"
    );
    let several = "license M1 P instance 3 department=department2; license M2 P site - location=location140; license M3 P instance 9";
    for head in [
        String::new(),
        "policy split_across_licenses=false\npolicy partial_cover=true".to_owned(),
        format!("require dept: {below}"),
        format!("rules none; require dept: {below}; require place: consumption.location within license.location"),
        less,
        several.to_owned(),
    ] {
        let little = places(520, &format!("{head}\n{more}"));
        let market = &little.calculation.markets.own[0];
        assert!(market.keys.is_none() && market.touched.is_some(), "{head}");
        assert_eq!(agrees(&little), Ok(()), "{head}");
        hold_together(&little);
    }
}
