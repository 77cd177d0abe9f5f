//! What can be asked of a published run: the clap types of `why` and `show`.

use super::which_run::WhichRun;
use clap::{Args, Subcommand, ValueEnum};

/// `why`.
#[derive(Args, Debug)]
#[command(after_help = WHY_EXAMPLES)]
pub struct WhyArgs {
    /// An asset, user, consumption, demand or license, by its identifier
    #[arg(value_name = "SUBJECT")]
    pub subject: String,
    /// What the subject is, where several things have its name
    #[arg(long, value_name = "KIND")]
    pub kind: Option<SubjectKind>,
    /// Only what is about this product
    #[arg(long, value_name = "PRODUCT_ID")]
    pub product: Option<String>,
    /// Print JSON, with every license that was weighed
    #[arg(long)]
    pub json: bool,
    /// Show long lists to their end
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub which: WhichRun,
}

/// What `--kind` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SubjectKind {
    /// A license.
    License,
    /// An asset.
    Asset,
    /// A user.
    User,
    /// A demand.
    Demand,
    /// A consumption.
    Consumption,
}

const WHY_EXAMPLES: &str = "Examples:
  seatwise why PC-42 --job jobs/nightly.toml
  seatwise why OFFICE/PC-42 --output out/nightly --as-of 2026-11-22
  seatwise why L-9 --job jobs/nightly.toml --all
  seatwise why u17 --kind user --product OFFICE --json

It reads what a run published, and nothing else. An unknown subject exits with 2, and names what is near; without a
published run it exits with 3.";

/// `show`.
#[derive(Args, Debug)]
#[command(after_help = SHOW_EXAMPLES, args_conflicts_with_subcommands = false, subcommand_precedence_over_arg = true)]
pub struct ShowArgs {
    /// From which angle; without one, the position of all products, the worst first.
    #[command(subcommand)]
    pub angle: Option<Angle>,
    /// The form to show it in
    #[arg(long, value_name = "FORM", default_value = "table", global = true)]
    pub format: SheetFormat,
    /// Only positions of this status: under_licensed, over_licensed, compliant or not_licensable
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,
    /// Only rows that this holds for, such as outstanding>0 or name~office; may be given several times
    #[arg(long, value_name = "CONDITION", global = true)]
    pub filter: Vec<String>,
    /// Sort by this column, downwards with a - before it; may be given several times
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true, global = true)]
    pub sort: Vec<String>,
    /// So many rows at most
    #[arg(long, value_name = "ROWS", global = true)]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub which: WhichRun,
}

/// From where `show` looks.
#[derive(Subcommand, Debug)]
pub enum Angle {
    /// What is allocated to a license
    #[command(after_help = "Examples:\n  seatwise show license L-9 --job jobs/nightly.toml")]
    License {
        /// The license
        id: String,
    },
    /// What covers an asset
    #[command(after_help = "Examples:\n  seatwise show asset PC-42 --job jobs/nightly.toml")]
    Asset {
        /// The asset
        id: String,
    },
    /// What a user holds
    #[command(after_help = "Examples:\n  seatwise show user u17 --job jobs/nightly.toml --format json")]
    User {
        /// The user
        id: String,
    },
    /// What is in deficit for a product
    #[command(after_help = "Examples:\n  seatwise show product OFFICE --job jobs/nightly.toml --sort -best_score")]
    Product {
        /// The product
        id: String,
    },
}

/// What `--format` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SheetFormat {
    /// Columns for people.
    Table,
    /// Every column, with texts that look like formulas made harmless.
    Csv,
    /// Every column, for machines.
    Json,
}

const SHOW_EXAMPLES: &str = "Examples:
  seatwise show --job jobs/nightly.toml
  seatwise show --job jobs/nightly.toml --status under_licensed --sort -outstanding --limit 10
  seatwise show --output out/nightly --filter available>0 --format csv
  seatwise show asset PC-42 --job jobs/nightly.toml

It reads what a run published, and nothing else. Exit codes are those of why.";
