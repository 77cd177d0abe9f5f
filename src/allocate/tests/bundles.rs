//! Suites that cover their components together (contract §4.8).

use super::check;

#[test]
fn bundles() {
    check(
        "
        two components | bundle S A B; license L S device 1; use c1 A a; use c2 B a | A/a <- L 1 bundle covered=1 turn=1 score=0 rank=1/1, B/a <- L 0 bundle covered=1 turn=1
        one component | bundle S A B; license L S device 1; use c1 A a | A/a deficit no_license
        one component and the suite | bundle S A B; license L S device 1; use c1 S a; use c2 A a | A/a <- L 1 bundle, S/a <- L 0 bundle
        the suite alone | bundle S A B; license L S device 1; use c1 S a | S/a <- L 1 affinity
        what rides along | bundle S A B; license L S device 1; use c1 S a; use c2 A a; assign L a | A/a <- L 0 bundle covered=1, S/a <- L 1 direct
        to phase 2 as parts | bundle S A B; license L S device 0; license M A device 1; use c1 A a; use c2 B a | A/a <- M 1 affinity, B/a deficit no_license
        what phase 1 covered is no part | bundle S A B; license L S device 1; license M A device 1; use c1 A a; use c2 B a; assign M a | A/a <- M 1 direct, B/a deficit no_license
        by score | bundle S A B; license L S device 1 department=d; use c1 A a; use c2 B a; use c3 A b department=d; use c4 B b department=d | A/b <- L 1 bundle score=4500 turn=1, B/b <- L 0 bundle, A/a deficit no_license, B/a deficit no_license
        bundle by bundle | bundle S A B; bundle T A B; license K S device 1; license L T device 1; use c1 A a; use c2 B a | A/a <- K 1 bundle, B/a <- K 0 bundle
        a later bundle | bundle S A B; bundle T A B; license K S device 0; license L T device 1; use c1 A a; use c2 B a | A/a <- L 1 bundle, B/a <- L 0 bundle
        before phase 2 | bundle S A B; license L S device 1; license M A device 1 department=d; use c1 A a department=d; use c2 B a | A/a <- L 1 bundle, B/a <- L 0 bundle
        users | product S metric=user; product A metric=user; product B metric=user; bundle S A B; license L S user 1; use c1 A @u; use c2 B @u | A/u <- L 1 bundle, B/u <- L 0 bundle
        components of its own family | product A metric=user; product B metric=device; bundle S A B; license L S device 1; use c1 A a@u; use c2 B a | A/u deficit no_license, B/a deficit no_license
        demands of their own take no part | bundle S A B; license L S device 1; use c1 A @u; use c2 B @u | A//c1 deficit no_license, B//c2 deficit no_license
        the largest quantity | bundle S A B; license L S instance 5; use c1 A a quantity=2; use c2 B a quantity=3 | A/a <- L 3 bundle covered=1, B/a <- L 0 bundle covered=1
        never in part | policy partial_cover=true; bundle S A B; license L S instance 2; use c1 A a quantity=2; use c2 B a quantity=3 | A/a deficit no_license, B/a deficit no_license
        requirements bind | bundle S A B; license L S device 1 location=x; use c1 A a location=y; use c2 B a | A/a deficit no_license, B/a deficit no_license
        attributes of all parts | bundle S A B; license L S device 1 department=d; use c1 A a; use c2 B a department=d | A/a <- L 1 bundle score=4500, B/a <- L 0 bundle score=4500
        three parts | bundle S A B C; license L S device 1; use c1 A a; use c2 B a; use c3 C a | A/a <- L 1 bundle, B/a <- L 0 bundle, C/a <- L 0 bundle
        ",
    );
}
