//! What merging reads of each consumption, asset and user, side by side in memory. The consumptions of a demand lie far apart, and so do the
//! assets of neighbours; columns would be as many far places to read.

use crate::model::date::NULL_DATE;
use crate::model::demand::Consumptions;
use crate::model::estate::Registry;
use crate::model::license::Products;
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::{Column, Frame, NULL_INT};
use crate::model::words::Family;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is known of where somebody or something belongs, in this order; nodes of trees.
pub const NODES: [&str; 3] = ["department", "location", "cost_center"];

/// What a demand is made of, for each of its consumptions.
#[derive(Clone, Copy)]
pub struct Use {
    pub asset: Code,
    pub user: Code,
    pub started_on: i32,
    pub last_used_on: i32,
    pub quantity: i64,
}

/// A [`Use`] in the room that nearly all take: days are counted from the one that the estate is of.
#[derive(Clone, Copy)]
struct Small {
    /// The asset in the user family, else the user: the other one is the subject of its demand, and is not asked for.
    other: Code,
    started_on: i16,
    last_used_on: i16,
    quantity: i32,
}

/// The columns that a [`Use`] is read from.
pub struct Uses<'a> {
    consumptions: &'a Consumptions,
    started_on: &'a [i32],
    last_used_on: &'a [i32],
    quantity: &'a [i64],
    /// The day that small days are counted from.
    from: i32,
    /// By row; empty where few are asked for, and where some are not small.
    all: Vec<Small>,
}

impl<'a> Uses<'a> {
    /// For a few rows, which are read where they are.
    pub fn few(consumptions: &'a Consumptions) -> Self {
        let column = |name: &str| consumptions.frame.column(name);
        let dates = |name: &str| column(name).map_or(&[][..], Column::dates);
        let (started_on, last_used_on) = (dates("started_on"), dates("last_used_on"));
        let quantity = column("quantity").map_or(&[][..], Column::integers);
        Self { consumptions, started_on, last_used_on, quantity, from: 0, all: Vec::new() }
    }

    /// For all rows, which are put side by side, to be merged by their subjects. `from`: a day that most days are near to.
    pub fn all(consumptions: &'a Consumptions, products: &Products, from: i32) -> Self {
        let uses = Self { from, ..Self::few(consumptions) };
        let are_small = AtomicBool::new(true);
        let small = |row: usize| {
            let one = uses.read(row);
            let user_first = products.family(consumptions.product[row] as usize) == Family::User;
            let small = uses.small(one, if user_first { one.asset } else { one.user });
            if small.is_none() {
                are_small.store(false, Ordering::Relaxed);
            }
            small.unwrap_or(Small { other: NULL_CODE, started_on: 0, last_used_on: 0, quantity: 0 })
        };
        let all: Vec<Small> = (0..consumptions.len()).into_par_iter().map(small).collect();
        Self { all: if are_small.into_inner() { all } else { Vec::new() }, ..uses }
    }

    fn read(&self, row: usize) -> Use {
        let day = |days: &[i32]| days.get(row).copied().unwrap_or(NULL_DATE);
        Use {
            asset: self.consumptions.asset(row),
            user: self.consumptions.user(row),
            started_on: day(self.started_on),
            last_used_on: day(self.last_used_on),
            quantity: self.quantity.get(row).copied().unwrap_or(1),
        }
    }

    fn small(&self, one: Use, other: Code) -> Option<Small> {
        let day = |day: i32| match day {
            NULL_DATE => Some(i16::MIN),
            day => i16::try_from(day.checked_sub(self.from)?).ok().filter(|day| *day != i16::MIN),
        };
        let (started_on, last_used_on) = (day(one.started_on)?, day(one.last_used_on)?);
        Some(Small { other, started_on, last_used_on, quantity: i32::try_from(one.quantity).ok()? })
    }

    /// Those of some rows. Nothing is decided while they are read: so the processor waits for many at once.
    pub fn of(&self, rows: &[u32]) -> Vec<Use> {
        if self.all.is_empty() {
            return rows.iter().map(|row| self.read(*row as usize)).collect();
        }
        let day = |day: i16| if day == i16::MIN { NULL_DATE } else { self.from + i32::from(day) };
        let of = |row: &u32| {
            let Small { other, started_on, last_used_on, quantity } = self.all[*row as usize];
            Use { asset: other, user: other, started_on: day(started_on), last_used_on: day(last_used_on), quantity: quantity.into() }
        };
        rows.iter().map(of).collect()
    }
}

