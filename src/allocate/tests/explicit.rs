//! Explicit links: assignments, named users, preferences and bans (contract §4.3, §4.4, §5.3).

use super::check;

#[test]
fn assignments() {
    check(
        "
        before any affinity | license A P device 1 department=d; license B P device 1; use c P a department=d; assign B a | P/a <- B 1 direct turn=1 covered=1
        of a user | license L P user 1; use c P @u; assign L @u | P/u <- L 1 direct
        of a consumption | license L P device 1; use c P a; assign L #c | P/a <- L 1 direct
        the earlier first | license L P device 1; use c1 P a; use c2 P b; assign L a 2026-02-01; assign L b 2026-01-01 | P/b <- L 1 direct turn=1, P/a deficit capacity_exhausted, ! assignment_over_capacity L P/a
        any date before none | license L P device 1; use c1 P a; use c2 P b; assign L a; assign L b 2026-01-01 | P/b <- L 1 direct turn=1, P/a deficit capacity_exhausted, ! assignment_over_capacity L P/a
        over capacity goes on | license A P device 0; license B P device 1; use c P a; assign A a | P/a <- B 1 affinity rank=2/2, ! assignment_over_capacity A P/a
        several licenses | license A P device 1; license B P device 1; use c P a; assign B a; assign A a | P/a <- A 1 direct, ! overlapping_assignments A P/a
        several by their date | license A P device 1; license B P device 1; use c P a; assign B a 2026-01-01; assign A a 2026-02-01 | P/a <- B 1 direct, ! overlapping_assignments B P/a
        several together | license A P core 2; license B P core 2; use c P a cores=4; assign A a; assign B a | P/a <- A 2 direct covered=4, P/a <- B 2 direct covered=0, ! overlapping_assignments A P/a
        against a requirement | license L P device 1 location=x; use c P a location=y; assign L a | P/a <- L 1 direct, ! assignment_overrides_requirement L P/a requirement=location
        against a scope | license L P device 1 department=d scope=department; use c P a department=e; assign L a | P/a <- L 1 direct, ! assignment_overrides_requirement L P/a requirement=scope-department
        against a ban | license L P device 1; use c P a; forbid L a; assign L a | P/a <- L 1 direct, ! assignment_overrides_requirement L P/a
        unknown units | license L P core 4; use c P a; assign L a | P/a deficit units_unknown, ! assignment_over_capacity L P/a
        never in part | policy partial_cover=true; license L P core 4; use c P a cores=8; assign L a | P/a <- L 4 affinity covered=4, P/a deficit partly_covered units=4, ! assignment_over_capacity L P/a
        to a site | license S P site -; use c P a; assign S a | P/a <- S 0 direct covered=1
        ",
    );
}

#[test]
fn assignments_that_are_not_valid() {
    check(
        "
        unknown license | license L P device 1; use c P a; assign X a | P/a <- L 1 affinity, ! unknown_license X a
        unknown target | license L P device 1; use c P a; assign L z | P/a <- L 1 affinity, ! unknown_target L z
        a target of its own extract | asset z; license L P device 1; use c P a; asset a; assign L z | P/a <- L 1 affinity, ! no_demand L z
        a consumption of another product | license L P device 1; license M Q device 1; use c P a; assign M #c | P/a <- L 1 affinity, ! wrong_product M #c
        nothing of this product | license L P device 1; license M Q device 1; use c Q a; assign L a | Q/a <- M 1 affinity, ! no_demand L a
        needs no license | license L P device 1; use c P a exempt_reason=x; assign L a | #c exempt, ! no_demand L a
        an asset in the user family | license L P user 1; use c P a@u; assign L a | P/u <- L 1 affinity, ! no_demand L a
        a license that is not usable | license L P device 1 ends_on=2026-01-01; use c P a; assign L a | P/a deficit no_usable_license, ! license_not_usable L a
        the other family | product P metric=device; license L P user 1; use c P a; assign L a | P/a deficit metric_mismatch, ! metric_mismatch L a
        twice | license L P device 2; use c P a; assign L a 2026-01-01; assign L #c 2026-02-01 | P/a <- L 1 direct, ! duplicate_assignment L #c
        twice, the asset before the consumption | license L P device 2; use c P a; assign L #c; assign L a | P/a <- L 1 direct, ! duplicate_assignment L #c
        nobody's | product P metric=user; license L P user 1; use c P a; assign L #c | P//c deficit no_user, ! no_demand L #c
        ",
    );
}

#[test]
fn named_users() {
    check(
        "
        nobody is named | license L P named_user 1; use c P @u | P/u deficit not_assigned candidates=0
        the named one | license L P named_user 2; use c1 P @u; use c2 P @v; assign L @v | P/v <- L 1 direct, P/u deficit not_assigned
        named, but too late | license A P named_user 1; use c1 P @u; use c2 P @v; assign A @u; assign A @v | P/u <- A 1 direct, P/v deficit capacity_exhausted candidates=1 best=A, ! assignment_over_capacity A P/v
        beside a license for all | license A P named_user 1; license B P user 1; use c P @u | P/u <- B 1 affinity rank=1/1
        as many as its devices | product P metric=named_user devices_per_user=1; license A P named_user 2; use c1 P a@u; use c2 P b@u; assign A @u | P/u <- A 2 direct
        ",
    );
}

#[test]
fn preferences() {
    check(
        "
        points | license A P device 1; license B P device 1; use c P a; prefer B a 5 | P/a <- B 1 affinity score=5 preference=5 before=A by=score
        of a user, in either family | license A P device 1; license B P device 1; use c P a@u; prefer B @u 5 | P/a <- B 1 affinity score=5
        of a consumption | license A P device 1; license B P device 1; use c1 P a; use c2 P a; prefer B #c2 5 | P/a <- B 1 affinity score=5
        they add up | license A P device 1; license B P device 1; use c P a@u; prefer B a 5; prefer B @u 7; prefer B #c -2 | P/a <- B 1 affinity score=10 preference=10
        with the rules | license L P device 1 department=d; use c P a department=d; prefer L a -4600 | P/a <- L 1 affinity score=-100 preference=-4600 rules=department-exact+department-within
        a ban | license A P device 1; license B P device 1; use c P a; forbid A a | P/a <- B 1 affinity rank=1/1
        a ban alone | license A P device 1; use c P a; forbid A a | P/a deficit forbidden candidates=0
        a ban whatever the points | license A P device 1; use c P a@u; prefer A a 9; forbid A @u | P/a deficit forbidden
        of others | license A P device 2; use c1 P a; use c2 P b; forbid A b | P/a <- A 1 affinity, P/b deficit forbidden
        of an unknown license | license A P device 1; use c P a; prefer X a 9; forbid Y a | P/a <- A 1 affinity score=0
        who is served first | license A P device 1; use c1 P a; use c2 P b; prefer A b 1 | P/b <- A 1 affinity turn=1, P/a deficit capacity_exhausted cut_off=1
        ",
    );
}
