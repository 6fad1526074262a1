//! What is said about one thing, and what is different between two of them.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;

use super::facet::{Facet, Guard};
use super::sequence::{self, Line, Step, steps};
use super::view::Place;
use crate::text::credentials;

/// What is said, by facet and by what it is about (the name of a header, a user).
pub(super) type Facts = BTreeMap<(Facet, String), Fact>;

/// Something that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fact {
    /// For people. Empty where that it is said says it all.
    pub(super) words: String,
    /// For comparing.
    pub(super) value: Value,
}

/// What is compared besides the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// The words alone.
    Words,
    /// A digest of what is not to be shown.
    Hidden(String),
    /// More or less of something, in each of these.
    Levels(Vec<u64>),
    /// Lines in their order.
    Lines(Vec<Line>),
    /// Names.
    Names(BTreeSet<String>),
    /// Networks.
    Networks(Vec<IpNet>),
    /// Everything that there could be.
    Everything,
}

impl Fact {
    pub(super) fn words(words: impl Into<String>) -> Self {
        Self {
            words: words.into(),
            value: Value::Words,
        }
    }

    pub(super) fn number(words: impl Into<String>, number: u64) -> Self {
        Self {
            words: words.into(),
            value: Value::Levels(vec![number]),
        }
    }

    pub(super) fn levels(words: impl Into<String>, levels: impl Into<Vec<u64>>) -> Self {
        Self {
            words: words.into(),
            value: Value::Levels(levels.into()),
        }
    }

    pub(super) fn lines(lines: Vec<Line>) -> Self {
        Self {
            words: String::new(),
            value: Value::Lines(lines),
        }
    }

    /// Makes it hold for whatever this or the other holds for; returns whether that says anything.
    pub(super) fn widen(&mut self, other: &Self) -> bool {
        match (&mut self.value, &other.value) {
            (one, other) if one == other => true,
            (Value::Networks(one), Value::Networks(other)) => {
                one.extend(other);
                *one = IpNet::aggregate(one);
                true
            }
            (Value::Names(one), Value::Names(other)) => {
                one.extend(other.iter().cloned());
                true
            }
            (Value::Levels(one), Value::Levels(other)) => {
                for (one, other) in one.iter_mut().zip(other) {
                    *one = (*one).max(*other);
                }
                true
            }
            _ => false,
        }
    }

    /// The lines, if it is lines that are said.
    pub(super) fn as_lines(&self) -> Option<&[Line]> {
        match &self.value {
            Value::Lines(lines) => Some(lines),
            _ => None,
        }
    }

    pub(super) fn hidden(digest: impl Into<String>) -> Self {
        Self {
            words: String::new(),
            value: Value::Hidden(digest.into()),
        }
    }

    pub(super) fn names(names: impl IntoIterator<Item = String>) -> Self {
        let names: BTreeSet<String> = names.into_iter().collect();
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        Self {
            words: words.join(", "),
            value: Value::Names(names),
        }
    }

    pub(super) fn networks(networks: &[IpNet], words: impl IntoIterator<Item = String>) -> Self {
        let words: Vec<String> = words.into_iter().collect();
        Self {
            words: words.join(", "),
            value: Value::Networks(networks.to_vec()),
        }
    }

    pub(super) fn everything(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            value: Value::Everything,
        }
    }
}

/// A fact that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Difference {
    pub(super) facet: Facet,
    /// What it is about: the name of a header, a user; often empty.
    pub(super) of: String,
    /// The words before; `None` where it was not said.
    pub(super) before: Option<String>,
    /// The words now; `None` where it is said no more.
    pub(super) after: Option<String>,
    /// Whether it protects less than before.
    pub(super) lowers: bool,
    /// Where it is written, now and before, where that is known better than by the facet.
    pub(super) places: [Option<Place>; 2],
}

/// All facts that differ. Details of what comes or goes as a whole are left out.
pub(super) fn differences(before: &Facts, after: &Facts) -> Vec<Difference> {
    let keys: BTreeSet<&(Facet, String)> = before.keys().chain(after.keys()).collect();
    let mut found = Vec::new();
    for key in keys {
        let (facet, of) = key;
        let (old, new) = (before.get(key), after.get(key));
        if old == new {
            continue;
        }
        let both_led = |leader: Facet| {
            let leader = (leader, String::new());
            before.contains_key(&leader) && after.contains_key(&leader)
        };
        if facet.leader().is_some_and(|leader| !both_led(leader)) {
            continue;
        }
        if let Some(lines) = old.or(new).and_then(Fact::as_lines) {
            let none: &[Line] = &[];
            let after = new.and_then(Fact::as_lines).unwrap_or(none);
            let before = if old.is_some() { lines } else { none };
            if *facet == Facet::Line && !of.is_empty() && (old.is_none() || new.is_none()) {
                found.push(section(of, before, after));
            } else {
                found.extend(of_lines(*facet, of, before, after));
            }
            continue;
        }
        found.push(Difference {
            places: [None, None],
            facet: *facet,
            of: match facet {
                Facet::RawLine | Facet::GuardingLine => credentials::line(of).into_owned(),
                _ => of.clone(),
            },
            before: old.map(|fact| fact.words.clone()),
            after: new.map(|fact| fact.words.clone()),
            lowers: lowers(facet.guard(), old, new),
        });
    }
    found
}

