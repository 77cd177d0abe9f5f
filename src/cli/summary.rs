//! The end of a run for people: what it was about, how it came out, where to look. On a terminal a page that reads from top to
//! bottom; anywhere else one line. The numbers are given; nothing is counted here.

use super::terminal::Paint;
use crate::explain::notice::Notice;
use crate::model::date::Date;
use crate::model::decimal::format_places;
use crate::model::words::{DeficitReason, ExtractKind};
use crate::pipeline::results::Short;
use crate::run::memory::show;
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, Color, ContentArrangement, Table};
use std::path::PathBuf;

/// How many products the page names.
const WORST: usize = 5;

/// What the end of a run tells.
#[derive(Clone, Debug)]
pub struct RunSummary {
    /// The job's name.
    pub job: String,
    /// The date that it answers for.
    pub as_of: Date,
    /// The complete run: `OUTPUT/runs/RUN_ID`.
    pub folder: PathBuf,
    /// How long it took.
    pub seconds: f64,
    /// The most memory that it took, where the system tells.
    pub peak_bytes: Option<u64>,
    /// Rows of `positions`.
    pub products: u64,
    /// Pairs of a demand and a license that were weighed.
    pub pairs: u64,
    /// Accepted consumptions.
    pub consumptions: u64,
    /// Those of them that need no license (§4.1).
    pub not_needed: u64,
    /// Accepted licenses.
    pub licenses: u64,
    /// Covered demands, by the phase that covered them.
    pub covered: Covered,
    /// Demands in deficit by reason, the most frequent first; reasons without a demand are left out.
    pub reasons: Vec<(DeficitReason, u64)>,
    /// Products in deficit, the worst first; as many as there are.
    pub worst: Vec<Short>,
    /// Extracts with rejected rows.
    pub rejects: Vec<Rejected>,
    /// Consumptions and licenses, where they have no row.
    pub missed: Vec<ExtractKind>,
    /// Rows of `alerts` by severity.
    pub alerts: AlertCounts,
    /// What people are told of it.
    pub notice: Box<Notice>,
}

/// Covered demands by phase.
#[derive(Clone, Copy, Default, Debug)]
pub struct Covered {
    /// By an explicit assignment.
    pub direct: u64,
    /// As part of a bundle.
    pub bundle: u64,
    /// By the best affinity.
    pub affinity: u64,
    /// By a license of a newer version.
    pub downgrade: u64,
}

/// An extract with rejected rows.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// Which.
    pub extract: ExtractKind,
    /// How many rows were rejected.
    pub rows: u64,
    /// Of how many.
    pub of: u64,
}

/// Rows of `alerts`.
#[derive(Clone, Copy, Default, Debug)]
pub struct AlertCounts {
    /// Severity critical.
    pub critical: u64,
    /// Severity warning.
    pub warning: u64,
    /// Severity info.
    pub info: u64,
}

impl RunSummary {
    /// Demands in deficit.
    pub fn deficits(&self) -> u64 {
        self.reasons.iter().map(|(_, demands)| demands).sum()
    }

    /// Covered demands.
    fn covered_demands(&self) -> u64 {
        let Covered { direct, bundle, affinity, downgrade } = self.covered;
        direct + bundle + affinity + downgrade
    }

    /// The extracts without a row, one after the other.
    fn missed(&self, separator: &str) -> Option<String> {
        let codes: Vec<&str> = self.missed.iter().map(|extract| extract.code()).collect();
        (!codes.is_empty()).then(|| codes.join(separator))
    }

    fn rejected_rows(&self) -> u64 {
        self.rejects.iter().map(|rejected| rejected.rows).sum()
    }
}

/// The page for a terminal, or the line for anything else.
pub fn render(summary: &RunSummary, terminal: bool, color: bool) -> String {
    if terminal { page(summary, Paint { on: color }) } else { line(summary) }
}

/// Numbers without separators, always the same words, but for extracts without a row: for logs of a scheduler, and for `grep`.
fn line(summary: &RunSummary) -> String {
    let covered = summary.covered_demands();
    let deficits = summary.deficits();
    let missed = summary.missed(",").map(|missed| format!(" no_rows={missed}")).unwrap_or_default();
    format!(
        "{} {}: products={} demands={} covered={covered} deficits={deficits} rejected={} critical={} warning={} info={}{missed} run={}",
        summary.job,
        summary.as_of,
        summary.products,
        covered + deficits,
        summary.rejected_rows(),
        summary.alerts.critical,
        summary.alerts.warning,
        summary.alerts.info,
        summary.folder.display()
    )
}

