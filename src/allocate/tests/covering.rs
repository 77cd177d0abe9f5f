//! What needs a license, how many units a demand needs, and how it is covered (contract §3, §4.1 to §4.3, §4.6).

use super::check;

#[test]
fn what_needs_a_license() {
    check(
        "
        each reason by itself | license L P device 9; asset e status=disposed disposed_on=2026-11-22; use c1 P a ended_on=2026-11-22; use c2 P b started_on=2026-11-23; use c3 P d exempt_reason=lab; use c4 P e | #c1 ended, #c2 not_started, #c3 exempt, #c4 asset_disposed
        ends tomorrow, started today | license L P device 9; use c P a ended_on=2026-11-23 started_on=2026-11-22 | P/a <- L 1 affinity
        disposed tomorrow | license L P device 9; asset a status=disposed disposed_on=2026-11-23; use c P a | P/a <- L 1 affinity
        disposed, no date | license L P device 9; asset a status=disposed; use c P a exempt_reason=x | #c asset_disposed
        a free product | product P class=free; use c P a | #c free_product
        a user who left today | user u left_on=2026-11-22; license L P user 1; use c P @u | #c user_left
        an inactive user who leaves tomorrow | user u active=false left_on=2026-11-23; license L P user 1; use c P @u | P/u <- L 1 affinity
        the asset's user who left | user u active=false; asset a user_id=u; license L P user 1; use c P a | #c user_left
        who left counts in the user family alone | user u active=false; license L P device 1; use c P a@u | P/a <- L 1 affinity
        ",
    );
}

#[test]
fn which_licenses_are_usable() {
    check(
        "
        ends today | license L P device 1 ends_on=2026-11-22; use c P a | P/a <- L 1 affinity
        ended yesterday | license L P device 1 ends_on=2026-11-21; use c P a | P/a deficit no_usable_license
        in grace | license L P device 1 ends_on=2026-11-20 grace_days=2; use c P a | P/a <- L 1 affinity
        out of grace | license L P device 1 ends_on=2026-11-20 grace_days=1; use c P a | P/a deficit no_usable_license
        the job's grace | policy grace_days=2; license L P device 1 ends_on=2026-11-20; use c P a | P/a <- L 1 affinity
        its own grace of 0 | policy grace_days=2; license L P device 1 ends_on=2026-11-20 grace_days=0; use c P a | P/a deficit no_usable_license
        starts tomorrow | license L P device 1 starts_on=2026-11-23; use c P a | P/a deficit no_usable_license
        booked as pending | license L P device 1 status=pending; use c P a | P/a deficit no_usable_license
        retired | license L P device 1 status=retired; use c P a | P/a deficit no_usable_license
        retired tomorrow | license L P device 1 status=retired retired_on=2026-11-23; use c P a | P/a <- L 1 affinity
        without a metric | license L P - 1; use c P a | P/a deficit no_usable_license
        without seats | license L P device -; use c P a | P/a deficit no_usable_license
        the product's metric | product P metric=core; license L P - 4; use c P a cores=4 | P/a <- L 4 affinity
        ",
    );
}

#[test]
fn what_a_demand_needs() {
    check(
        "
        one device | license L P device 1; use c P a | P/a <- L 1 affinity covered=1 turn=1 score=0 rank=1/1 by=only
        an asset is one demand | license L P device 1; use c1 P a; use c2 P a | P/a <- L 1 affinity
        without an asset each is its own | license L P device 2; use c1 P @u; use c2 P @u | P//c1 <- L 1 affinity, P//c2 <- L 1 affinity
        cores | license L P core 9; use c P a cores=8 | P/a <- L 8 affinity covered=8
        the asset's cores | asset a cores=6; license L P core 9; use c P a | P/a <- L 6 affinity
        the greatest cores | license L P core 9; use c1 P a cores=2; use c2 P a cores=4 | P/a <- L 4 affinity
        at least min_units | product P metric=core min_units=16; license L P core 16; use c P a cores=4 | P/a <- L 16 affinity covered=16
        unknown cores | license L P core 8; use c P a | P/a deficit units_unknown units=1 candidates=0
        processors | license L P processor 2; use c P a processors=2 | P/a <- L 2 affinity
        min_units of processors | product P metric=processor min_units=2; license L P processor 2; use c P a processors=1 | P/a <- L 2 affinity
        unknown processors | license L P processor 2; use c P a cores=2 | P/a deficit units_unknown
        instances | license L P instance 5; use c P a quantity=3 | P/a <- L 3 affinity
        quantities add up | license L P concurrent 5; use c1 P a quantity=2; use c2 P a quantity=3 | P/a <- L 5 affinity
        one user, many devices | license L P user 1; use c1 P a@u; use c2 P b@u | P/u <- L 1 affinity
        devices per user | product P metric=user devices_per_user=2; license L P user 5; use c1 P a@u; use c2 P b@u; use c3 P d@u | P/u <- L 2 affinity
        a user without devices | product P metric=user devices_per_user=2; license L P user 5; use c P @u | P/u <- L 1 affinity
        a site needs nothing | license L P site -; use c P a | P/a <- L 0 affinity covered=1
        a site ignores its seats | license L P site 0; use c P a; use d P b | P/a <- L 0 affinity, P/b <- L 0 affinity
        the other family | product P metric=device; license L P user 5; use c P a@u | P/a deficit metric_mismatch candidates=0
        a site covers users | product P metric=user; license S P site -; use c P @u | P/u <- S 0 affinity
        the asset's user | asset a user_id=u; license L P user 1; use c P a | P/u <- L 1 affinity
        no user | product P metric=user; license L P user 5; use c P a | P//c deficit no_user
        no user, but a site | product P metric=user; license L P user 5; license S P site -; use c P a | P//c <- S 0 affinity rank=1/1
        ",
    );
}

