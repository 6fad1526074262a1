//! Where the boxes of the map stand: three columns, paths below each other, backends where most of their lines come from.
//!
//! Linear but for one sort of the backends. Lengths are in pixels.

use super::Graph;

/// The height of a path, with the gap below it.
pub(super) const ROW: u32 = 28;
/// The gap between hosts.
const GAP: u32 = 18;
/// The height of a backend.
pub(super) const END: u32 = 42;
const END_GAP: u32 = 12;
/// The least height of a host.
pub(super) const SOURCE: u32 = 42;
/// Above the first row.
pub(super) const TOP: u32 = 64;

/// The middles of all boxes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Layout {
    pub(super) sources: Vec<u32>,
    /// By source.
    pub(super) paths: Vec<Vec<u32>>,
    /// Where the line about folded paths stands, by source.
    pub(super) folded: Vec<Option<u32>>,
    pub(super) ends: Vec<u32>,
    /// The lower edge of all.
    pub(super) bottom: u32,
}

pub(super) fn layout(graph: &Graph) -> Layout {
    let mut layout = Layout::default();
    let mut y = TOP;
    // The sum and the number of the lines that come to each end.
    let mut arriving = vec![(0_u64, 0_u64); graph.ends.len()];
    for source in &graph.sources {
        let rows = count(source.paths.len()) + u32::from(source.folded > 0);
        let height = (rows * ROW).max(SOURCE + 8);
        let first = y + (height - rows * ROW) / 2 + ROW / 2;
        let middles: Vec<u32> = (0..rows).map(|row| first + row * ROW).collect();
        let (paths, folded) = middles.split_at(source.paths.len());
        for (way, middle) in source.paths.iter().zip(paths) {
            let (sum, number) = &mut arriving[way.to];
            *sum += u64::from(*middle);
            *number += 1;
        }
        layout.sources.push(y + height / 2);
        layout.paths.push(paths.to_vec());
        layout.folded.push(folded.first().copied());
        y += height + GAP;
    }
    let bottom = y.saturating_sub(GAP).max(TOP + SOURCE);
    layout.ends = ends(&arriving, bottom);
    let lowest = layout.ends.iter().map(|middle| middle + END / 2);
    layout.bottom = lowest.max().unwrap_or(0).max(bottom);
    layout
}

/// Each end in the middle of its lines, or as near as the others let it.
fn ends(arriving: &[(u64, u64)], bottom: u32) -> Vec<u32> {
    let wanted = |at: usize| {
        let (sum, number) = arriving[at];
        u32::try_from(sum / number.max(1)).unwrap_or(u32::MAX)
    };
    let mut order: Vec<usize> = (0..arriving.len()).collect();
    order.sort_by_key(|at| (wanted(*at), *at));
    let step = END + END_GAP;
    let mut middles = vec![0; arriving.len()];
    let mut next = TOP + END / 2;
    for at in &order {
        middles[*at] = wanted(*at).max(next);
        next = middles[*at] + step;
    }
    // What was pushed below the last path goes up again, as far as there is room.
    let mut last = bottom.saturating_sub(END / 2).max(TOP + END / 2);
    let needed = count(order.len()).saturating_sub(1) * step;
    last = last.max(TOP + END / 2 + needed);
    for at in order.iter().rev() {
        middles[*at] = middles[*at].min(last);
        last = middles[*at].saturating_sub(step);
    }
    middles
}

/// There are never so many boxes that their number does not fit.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_stand_where_their_lines_come_from_and_never_overlap() {
        let bottom = TOP + 10 * ROW;
        let middles = ends(&[(3 * 200, 3), (2 * 100, 2), (200, 1), (0, 0)], bottom);
        let mut sorted = middles.clone();
        sorted.sort_unstable();
        assert!(
            sorted.windows(2).all(|pair| pair[1] - pair[0] >= END),
            "{middles:?}"
        );
        assert!(
            middles[1] < middles[0] && middles[0] < middles[2],
            "{middles:?}"
        );
    }

    #[test]
    fn many_ends_take_more_room_than_their_paths() {
        let middles = ends(&[(100, 1); 20], TOP + 50);
        assert_eq!(
            middles
                .iter()
                .collect::<std::collections::BTreeSet<_>>()
                .len(),
            20
        );
        assert_eq!(middles.iter().min(), Some(&(TOP + END / 2)));
    }
}
