//! `seatwise show` over a published run: its rows are those of the tables, the worst first.

use super::pages::Office;
use seatwise::answers::sheet::{Sheet, text};
use seatwise::answers::show;
use std::collections::BTreeSet;

fn column(sheet: &Sheet, name: &str) -> Vec<String> {
    let place = sheet.place(name).expect("a column");
    sheet.rows.iter().map(|row| text(&row[place])).collect()
}

#[test]
fn positions_come_whole_and_the_worst_first() {
    let office = Office::company();
    let sheet = show::positions(&office.run).expect("positions");
    let table = office.table("positions");
    assert_eq!(sheet.columns, table.columns);
    let shown: BTreeSet<Vec<String>> = sheet.rows.iter().map(|row| row.iter().map(text).collect()).collect();
    let published: BTreeSet<Vec<String>> =
        table.rows.iter().map(|row| row.iter().map(|cell| cell.clone().unwrap_or_default()).collect()).collect();
    assert_eq!(shown, published);
    let order = ["under_licensed", "over_licensed", "compliant", "not_licensable"];
    let standing = |status: &String| order.iter().position(|other| other == status).expect("a status");
    assert!(column(&sheet, "status").iter().is_sorted_by_key(standing));
    let costs: Vec<f64> = column(&sheet, "deficit_cost")
        .iter()
        .zip(column(&sheet, "status"))
        .filter(|(_, status)| status == "under_licensed")
        .map(|(cost, _)| cost.parse().unwrap_or(0.0))
        .collect();
    assert!(costs.len() > 3 && costs.is_sorted_by(|one, other| one >= other), "{costs:?}");
}

#[test]
fn a_license_shows_what_usage_counts() {
    let office = Office::company();
    let usage = office.table("usage");
    let mut given = 0;
    for row in (0..usage.rows.len()).step_by(4) {
        let id = usage.cell(row, "license_id").expect("a license");
        let sheet = show::license(&office.run, id).expect("a sheet");
        let units: i64 = column(&sheet, "units").iter().map(|units| units.parse::<i64>().expect("a number")).sum();
        assert_eq!(Some(units), usage.number(row, "allocated"), "{id}");
        given += units;
    }
    assert!(given > 0);
}

/// Every consumption that an extract has on an asset, or of a user, leads to a row.
#[test]
fn an_asset_and_a_user_show_all_that_they_hold() {
    let office = Office::company();
    let (allocations, deficits) = (office.table("allocations"), office.table("deficits"));
    for (column_name, kind) in [("asset_id", "asset"), ("user_id", "user")] {
        let ids: BTreeSet<&str> = allocations.column(column_name).chain(deficits.column(column_name)).flatten().collect();
        for id in ids.into_iter().step_by(40) {
            let sheet = if kind == "asset" { show::asset(&office.run, id) } else { show::user(&office.run, id) }.expect("a sheet");
            let shown: BTreeSet<(String, String)> = column(&sheet, "demand_id").into_iter().zip(column(&sheet, "license_id")).collect();
            for (table, license) in [(&allocations, true), (&deficits, false)] {
                for row in (0..table.rows.len()).filter(|row| table.cell(*row, column_name) == Some(id)) {
                    let demand = table.cell(row, "demand_id").expect("a demand").to_owned();
                    let license = if license { table.cell(row, "license_id").expect("a license") } else { "" };
                    assert!(shown.contains(&(demand.clone(), license.to_owned())), "{kind} {id}: {demand} by {license:?} is not shown");
                }
            }
        }
    }
}

/// The contract adds up the seats of a product's licenses, whatever they count; whoever reads the sum is told.
#[test]
fn seats_of_unlike_units_are_said_to_be_so() {
    let office = Office::company();
    let (usage, positions) = (office.table("usage"), office.table("positions"));
    let (mut alike, mut unlike) = (0, 0);
    for id in positions.column("product_id").flatten() {
        let counts = |row: &usize| {
            let usable = matches!(usage.cell(*row, "status"), Some("active" | "expiring" | "grace"));
            usable && usage.cell(*row, "product_id") == Some(id) && usage.cell(*row, "seats").is_some()
        };
        let metrics: BTreeSet<_> = (0..usage.rows.len()).filter(counts).map(|row| usage.cell(row, "metric")).collect();
        let title = show::product(&office.run, id).expect("a sheet").title;
        assert_eq!(title.contains("add up unlike units: "), metrics.len() > 1, "{title}");
        assert_eq!(title.contains("The seats of its licenses are counted in "), metrics.len() == 1, "{title}");
        alike += usize::from(metrics.len() == 1);
        unlike += usize::from(metrics.len() > 1);
    }
    assert!(alike > 0 && unlike > 0, "{alike} {unlike}");
    let row = usage.column("metric").position(|metric| metric == Some("named_user")).expect("a license for named users");
    let title = show::license(&office.run, usage.cell(row, "license_id").expect("a license")).expect("a sheet").title;
    assert!(title.contains(", counted in named users, is "), "{title}");
}

#[test]
fn a_product_shows_its_deficits() {
    let office = Office::company();
    let positions = office.table("positions");
    for row in 0..positions.rows.len() {
        let id = positions.cell(row, "product_id").expect("a product");
        let sheet = show::product(&office.run, id).expect("a sheet");
        let units: i64 = column(&sheet, "units").iter().map(|units| units.parse::<i64>().expect("a number")).sum();
        assert_eq!(Some(units), positions.number(row, "outstanding"), "{id}");
    }
    let error = show::product(&office.run, "PM-WRITTER").expect_err("there is none");
    assert_eq!((error.exit_code, error.message.contains("did you mean PM-WRITER?")), (2, true), "{}", error.message);
}
