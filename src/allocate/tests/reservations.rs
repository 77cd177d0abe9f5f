//! Seats that only one group of demands may draw (contract §4.6).

use super::check;

#[test]
fn reservations() {
    check(
        "
        for whom | license L P device 1; reserve R L department d 1; use c1 P a; use c2 P b department=d | P/b <- L 1 affinity reservation=R, P/a deficit capacity_exhausted free=0 candidates=1
        reserved seats first | license L P device 2; reserve R L department d 1; use c1 P a department=d; use c2 P b | P/a <- L 1 affinity reservation=R, P/b <- L 1 affinity
        then others | license L P device 2; reserve R L department d 1; use c1 P a department=d; use c2 P b department=d | P/a <- L 1 affinity reservation=R, P/b <- L 1 affinity
        below the node | tree department top; tree department low top; license L P device 1; reserve R L department top 1; use c P a department=low | P/a <- L 1 affinity reservation=R
        above the node | tree department top; tree department low top; license L P device 1; reserve R L department low 1; use c P a department=top | P/a deficit capacity_exhausted
        a location | license L P device 1; reserve R L location x 1; use c P a location=x | P/a <- L 1 affinity reservation=R
        a cost center | license L P device 1; reserve R L cost_center x 1; use c P a cost_center=x | P/a <- L 1 affinity reservation=R
        a group | user u groups=g1+g2; user v groups=g1; license L P user 1; reserve R L group g2 1; use c1 P @u; use c2 P @v | P/u <- L 1 affinity reservation=R, P/v deficit capacity_exhausted
        a role | user u roles=r1; user v groups=r1; license L P user 1; reserve R L role r1 1; use c1 P @u; use c2 P @v | P/u <- L 1 affinity reservation=R, P/v deficit capacity_exhausted
        the group of a machine's user | user u groups=g; asset a user_id=u; license L P device 1; reserve R L group g 1; use c P a | P/a <- L 1 affinity reservation=R
        more than the seats | license L P device 2; reserve R1 L department d 1; reserve R2 L department e 3; use c P a department=d | P/a <- L 1 affinity reservation=R1, ! over_reserved L R2 units=2
        the last is cut first | license L P device 2; reserve R1 L department d 2; reserve R2 L department e 1; use c P a department=e | P/a deficit capacity_exhausted, ! over_reserved L R2 units=1
        two at once | license L P device 2; reserve R1 L department d 1; reserve R2 L location x 1; use c P a department=d location=x | P/a <- L 1 affinity reservation=R1, ! overlapping_reservations L units=1
        one row from both and the rest | license L P core 10; reserve R1 L department d 3; reserve R2 L location x 3; use c P a cores=9 department=d location=x | P/a <- L 9 affinity reservation=R1, ! overlapping_reservations L units=1
        what others reserved is not free | license L P core 10; reserve R L department d 8; use c P a cores=4 | P/a deficit all_or_nothing free=2
        a site ignores them | license S P site -; reserve R S department d 5; use c P a | P/a <- S 0 affinity
        they bind a direct link | license L P device 1; reserve R L department d 1; use c P a; assign L a | P/a deficit capacity_exhausted, ! assignment_over_capacity L P/a
        an unknown license | license L P device 1; reserve R X department d 5; use c P a | P/a <- L 1 affinity
        ",
    );
}