/// An asset: all that every demand takes from it.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub struct Machine {
    pub user: Code,
    pub nodes: [Code; 3],
    pub cores: i64,
    pub processors: i64,
}

/// A user.
#[derive(Clone, Copy)]
#[repr(align(16))]
pub struct Person {
    pub nodes: [Code; 3],
    pub last_login_on: i32,
}

/// By row.
pub struct Holders {
    machines: Vec<Machine>,
    persons: Vec<Person>,
}

impl Holders {
    pub fn new(assets: &Registry, users: &Registry) -> Self {
        fn nodes(frame: &Frame) -> impl Fn(usize) -> [Code; 3] + '_ {
            let columns = NODES.map(|name| texts(frame, name));
            move |row| columns.map(|column| column.get(row).copied().unwrap_or(NULL_CODE))
        }
        let integers = |name: &str| assets.frame.column(name).map_or(&[][..], Column::integers);
        let (cores, processors, user) = (integers("cores"), integers("processors"), texts(&assets.frame, "user_id"));
        let known = |integers: &[i64], row: usize| integers.get(row).copied().unwrap_or(NULL_INT);
        let of_asset = nodes(&assets.frame);
        let machine = |row: usize| Machine {
            user: user.get(row).copied().unwrap_or(NULL_CODE),
            nodes: of_asset(row),
            cores: known(cores, row),
            processors: known(processors, row),
        };
        let login = users.frame.column("last_login_on").map_or(&[][..], Column::dates);
        let of_user = nodes(&users.frame);
        let person = |row: usize| Person { nodes: of_user(row), last_login_on: login.get(row).copied().unwrap_or(NULL_DATE) };
        Self {
            machines: (0..assets.id.len()).into_par_iter().map(machine).collect(),
            persons: (0..users.id.len()).into_par_iter().map(person).collect(),
        }
    }

    /// What is known of the asset of a row; nothing of no row.
    #[inline]
    pub fn machine(&self, row: u32) -> Machine {
        let unknown = Machine { user: NULL_CODE, nodes: [NULL_CODE; 3], cores: NULL_INT, processors: NULL_INT };
        self.machines.get(row as usize).copied().unwrap_or(unknown)
    }

    /// The same for a user.
    #[inline]
    pub fn person(&self, row: u32) -> Person {
        self.persons.get(row as usize).copied().unwrap_or(Person { nodes: [NULL_CODE; 3], last_login_on: NULL_DATE })
    }
}

/// The codes of a column; none if there is no such column.
pub fn texts<'a>(frame: &'a Frame, name: &str) -> &'a [Code] {
    frame.column(name).map_or(&[], Column::texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::TextArena;
    use crate::model::words::Metric;

    /// Two consumptions of a product of each family, with a day and a quantity that one of them has.
    fn consumptions(day: i32, quantity: i64) -> Consumptions {
        let mut frame = Frame::new(2);
        frame.push("quantity", Column::Integer(vec![3, quantity]));
        frame.push("started_on", Column::Date(vec![day, NULL_DATE]));
        frame.push("last_used_on", Column::Date(vec![20_000, day]));
        let mut id = TextArena::default();
        ["a", "b"].iter().for_each(|text| id.push(text));
        Consumptions { id, product: vec![0, 1], asset: vec![5, 6], user: vec![7, 8], frame, ..Consumptions::default() }
    }

    #[test]
    fn all_are_what_few_are() {
        let products = Products { metric: vec![Metric::Device, Metric::User], ..Products::default() };
        let from = 20_500;
        for (day, quantity, are_small) in [
            (from, 1, true),
            (from - i32::from(i16::MAX), i32::MIN.into(), true),
            (from - i32::from(i16::MAX) - 1, 1, false),
            (from + i32::from(i16::MAX) + 1, 1, false),
            (NULL_DATE + 1, 1, false),
            (from, 1 << 31, false),
        ] {
            let consumptions = consumptions(day, quantity);
            let (few, all) = (Uses::few(&consumptions), Uses::all(&consumptions, &products, from));
            assert_eq!(all.all.is_empty(), !are_small, "{day} {quantity}");
            let of =
                |uses: &Uses<'_>| uses.of(&[1, 0]).iter().map(|one| (one.started_on, one.last_used_on, one.quantity)).collect::<Vec<_>>();
            assert_eq!(of(&few), [(NULL_DATE, day, quantity), (day, 20_000, 3)]);
            assert_eq!(of(&few), of(&all));
            // The asset in the user family, the user in the device family.
            assert_eq!((all.of(&[1])[0].asset, all.of(&[0])[0].user), (6, 7));
        }
    }
}
