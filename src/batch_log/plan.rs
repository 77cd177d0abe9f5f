//! What is written for which product (contract §7): `log.affinity`, cut down where a run has more pairs than `limits.max_pairs`,
//! and whether the file is compressed.

/// What the log says about pairs: `log.affinity`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum LogMode {
    /// A line for every (demand, usable license of its product).
    #[default]
    Pairs,
    /// The ranks 1 to 10 of each demand, and one counted line per failure.
    Top,
    /// No lines about pairs.
    Off,
}

impl LogMode {
    /// The word of the job file.
    pub fn code(self) -> &'static str {
        match self {
            LogMode::Pairs => "pairs",
            LogMode::Top => "top",
            LogMode::Off => "off",
        }
    }
}

/// A log of more pair lines than this is compressed, unless the job says otherwise.
pub const COMPRESS_ABOVE: u64 = 1_000_000;

/// What is written for each product.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogPlan {
    /// By product.
    pub modes: Vec<LogMode>,
    /// The products that are written as `top` for their size, ascending.
    pub reduced: Vec<u32>,
    /// The pair lines of the products that are written in full, and at most those of the others.
    pub lines: u64,
    /// Whether the log is `batch.log.zst`.
    pub compress: bool,
}

impl LogPlan {
    /// Plans a log: `pairs` and `demands` are the counts of each product. The largest products, of equal ones the last, are written
    /// as `top` until the others have at most `max_pairs` lines.
    pub fn new(mode: LogMode, pairs: &[u64], demands: &[u64], max_pairs: u64, compress: Option<bool>) -> Self {
        let mut modes = vec![mode; pairs.len()];
        let mut reduced = Vec::new();
        if mode == LogMode::Pairs {
            let mut by_size: Vec<usize> = (0..pairs.len()).collect();
            by_size.sort_by_key(|product| (pairs[*product], *product));
            let mut full: u64 = pairs.iter().sum();
            while full > max_pairs
                && let Some(largest) = by_size.pop()
            {
                full -= pairs[largest];
                modes[largest] = LogMode::Top;
                reduced.push(largest as u32);
            }
            reduced.sort_unstable();
        }
        // Ten ranks and a few failures: what `top` writes at most is near enough to choose a file's form by.
        let lines_of = |(product, mode): (usize, &LogMode)| match mode {
            LogMode::Pairs => pairs[product],
            LogMode::Top => pairs[product].min(demands.get(product).map_or(0, |count| count.saturating_mul(12))),
            LogMode::Off => 0,
        };
        let lines = modes.iter().enumerate().map(lines_of).sum();
        Self { modes, reduced, lines, compress: compress.unwrap_or(lines > COMPRESS_ABOVE) }
    }

    /// The mode of a product.
    pub fn mode(&self, product: u32) -> LogMode {
        self.modes.get(product as usize).copied().unwrap_or_default()
    }

    /// The name of the file.
    pub fn file_name(&self) -> &'static str {
        if self.compress { "batch.log.zst" } else { "batch.log" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_products_give_way() {
        let plan = LogPlan::new(LogMode::Pairs, &[5, 50, 7, 50], &[1, 1, 1, 1], 62, None);
        assert_eq!(plan.modes, [LogMode::Pairs, LogMode::Pairs, LogMode::Pairs, LogMode::Top]);
        assert_eq!((plan.reduced, plan.lines, plan.compress), (vec![3], 5 + 50 + 7 + 12, false));
        let plan = LogPlan::new(LogMode::Pairs, &[5, 50, 7, 50], &[1, 1, 1, 1], 61, None);
        assert_eq!(plan.reduced, [1, 3]);
        let plan = LogPlan::new(LogMode::Pairs, &[5, 50], &[1, 1], 0, None);
        assert_eq!(plan.reduced, [0, 1]);
    }

    #[test]
    fn long_logs_are_compressed_unless_told_otherwise() {
        let long = [COMPRESS_ABOVE + 1];
        assert_eq!(LogPlan::new(LogMode::Pairs, &long, &[9_000_000], u64::MAX, None).file_name(), "batch.log.zst");
        assert_eq!(LogPlan::new(LogMode::Pairs, &long, &[9_000_000], u64::MAX, Some(false)).file_name(), "batch.log");
        assert_eq!(LogPlan::new(LogMode::Pairs, &[COMPRESS_ABOVE], &[1], u64::MAX, None).file_name(), "batch.log");
        assert_eq!(LogPlan::new(LogMode::Off, &long, &[1], 0, None).file_name(), "batch.log");
        assert_eq!(LogPlan::new(LogMode::Top, &[10], &[1], 0, Some(true)).file_name(), "batch.log.zst");
    }
}
