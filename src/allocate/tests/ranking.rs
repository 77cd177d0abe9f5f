//! Who is served first, which candidate is the best, and what makes one (contract §4.5, §5).

use super::check;

#[test]
fn demands_in_turn() {
    check(
        "
        the higher score | license L P device 1 department=d; use c1 P a; use c2 P b department=d | P/b <- L 1 affinity turn=1, P/a deficit capacity_exhausted turn=2 best_score=0 cut_off=4500
        the earlier start | license L P device 1; use c1 P a started_on=2026-02-01; use c2 P b started_on=2026-01-01 | P/b <- L 1 affinity, P/a deficit capacity_exhausted
        any start before none | license L P device 1; use c1 P a; use c2 P b started_on=2026-01-01 | P/b <- L 1 affinity, P/a deficit capacity_exhausted
        the earliest of its consumptions | license L P device 1; use c1 P a started_on=2026-02-01; use c2 P b started_on=2026-03-01; use c3 P b started_on=2026-01-01 | P/b <- L 1 affinity, P/a deficit capacity_exhausted
        then by name | license L P device 1; use c2 P a; use c1 P b | P/a <- L 1 affinity, P/b deficit capacity_exhausted
        names by bytes | license L P device 1; use c1 P a; use c2 P B | P/B <- L 1 affinity, P/a deficit capacity_exhausted
        its own before an asset's | license L P device 1; use c1 P a; use c9 P @u | P//c9 <- L 1 affinity, P/a deficit capacity_exhausted
        by the best, whatever its seats | license A P device 0 department=d; license B P device 1; use c1 P a; use c2 P b department=d | P/b <- B 1 affinity turn=1 rank=2/2 passed_over=1, P/a deficit capacity_exhausted turn=2 best=A candidates=2
        ",
    );
}

#[test]
fn candidates_in_order() {
    check(
        "
        score first | license A P device 1 ends_on=2026-12-01; license B P device 1 department=d; use c P a department=d | P/a <- B 1 affinity by=score before=A
        unlimited | license A P device 1; license S P site -; use c P a | P/a <- S 0 affinity rank=1/2 before=A by=unlimited
        in term | license A P device 1 ends_on=2026-11-01 grace_days=60; license B P device 1; use c P a | P/a <- B 1 affinity before=A by=in_term
        earliest end | license A P device 1 ends_on=2027-06-01; license B P device 1 ends_on=2027-01-01; use c P a | P/a <- B 1 affinity before=A by=earliest_end
        any end before none | license A P device 1; license B P device 1 ends_on=2027-01-01; use c P a | P/a <- B 1 affinity before=A by=earliest_end
        lowest cost | license A P device 1 unit_cost=2; license B P device 1 unit_cost=1.5; use c P a | P/a <- B 1 affinity before=A by=lowest_cost
        any cost before none | license A P device 1; license B P device 1 unit_cost=9; use c P a | P/a <- B 1 affinity before=A by=lowest_cost
        by license_id | license B P device 1; license A P device 1; use c P a | P/a <- A 1 affinity before=B by=license_id
        another order | policy tie_break=lowest_cost+earliest_end; license A P device 1 ends_on=2027-01-01 unit_cost=2; license B P device 1 unit_cost=1; use c P a | P/a <- B 1 affinity by=lowest_cost
        no order | policy tie_break=; license A P device 1; license S P site -; use c P a | P/a <- A 1 affinity by=license_id
        the runner-up gave nothing | license A P core 2; license B P core 2; license C P core 2; use c P a cores=4 | P/a <- A 2 affinity rank=1/3 before=C, P/a <- B 2 affinity rank=2/3 before=C
        ",
    );
}

#[test]
fn standard_rules() {
    check(
        "
        department | license L P device 1 department=d; use c P a department=d | P/a <- L 1 affinity score=4500 rules=department-exact+department-within
        below a department | tree department top; tree department low top; license L P device 1 department=top; use c P a department=low | P/a <- L 1 affinity score=1500 rules=department-within
        above a department | tree department top; tree department low top; license L P device 1 department=low; use c P a department=top | P/a <- L 1 affinity score=0
        cores | license L P device 1 cores=4; use c P a cores=4 | P/a <- L 1 affinity score=1500 rules=cores-exact
        custodian | license L P device 1 user_id=u; use c P a@u | P/a <- L 1 affinity score=1000 rules=custodian
        the asset's user is the custodian | asset a user_id=u; license L P device 1 user_id=u; use c P a | P/a <- L 1 affinity score=1000 rules=custodian
        big server | license L P processor 2; use c P a cores=16 processors=2 | P/a <- L 2 affinity score=1000 rules=big-server
        small server | license L P core 8; use c P a cores=8 | P/a <- L 8 affinity score=1000 rules=small-server
        neither | license L P core 9; use c P a cores=9 | P/a <- L 9 affinity score=0
        location | license L P device 1 location=x; use c P a location=x | P/a <- L 1 affinity score=1200 rules=location-exact+location-within
        cost center | license L P device 1 cost_center=x; use c P a cost_center=x | P/a <- L 1 affinity score=500 rules=cost-center-exact+cost-center-within
        the asset's department | asset a department=d; license L P device 1 department=d; use c P a | P/a <- L 1 affinity score=4500
        the user's department | user u department=d; license L P device 1 department=d; use c P a@u | P/a <- L 1 affinity score=4500
        the asset before the user | user u department=e; asset a department=d; license L P device 1 department=d; use c P a@u | P/a <- L 1 affinity score=4500
        in the user family the user before the asset | user u department=e; asset a department=d; license L P user 1 department=d; use c P a@u | P/u <- L 1 affinity score=0
        the consumption before all | asset a department=e; license L P device 1 department=d; use c P a department=d | P/a <- L 1 affinity score=4500
        an empty field matches nothing | license L P device 1; use c P a | P/a <- L 1 affinity score=0
        ",
    );
}

