//! How much of a run is embedded. Totals are always of everything; rows and answers are of what matters most, so that the file
//! stays small enough to open at once, and making it takes no time worth telling beside the run. What is left out the page says.

/// So many of each at most.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// A run with no more demands than this has an answer on every demand and every license.
    pub whole_demands: usize,
    pub products: usize,
    pub licenses: usize,
    pub deficits: usize,
    /// Of one product, so that one does not take the room of all.
    pub deficits_of_product: usize,
    pub alerts: usize,
    pub advice: usize,
    pub movements: usize,
    pub rejects: usize,
    /// Rows of (department or location, product).
    pub usage_rows: usize,
    pub dates: usize,
    /// Demands with an answer, in a larger run.
    pub told_demands: usize,
    pub told_of_product: usize,
    /// Licenses with an answer, in a larger run, and the grants that they may have together.
    pub told_licenses: usize,
    pub told_grants: usize,
    /// The demands of all products that answers are about, in a larger run: so much must be read for them.
    pub reach: i64,
    /// Rows of a license's holders, and of those that it turned away.
    pub holders: usize,
    /// Bytes of the text of answers.
    pub told_bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            whole_demands: 2_000,
            products: 1_500,
            licenses: 1_200,
            deficits: 1_500,
            deficits_of_product: 40,
            alerts: 500,
            advice: 400,
            movements: 400,
            rejects: 100,
            usage_rows: 2_500,
            dates: 31,
            told_demands: 240,
            told_of_product: 8,
            told_licenses: 60,
            told_grants: 6_000,
            reach: 40_000,
            holders: 40,
            told_bytes: 1_400_000,
        }
    }
}
