//! Files that several clusters read: what is said about one is said once.
//!
//! In: the findings of all clusters. Out: the same, each at the first copy of its file, so that a [`Sink`](crate::finding::Sink)
//! drops what is told again. An inventory of all clusters lists Services of each: that one of them does not have a Service is
//! told only when none has.

use std::collections::HashMap;

use crate::finding::{Code, Finding};
use crate::source::{FileId, FileKind, Origin, Sources};

/// Settles what clusters say about files that they share.
pub(crate) fn settle(sources: &Sources, findings: &mut Vec<Finding>) {
    let first = first_copies(sources);
    for label in findings.iter_mut().flat_map(|finding| &mut finding.labels) {
        if let Some(&file) = first.get(label.origin.file.index()) {
            label.origin.file = file;
        }
    }
    let mut readers: HashMap<FileId, usize> = HashMap::new();
    for (id, file) in sources.iter() {
        if file.kind == FileKind::Inventory {
            *readers.entry(first[id.index()]).or_default() += 1;
        }
    }
    if readers.values().any(|&readers| readers > 1) {
        entries(&readers, findings);
    }
}

/// For each file the first one of its name.
fn first_copies(sources: &Sources) -> Vec<FileId> {
    let mut by_name = HashMap::with_capacity(sources.len());
    sources
        .iter()
        .map(|(id, file)| *by_name.entry(file.name.as_str()).or_insert(id))
        .collect()
}

/// Drops what clusters say about entries of an inventory that another of its readers has a use for.
fn entries(readers: &HashMap<FileId, usize>, findings: &mut Vec<Finding>) {
    let entry = |finding: &Finding| -> Option<Origin> {
        let of_entry = [
            Code::INVENTORY_UNKNOWN_SERVICE,
            Code::INVENTORY_UNUSED_ENTRY,
        ];
        of_entry.contains(&finding.code).then(|| finding.origin())?
    };
    // How many readers have no use for an entry, and whether one of them knows the Service at least.
    let mut useless: HashMap<Origin, (usize, bool)> = HashMap::new();
    for finding in findings.iter() {
        if let Some(origin) = entry(finding) {
            let (count, known) = useless.entry(origin).or_default();
            *count += 1;
            *known |= finding.code == Code::INVENTORY_UNUSED_ENTRY;
        }
    }
    findings.retain(|finding| {
        let Some(origin) = entry(finding) else {
            return true;
        };
        let Some(&(count, known)) = useless.get(&origin) else {
            return true;
        };
        let all = readers
            .get(&origin.file)
            .is_none_or(|&readers| count >= readers);
        all && (!known || finding.code == Code::INVENTORY_UNUSED_ENTRY)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::File;

    /// Two clusters with one manifest each, one that they share, and an inventory that they share.
    fn sources() -> Sources {
        let mut sources = Sources::default();
        for cluster in 0..2 {
            let own = format!("{cluster}.yaml");
            for (name, kind) in [
                (own.as_str(), FileKind::Manifests),
                ("shared.yaml", FileKind::Manifests),
                ("backends.yaml", FileKind::Inventory),
            ] {
                sources.add(File::new(name, "a\n").kind(kind).cluster(cluster));
            }
        }
        sources
    }

    fn settled(said: &[(Code, usize)]) -> Vec<(String, usize)> {
        let finding = |&(code, file): &(Code, usize)| {
            Finding::new(code, "x").at(Origin::new(FileId::new(file), 0..1))
        };
        let mut findings: Vec<Finding> = said.iter().map(finding).collect();
        settle(&sources(), &mut findings);
        let place = |finding: &Finding| finding.origin().expect("it has one").file.index();
        findings
            .iter()
            .map(|finding| (finding.code.to_string(), place(finding)))
            .collect()
    }

    #[test]
    fn findings_move_to_the_first_copy_of_their_file() {
        let code = Code::INVALID_PATH;
        let places: Vec<usize> = settled(&[(code, 0), (code, 1), (code, 3), (code, 4)])
            .into_iter()
            .map(|(_, place)| place)
            .collect();
        assert_eq!(places, [0, 1, 3, 1]);
    }

    #[test]
    fn an_entry_that_one_cluster_uses_is_no_finding_of_the_others() {
        let (unknown, unused) = (
            Code::INVENTORY_UNKNOWN_SERVICE,
            Code::INVENTORY_UNUSED_ENTRY,
        );
        assert!(settled(&[(unknown, 2)]).is_empty());
        assert_eq!(settled(&[(unknown, 2), (unknown, 5)]).len(), 2);
        let both = settled(&[(unknown, 2), (unused, 5)]);
        assert_eq!(both, [("ING223".to_owned(), 2)]);
    }
}
