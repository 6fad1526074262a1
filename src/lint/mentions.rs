//! Which names the files mention, whoever reads them: a name may stand in an object of a kind that nobody here knows.
//!
//! In: names, and where their own objects give them. Out: those that stand nowhere else. The text is read, not the trees: a name in a
//! comment or a misspelt key is a mention, too, because then somebody has it in mind.

use std::collections::{HashMap, HashSet};

use crate::source::{FileId, FileKind, Origin, Sources};

/// The longest name of an object.
const LONGEST: usize = 253;

/// The places of those objects whose name is mentioned nowhere else. A part of a DNS name is a mention (`web.shop.svc`), a part of another
/// name is none (`web-2`).
pub(super) fn unmentioned(own: &[(&str, Origin)], sources: &Sources) -> HashSet<Origin> {
    let mut waiting: HashMap<&str, Vec<Origin>> = HashMap::with_capacity(own.len());
    let mut lengths = [false; LONGEST + 1];
    for &(name, origin) in own {
        waiting.entry(name).or_default().push(origin);
        lengths[name.len().min(LONGEST)] = true;
    }
    let files = sources
        .iter()
        .filter(|(_, file)| file.kind != FileKind::Lock);
    for (id, file) in files {
        for word in words(&file.text) {
            let labels = word.split('.').filter(|label| label.len() < word.len());
            for name in std::iter::once(word).chain(labels) {
                let is_known = lengths.get(name.len()).is_some_and(|known| *known);
                let is_mentioned = is_known
                    && waiting.get(name).is_some_and(|own| {
                        !own.iter().any(|own| holds(*own, id, &file.text, name))
                    });
                if is_mentioned {
                    waiting.remove(name);
                }
            }
            if waiting.is_empty() {
                return HashSet::new();
            }
        }
    }
    waiting.into_values().flatten().collect()
}

/// What may be a name of an object, or several with dots between them.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.' && c != '_')
        .filter(|word| !word.is_empty())
}

/// Whether `part` of `text`, the text of `file`, lies in `origin`.
fn holds(origin: Origin, file: FileId, text: &str, part: &str) -> bool {
    let at = part.as_ptr().addr() - text.as_ptr().addr();
    let own = origin.start as usize..origin.end as usize;
    origin.file == file && own.contains(&at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::File;

    /// Whether the first `old` of a text is the only one.
    fn is_alone(text: &str) -> bool {
        let mut sources = Sources::default();
        let id = sources.add(File::new("a.yaml", text));
        let at = text.find("old").expect("it is there");
        let origin = Origin::new(id, at..at + 3);
        !unmentioned(&[("old", origin)], &sources).is_empty()
    }

    #[test]
    fn a_name_is_mentioned_by_words_and_by_parts_of_dns_names() {
        assert!(is_alone("name: old\n"));
        assert!(is_alone(
            "name: old\nother: [old-2, older, x_old, my-old]\n"
        ));
        assert!(!is_alone("name: old\nsecretName: \"old\"\n"));
        assert!(!is_alone("name: old\nurl: http://old.shop.svc:80/\n"));
        assert!(!is_alone("name: old\n# old is kept for a while\n"));
    }

    #[test]
    fn two_objects_of_one_name_do_not_mention_each_other() {
        let mut sources = Sources::default();
        let id = sources.add(File::new("a.yaml", "a: old\nb: old\n"));
        let own = [
            ("old", Origin::new(id, 3..6)),
            ("old", Origin::new(id, 10..13)),
        ];
        assert_eq!(unmentioned(&own, &sources).len(), 2);
        assert!(unmentioned(&own[..1], &sources).is_empty());
    }
}
