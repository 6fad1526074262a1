//! The inventory's file into an [`Inventory`].
//!
//! In: the file. Out: the lists that name a Service port, each with the entries that can be used, and findings about the rest.
//! A list whose entries are all unusable is kept, so that no other resolver answers in its place.

use std::collections::HashSet;

use super::entry::{self, Wrong};
use super::{Inventory, Listing};
use crate::finding::{Code, Finding};
use crate::manifest::{ObjectName, is_label};
use crate::source::{Document, FileId, Node, Origin, ScanError, Sources, Tree, unreadable};

impl Inventory {
    /// Reads a file. Entries that name no server are left out and reported.
    pub fn read(sources: &Sources, file: FileId) -> (Self, Vec<Finding>) {
        let text = &sources.file(file).text;
        let mut reader = Reader::default();
        match Tree::parse(file, 0, text) {
            Ok(tree) => reader.file(&tree, Origin::new(file, 0..0)),
            Err(error) => {
                reader.inventory.unreadable = true;
                reader.findings.push(no_yaml(file, text, &error));
            }
        }
        (reader.inventory, reader.findings)
    }
}

#[derive(Default)]
struct Reader {
    inventory: Inventory,
    findings: Vec<Finding>,
}

impl Reader {
    fn file(&mut self, tree: &Tree<'_>, start: Origin) {
        for (first, again) in tree.duplicates() {
            self.findings.push(
                Finding::new(
                    Code::DUPLICATE_KEY,
                    format!(
                        "`{}` stands twice in the inventory, and only the last one counts",
                        again.text().unwrap_or_default()
                    ),
                )
                .at(again.origin())
                .label(first.origin(), "the first one")
                .help("remove one of the two"),
            );
        }
        let Some(root) = tree.root().filter(|root| !root.is_null()) else {
            return self.nothing(start);
        };
        if !root.is_mapping() {
            self.inventory.unreadable = true;
            return self.findings.push(
                Finding::new(
                    Code::INVALID_INVENTORY,
                    format!("the inventory is {}, not a mapping", shape(root)),
                )
                .at(root.origin())
                .help("write `namespace/service:port:` and below it the list of its servers"),
            );
        }
        if root.entries().len() == 0 {
            return self.nothing(root.origin());
        }
        for (key, value) in root.entries() {
            self.listing(key, value);
        }
        self.drop_doubles();
    }

    fn nothing(&mut self, origin: Origin) {
        self.findings.push(
            Finding::new(
                Code::INVENTORY_UNUSED_ENTRY,
                "the inventory lists no Service port",
            )
            .at(origin)
            .help("list servers below `namespace/service:port`, or remove `endpoints.inventory`"),
        );
    }

    fn listing(&mut self, key: Node<'_, '_>, value: Node<'_, '_>) {
        let written = key.text().unwrap_or_default();
        let Some((service, port)) = service_port(written) else {
            return self.findings.push(
                Finding::new(
                    Code::INVALID_INVENTORY,
                    format!("the key `{written}` of the inventory names no Service port"),
                )
                .at(key.origin())
                .help("write namespace/service:port, such as `shop/web:http` or `shop/web:80`"),
            );
        };
        let mut listing = Listing {
            port: port.to_owned(),
            origin: key.origin(),
            entries: Vec::with_capacity(value.items().len()),
            refused: false,
        };
        if value.is_sequence() {
            for (index, item) in value.items().enumerate() {
                match entry::read(item) {
                    Ok(entry) => listing.entries.push(entry),
                    Err(wrong) => {
                        listing.refused = true;
                        let about = |wrong| refused(&service, written, index, wrong);
                        self.findings.extend(wrong.into_iter().map(about));
                    }
                }
            }
        } else {
            listing.refused = true;
            let place = if value.is_null() { key } else { value };
            self.findings.push(
                Finding::new(
                    Code::INVALID_INVENTORY,
                    format!(
                        "the servers of `{written}` are {}, not a list",
                        shape(value)
                    ),
                )
                .object(format_args!("Service {service}"))
                .field(written)
                .at(place.origin())
                .help("write one server a line below it, such as `- 10.0.0.1:8080`"),
            );
        }
        let known = self.inventory.services.entry(service).or_default();
        known.push(listing);
    }

    /// Of two equal keys the last one counts.
    fn drop_doubles(&mut self) {
        for listings in self.inventory.services.values_mut() {
            let mut later = HashSet::with_capacity(listings.len());
            let counts: Vec<bool> = listings
                .iter()
                .rev()
                .map(|listing| later.insert(listing.port.as_str()))
                .collect();
            let mut counts = counts.into_iter().rev();
            listings.retain(|_| counts.next().unwrap_or(true));
        }
    }
}

fn no_yaml(file: FileId, text: &str, error: &ScanError) -> Finding {
    let rest = text.get(error.offset..).unwrap_or_default();
    if rest.starts_with("---") {
        let separator = Origin::new(file, error.offset..error.offset + 3);
        return Finding::new(
            Code::INVALID_INVENTORY,
            "the inventory is one document, and a second one begins here",
        )
        .at(separator)
        .help("remove the line, so that all keys stand in one mapping");
    }
    let document = Document {
        file,
        start: 0,
        end: u32::try_from(text.len()).unwrap_or(u32::MAX),
    };
    unreadable(file, &document, text, error)
}

/// `index` counts from 0, as in the field; people count from 1.
fn refused(service: &ObjectName, key: &str, index: usize, wrong: Wrong) -> Finding {
    let Wrong {
        leaf,
        origin,
        what,
        help,
    } = wrong;
    Finding::new(
        Code::INVALID_INVENTORY,
        format!("server {} of `{key}` {what}, and is left out", index + 1),
    )
    .object(format_args!("Service {service}"))
    .field(format!("{key}[{index}]{leaf}"))
    .at(origin)
    .help(help)
}

/// `namespace/service:port`, in the grammar of the API server. Names that no object can have would only be looked for in vain.
fn service_port(text: &str) -> Option<(ObjectName, &str)> {
    let (service, port) = text.split_once(':')?;
    let (namespace, name) = service.split_once('/')?;
    let legal = [namespace, name, port].into_iter().all(is_label) && port != "0";
    legal.then(|| (ObjectName::new(namespace, name), port))
}

/// What a node is, for a sentence about what it is not.
pub(super) fn shape(node: Node<'_, '_>) -> String {
    match node.text() {
        _ if node.is_null() => "nothing".to_owned(),
        Some(text) => format!("`{text}`"),
        None if node.is_sequence() => "a list".to_owned(),
        None => "a mapping".to_owned(),
    }
}
