//! Files as other programs write them, looked at as a whole.

use super::{Asked, IntakeError, Proposal, propose};
use crate::model::words::ExtractKind;
use tempfile::TempDir;

fn look(name: &str, bytes: impl AsRef<[u8]>) -> Result<Proposal, IntakeError> {
    look_as(name, bytes, &Asked::default()).1
}

fn look_as(name: &str, bytes: impl AsRef<[u8]>, asked: &Asked) -> (TempDir, Result<Proposal, IntakeError>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let proposal = propose(&path.display().to_string(), asked);
    (folder, proposal)
}

/// `our field=Their Heading`, in the order of the file.
fn mapping(proposal: &Proposal) -> Vec<String> {
    proposal.matches.iter().map(|found| format!("{}={}", found.field, proposal.headings[found.column])).collect()
}

/// What wrote it, the file, what it is, which column is which.
type Export = (&'static str, &'static str, ExtractKind, &'static [&'static str]);

const EXPORTS: &[Export] = &[
    (
        "ServiceNow, software installations: installed_on is the machine",
        "installed_on,display_name,publisher,version,install_date,last_used,discovery_source,u_cost_centre\n\
            PC-1,Draw 5,Acme,5.1,2024-05-13 10:11:12,2026-10-01 08:00:00,SCCM,CC1\nPC-2,Draw 5,Acme,5.1,2024-06-02 10:11:12,,SCCM,CC2\n",
        ExtractKind::Consumptions,
        &[
            "asset_id=installed_on",
            "product_id=display_name",
            "started_on=install_date",
            "last_used_on=last_used",
            "cost_center=u_cost_centre",
        ],
    ),
    (
        "Lansweeper: AssetName, softwareName, installDate",
        "AssetName;Domain;softwareName;softwareVersion;SoftwarePublisher;installDate;Username\n\
            PC-1;CORP;Draw 5;5.1;Acme;13.05.2024 00:00:00;ann\nPC-2;CORP;Draw 5;5.1;Acme;02.06.2024 00:00:00;bob\n",
        ExtractKind::Consumptions,
        &["asset_id=AssetName", "product_id=softwareName", "started_on=installDate", "user_id=Username"],
    ),
    (
        "Intune: discovered apps",
        "ApplicationName,ApplicationVersion,DeviceName,UserName,Email Address,Platform\n\
            Draw 5,5.1,PC-1,ann,ann@x.example,Windows\nDraw 5,5.1,PC-2,bob,bob@x.example,Windows\n",
        ExtractKind::Consumptions,
        &["product_id=ApplicationName", "asset_id=DeviceName", "user_id=UserName"],
    ),
    (
        "ServiceNow, entitlements",
        "Entitlement ID,Software model,Metric group,License metric,Purchased rights,Active rights,Start date,End date,Unit cost,Vendor,PO number,State\n\
            E1,Draw 5,Common,Per Device,10,10,05/13/2024,05/12/2027,99.50,Acme,PO-7,In use\nE2,Cad,Common,Per User,5,5,06/20/2024,,20,Acme,PO-8,Retired\n",
        ExtractKind::Licenses,
        &[
            "license_id=Entitlement ID",
            "product_id=Software model",
            "metric=License metric",
            "seats=Purchased rights",
            "starts_on=Start date",
            "ends_on=End date",
            "unit_cost=Unit cost",
            "vendor=Vendor",
            "contract_id=PO number",
            "status=State",
        ],
    ),
    (
        "Flexera-like",
        "License name\tPublisher\tLicense type\tEntitled\tPurchase date\tExpiry date\tUnit price\tCurrency\n\
            Draw 5\tAcme\tNamed User\t10\t2024-05-13\t2027-05-12\t99.50\tEUR\nCad\tAcme\tConcurrent User\t3\t2024-05-14\t\t10\tEUR\n",
        ExtractKind::Licenses,
        &[
            "product_id=License name",
            "vendor=Publisher",
            "metric=License type",
            "seats=Entitled",
            "starts_on=Purchase date",
            "ends_on=Expiry date",
            "unit_cost=Unit price",
            "currency=Currency",
        ],
    ),
    (
        "people's own list of licenses",
        "Product,SKU,Serial,Purchase Qty,License Expiry,Support End,Cost Centre,Dept,Site\n\
            Draw,D-1,SN-1,5,13/05/2027,13/05/2026,C1,Lab,Leeds\nDraw,D-1,SN-2,5,14/05/2027,13/05/2026,C1,Lab,Leeds\n",
        ExtractKind::Licenses,
        &[
            "product_id=Product",
            "license_id=Serial",
            "seats=Purchase Qty",
            "ends_on=License Expiry",
            "renews_on=Support End",
            "cost_center=Cost Centre",
            "department=Dept",
            "location=Site",
        ],
    ),
    (
        "SCCM, computers",
        "Device Name,Serial Number,Primary User,Operating System,CPU Cores,Sockets,Location,Status\nPC-1,S1,ann,Windows,8,1,Leeds,Active\nPC-2,S2,bob,Windows,4,1,Lyon,Retired\n",
        ExtractKind::Assets,
        &["asset_id=Device Name", "user_id=Primary User", "cores=CPU Cores", "processors=Sockets", "location=Location", "status=Status"],
    ),
    (
        "a directory of people",
        "sAMAccountName,DisplayName,Enabled,Department,Office,LastLogonDate\nann,Ann A,True,Lab,Leeds,2026-11-01\nbob,Bob B,False,Lab,Lyon,2026-01-01\n",
        ExtractKind::Users,
        &[
            "user_id=sAMAccountName",
            "name=DisplayName",
            "active=Enabled",
            "department=Department",
            "location=Office",
            "last_login_on=LastLogonDate",
        ],
    ),
    (
        "a catalog",
        "SKU,Title,Publisher,Metric,List Price,Currency\nD-1,Draw,Acme,Per Device,99.50,EUR\nC-1,Cad,Acme,Per User,20,EUR\n",
        ExtractKind::Products,
        &["product_id=SKU", "name=Title", "publisher=Publisher", "metric=Metric", "unit_price=List Price", "currency=Currency"],
    ),
];