/// A section of ours that comes or goes as a whole: what it is there for, others tell.
fn section(of: &str, before: &[Line], after: &[Line]) -> Difference {
    let count = |lines: &[Line]| match lines.len() {
        0 => None,
        1 => Some("1 line".to_owned()),
        count => Some(format!("{count} lines")),
    };
    let place = |lines: &[Line]| lines.first().and_then(|line| line.place.clone());
    Difference {
        facet: Facet::Section,
        of: of.to_owned(),
        before: count(before),
        after: count(after),
        lowers: steps(before, after)
            .iter()
            .any(|step| sequence::lowers(step, false)),
        places: [place(after), place(before)],
    }
}

/// What becomes of lines, one by one. `of` is where they stand.
fn of_lines(facet: Facet, of: &str, before: &[Line], after: &[Line]) -> Vec<Difference> {
    let guarded = sequence::is_guarded(before) || sequence::is_guarded(after);
    let found = steps(before, after).into_iter().map(|step| {
        let there = || Some(String::new());
        let (line, before, after, places) = match step {
            Step::Gone(line) => (line, there(), None, [None, line.place.clone()]),
            Step::Come(line) => (line, None, there(), [line.place.clone(), None]),
            Step::Changed(old, new) => {
                let places = [new.place.clone(), old.place.clone()];
                (new, there(), there(), places)
            }
            Step::Moved(old, was, new, is) => {
                let places = [new.place.clone(), old.place.clone()];
                let place = |at: usize| Some(format!("place {at}"));
                (new, place(was), place(is), places)
            }
        };
        let refuses = line.weight == sequence::Weight::Refuses;
        let facet = match facet {
            Facet::RawLine | Facet::GlobalLine if refuses => Facet::GuardingLine,
            facet => facet,
        };
        let of = match of {
            "" => credentials::line(&line.shown).into_owned(),
            of => format!("{} ({of})", credentials::line(&line.shown)),
        };
        Difference {
            facet,
            of,
            before,
            after,
            lowers: sequence::lowers(&step, guarded),
            places,
        }
    });
    found.collect()
}

/// Whether `after` protects less than `before`, one of which may be missing.
fn lowers(guard: Guard, before: Option<&Fact>, after: Option<&Fact>) -> bool {
    let within = |inner: &Fact, outer: &Fact| covers(&outer.value, &inner.value);
    match (guard, before, after) {
        (
            Guard::Kept
            | Guard::Fixed
            | Guard::Narrow
            | Guard::Shield
            | Guard::AtMost
            | Guard::AtLeast,
            Some(_),
            None,
        )
        | (Guard::Wide | Guard::Claims, None, Some(_))
        | (Guard::Claims, Some(_), Some(_)) => true,
        // Where it cannot be told which one holds more, it may be this one.
        (Guard::Narrow | Guard::Wide | Guard::Grows, Some(before), Some(after)) => {
            within(after, before) != Some(true)
        }
        (Guard::Shield, Some(before), Some(after)) => within(before, after) != Some(true),
        (Guard::AtMost, Some(before), Some(after)) => more(after, before) != Some(false),
        (Guard::AtLeast | Guard::Fixed, Some(before), Some(after)) => {
            more(before, after) != Some(false)
        }
        // What is not told may be less.
        (Guard::Kept, Some(before), Some(after)) => {
            matches!((&before.value, &after.value), (Value::Hidden(old), Value::Hidden(new)) if old != new)
        }
        _ => false,
    }
}

/// Whether `one` has more than `other` of anything; `None` where that cannot be told.
fn more(one: &Fact, other: &Fact) -> Option<bool> {
    match (&one.value, &other.value) {
        (Value::Levels(one), Value::Levels(other)) if one.len() == other.len() => {
            Some(one.iter().zip(other).any(|(one, other)| one > other))
        }
        _ => None,
    }
}

