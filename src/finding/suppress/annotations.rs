//! The annotation `ingressc/ignore` of an object: `ING402: reason`, several with `;` or line breaks between.
//!
//! Comments die in Helm and kustomize, and JSON has none; annotations go wherever the object goes.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::comments::Part;
use super::directive::{Directive, Place, words};
use super::{Lookup, MutedBy, Spot};
use crate::finding::{Code, Finding};
use crate::source::{FileKind, Node, Origin, Sources, Tree, entry};

/// The annotation.
const KEY: &str = "ingressc/ignore";

/// Rules about two objects that claim the same. Which of them is told depends on their names, and nobody who writes the annotation can
/// know that: that of either counts.
const BETWEEN_EQUALS: [Code; 2] = [Code::DUPLICATE_ROUTE, Code::DEFAULT_BACKEND_CONFLICT];

/// Objects with the annotation.
#[derive(Debug, Default)]
pub(super) struct Annotations {
    /// Sorted by place. They do not overlap, unless aliases make several of one.
    objects: Vec<Object>,
    /// By cluster and name; `None` where several have it, for nobody knows then which of them is meant.
    by_name: BTreeMap<(u16, String), Option<usize>>,
    used: Vec<Spot>,
}

#[derive(Debug)]
struct Object {
    origin: Origin,
    cluster: u16,
    /// What findings may call it.
    names: Vec<String>,
    directives: Range<usize>,
    by_rule: BTreeMap<Code, Spot>,
}

impl Annotations {
    /// Reads the annotations of a document.
    pub(super) fn read(
        &mut self,
        sources: &Sources,
        part: &Part<'_>,
        (namespace, lookup): (&str, Lookup<'_>),
        directives: &mut Vec<Directive>,
    ) {
        let root = part.tree.as_ref().and_then(Tree::root);
        let Some(root) = root.filter(|_| part.annotated) else {
            return;
        };
        let mut walk = Walk {
            sources,
            namespace,
            lookup,
            cluster: sources.file(part.file).cluster,
            known: HashMap::new(),
            objects: &mut self.objects,
            directives,
        };
        walk.value(root, None);
    }

    /// Puts what was read in order.
    pub(super) fn index(&mut self, directives: &[Directive]) {
        self.objects.sort_by_key(|object| object.origin);
        self.objects.dedup_by_key(|object| object.origin);
        for (index, object) in self.objects.iter_mut().enumerate() {
            for at in object.directives.clone() {
                for (word, rule) in directives[at].words.iter().enumerate() {
                    if let Some(code) = rule.mutable() {
                        object.by_rule.entry(code).or_insert((at, word));
                    }
                }
            }
            for name in &object.names {
                self.by_name
                    .entry((object.cluster, name.clone()))
                    .and_modify(|known| *known = None)
                    .or_insert(Some(index));
            }
        }
    }

    /// The first annotation that mutes a finding. Remembers all of them.
    pub(super) fn mute(&mut self, finding: &Finding, sources: &Sources) -> Option<Spot> {
        let around = finding.origin().and_then(|origin| self.around(origin));
        let mut objects: Vec<usize> = around
            .or_else(|| self.named(finding, sources))
            .into_iter()
            .collect();
        if BETWEEN_EQUALS.contains(&finding.code) {
            let others = finding.labels.iter().skip(1);
            objects.extend(others.filter_map(|label| self.around(label.origin)));
        }
        let spots = objects.iter().filter_map(|&object| {
            let spot = self.objects[object].by_rule.get(&finding.code);
            spot.copied()
        });
        let spots: Vec<Spot> = spots.collect();
        self.used.extend(&spots);
        spots.first().copied()
    }

    /// The object in which something stands.
    fn around(&self, origin: Origin) -> Option<usize> {
        let next = self.objects.partition_point(|object| {
            (object.origin.file, object.origin.start) <= (origin.file, origin.start)
        });
        let index = next.checked_sub(1)?;
        is_within(origin, self.objects[index].origin).then_some(index)
    }

    /// The object that a finding is about, though it stands elsewhere: in no manifest, or in the manifest of another object, with a
    /// word about this one. Another object that has taken the name cannot speak for it.
    fn named(&self, finding: &Finding, sources: &Sources) -> Option<usize> {
        let name = finding.object.as_ref()?;
        let place = finding.origin().map(|origin| sources.file(origin.file));
        let cluster = place.map_or(0, |file| file.cluster);
        let index = (*self.by_name.get(&(cluster, name.clone()))?)?;
        let object = self.objects[index].origin;
        let elsewhere = place.is_none_or(|file| file.kind != FileKind::Manifests);
        let mut places = finding.labels.iter().map(|label| label.origin);
        (elsewhere || places.any(|place| is_within(place, object))).then_some(index)
    }

    /// The words that muted something.
    pub(super) fn used(&self) -> impl Iterator<Item = Spot> {
        self.used.iter().copied()
    }
}

fn is_within(inner: Origin, outer: Origin) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.end <= outer.end
}

struct Walk<'a> {
    sources: &'a Sources,
    namespace: &'a str,
    lookup: Lookup<'a>,
    cluster: u16,
    /// Values that have been read: aliases make one value that of several objects.
    known: HashMap<Origin, Range<usize>>,
    objects: &'a mut Vec<Object>,
    directives: &'a mut Vec<Directive>,
}

