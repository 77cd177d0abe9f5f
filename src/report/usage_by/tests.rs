//! Rows of users made part by part are those that one tally makes.

use super::users::Users;
use super::{Row, tallied};
use crate::explain::testing::case;
use crate::model::text::NULL_CODE;
use proptest::prelude::*;

proptest! {
    #[test]
    fn parts_of_users_make_the_rows_of_one_tally(
        users in prop::collection::vec(prop::option::of(0_u32..40), 8),
        needs in prop::collection::vec(1_i64..9, 8),
        large in prop::option::weighted(0.1, 0_usize..8),
    ) {
        let mut case = case();
        let demands = case.estate.demands.len();
        let texts = case.estate.texts.len() as u32;
        case.estate.demands.user = users.iter().take(demands).map(|user| user.map_or(NULL_CODE, |user| user % texts)).collect();
        let mut needs = needs[..demands].to_vec();
        let large = large.filter(|large| *large < demands);
        if let Some(large) = large {
            needs[large] = i64::from(u32::MAX) + 1;
        }
        case.trace.needs = needs.into();
        let (rows, ends) = tallied(&case.estate, &case.trace, true);
        let (others, ends_of_others) = tallied(&case.estate, &case.trace, false);
        prop_assert_eq!(&ends, &ends_of_others);
        prop_assert_eq!(&rows[..ends[ends.len() - 1]], &others[..]);
        let rows = &rows[others.len()..];
        let users = Users::of(&case.estate, &case.trace);
        prop_assert_eq!(users.is_none(), large.is_some());
        if let Some(users) = users {
            let made: Vec<Row> = (0..users.parts()).flat_map(|part| users.rows(part)).collect();
            prop_assert_eq!(&made[..], rows);
        }
    }
}