fn page(summary: &RunSummary, paint: Paint) -> String {
    let mut blocks = vec![head(summary, paint), facts(summary, paint)];
    if !summary.worst.is_empty() {
        blocks.push(worst(summary, paint));
    }
    blocks.push(ways_on(summary, paint));
    blocks.join("\n\n")
}

fn head(summary: &RunSummary, paint: Paint) -> String {
    let short = summary.worst.len() as u64;
    let verdict = match short {
        0 => paint.green("every demand is covered"),
        _ => paint.red(&format!("{} of {} in deficit", count(short), plural(summary.products, "product", "products"))),
    };
    let memory = summary.peak_bytes.map(|bytes| format!(", {}", show(bytes))).unwrap_or_default();
    let took = paint.dim(&format!("({:.1} s{memory})", summary.seconds));
    format!("{} {}  {verdict}  {took}", paint.bold(&summary.job), summary.as_of)
}

fn facts(summary: &RunSummary, paint: Paint) -> String {
    let (covered, deficits) = (summary.covered_demands(), summary.deficits());
    let demands = covered + deficits;
    let from = format!(
        "of {}; {} no license",
        plural(summary.consumptions, "consumption", "consumptions"),
        if summary.not_needed == 1 { "1 needs".to_owned() } else { format!("{} need", count(summary.not_needed)) },
    );
    let mut rows = vec![
        ["Products".to_owned(), count(summary.products), format!("with {}", plural(summary.licenses, "license", "licenses"))],
        ["Demands".to_owned(), count(demands), from],
        ["Covered".to_owned(), count(covered), phases(summary.covered, share(covered, demands))],
    ];
    let reasons: Vec<String> = summary.reasons.iter().map(|(reason, demands)| format!("{} {}", count(*demands), reason.code())).collect();
    rows.push(["Deficits".to_owned(), count(deficits), reasons.join(" · ")]);
    if let Some(missed) = summary.missed(" · ") {
        rows.push(["No rows".to_owned(), count(summary.missed.len() as u64), missed]);
    }
    let rejects: Vec<String> =
        summary.rejects.iter().map(|it| format!("{} of {} {}", count(it.rows), count(it.of), it.extract.code())).collect();
    if !rejects.is_empty() {
        rows.push(["Rejected".to_owned(), count(summary.rejected_rows()), format!("rows: {}", rejects.join(" · "))]);
    }
    let AlertCounts { critical, warning, info } = summary.alerts;
    let alerts = format!("{} critical · {} · {} info", count(critical), plural(warning, "warning", "warnings"), count(info));
    rows.push(["Alerts".to_owned(), count(critical + warning + info), alerts]);
    let mut table = bare_table(paint);
    for [what, number, detail] in rows {
        let color = match what.as_str() {
            "Deficits" if deficits > 0 => Some(Color::DarkRed),
            "No rows" => Some(Color::DarkRed),
            "Rejected" => Some(Color::DarkYellow),
            "Alerts" if critical > 0 => Some(Color::DarkRed),
            _ => None,
        };
        table.add_row([Cell::new(what), colored(&number, color, paint), Cell::new(detail)]);
    }
    align_right(&mut table, &[1]);
    trimmed(&table)
}

fn phases(covered: Covered, share: String) -> String {
    let parts =
        [(covered.direct, "direct"), (covered.bundle, "by bundle"), (covered.affinity, "by affinity"), (covered.downgrade, "by downgrade")];
    let parts: Vec<String> =
        parts.iter().filter(|(demands, _)| *demands > 0).map(|(demands, how)| format!("{} {how}", count(*demands))).collect();
    if parts.is_empty() { share } else { format!("{share}: {}", parts.join(" · ")) }
}