/// Headings as the tools write them; what the file is is told by its columns alone.
#[test]
fn exports_of_many_tools() {
    for (tool, text, kind, expected) in EXPORTS {
        let proposal = look("export.csv", text).unwrap_or_else(|error| panic!("{tool}: {error}"));
        assert_eq!(proposal.kind, *kind, "{tool}");
        assert_eq!(mapping(&proposal), *expected, "{tool}");
        assert_eq!((proposal.trial.rejected, proposal.trial.errors.len()), (0, 0), "{tool}: {:?}", proposal.trial);
        assert_eq!(proposal.open(), Vec::<String>::new(), "{tool}");
    }
}

#[test]
fn dates_are_told_or_left_open() {
    let look = |days: [&str; 2]| {
        let text = format!("Computer,Software,Installed On\nPC-1,Draw,{}\nPC-2,Draw,{}\n", days[0], days[1]);
        look("installs.csv", text).expect("a proposal")
    };
    for (days, format) in [
        (["13/05/2024", "01/02/2024"], Some("%d/%m/%Y")),
        (["05/13/2024", "01/02/2024"], Some("%m/%d/%Y")),
        (["5/13/2024 12:00:00 AM", "1/2/2024 1:30:00 PM"], Some("%m/%d/%Y %I:%M:%S %p")),
        (["13.05.2024 08:15", "01.02.2024 9:00"], Some("%d.%m.%Y %H:%M")),
        (["13-May-2024", "01-Feb-24"], Some("%d-%b-%Y")),
        (["2024-05-13", "2024-02-01T10:00:00Z"], None),
    ] {
        let dates = look(days).dates;
        // Half of the values of the fifth are of another form: too few to be sure, so nothing is said.
        let expected = if days[1] == "01-Feb-24" { None } else { format };
        assert_eq!(dates.format.as_deref(), expected, "{days:?}");
        assert!(dates.open.is_empty(), "{days:?}");
    }
    let open = look(["03/04/2024", "01/02/2024"]);
    assert_eq!(open.dates.open, ["%d/%m/%Y", "%m/%d/%Y"]);
    assert_eq!(open.dates.format, None);
    assert_eq!(
        open.open(),
        ["dates such as 01/02/2024 may be 2024-02-01 (%d/%m/%Y) or 2024-01-02 (%m/%d/%Y): say which with --date-format"]
    );
    let asked = Asked { date_format: Some("%m/%d/%Y".to_owned()), ..Asked::default() };
    let (_folder, said) = look_as("installs.csv", "Computer,Software,Installed On\nPC-1,Draw,03/04/2024\n", &asked);
    assert_eq!(said.expect("a proposal").dates.format.as_deref(), Some("%m/%d/%Y"));
}

