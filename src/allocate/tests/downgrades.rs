//! Newer versions that cover older ones (contract §4.7).

use super::check;

#[test]
fn downgrades() {
    check(
        "
        an older version | product N metric=device previous_product_id=O; product O metric=device; license L N device 1 downgrade=any; use c O a | O/a <- L 1 downgrade covered=1 turn=1
        not a newer one | product N metric=device previous_product_id=O; product O metric=device; license L O device 1 downgrade=any; use c N a | N/a deficit no_license
        without the right | product N metric=device previous_product_id=O; product O metric=device; license L N device 1; use c O a | O/a deficit no_license
        the product's right | product N metric=device previous_product_id=O downgrade=any; product O metric=device; license L N device 1; use c O a | O/a <- L 1 downgrade
        switched off | policy downgrades=false; product N metric=device previous_product_id=O; license L N device 1 downgrade=any; use c O a | O/a deficit no_license
        one version back | product C metric=device previous_product_id=B; product B metric=device previous_product_id=A; license L C device 2 downgrade=one; use c1 A a; use c2 B b | B/b <- L 1 downgrade, A/a deficit no_license
        any version back | product C metric=device previous_product_id=B; product B metric=device previous_product_id=A; license L C device 2 downgrade=any; use c1 A a; use c2 B b | A/a <- L 1 downgrade, B/b <- L 1 downgrade
        the nearer version | product C metric=device previous_product_id=B; product B metric=device previous_product_id=A; license K C device 1 downgrade=any; license L B device 1 downgrade=any; use c A a | A/a <- L 1 downgrade rank=1/2 before=K by=version
        score before version | product C metric=device previous_product_id=B; product B metric=device previous_product_id=A; license K C device 1 downgrade=any department=d; license L B device 1 downgrade=any; use c A a department=d | A/a <- K 1 downgrade score=4500 by=score
        own demands first | product N metric=device previous_product_id=O; license L N device 1 downgrade=any; use c1 N a; use c2 O b | N/a <- L 1 affinity, O/b deficit no_license
        own licenses first | product N metric=device previous_product_id=O; license L N device 1 downgrade=any; license M O device 1; use c1 O a; use c2 O b | O/a <- M 1 affinity, O/b <- L 1 downgrade
        the reason stays that of phase 2 | product N metric=device previous_product_id=O; license L N device 0 downgrade=any; license M O device 0; use c O a | O/a deficit capacity_exhausted candidates=1 best=M
        requirements bind | product N metric=device previous_product_id=O; license L N device 1 downgrade=any location=x; use c O a location=y | O/a deficit no_license
        equal rank by demand_id | product C metric=device previous_product_id=B; product B metric=device previous_product_id=A; license L C device 1 downgrade=any; use c1 A z; use c2 B a | A/z <- L 1 downgrade turn=1, B/a deficit no_license
        two newer ones of one | product M metric=device previous_product_id=O; product N metric=device previous_product_id=O; license K M device 1 downgrade=one; license L N device 1 downgrade=one; use c1 O a; use c2 O b | O/a <- K 1 downgrade, O/b <- L 1 downgrade
        versions add up | product C metric=core previous_product_id=B; product B metric=core previous_product_id=A; product A metric=core; license K C core 2 downgrade=any; license L B core 2 downgrade=any; use c A a cores=4 | A/a <- K 2 downgrade covered=4 rank=2/2, A/a <- L 2 downgrade covered=0 rank=1/2
        min_units of the older | product N metric=core min_units=16 previous_product_id=O; product O metric=core min_units=4; license L N core 16 downgrade=any; use c O a cores=2 | O/a <- L 4 downgrade covered=4
        named users are not named here | product N metric=user previous_product_id=O; product O metric=user; license L N named_user 1 downgrade=any; use c O @u | O/u deficit no_license
        nobody's takes no part | product N metric=user previous_product_id=O; product O metric=user; license L N site - downgrade=any; use c O a | O//c deficit no_license
        a part given is not topped up | policy partial_cover=true; product N metric=core previous_product_id=O; product O metric=core; license L O core 2; license M N core 9 downgrade=any; use c O a cores=4 | O/a <- L 2 affinity covered=2, O/a deficit partly_covered units=2
        in part | policy partial_cover=true; product N metric=core previous_product_id=O; product O metric=core; license M N core 3 downgrade=any; use c O a cores=4 | O/a <- M 3 downgrade covered=3, O/a deficit partly_covered units=1
        preferences | product N metric=device previous_product_id=O; license K N device 1 downgrade=any; license L N device 1 downgrade=any; use c O a; prefer L a 5; forbid K a | O/a <- L 1 downgrade score=5 rank=1/1
        reservations | product N metric=device previous_product_id=O; license L N device 1 downgrade=any; reserve R L department d 1; use c1 O a; use c2 O b department=d | O/b <- L 1 downgrade reservation=R, O/a deficit no_license
        ",
    );
}
