//! Why a demand is in deficit, and what the row says of it (contract §4.9).

use super::check;

#[test]
fn reasons() {
    check(
        "
        no license | use c P a | P/a deficit no_license units=1 candidates=0
        no usable one | license L P device 5 status=pending; license M P device 5 ends_on=2020-01-01; use c P a | P/a deficit no_usable_license
        another product's | license L Q device 5; use c P a | P/a deficit no_license
        what came closest | product P metric=device; license A P user 1; license B P device 1 location=x; use c P a location=y | P/a deficit requirement_failed requirement=location
        a ban is closer than unknown units | product P metric=device; license A P core 4; license B P device 1; forbid B a; use c P a | P/a deficit forbidden
        unknown units before the ban | license A P core 4; forbid A a; use c P a | P/a deficit units_unknown
        the requirement that most fail | rules none; require r1: consumption.env = license.env; require r2: consumption.zone = license.zone; license A P device 1 env=x; license B P device 1 zone=x; license C P device 1 zone=x; use c P a env=e zone=z | P/a deficit requirement_failed requirement=r2
        of equals the first | rules none; require r1: consumption.env = license.env; require r2: consumption.zone = license.zone; license A P device 1 env=x; license B P device 1 zone=x; use c P a env=e zone=z | P/a deficit requirement_failed requirement=r1
        a license fails once | rules none; require r1: consumption.env = license.env; require r2: consumption.zone = license.zone; license A P device 1 env=x zone=x; license B P device 1 env=x zone=x; license C P device 1 zone=x; use c P a env=e zone=z | P/a deficit requirement_failed requirement=r1
        one candidate is enough | license A P device 0; license B P device 5 location=x; use c P a location=y | P/a deficit capacity_exhausted candidates=1 best=A
        a seat was free at its turn | license L P core 5; use c1 P a cores=10; use c2 P b cores=3 | P/b <- L 3 affinity turn=1, P/a deficit all_or_nothing free=2 turn=2
        none was free at its turn | license L P core 3; use c1 P a cores=10; use c2 P b cores=3 | P/b <- L 3 affinity, P/a deficit capacity_exhausted free=0 best=L cut_off=1000
        ",
    );
}

#[test]
fn units() {
    check(
        "
        cores | product P metric=core; use c P a cores=6 | P/a deficit no_license units=6
        unknown cores | product P metric=core; use c P a | P/a deficit no_license units=1
        min_units | product P metric=core min_units=8; use c P a cores=6 | P/a deficit no_license units=8
        a site product | product P metric=site; use c P a | P/a deficit no_license units=1
        instances | product P metric=instance; use c P a quantity=4 | P/a deficit no_license units=4
        users | product P metric=user devices_per_user=1; use c1 P a@u; use c2 P b@u | P/u deficit no_license units=2
        ",
    );
}
