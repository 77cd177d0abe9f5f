//! Lists of numbers by number, one behind the other in memory: there may be one for each of millions, and most have few members or none.

/// A list for each number below some count; beyond that all are empty.
#[derive(Clone, Debug, Default)]
pub struct Numbered {
    /// By number: where its list begins in `members`; and where the last one ends.
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Numbered {
    /// Of (number, member), with numbers below `count`. The members of a list stand in the order in which they come.
    pub fn new(count: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut starts = vec![0; count + 1];
        pairs.clone().for_each(|(number, _)| starts[number as usize + 1] += 1);
        let mut end = 0;
        starts.iter_mut().for_each(|start| {
            end += *start;
            *start = end;
        });
        let mut nexts = starts.clone();
        let mut members = vec![0; end as usize];
        for (number, member) in pairs {
            let next = &mut nexts[number as usize];
            members[*next as usize] = member;
            *next += 1;
        }
        Self { starts, members }
    }

    /// The list of a number.
    #[inline]
    pub fn of(&self, number: usize) -> &[u32] {
        match (self.starts.get(number), self.starts.get(number + 1)) {
            (Some(start), Some(end)) => &self.members[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// Whether all lists are.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_has_its_members_in_their_order() {
        let lists = Numbered::new(5, [(4, 7), (1, 9), (4, 2), (1, 9)].into_iter());
        assert_eq!((0..7).map(|number| lists.of(number)).collect::<Vec<_>>(), [&[][..], &[9, 9], &[], &[], &[7, 2], &[], &[]]);
        assert!(!lists.is_empty() && Numbered::default().is_empty() && Numbered::default().of(0).is_empty());
    }
}