/// Whether `outer` has all of `inner`; `None` where that cannot be told.
fn covers(outer: &Value, inner: &Value) -> Option<bool> {
    match (outer, inner) {
        (Value::Everything, _) => Some(true),
        (Value::Names(_) | Value::Networks(_), Value::Everything) => Some(false),
        (Value::Names(outer), Value::Names(inner)) => Some(inner.is_subset(outer)),
        (Value::Networks(outer), Value::Networks(inner)) => Some(networks_cover(outer, inner)),
        _ => None,
    }
}

/// Whether each of the `inner` networks lies within the `outer` ones together.
fn networks_cover(outer: &[IpNet], inner: &[IpNet]) -> bool {
    let mut outer = IpNet::aggregate(&outer.to_vec());
    outer.sort_unstable();
    IpNet::aggregate(&inner.to_vec()).iter().all(|inner| {
        // Those that are left overlap no more, so that only the last one that begins before can have it.
        let behind = outer.partition_point(|outer| {
            (outer.network(), outer.prefix_len()) <= (inner.network(), inner.prefix_len())
        });
        behind > 0 && outer[behind - 1].contains(inner)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn networks(list: &[&str]) -> Fact {
        let parsed: Vec<IpNet> = list
            .iter()
            .map(|text| text.parse().expect("a network"))
            .collect();
        Fact::networks(&parsed, list.iter().map(|&text| text.to_owned()))
    }

    #[test]
    fn lists_of_networks_are_compared_by_what_they_hold() {
        let both = networks(&["10.0.0.0/9", "10.128.0.0/9", "2001:db8::/32"]);
        for (list, inside) in [
            (&["10.0.0.0/8"][..], true),
            (&["10.200.0.1/32", "2001:db8:1::/48"], true),
            (&["10.0.0.0/7"], false),
            (&["192.0.2.1/32"], false),
            (&["10.1.0.0/16", "::/0"], false),
        ] {
            let inner = networks(list);
            assert_eq!(
                covers(&both.value, &inner.value),
                Some(inside),
                "{list:?} in {}",
                both.words
            );
        }
    }

    #[test]
    fn each_guard_knows_its_direction() {
        let (small, large) = (networks(&["10.0.0.0/16"]), networks(&["10.0.0.0/8"]));
        let (few, many) = (Fact::number("few", 1), Fact::number("many", 2));
        let mark =
            |guard, before: Option<&Fact>, after: Option<&Fact>| lowers(guard, before, after);
        for (guard, less, more) in [
            (Guard::Narrow, &large, &small),
            (Guard::Shield, &small, &large),
            (Guard::Wide, &large, &small),
            (Guard::Grows, &large, &small),
            (Guard::AtMost, &many, &few),
            (Guard::AtLeast, &few, &many),
        ] {
            assert!(mark(guard, Some(more), Some(less)), "{guard:?}");
            assert!(!mark(guard, Some(less), Some(more)), "{guard:?}");
            assert!(!mark(guard, Some(less), Some(less)), "{guard:?}");
            let gone = !matches!(guard, Guard::Wide | Guard::Grows);
            assert_eq!(mark(guard, Some(more), None), gone, "{guard:?}");
            assert_eq!(
                mark(guard, None, Some(more)),
                guard == Guard::Wide,
                "{guard:?}"
            );
        }
        assert!(mark(Guard::Kept, Some(&few), None));
        assert!(!mark(Guard::Kept, Some(&few), Some(&many)));
        assert!(!mark(Guard::Plain, Some(&few), None));
        assert!(mark(
            Guard::Narrow,
            Some(&small),
            Some(&Fact::everything("*"))
        ));
    }

    #[test]
    fn details_are_told_only_while_what_they_belong_to_stays() {
        let auth = |users: &[&str]| -> Facts {
            let users = users.iter().map(|&name| name.to_owned());
            [
                ((Facet::BasicAuth, String::new()), Fact::words("")),
                ((Facet::AuthUsers, String::new()), Fact::names(users)),
            ]
            .into()
        };
        let gone = differences(&auth(&["ann"]), &Facts::new());
        assert_eq!(gone.len(), 1, "{gone:?}");
        assert!(gone[0].facet == Facet::BasicAuth && gone[0].lowers);
        let more = differences(&auth(&["ann"]), &auth(&["ann", "bob"]));
        assert!(more.len() == 1 && more[0].lowers, "{more:?}");
        let fewer = differences(&auth(&["ann", "bob"]), &auth(&["ann"]));
        assert!(fewer.len() == 1 && !fewer[0].lowers, "{fewer:?}");
    }
}
