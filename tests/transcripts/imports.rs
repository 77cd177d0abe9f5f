//! `init` and `import` where something is in the way, or is to be decided first.

use super::{Desk, assert_transcript};

#[test]
fn a_project_that_is_there() {
    let desk = Desk::new();
    let ended = ["init new", "init new", "init job.toml", "init job.toml/below"].map(|line| desk.type_line(line));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [0, 2, 2, 74].map(Some));
    assert_transcript("init", &ended);
}

#[test]
fn files_that_cannot_be_looked_at() {
    let desk = Desk::new();
    desk.write("book.xlsx", "PK");
    desk.write("wide.csv", [0xFF, 0xFE, b'a', 0, b',', 0, b'b', 0]);
    desk.write("report.csv", "Installed software\n\nComputer,Software,User\nPC-1,Draw,ann\nPC-2,Draw,bob\n");
    desk.write("shapes.csv", "Colour,Shape\nred,round\n");
    let lines = [
        "import book.xlsx",
        "import wide.csv",
        "import report.csv",
        "import shapes.csv",
        "import licences=licenses.csv",
        "import gone.csv",
    ];
    let ended = lines.map(|line| desk.type_line(line));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [3, 4, 4, 2, 3, 3].map(Some));
    assert_transcript("import-refused", &ended);
}

#[test]
fn what_is_to_be_decided_first() {
    let desk = Desk::new();
    desk.write("installs.csv", "Computer,Software,Installed On\nPC-1,Draw,03/04/2024\nPC-2,Draw,01/02/2024\nPC-3,Draw,n/a\n");
    desk.write(
        "list.csv",
        "Licence,Product,Qty,Metric,Unit Price\nL1,Draw,5,Per 2-Core Pack,\"1.234,50\"\nL2,Draw,5,Per Device,\"20,00\"\n",
    );
    let lines = [
        "import installs.csv --map",
        "import installs.csv list.csv --write new.toml",
        "import installs.csv list.csv --write new.toml --date-format %d/%m/%Y",
        "import users=installs.csv --map",
        "import list.csv --column seatz=Qty",
        "import list.csv --column seats=Quantity",
        "import list.csv --write job.toml",
    ];
    let ended = lines.map(|line| desk.type_line(line));
    assert_eq!(ended.iter().map(|ended| ended.code).collect::<Vec<_>>(), [2, 2, 0, 4, 2, 2, 2].map(Some));
    assert_transcript("import-open", &ended);
}
