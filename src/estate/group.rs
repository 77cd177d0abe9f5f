//! Which consumptions belong together in a demand (contract §4.2).

use super::people::UserOf;
use crate::model::demand::{Consumptions, own_name_before};
use crate::model::license::Products;
use crate::model::text::{Code, NULL_CODE, Texts};
use crate::model::words::Family;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Which consumptions make which demand, in the order of the demands.
#[derive(Default, Debug)]
pub struct Grouping {
    pub product: Vec<u32>,
    /// The asset or user; null for a demand of its own.
    pub subject: Vec<Code>,
    /// `members[starts[d]..starts[d + 1]]`; empty while there is no demand.
    pub starts: Vec<u32>,
    pub members: Vec<u32>,
}

impl Grouping {
    /// Appends a demand; its consumptions ascend.
    pub fn push(&mut self, product: u32, subject: Code, members: &[u32]) {
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        self.product.push(product);
        self.subject.push(subject);
        self.members.extend_from_slice(members);
        self.starts.push(self.members.len() as u32);
    }
}

/// Consumptions of one product: the code of the subject, and the row. Sorted, those of a demand stand together, ascending; null is
/// the greatest code, so that demands of their own stand last, by `consumption_id`.
type Key = u64;

/// So many keys are worth the work of several cores.
const MANY: usize = 1 << 20;
/// Fewer keys are not worth a count of what subjects they have.
const FEW: usize = 1024;
/// A stretch of consumptions.
const STRETCH: usize = 65_536;

fn subject_of(key: Key) -> Code {
    (key >> 32) as Code
}

/// The part of a grouping that is one product's, to be filled.
struct Part<'a> {
    product: u32,
    keys: Vec<Key>,
    first_demand: usize,
    first_member: usize,
    products: &'a mut [u32],
    subjects: &'a mut [Code],
    ends: &'a mut [u32],
    members: &'a mut [u32],
}

/// Groups the consumptions that need a license, by product and then `demand_id`; and the demand of each consumption.
pub fn group(consumptions: &Consumptions, products: &Products, users: &UserOf<'_>, texts: &Texts) -> (Grouping, Vec<u32>) {
    let mut of_products = by_product(consumptions, products, users);
    let count = |room: &mut Vec<Key>, keys: &mut Vec<Key>| -> usize {
        match keys.len() {
            ..FEW => keys.sort_unstable(),
            FEW..MANY => by_subject(keys, room),
            _ => keys.par_sort_unstable(),
        }
        let own = keys.len() - keys.partition_point(|key| subject_of(*key) != NULL_CODE);
        keys.chunk_by(|one, other| subject_of(*one) == subject_of(*other)).count() + own.saturating_sub(1)
    };
    let demands: Vec<usize> = of_products.par_iter_mut().with_max_len(1).map_init(Vec::new, count).collect();

    let (all, all_members) = (demands.iter().sum(), of_products.iter().map(Vec::len).sum());
    let mut grouping = Grouping { product: vec![0; all], subject: vec![0; all], starts: vec![0; all + 1], members: vec![0; all_members] };
    let demand_of: Vec<AtomicU32> = (0..consumptions.len()).into_par_iter().map(|_| AtomicU32::new(NULL_CODE)).collect();
    let sizes = || demands.iter().copied();
    let in_columns = split(&mut grouping.product, sizes()).into_iter().zip(split(&mut grouping.subject, sizes()));
    let in_columns = in_columns.zip(split(&mut grouping.starts[1..], sizes()));
    let in_columns = in_columns.zip(split(&mut grouping.members, of_products.iter().map(Vec::len)));
    let (mut first_demand, mut first_member) = (0, 0);
    let mut parts = Vec::with_capacity(demands.len());
    for ((product, keys), (((products, subjects), ends), members)) in of_products.into_iter().enumerate().zip(in_columns) {
        let of_part = keys.len();
        parts.push(Part { product: product as u32, keys, first_demand, first_member, products, subjects, ends, members });
        (first_demand, first_member) = (first_demand + demands[product], first_member + of_part);
    }
    parts.into_par_iter().with_max_len(1).for_each(|part| fill(part, consumptions, texts, &demand_of));
    (grouping, demand_of.into_iter().map(AtomicU32::into_inner).collect())
}