fn worst(summary: &RunSummary, paint: Paint) -> String {
    let mut table = bare_table(paint);
    let bold = |title| if paint.on { Cell::new(title).add_attribute(Attribute::Bold) } else { Cell::new(title) };
    table.set_header(["Product", "Required", "Covered", "Short", "Cost"].map(bold));
    for product in summary.worst.iter().take(WORST) {
        let name = match &product.name {
            Some(name) if *name != product.product_id => format!("{}  {name}", product.product_id),
            _ => product.product_id.clone(),
        };
        let cost = product.deficit_cost.map_or_else(String::new, |cost| {
            format!("{} {}", separated(&format_places(cost, 2)), product.currency.as_deref().unwrap_or("")).trim_end().to_owned()
        });
        let covered = product.required - product.outstanding;
        let [required, covered, short] = [product.required, covered, product.outstanding].map(|number| separated(&number.to_string()));
        let short = colored(&short, Some(Color::DarkRed), paint);
        table.add_row([Cell::new(name), Cell::new(required), Cell::new(covered), short, Cell::new(cost)]);
    }
    align_right(&mut table, &[1, 2, 3, 4]);
    let more = summary.worst.len().saturating_sub(WORST);
    let rest = if more == 0 {
        String::new()
    } else {
        format!("\n  {}", paint.dim(&format!("and {} more, in positions.parquet", count(more as u64))))
    };
    format!("{}{rest}", trimmed(&table))
}

fn ways_on(summary: &RunSummary, paint: Paint) -> String {
    let mut ways = vec![["Results", &summary.folder.display().to_string()].map(str::to_owned)];
    if summary.deficits() > 0 {
        ways.push(
            ["Why", "`seatwise why ID` tells it of a demand, asset, user or license; deficits.parquet has a sentence for each"]
                .map(str::to_owned),
        );
    }
    if !summary.rejects.is_empty() {
        let table = summary.folder.join("rejects.parquet");
        ways.push(["Rejects".to_owned(), format!("{} has file, row, column and reason of each", table.display())]);
    }
    ways.iter().map(|[what, where_to]| format!("  {} {where_to}", paint.bold(&format!("{what:<8}")))).collect::<Vec<_>>().join("\n")
}