#[test]
fn requirements() {
    check(
        "
        another location | license L P device 1 location=x; use c P a location=y | P/a deficit requirement_failed requirement=location
        below the location | tree location x; tree location y x; license L P device 1 location=x; use c P a location=y | P/a <- L 1 affinity score=400
        an unknown location of the demand | license L P device 1 location=x; use c P a | P/a deficit requirement_failed requirement=location
        an unknown location of the license | license L P device 1; use c P a location=y | P/a <- L 1 affinity score=0
        scope | license L P device 1 department=d scope=department; use c P a department=e | P/a deficit requirement_failed requirement=scope-department
        scope of another dimension | license L P device 1 department=d scope=cost_center; use c P a department=e | P/a <- L 1 affinity
        scope without a value | license L P device 1 scope=department; use c P a department=e | P/a <- L 1 affinity
        the product's scope | product P metric=device scope=department; license L P device 1 department=d; use c P a department=e | P/a deficit requirement_failed requirement=scope-department
        its own scope instead | product P metric=device scope=department; license L P device 1 department=d scope=location; use c P a department=e | P/a <- L 1 affinity
        scopes after requirements | license L P device 1 department=d location=x scope=department; use c P a department=e location=y | P/a deficit requirement_failed requirement=location
        a null of the license binds nobody | rules none; require env: consumption.env = license.env; license A P device 1; license B P device 1 env=test; use c1 P a env=test; use c2 P b env=prod; use c3 P d | P/a <- A 1 affinity rank=1/2, P/b deficit capacity_exhausted candidates=1 turn=2, P/d deficit capacity_exhausted candidates=1 turn=3
        a null of the demand alone is false | rules none; require big: consumption.cores >= 2; license L P device 1; use c P a | P/a deficit requirement_failed requirement=big
        not turns an unscoped license round | rules none; require other: not consumption.env = license.env; license A P device 1; license B P device 1 env=x; use c P a env=x | P/a deficit requirement_failed requirement=other candidates=0
        ",
    );
}

#[test]
fn rules_of_a_job() {
    check(
        r#"
        in a standard one's place | affinity department-exact 7: consumption.department = license.department; license L P device 1 department=d; use c P a department=d | P/a <- L 1 affinity score=1507
        points of 0 | affinity department-exact 0: true; license L P device 1 department=d; use c P a department=d | P/a <- L 1 affinity score=1500 rules=department-within
        a requirement of true | require location: true; license L P device 1 location=x; use c P a location=y | P/a <- L 1 affinity
        no standard rules | rules none; license L P device 1 department=d location=x; use c P a department=d location=y | P/a <- L 1 affinity score=0
        negative points | rules none; affinity far -5: license.department is null; license A P device 1; license B P device 1 department=d; use c P a | P/a <- B 1 affinity score=0 before=A by=score
        a set field | rules none; set consumption.big: consumption.cores >= 16; affinity big 9: consumption.big; license L P device 1; use c P a cores=16 | P/a <- L 1 affinity score=9 rules=big
        a set of the license | rules none; set license.old: license.ends_on <= 2026-12-31; affinity old 9: license.old; license A P device 1; license B P device 1 ends_on=2026-12-31; use c P a | P/a <- B 1 affinity score=9 rules=old
        an attribute | rules none; affinity env 4: consumption.env = license.env; license A P device 1 env=prod; license B P device 1 env=test; use c P a env=test | P/a <- B 1 affinity score=4
        an attribute of the asset | rules none; affinity env 4: consumption.env = license.env; asset a env=test; license B P device 1 env=test; use c P a | P/a <- B 1 affinity score=4
        order of values | rules none; affinity room 3: consumption.cores <= license.cores; license A P device 1 cores=4; license B P device 1 cores=8; use c P a cores=6 | P/a <- B 1 affinity score=3 rank=1/2
        both sides in one sum | rules none; affinity fit 3: license.cores - consumption.cores = 2; license A P device 1 cores=4; license B P device 1 cores=8; use c P a cores=6 | P/a <- B 1 affinity score=3
        a list of the user | rules none; affinity team 3: contains(consumption.groups, license.team); user u groups=red+blue; license A P device 1 team=green; license B P device 1 team=blue; use c P a@u | P/a <- B 1 affinity score=3
        a disjunction | rules none; affinity either 3: consumption.cores = license.cores or license.team = "any"; license A P device 1 team=some; license B P device 1 team=any; use c P a cores=6 | P/a <- B 1 affinity score=3
        "#,
    );
}
