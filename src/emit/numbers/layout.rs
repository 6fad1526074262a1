//! How HAProxy numbers the servers of a backend.

use std::collections::BTreeSet;

/// One `server` or `server-template` line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// What the line says.
    pub(super) id: Option<u32>,
    /// How many servers it stands for.
    pub(super) count: u32,
}

/// Who has which number.
#[derive(Debug)]
pub(super) struct Layout {
    /// The number of the first server of each line.
    pub(super) first: Vec<u32>,
    taken: BTreeSet<u32>,
    /// The numbers of servers whose lines say none, as first and last ones; they grow.
    ranges: Vec<(u32, u32)>,
}

impl Layout {
    /// Numbers said by lines hold; the others, in the order of the lines, get the lowest ones above those of the lines before. Of a
    /// template, the number of its line is that of its first server. `taken`: what lines elsewhere in the backend say.
    pub(super) fn of(entries: &[Entry], mut taken: BTreeSet<u32>) -> Self {
        taken.extend(entries.iter().filter_map(|entry| entry.id));
        let (mut first, mut ranges) = (Vec::with_capacity(entries.len()), Vec::new());
        let mut next = 1;
        for entry in entries {
            let unsaid = entry.count - u32::from(entry.id.is_some()).min(entry.count);
            let from = ranges.len();
            next = take(next, unsaid, &taken, &mut ranges);
            let begins = ranges.get(from).map_or(next, |range| range.0);
            first.push(entry.id.unwrap_or(begins));
        }
        Self {
            first,
            taken,
            ranges,
        }
    }

    /// The numbers that nobody has, the lowest first.
    pub(super) fn free(&self) -> impl Iterator<Item = u32> {
        let mut ranges = self.ranges.iter().peekable();
        let mut next = 1_u32;
        std::iter::from_fn(move || {
            loop {
                if let Some((_, last)) = ranges.next_if(|range| range.0 <= next) {
                    next = next.max(last.saturating_add(1));
                } else if self.taken.contains(&next) {
                    next = next.saturating_add(1);
                } else {
                    let found = next;
                    next = next.saturating_add(1);
                    return Some(found);
                }
            }
        })
    }
}

/// The number of the first server of each line.
pub(super) fn first_ids(entries: &[Entry]) -> Vec<u32> {
    Layout::of(entries, BTreeSet::new()).first
}

/// Takes so many numbers from `next` on that are not `taken`, and returns the one behind them.
fn take(mut next: u32, mut count: u32, taken: &BTreeSet<u32>, out: &mut Vec<(u32, u32)>) -> u32 {
    // A file may say anything: no number is counted up to, and each of those taken is passed once.
    for &other in taken.range(next..) {
        if count == 0 {
            return next;
        }
        let free = (other - next).min(count);
        if free > 0 {
            out.push((next, next + free - 1));
            next += free;
            count -= free;
        }
        if count > 0 {
            next = other.saturating_add(1);
        }
    }
    if count > 0 {
        let last = next.saturating_add(count - 1);
        out.push((next, last));
        next = last.saturating_add(1);
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(lines: &[(Option<u32>, u32)]) -> Vec<Entry> {
        let entry = |&(id, count)| Entry { id, count };
        lines.iter().map(entry).collect()
    }

    #[test]
    fn servers_are_numbered_as_haproxy_numbers_them() {
        // Asked of HAProxy 2.6, 3.0, 3.2 and 3.4 by `show servers state`.
        let lines = [(None, 1), (Some(5), 3), (Some(2), 1), (None, 3), (None, 1)];
        let layout = Layout::of(&entries(&lines), BTreeSet::new());
        assert_eq!(layout.first, [1, 5, 2, 6, 9]);
        assert_eq!(layout.ranges, [(1, 1), (3, 4), (6, 8), (9, 9)]);
        assert_eq!(layout.free().take(2).collect::<Vec<_>>(), [10, 11]);
    }

    #[test]
    fn free_numbers_are_the_lowest_ones() {
        let layout = Layout::of(
            &entries(&[(Some(3), 1), (None, 2), (Some(7), 1)]),
            [5].into(),
        );
        assert_eq!(layout.ranges, [(1, 2)]);
        assert_eq!(layout.free().take(4).collect::<Vec<_>>(), [4, 6, 8, 9]);
    }

    #[test]
    fn a_file_may_say_anything() {
        let most = i32::MAX.unsigned_abs();
        for lines in [
            vec![(Some(most), most), (None, most), (None, u32::MAX)],
            vec![(None, u32::MAX), (None, 1), (None, 0), (Some(1), 0)],
        ] {
            let layout = Layout::of(&entries(&lines), [u32::MAX].into());
            assert_eq!(layout.first.len(), lines.len());
        }
    }
}