#[test]
fn what_cannot_be_read_is_told_with_the_way_out() {
    let refused = |name: &str, bytes: &[u8]| {
        let error = look(name, bytes).expect_err(name);
        (error.code, error.problem, error.remedy)
    };
    let (code, problem, remedy) = refused("book.xlsx", b"PK\x03\x04");
    assert_eq!((code, problem.as_str()), (3, "it is a workbook, and seatwise reads CSV and Parquet"));
    assert!(remedy.contains("CSV UTF-8"), "{remedy}");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain("Computer,Software\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let (code, problem, remedy) = refused("wide.csv", &utf16);
    assert_eq!(code, 4);
    assert!(problem.contains("UTF-16") && remedy.contains("iconv -f UTF-16 -t UTF-8"), "{problem} {remedy}");
    let (code, problem, remedy) = refused("report.csv", b"Installed software\n\nComputer,Software,User\nPC-1,Draw,ann\nPC-2,Draw,bob\n");
    assert_eq!(code, 4);
    assert!(problem.contains("line 3") && remedy.contains("tail -n +3"), "{problem} {remedy}");
    let (code, problem, _) = refused("notes.csv", b"Colour,Shape\nred,round\n");
    assert_eq!(code, 2);
    assert!(problem.contains("its columns are Colour, Shape"), "{problem}");
    assert_eq!(refused("none.csv", b"").0, 3);

    let latin = look("installs.csv", b"Computer,Software,User\nPC-1,Draw,M\xFCller\nPC-2,Draw,bob\n").expect("a proposal");
    assert!(latin.notes[0].contains("ISO-8859-1"), "{:?}", latin.notes);
    assert_eq!((latin.trial.accepted(), latin.trial.rejected), (1, 1));
}

/// What is not clear stands as a comment, and what would lose most of its rows is taken back.
#[test]
fn what_is_not_clear_is_left_open() {
    let text = "License No,Product,Qty,Metric,Unit Price\nL1,Draw,5,Per 2-Core Pack,\"1.234,50 EUR\"\nL2,Draw,5,Per Device,\"20,00 EUR\"\n";
    let proposal = look("licenses.csv", text).expect("a proposal");
    assert_eq!(mapping(&proposal), ["license_id=License No", "product_id=Product", "seats=Qty", "metric=Metric"]);
    assert_eq!(proposal.doubts.len(), 1);
    let section = super::section::section(&proposal, "licenses.csv");
    assert!(
        section.contains(
            "# unit_cost = \"Unit Price\"  # DECIDE: none are amounts; such as \"1.234,50 EUR\" cannot be read: write it as 1234.50"
        ),
        "{section}"
    );
    assert!(section.contains("# \"Per 2-Core Pack\" = \"\"  # DECIDE, 1 row: one of device, core"), "{section}");
    assert!(section.contains("\"Per Device\" = \"device\"  # 1 row"), "{section}");
    assert_eq!(proposal.trial.rejected, 1, "{:?}", proposal.trial);
}

#[test]
fn an_identifier_is_made_of_as_few_columns_as_will_do() {
    let join = |text: &str| look("installs.csv", text).expect("a proposal").join.map(|join| join.headings);
    let two = "Computer,Software,Edition\nPC-1,Draw,Pro\nPC-1,Cad,Pro\nPC-2,Draw,Pro\n";
    assert_eq!(join(two), Some(vec!["Computer".to_owned(), "Software".to_owned()]));
    let three = "Computer,Software,Edition\nPC-1,Draw,Pro\nPC-1,Draw,Lite\nPC-2,Draw,Pro\n";
    assert_eq!(join(three), Some(vec!["Computer".to_owned(), "Software".to_owned(), "Edition".to_owned()]));
    // Rows that are equal in all are one row that stands twice.
    let twice = "Computer,Software,Edition\nPC-1,Draw,Pro\nPC-1,Draw,Pro\nPC-2,Draw,Pro\n";
    assert_eq!(join(twice), Some(vec!["Computer".to_owned(), "Software".to_owned()]));
}