/// Sorts keys whose rows ascend: by some bits of the subjects after the other, the last first; equal ones keep their order.
fn by_subject(keys: &mut [Key], room: &mut Vec<Key>) {
    const BITS: u32 = 11;
    let differ = keys.iter().fold(0, |differ, key| differ | subject_of(key ^ keys[0]));
    room.resize(keys.len().max(room.len()), 0);
    let mut to = &mut room[..keys.len()];
    let mut from = keys;
    let mut turned = false;
    for shift in (0..Code::BITS - differ.leading_zeros()).step_by(BITS as usize) {
        let digit = |key: Key| (subject_of(key) >> shift) as usize % (1 << BITS);
        let mut nexts = [0u32; 1 << BITS];
        from.iter().for_each(|key| nexts[digit(*key)] += 1);
        let mut next = 0;
        nexts.iter_mut().for_each(|count| next += std::mem::replace(count, next));
        for key in from.iter() {
            let next = &mut nexts[digit(*key)];
            to[*next as usize] = *key;
            *next += 1;
        }
        std::mem::swap(&mut from, &mut to);
        turned = !turned;
    }
    if turned {
        to.copy_from_slice(from);
    }
}

/// The keys of all consumptions that need a license, by product. Each is written at its place at once, stretch by stretch of the
/// consumptions: first it is counted how many each has of each product.
fn by_product(consumptions: &Consumptions, products: &Products, users: &UserOf<'_>) -> Vec<Vec<Key>> {
    let needs = |row: &usize| consumptions.outcome[*row].is_none();
    let product = |row: usize| consumptions.product[row] as usize;
    // Long, where there are so many products that what is known of each would else be more than the keys.
    let length = STRETCH.max(4 * products.len());
    let stretch = |first: usize| first..consumptions.len().min(first + length);
    let firsts: Vec<usize> = (0..consumptions.len()).step_by(length).collect();
    let count = |first: &usize| {
        let mut counts = vec![0u32; products.len()];
        stretch(*first).filter(needs).for_each(|row| counts[product(row)] += 1);
        counts
    };
    let counts: Vec<Vec<u32>> = firsts.par_iter().with_max_len(1).map(count).collect();
    let sizes = |product: usize| counts.iter().map(move |counts| counts[product] as usize);
    let mut of_products: Vec<Vec<Key>> = (0..products.len()).into_par_iter().map(|product| vec![0; sizes(product).sum()]).collect();
    let mut rooms: Vec<Vec<&mut [Key]>> = firsts.iter().map(|_| Vec::with_capacity(products.len())).collect();
    for (product, keys) in of_products.iter_mut().enumerate() {
        rooms.iter_mut().zip(split(keys, sizes(product))).for_each(|(rooms, room)| rooms.push(room));
    }
    let write = |(first, mut rooms): (usize, Vec<&mut [Key]>)| {
        for row in stretch(first).filter(needs) {
            let room = &mut rooms[product(row)];
            if let Some((key, others)) = std::mem::take(room).split_first_mut() {
                *key = Key::from(subject(consumptions, products, users, row)) << 32 | row as Key;
                *room = others;
            }
        }
    };
    firsts.into_par_iter().zip(rooms).with_max_len(1).for_each(write);
    of_products
}

/// A slice in consecutive parts.
fn split<T>(mut rest: &mut [T], sizes: impl Iterator<Item = usize>) -> Vec<&mut [T]> {
    sizes
        .map(|size| {
            let (first, others) = std::mem::take(&mut rest).split_at_mut(size);
            rest = others;
            first
        })
        .collect()
}

/// Fills the part of a product. Demands of their own have names too, and stand where these belong.
fn fill(part: Part<'_>, consumptions: &Consumptions, texts: &Texts, demand_of: &[AtomicU32]) {
    let Part { product, keys, first_demand, first_member, products, subjects, ends, members } = part;
    let (mut demand, mut member) = (0, 0);
    let mut push = |subject: Code, keys: &[Key]| {
        for key in keys {
            let row = *key as u32;
            members[member] = row;
            demand_of[row as usize].store((first_demand + demand) as u32, Ordering::Relaxed);
            member += 1;
        }
        subjects[demand] = subject;
        ends[demand] = (first_member + member) as u32;
        demand += 1;
    };
    products.fill(product);
    let (merged, own) = keys.split_at(keys.partition_point(|key| subject_of(*key) != NULL_CODE));
    let mut own = own.chunks(1).peekable();
    for keys in merged.chunk_by(|one, other| subject_of(*one) == subject_of(*other)) {
        let subject = subject_of(keys[0]);
        while let Some(one) = own.next_if(|one| own_name_before(consumptions.id.get(one[0] as u32 as usize), texts.get(subject))) {
            push(NULL_CODE, one);
        }
        push(subject, keys);
    }
    own.for_each(|one| push(NULL_CODE, one));
}

/// What a consumption is merged by: its asset; in the user family its user, else its asset's.
fn subject(consumptions: &Consumptions, products: &Products, users: &UserOf<'_>, row: usize) -> Code {
    match products.family(consumptions.product[row] as usize) {
        Family::Device => consumptions.asset(row),
        Family::User if consumptions.user(row) != NULL_CODE => consumptions.user(row),
        Family::User => users.asset(consumptions.asset(row)),
    }
}