pub(super) fn bare_table(paint: Paint) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if paint.on {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

/// The table itself has to color its cells: escape sequences in a text would count as width.
pub(super) fn colored(text: &str, color: Option<Color>, paint: Paint) -> Cell {
    match color {
        Some(color) if paint.on => Cell::new(text).fg(color),
        _ => Cell::new(text),
    }
}

pub(super) fn align_right(table: &mut Table, columns: &[usize]) {
    for column in columns {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// Indented, and without blanks at the ends of lines.
pub(super) fn trimmed(table: &Table) -> String {
    table.lines().map(|line| format!(" {}", line.trim_end())).collect::<Vec<_>>().join("\n")
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "nothing to cover".to_owned();
    }
    // Rounded down, so that 100 % means all.
    let permille = u128::from(part) * 1000 / u128::from(whole);
    format!("{}.{} %", permille / 10, permille % 10)
}

pub(super) fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

pub(super) fn count(number: u64) -> String {
    separated(&number.to_string())
}

/// Bytes for people: `1.3 MB`, in steps of 1000.
pub(super) fn bytes(number: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB"), (1_000_000_000_000, "TB")];
    if number < 1000 {
        return plural(number, "byte", "bytes");
    }
    let tenths = |step: u64| (u128::from(number) * 10 + u128::from(step) / 2) / u128::from(step);
    let (step, unit) = UNITS.into_iter().find(|(step, _)| tenths(*step) < 10_000).unwrap_or(UNITS[3]);
    format!("{}.{} {unit}", separated(&(tenths(step) / 10).to_string()), tenths(step) % 10)
}

/// A comma between thousands.
pub(super) fn separated(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::decimal::ONE;

    fn summary() -> RunSummary {
        let short = |id: &str, name: Option<&str>, required, outstanding, cost: Option<i128>| Short {
            product_id: id.to_owned(),
            name: name.map(str::to_owned),
            required,
            outstanding,
            deficit_cost: cost.map(|cost| cost * ONE / 100),
            currency: cost.map(|_| "EUR".to_owned()),
        };
        RunSummary {
            job: "nightly".to_owned(),
            as_of: Date::from_ymd(2026, 11, 22).expect("a date"),
            folder: "out/nightly/runs/20261122T023000Z-3fa91c".into(),
            seconds: 3.118,
            peak_bytes: Some(700 << 20),
            products: 1214,
            pairs: 40_000_000,
            consumptions: 1_284_310,
            not_needed: 9_120,
            licenses: 3981,
            covered: Covered { direct: 40, bundle: 120, affinity: 12_106, downgrade: 60 },
            reasons: vec![(DeficitReason::CapacityExhausted, 80), (DeficitReason::RequirementFailed, 24), (DeficitReason::NoLicense, 1)],
            worst: vec![
                short("OFFICE", Some("Office Suite"), 10_400, 80, Some(1_600_050)),
                short("CAD", None, 12, 12, None),
                short("DB", Some("DB"), 20, 4, None),
            ],
            rejects: vec![Rejected { extract: ExtractKind::Licenses, rows: 12, of: 3993 }],
            missed: Vec::new(),
            alerts: AlertCounts { critical: 3, warning: 1, info: 10 },
            notice: Box::new(Notice::new(crate::explain::notice::Happened::Complete, "nightly")),
        }
    }

    #[test]
    fn extracts_without_a_row_are_named() {
        let missed = RunSummary { missed: vec![ExtractKind::Consumptions, ExtractKind::Licenses], ..summary() };
        let page = render(&missed, true, false);
        let row = page.lines().find(|line| line.contains("No rows")).expect("a row of the page");
        assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["No", "rows", "2", "consumptions", "·", "licenses"]);
        assert!(render(&missed, false, false).contains(" info=10 no_rows=consumptions,licenses run="));
    }

    #[test]
    fn a_page_for_a_terminal() {
        insta::assert_snapshot!(render(&summary(), true, false), @r"
        nightly 2026-11-22  3 of 1,214 products in deficit  (3.1 s, 700 MiB)

          Products   1,214  with 3,981 licenses
          Demands   12,431  of 1,284,310 consumptions; 9,120 need no license
          Covered   12,326  99.1 %: 40 direct · 120 by bundle · 12,106 by affinity · 60 by downgrade
          Deficits     105  80 capacity_exhausted · 24 requirement_failed · 1 no_license
          Rejected      12  rows: 12 of 3,993 licenses
          Alerts        14  3 critical · 1 warning · 10 info

          Product               Required  Covered  Short           Cost
          OFFICE  Office Suite    10,400   10,320     80  16,000.50 EUR
          CAD                         12        0     12
          DB                          20       16      4

          Results  out/nightly/runs/20261122T023000Z-3fa91c
          Why      `seatwise why ID` tells it of a demand, asset, user or license; deficits.parquet has a sentence for each
          Rejects  out/nightly/runs/20261122T023000Z-3fa91c/rejects.parquet has file, row, column and reason of each
        ");
    }

    #[test]
    fn a_page_without_trouble() {
        let calm = RunSummary { reasons: Vec::new(), worst: Vec::new(), rejects: Vec::new(), alerts: AlertCounts::default(), ..summary() };
        insta::assert_snapshot!(render(&calm, true, false), @r"
        nightly 2026-11-22  every demand is covered  (3.1 s, 700 MiB)

          Products   1,214  with 3,981 licenses
          Demands   12,326  of 1,284,310 consumptions; 9,120 need no license
          Covered   12,326  100.0 %: 40 direct · 120 by bundle · 12,106 by affinity · 60 by downgrade
          Deficits       0
          Alerts         0  0 critical · 0 warnings · 0 info

          Results  out/nightly/runs/20261122T023000Z-3fa91c
        ");
    }

    #[test]
    fn a_line_for_anything_else() {
        insta::assert_snapshot!(render(&summary(), false, false), @"nightly 2026-11-22: products=1214 demands=12431 covered=12326 deficits=105 rejected=12 critical=3 warning=1 info=10 run=out/nightly/runs/20261122T023000Z-3fa91c");
    }

    #[test]
    fn bytes_for_people() {
        let shown = [0, 1, 999, 1000, 1949, 1950, 999_949, 999_950, 2_000_000, 1_500_000_000, 5_000_000_000_000_000].map(bytes);
        let wanted =
            ["0 bytes", "1 byte", "999 bytes", "1.0 kB", "1.9 kB", "2.0 kB", "999.9 kB", "1.0 MB", "2.0 MB", "1.5 GB", "5,000.0 TB"];
        assert_eq!(shown, wanted);
    }

    #[test]
    fn colors_do_not_shift_columns() {
        let painted = render(&summary(), true, true);
        assert!(painted.contains("\u{1b}[31m"));
        let mut plain = String::new();
        let mut rest = painted.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            plain.push_str(before);
            rest = after.split_once('m').map_or("", |(_, after)| after);
        }
        plain.push_str(rest);
        // A blank may stand before the end of a color.
        let trimmed: Vec<&str> = plain.lines().map(str::trim_end).collect();
        assert_eq!(trimmed.join("\n"), render(&summary(), true, false));
    }
}