#[test]
fn all_or_nothing() {
    check(
        "
        licenses add up | license A P core 4; license B P core 6; use c P a cores=10 | P/a <- A 4 affinity covered=10 rank=1/2 by=only, P/a <- B 6 affinity covered=0 rank=2/2
        no more than is open | license A P core 4; license B P core 60; use c P a cores=10 | P/a <- A 4 affinity, P/a <- B 6 affinity
        too few | license A P core 4; use c P a cores=10 | P/a deficit all_or_nothing units=10 candidates=1 free=4 best=A turn=1
        seats stay free for the next | license A P core 4; use c1 P a cores=10; use c2 P b cores=4; prefer A a 5000 | P/b <- A 4 affinity turn=2, P/a deficit all_or_nothing turn=1 free=0 best_score=5000 cut_off=1000
        a license without seats | license L P device 0; use c P a | P/a deficit capacity_exhausted candidates=1 free=0 best=L
        the next group | product P metric=device; license A P core 4; license B P device 1; use c P a cores=8 | P/a <- B 1 affinity covered=1 rank=2/2 passed_over=1 score=0
        groups are not mixed | product P metric=core; license A P core 4; license B P processor 1; use c P a cores=8 processors=2 | P/a deficit all_or_nothing units=8 candidates=2
        a site takes its turn | license A P device 1 department=d; license S P site -; use c P a department=d; use e P b department=d | P/a <- A 1 affinity score=4500 by=score before=S, P/b <- S 0 affinity rank=2/2 passed_over=1
        one site is enough | license R P site -; license S P site -; use c P a | P/a <- R 0 affinity rank=1/2 before=S by=license_id
        ",
    );
}

#[test]
fn policies_of_covering() {
    check(
        "
        nobody alone | policy split_across_licenses=false; license A P core 4; license B P core 6; use c P a cores=10 | P/a deficit all_or_nothing free=10
        who can alone | policy split_across_licenses=false; license A P core 4; license B P core 60; use c P a cores=10 | P/a <- B 10 affinity rank=2/2 passed_over=1
        in part | policy partial_cover=true; license A P core 4; use c P a cores=10 | P/a <- A 4 affinity covered=4, P/a deficit partly_covered units=6
        in part, all of a group | policy partial_cover=true; license A P core 4; license B P core 6; use c P a cores=20 | P/a <- A 4 affinity covered=10, P/a <- B 6 affinity covered=0, P/a deficit partly_covered units=10
        in part, of one alone | policy partial_cover=true; policy split_across_licenses=false; license A P core 4; license B P core 6; use c P a cores=20 | P/a <- A 4 affinity covered=4, P/a deficit partly_covered units=16
        in part, of another metric | policy partial_cover=true; product P metric=core; license A P processor 1; use c P a cores=10 processors=4 | P/a <- A 1 affinity covered=2, P/a deficit partly_covered units=8
        in full is better than in part | policy partial_cover=true; product P metric=device; license A P core 4; license B P device 1; use c P a cores=8 | P/a <- B 1 affinity
        no part of nothing | policy partial_cover=true; license A P core 0; use c P a cores=10 | P/a deficit capacity_exhausted units=10
        ",
    );
}
