//! Each reason of contract §2.1, and which comes first.

use super::*;
use ExtractKind::*;

#[test]
fn reasons() {
    for (kind, header, row, expected) in [
        (Licenses, "license_id,product_id", ",P", "1 license_id - missing_value"),
        (Licenses, "license_id,product_id,seats", "L,P,x", "1 seats x bad_value"),
        (Licenses, "license_id,product_id,seats", "L,P,1.0", "1 seats 1.0 bad_value"),
        (Licenses, "license_id,product_id,seats", "L,P,-1", "1 seats -1 out_of_range"),
        (Licenses, "license_id,product_id,seats", "L,P,0", ""),
        (Licenses, "license_id,product_id,cores", "L,P,0", "1 cores 0 out_of_range"),
        (Licenses, "license_id,product_id,seats", "L,P,1000000000001", "1 seats 1000000000001 out_of_range"),
        (Licenses, "license_id,product_id,metric", "L,P,cores", "1 metric cores not_in_list"),
        (Licenses, "license_id,product_id,metric", "L,P,Core", "1 metric Core not_in_list"),
        (Licenses, "license_id,product_id,metric", "L,P, core ", ""),
        (Licenses, "license_id,product_id,license_type", "L,P,saas", "1 license_type saas not_in_list"),
        (Licenses, "license_id,product_id,status", "L,P,active", "1 status active not_in_list"),
        (Licenses, "license_id,product_id,scope", "L,P,department; location ;", ""),
        (Licenses, "license_id,product_id,scope", "L,P,department;site", "1 scope department;site not_in_list"),
        (Licenses, "license_id,product_id,downgrade", "L,P,two", "1 downgrade two not_in_list"),
        (Licenses, "license_id,product_id,ends_on", "L,P,31/12/2026", "1 ends_on 31/12/2026 bad_value"),
        (Licenses, "license_id,product_id,ends_on", "L,P,2026-02-30", "1 ends_on 2026-02-30 bad_value"),
        (Licenses, "license_id,product_id,unit_cost", "L,P,-0.01", "1 unit_cost -0.01 out_of_range"),
        (Licenses, "license_id,product_id,unit_cost", "L,P,100000000000000", "1 unit_cost 100000000000000 out_of_range"),
        (Licenses, "license_id,product_id,unit_cost", "L,P,1e3", "1 unit_cost 1e3 bad_value"),
        (Licenses, "license_id,product_id,unit_cost", "L,P,1000000000000000000", "1 unit_cost 1000000000000000000 out_of_range"),
        (Products, "product_id,class", "P,paid", "1 class paid not_in_list"),
        (Assets, "asset_id,status", "A,lost", "1 status lost not_in_list"),
        (Users, "user_id,active", "U,yes", "1 active yes bad_value"),
        (Users, "user_id,active", "U,FALSE", ""),
        (Trees, "tree,node", "region,EU", "1 tree region not_in_list"),
        (Reservations, "reservation_id,license_id,dimension,value,seats", "R,L,team,x,1", "1 dimension team not_in_list"),
        (Reservations, "reservation_id,license_id,dimension,value,seats", "R,L,role,x,0", "1 seats 0 out_of_range"),
        (Consumptions, "consumption_id,product_id,asset_id,user_id", "C,P,,", "1 - - missing_value"),
        (Consumptions, "consumption_id,product_id,user_id", "C,P,U", ""),
        (Assignments, "license_id,asset_id,user_id", "L,,", "1 - - missing_value"),
        (Assignments, "license_id,asset_id,user_id", "L,A,U", "1 - - not_one_target"),
        (Assignments, "license_id,consumption_id", "L,C", ""),
        (Preferences, "license_id,asset_id,points", "L,A,", "1 - - not_one_target"),
        (Preferences, "license_id,asset_id,points,forbid", "L,A,5,true", "1 - - not_one_target"),
        (Preferences, "license_id,asset_id,points,forbid", "L,A,-5,false", ""),
        (Preferences, "license_id,asset_id,points,forbid", "L,A,,1", ""),
        (Preferences, "license_id,asset_id,user_id,forbid", "L,A,U,1", "1 - - not_one_target"),
        // The first that holds: by field in the order of §2, not of the file, then the row as a whole.
        (Consumptions, "quantity,product_id,consumption_id,started_on", "x,,C,y", "1 product_id - missing_value"),
        (Consumptions, "started_on,quantity,product_id,consumption_id", "y,0,P,C", "1 quantity 0 out_of_range"),
        (Consumptions, "note,started_on,product_id,consumption_id", "a\0b,y,P,C", "1 started_on y bad_value"),
        (Consumptions, "note,product_id,consumption_id", "a\0b,P,C", "1 note a␀b nul_character"),
        (Consumptions, "quantity,product_id,consumption_id", "1\0,P,C", "1 quantity 1␀ nul_character"),
    ] {
        let text = format!("{header}\n{row}\n");
        let (_, extract) = read_csv(kind, &text);
        assert_eq!(rejects(&extract).join(" / "), expected, "{kind:?} {header} {row:?}");
    }
}

