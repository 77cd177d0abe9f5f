//! The standard rules of contract §5.3, in its order, as text in the rule language: they are read like a job's own.

/// (name, rule) of each standard requirement.
pub const REQUIREMENTS: &[(&str, &str)] = &[("location", "consumption.location within license.location")];

/// (name, rule, points) of each standard affinity.
pub const AFFINITIES: &[(&str, &str, i64)] = &[
    ("department-exact", "consumption.department = license.department", 3000),
    ("department-within", "consumption.department within license.department", 1500),
    ("cores-exact", "consumption.cores = license.cores", 1500),
    ("custodian", "consumption.user_id = license.user_id", 1000),
    ("big-server", "consumption.cores >= 16 and license.metric = \"processor\"", 1000),
    ("small-server", "consumption.cores <= 8 and license.metric = \"core\"", 1000),
    ("location-exact", "consumption.location = license.location", 800),
    ("location-within", "consumption.location within license.location", 400),
    ("cost-center-exact", "consumption.cost_center = license.cost_center", 300),
    ("cost-center-within", "consumption.cost_center within license.cost_center", 200),
];
