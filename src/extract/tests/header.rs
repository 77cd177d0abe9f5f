//! Which column is which field (contract §2), and what is said when one is not there.

use super::*;

fn with(columns: &[(&str, &str)], text: &str) -> (Desk, Result<Extract, Vec<ExtractError>>) {
    let desk = Desk::new(&[("data.csv", text)]);
    let mut spec = desk.spec(ExtractKind::Consumptions, &["data.csv"]);
    spec.columns = columns.iter().map(|(ours, theirs)| ((*ours).to_owned(), (*theirs).to_owned())).collect();
    let read = desk.read(&spec);
    (desk, read)
}

#[test]
fn columns_are_renamed() {
    let text = "id,product_id,Computer,env,,\nc1,P,PC-1,prod,x,y\n";
    let (desk, read) = with(&[("consumption_id", "id"), ("asset_id", "Computer"), ("user_id", "Computer"), ("environment", "env")], text);
    let extract = read.unwrap();
    assert_eq!(extract.consumption_ids.iter().collect::<Vec<_>>(), ["c1"]);
    assert_eq!(desk.column(&extract, "asset_id"), ["PC-1"]);
    assert_eq!(desk.column(&extract, "user_id"), ["PC-1"]);
    // Columns without a name are left out, and a renamed one is no attribute.
    assert_eq!(extract.attributes, ["environment"]);
    let fields: Vec<&str> = fields::fields(ExtractKind::Consumptions).iter().map(|field| field.name).skip(1).collect();
    assert_eq!(extract.frame.names[..fields.len()], fields);
}

#[test]
fn what_is_missing_or_double() {
    for (columns, header, parts) in [
        (
            &[][..],
            "consumption_id,asset_id",
            ["column product_id: the column is missing, and it is required; the file has consumption_id, asset_id", "product_id"],
        ),
        (
            &[],
            "consumption_id,Product ID,asset_id",
            [
                "column product_id: the column is missing",
                "did you mean \"Product ID\"? then say so in the job: columns = { product_id = \"Product ID\" }",
            ],
        ),
        (&[], "Product_ID,consumption_id,asset_id", ["column product_id", "did you mean \"Product_ID\""]),
        (
            &[("user_id", "Usr")],
            "consumption_id,product_id,asset_id,User",
            ["column Usr: the column is missing, and the job reads it as user_id", "did you mean \"User\"? correct the name"],
        ),
        (
            &[("asset_id", "Computer")],
            "consumption_id,product_id,asset_id,Computer",
            ["column asset_id: the job reads column Computer as asset_id", "other_asset_id"],
        ),
        (&[], "consumption_id,product_id,asset_id, asset_id ", ["column asset_id: the name occurs twice", "rename one of the two"]),
    ] {
        let (_, read) = with(columns, &format!("{header}\n"));
        let (code, message) = refusal(read);
        assert_eq!(code, 4, "{message}");
        assert!(message.starts_with("extract consumptions, file data.csv, "), "{message}");
        assert!(parts.iter().all(|part| message.contains(part)), "{message}");
    }
    let (_, read) = with(&[], "consumption_id;product_id;asset_id\n");
    assert!(read.unwrap_err()[0].to_string().contains("separator"));
}

#[test]
fn a_required_column_must_be_in_every_file_and_another_may_lack() {
    let desk = Desk::new(&[("a.csv", "user_id,name,team\nu1,Ann,x\n"), ("b.csv", "user_id\nu2\n"), ("c.csv", "name\nBob\n")]);
    let extract = desk.read(&desk.spec(ExtractKind::Users, &["a.csv", "b.csv"])).unwrap();
    assert_eq!(desk.column(&extract, "name"), ["Ann", "-"]);
    assert_eq!(desk.column(&extract, "team"), ["x", "-"]);
    let (code, message) = refusal(desk.read(&desk.spec(ExtractKind::Users, &["a.csv", "c.csv"])));
    assert_eq!(code, 4);
    assert!(message.starts_with("extract users, file c.csv, column user_id: "), "{message}");
}