#[test]
fn messages_say_what_was_found_and_expected() {
    let (_, extract) = read_csv(Licenses, "license_id,product_id,metric,seats\nL,P,cores,\nM,P,,-1\n,P,,\n");
    let messages: Vec<&str> = extract.rejects.iter().map(|reject| reject.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "metric is `cores`: one of device, core, processor, instance, concurrent, user, named_user, site is expected",
            "seats is -1: an integer from 0 to 10^12 is expected",
            "license_id is missing: every row needs one",
        ]
    );
}

#[test]
fn duplicates() {
    for (kind, text, expected, kept) in [
        (Users, "user_id,name\nu,a\nv,b\nu, a \n", "3 - u duplicate_row", 2),
        (Users, "user_id,name\nu,a\nv,b\nu,c\nu,a\n", "1 - u duplicate_id / 3 - u duplicate_id / 4 - u duplicate_id", 1),
        // Equal after parsing; an attribute counts too.
        (Assets, "asset_id,cores,rack\na,4,x\na,+04,x\nb,1,x\nb,1,y\n", "2 - a duplicate_row / 3 - b duplicate_id / 4 - b duplicate_id", 1),
        // Judged among rows that are good in themselves.
        (Assets, "asset_id,cores\na,4\na,x\n", "2 cores x bad_value", 1),
        (Consumptions, "consumption_id,product_id,user_id\nb,P,u\na,P,u\nb,P,u\n", "3 - b duplicate_row", 2),
        (Consumptions, "consumption_id,product_id,user_id\nb,P,u\na,P,u\nb,P,v\n", "1 - b duplicate_id / 3 - b duplicate_id", 1),
        (Trees, "tree,node,parent\nlocation,a,\ndepartment,a,b\nlocation,a,\n", "3 - location/a duplicate_row", 2),
        // Two parents stop the run: the builder of the tree must see them.
        (Trees, "tree,node,parent\nlocation,a,x\nlocation,a,y\n", "", 2),
        (Trees, "tree,node,parent,note\nlocation,a,x,1\nlocation,a,x,2\n", "1 - location/a duplicate_id / 2 - location/a duplicate_id", 0),
        (Bundles, "bundle_product_id,component_product_id\nB,C\nB,D\nB,C\n", "3 - B/C duplicate_row", 2),
        (Preferences, "license_id,asset_id,user_id,points\nL,A,,1\nL,,A,1\nL,A,,2\n", "1 - L/A duplicate_id / 3 - L/A duplicate_id", 1),
        (
            Assignments,
            "license_id,asset_id,reason\nL,A,x\nL,A,y\nL,A,x\nL,A,y\nL,B,x\n",
            "3 - L/A duplicate_row / 4 - L/A duplicate_row",
            3,
        ),
        (Licenses, "license_id,product_id\nL,P\nl,P\n", "", 2),
    ] {
        let (_, extract) = read_csv(kind, text);
        assert_eq!(rejects(&extract).join(" / "), expected, "{text}");
        assert_eq!(extract.frame.rows, kept, "{text}");
    }
}

#[test]
fn the_first_row_by_file_and_row_is_kept() {
    let desk = Desk::new(&[("b.csv", "user_id\nu\nv\n"), ("a.csv", "user_id\nw\n\nu\n")]);
    let extract = desk.read(&desk.spec(Users, &["b.csv", "a.csv"])).unwrap();
    assert_eq!(desk.column(&extract, "user_id"), ["w", "u", "v"]);
    assert_eq!((extract.rejects[0].file.as_str(), extract.rejects[0].row), ("b.csv", 1));
}

#[test]
fn consumptions_come_in_the_order_of_their_bytes() {
    let ids = ["C-10", "C-1", "C-2", "C-é", "C-", "C-00000000000000000000000000000002", "C-00000000000000000000000000000001", "C-Z"];
    let rows: String = ids.iter().map(|id| format!("{id},P-{id},u\n")).collect();
    let (desk, extract) = read_csv(Consumptions, &format!("consumption_id,product_id,user_id\n{rows}"));
    let mut sorted = ids.to_vec();
    sorted.sort();
    assert_eq!(extract.consumption_ids.iter().collect::<Vec<_>>(), sorted);
    assert_eq!(desk.column(&extract, "product_id"), sorted.iter().map(|id| format!("P-{id}")).collect::<Vec<_>>());
    assert_eq!(extract.frame.column("consumption_id"), None);
}

#[test]
fn a_long_value_is_cut() {
    let (_, extract) = read_csv(Trees, &format!("tree,node\n{},x\n", "é".repeat(300)));
    assert_eq!(extract.rejects[0].value.as_ref().map(|value| value.chars().count()), Some(201));
}
