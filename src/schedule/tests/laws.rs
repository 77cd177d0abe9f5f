//! What holds for every schedule, whatever the clock does.

use super::{schedule, utc};
use crate::run::Slots;
use crate::schedule::calendar::{from, next};
use crate::schedule::plan::{Ended, Plan};
use jiff::SignedDuration;
use proptest::prelude::*;
use std::collections::BTreeSet;

const CRONS: [&str; 8] =
    ["30 1 * * *", "30 2 * * *", "0 0 * * *", "*/7 * * * *", "15,45 0-3 * * *", "*/10 * * * * *", "0 3 29 2 *", "59 23 L * 5"];
const ZONES: [&str; 7] =
    ["UTC", "Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "Africa/Casablanca"];

proptest! {
    #[test]
    fn slots_go_forward(cron in 0..CRONS.len(), zone in 0..ZONES.len(), second in 0_i64..400 * 86_400) {
        let schedule = schedule(ZONES[zone], &format!("cron = \"{}\"", CRONS[cron]));
        let after = utc("2026-01-01T00:00:00Z") + SignedDuration::from_secs(second);
        let slots: Vec<_> = from(&schedule, after).take(5).collect();
        prop_assert_eq!(slots.len(), 5);
        prop_assert!(slots[0] > after && slots.windows(2).all(|pair| pair[0] < pair[1]));
        // The next slot is the same from every moment before it.
        let between = after + (slots[0].duration_since(after) / 2);
        prop_assert_eq!(next(&schedule, between), Some(slots[0]));
    }

    /// Beats forward, backward, double and missing; runs that succeed or fail; any policy: no slot becomes a turn twice, and none does
    /// before its time.
    #[test]
    fn no_slot_is_run_twice(
        cron in 0..CRONS.len(),
        zone in 0..ZONES.len(),
        policy in 0..6_usize,
        steps in prop::collection::vec((-90_000_i64..120_000, 0..4_u8), 1..40),
    ) {
        let catch_up = ["none", "latest", "all"][policy % 3];
        let overlap = ["skip", "queue"][policy / 3];
        let keys = format!("cron = \"{}\"\ncatch_up = \"{catch_up}\"\noverlap = \"{overlap}\"", CRONS[cron]);
        let schedule = schedule(ZONES[zone], &keys);
        let mut now = utc("2026-03-01T00:00:00Z");
        let (mut plan, _) = Plan::begin(&schedule, "job", &Slots::default(), now, now);
        let mut complete = BTreeSet::new();
        let mut running = None;
        for (step, what) in steps {
            now += SignedDuration::from_secs(step);
            plan.beat(&schedule, "job", now);
            prop_assert!(plan.turns().count() <= 1 + schedule.catch_up_limit);
            if let Some(slot) = running {
                let ended = [Some(Ended::Code(0)), Some(Ended::Code(3)), Some(Ended::Code(4)), None][usize::from(what)];
                if let Some(ended) = ended {
                    plan.ended(&schedule, ended, now);
                    running = None;
                    if ended.is_complete() {
                        prop_assert!(complete.insert(slot), "{} twice", slot);
                    }
                }
            }
            if let Some(turn) = plan.ready(now) {
                // Only another try may come when the clock shows less than the slot, because it was set back.
                prop_assert!(turn.slot <= now || turn.tries > 0, "{} at {}", turn.slot, now);
                prop_assert!(!complete.contains(&turn.slot), "{} again", turn.slot);
                plan.started();
                running = Some(turn.slot);
            }
        }
    }
}
