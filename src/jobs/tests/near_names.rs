//! Names that are nearly a field's.

use super::super::near_names;
use super::{LEAST, load};

fn warned(columns: &str, more: &str) -> Vec<String> {
    near_names(&load(&format!("{LEAST}{columns}\n{more}")).unwrap_or_else(|error| panic!("{error}")))
}

const RULE: &str = "[[affinity]]\nname = \"r\"\npoints = 1\nrule = ";

#[test]
fn a_slip_is_told_with_what_was_meant() {
    assert_eq!(
        warned("columns = { seets = \"Seats\", Metric = \"Metric\", colour = \"Colour\" }", ""),
        [
            "licenses: `Metric` is no field; it is read as an attribute. Did you mean `metric`?",
            "licenses: `seets` is no field; it is read as an attribute. Did you mean `seats`?"
        ]
    );
    assert_eq!(
        warned("join = { contractid = [\"A\", \"B\"] }", ""),
        ["licenses: `contractid` is no field; it is read as an attribute. Did you mean `contract_id`?"]
    );
}

#[test]
fn an_attribute_that_somebody_means_is_none() {
    let seets = "columns = { seets = \"Seats\" }";
    assert_eq!(warned("columns = { seats = \"Seats\" }", ""), [""; 0]);
    assert_eq!(warned(seets, &format!("{RULE}\"license.seets > 5\"")), [""; 0]);
    assert_eq!(warned(&format!("{seets}\ntypes = {{ seets = \"integer\" }}"), ""), [""; 0]);
    assert_eq!(warned("columns = { regions = \"R\", locations = \"L\" }", "[attributes]\nlocations = \"location\""), [""; 0]);
    // What another side reads under that name is another attribute.
    assert_eq!(warned(seets, &format!("{RULE}\"consumption.seets > 5\"")).len(), 1);
    let users = "[extracts.users]\npath = \"u.csv\"\ncolumns = { role = \"Role\" }\n";
    assert_eq!(warned("", users), ["users: `role` is no field; it is read as an attribute. Did you mean `roles`?"]);
    let entitle = "[[entitle]]\nname = \"e\"\nproduct = \"P\"\nwhen = \"user.role = \\\"x\\\"\"";
    assert_eq!(warned("", &format!("{users}{entitle}")), [""; 0]);
}
