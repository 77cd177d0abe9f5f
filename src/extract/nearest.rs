//! The nearest of some names, for remedies: `did you mean "asset_id"?`.

/// The candidate with the fewest edits from `wanted`, if few enough to be a slip: at most a third of its letters. Case does not
/// count as an edit, since it is the commonest slip. Of equals the first.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = wanted.to_lowercase().chars().collect();
    let allowed = (wanted.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = edits(&wanted, &candidate.to_lowercase().chars().collect::<Vec<_>>());
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// Insertions, deletions and substitutions from one to the other (Levenshtein), row by row.
pub fn edits(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (place, left) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = place + 1;
        for (column, right) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(left != right);
            diagonal = row[column + 1];
            row[column + 1] = substituted.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found_and_strangers_are_not() {
        let columns = ["assetid", "Product_ID", "user"];
        assert_eq!(nearest("asset_id", columns), Some("assetid"));
        assert_eq!(nearest("product_id", columns), Some("Product_ID"));
        assert_eq!(nearest("quantity", columns), None);
        assert_eq!(nearest("x", []), None);
    }
}