impl Walk<'_> {
    /// An object, or a list of objects, whose items may leave their kind to it.
    fn value(&mut self, node: Node<'_, '_>, inherited: Option<&str>) {
        let kind = text(node, "kind").or(inherited);
        if let Some(item) = kind.and_then(|kind| kind.strip_suffix("List"))
            && let Some(items) = node.get("items").filter(|items| items.is_sequence())
        {
            for node in items.items() {
                self.value(node, Some(item).filter(|item| !item.is_empty()));
            }
            return;
        }
        let metadata = node.get("metadata");
        let annotations = metadata.and_then(|metadata| metadata.get("annotations"));
        let Some((kind, (annotations, (key, value)))) = kind
            .zip(annotations.and_then(|annotations| Some((annotations, annotations.entry(KEY)?))))
        else {
            return;
        };
        let names = names(kind, metadata, self.namespace);
        let place = value.target_origin();
        let directives = if let Some(known) = self.known.get(&place) {
            known.clone()
        } else {
            let shown = names.first().map_or(kind, |name| name);
            let read = self.entries(shown, (annotations, key, value));
            self.known.insert(place, read.clone());
            read
        };
        self.objects.push(Object {
            origin: node.target_origin(),
            cluster: self.cluster,
            names,
            directives,
            by_rule: BTreeMap::new(),
        });
    }

    /// Reads the entries of the annotation.
    fn entries(
        &mut self,
        object: &str,
        (annotations, key, value): (Node<'_, '_>, Node<'_, '_>, Node<'_, '_>),
    ) -> Range<usize> {
        let first = self.directives.len();
        let (Some(said), place) = (value.text(), value.target_origin()) else {
            return first..first;
        };
        let written = self.sources.text(place);
        let entries = entries(said, self.lookup);
        let alone = entries.len() == 1;
        let mut from = Some(0);
        for (rules, reason) in entries {
            // Where it is written as it is read. What stands behind escapes is not looked for a second time.
            let found = from.and_then(|from: usize| Some(from + written[from..].find(rules)?));
            let begin = place.start as usize;
            let list =
                found.map(|at| Origin::new(place.file, begin + at..begin + at + rules.len()));
            let at = match found {
                Some(at) => Place::Written(place.file, begin + at),
                None => Place::Within(place),
            };
            from = found.map(|at| at + rules.len());
            let whole = if alone && !value.is_alias() {
                pair(self.sources, (annotations, key, value))
            } else {
                None
            };
            self.directives.push(Directive {
                by: MutedBy::Annotation,
                origin: list.unwrap_or(place),
                words: words(rules, at, self.lookup),
                reason,
                object: Some(object.to_owned()),
                whole,
                list,
            });
        }
        first..self.directives.len()
    }
}

/// The lists of rules and their reasons. A part that names no rule, and is a sentence, goes on with the reason before it.
fn entries<'s>(said: &'s str, lookup: Lookup<'_>) -> Vec<(&'s str, String)> {
    let mut entries: Vec<(&'s str, String)> = Vec::new();
    for part in said.split(['\n', ';']) {
        let part = part.trim();
        let (rules, reason) = part.split_once(':').unwrap_or((part, ""));
        let rules = rules.trim();
        let is_list = rules.split(',').any(|word| {
            lookup(word.trim()).is_some() || !word.trim().contains(char::is_whitespace)
        });
        match entries.last_mut() {
            _ if part.is_empty() => {}
            Some((_, before)) if !is_list && !before.is_empty() => {
                before.push_str("; ");
                before.push_str(part);
            }
            _ => entries.push((rules, reason.trim().to_owned())),
        }
    }
    entries
}

/// What findings may call the object, the likeliest first. Which kinds have no namespace is known elsewhere; a name without one can
/// only be that of such a kind.
fn names(kind: &str, metadata: Option<Node<'_, '_>>, namespace: &str) -> Vec<String> {
    let own = |key| metadata.and_then(|metadata| text(metadata, key));
    let Some(name) = own("name") else {
        return Vec::new();
    };
    match own("namespace") {
        Some(namespace) => vec![format!("{kind} {namespace}/{name}")],
        None => vec![
            format!("{kind} {namespace}/{name}"),
            format!("{kind} {name}"),
        ],
    }
}

pub(super) fn text<'a>(node: Node<'a, '_>, key: &str) -> Option<&'a str> {
    let value = node.get(key)?;
    value
        .text()
        .filter(|text| !text.is_empty() && !value.is_null())
}

/// The bytes of a key and its value that can go without breaking what is around them.
fn pair(
    sources: &Sources,
    (annotations, key, value): (Node<'_, '_>, Node<'_, '_>, Node<'_, '_>),
) -> Option<Origin> {
    let (around, key, value) = (annotations.origin(), key.origin(), value.origin());
    if !is_within(key, around) || !is_within(value, around) {
        return None;
    }
    if !sources.text(around).starts_with('{') {
        return entry(sources, key, value);
    }
    let text = &sources.file(key.file).text;
    let range = flow(text, key.start as usize, value.end as usize)?;
    Some(Origin::new(key.file, range))
}

/// Between braces: with a comma. Looks at what is next to it only, for all of a large file may be one line.
fn flow(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let behind = text[end..].trim_start();
    let next = text.len() - behind.len();
    if let Some(rest) = behind.strip_prefix(',') {
        let blanks = rest.len() - rest.trim_start().len();
        return Some(start..next + 1 + blanks);
    }
    let before = text[..start].trim_end();
    match before.chars().next_back()? {
        _ if !behind.starts_with('}') => None,
        ',' => Some(before.len() - 1..end),
        '{' => Some(start..end),
        _ => None,
    }
}
