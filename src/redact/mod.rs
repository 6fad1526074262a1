//! Exports of clusters, without what must not be committed: values of Secrets, and what only a live cluster writes.
//!
//! In: [`Sources`] and their documents. Out: each file anew, and a list of what is gone: objects, fields, bytes, and never a
//! value. What resolvers read of a live cluster stays. A document is decoded and written again, so nothing survives that nobody
//! decided to keep: no comment, no alias, no second spelling. Of a Secret there stays what is known to be public, rather than
//! all that is not known to be secret.

mod certificate;
mod json;
mod object;
mod secret;
mod value;
mod yaml;

use rayon::prelude::*;
use serde::de::IgnoredAny;

use self::object::{Private, Walk};
use crate::finding::{Code, Finding, Severity};
use crate::source::{
    Document, FileId, MAX_DOCUMENT_BYTES, Node, Origin, Sources, Tree, unreadable,
};

/// What a document may grow to when aliases are written out.
const MAX_BYTES: usize = 4 * MAX_DOCUMENT_BYTES;

/// How documents are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// All as YAML.
    Yaml,
    /// JSON as JSON, the rest as YAML.
    AsWritten,
}

/// A file with its documents, written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Which one.
    pub id: FileId,
    /// The new text.
    pub text: String,
    /// How many objects are in it.
    pub objects: usize,
    /// What is gone, in the order of the file.
    pub removals: Vec<Removal>,
}

/// Something that is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// `Secret shop/web-tls`.
    pub object: String,
    /// In the API's notation: `data[tls.key]`.
    pub field: String,
    /// How many bytes the value had in the file.
    pub bytes: usize,
    /// Why it is gone.
    pub why: Why,
}

/// Why something is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is a Secret's, or a copy of an object that may be one.
    Secret,
    /// Only the cluster that it comes from has a use for it.
    Noise,
}

/// Redacts all documents. When there are findings, something was not understood: then nobody can say what is secret in it, and
/// nothing of the result is to be used.
pub fn redact(
    sources: &Sources,
    documents: &[Document],
    format: Format,
) -> (Vec<File>, Vec<Finding>) {
    let parts: Vec<(FileId, Result<Part, Box<Finding>>)> = documents
        .par_iter()
        .map(|document| (document.file, part(sources, document, format)))
        .collect();
    let mut files: Vec<File> = Vec::new();
    let mut findings = Vec::new();
    for (id, part) in parts {
        let part = match part {
            Ok(part) => part,
            Err(finding) => {
                findings.push(*finding);
                continue;
            }
        };
        if files.last().is_none_or(|file| file.id != id) {
            files.push(File {
                id,
                text: String::new(),
                objects: 0,
                removals: Vec::new(),
            });
        }
        let Some(file) = files.last_mut() else {
            continue;
        };
        if part.text.is_empty() {
            continue;
        }
        // JSON values may follow each other as they are.
        if !(file.text.is_empty() || part.is_json && file.text.ends_with("}\n")) {
            file.text.push_str("---\n");
        }
        file.text.push_str(&part.text);
        file.objects += part.objects;
        file.removals.extend(part.removals);
    }
    (files, findings)
}

/// What became of a document.
struct Part {
    text: String,
    is_json: bool,
    objects: usize,
    removals: Vec<Removal>,
}

fn part(sources: &Sources, document: &Document, format: Format) -> Result<Part, Box<Finding>> {
    let text = document.text(sources);
    let whole = Origin {
        file: document.file,
        start: document.start,
        end: document.end,
    };
    let tree = Tree::parse(document.file, document.start, text)
        .map_err(|error| Box::new(unreadable(document.file, document, text, &error)))?;
    let Some(root) = tree.root().filter(|root| !root.is_null()) else {
        return Ok(Part {
            text: String::new(),
            is_json: false,
            objects: 0,
            removals: Vec::new(),
        });
    };
    check(root)?;
    let mut private = Private::new();
    secret::gather(root, None, &mut private);
    let mut walk = Walk::new(&private);
    let value = walk.value(root, None);
    let is_json = format == Format::AsWritten && serde_json::from_str::<IgnoredAny>(text).is_ok();
    if value.bytes() > MAX_BYTES {
        return Err(Finding::new(
            Code::INPUT_TOO_LARGE,
            format!("a document whose aliases expand to more than {MAX_BYTES} bytes"),
        )
        .at(Origin {
            end: whole.start,
            ..whole
        })
        .help("write it without aliases")
        .into());
    }
    Ok(Part {
        text: if is_json {
            json::write(&value)
        } else {
            yaml::write(&value)
        },
        is_json,
        objects: walk.objects,
        removals: walk.removals,
    })
}

/// Whether it can be told what a document is. Route expectations may lie beside manifests, and hold nothing that is secret.
fn check(root: Node<'_, '_>) -> Result<(), Box<Finding>> {
    let is_word = |field| {
        let text = root.get(field).and_then(Node::text).unwrap_or_default();
        let is_legal = |c: char| c.is_ascii_alphanumeric() || "./-_".contains(c);
        !text.is_empty() && text.chars().all(is_legal)
    };
    let is_expectation = root.get("version").is_some() && root.get("tests").is_some();
    if is_word("apiVersion") && is_word("kind") || is_expectation {
        return Ok(());
    }
    let origin = root.origin();
    let first = root
        .entries()
        .next()
        .map_or(origin, |(key, _)| key.origin());
    Err(Finding::new(
        Code::NOT_A_KUBERNETES_OBJECT,
        "this document has no `apiVersion` and `kind`, so nobody can tell what is secret in it",
    )
    .severity(Severity::Error)
    .at(first)
    .help("exclude the file, or add what is missing if it is meant to be a manifest")
    .into())
}

#[cfg(test)]
mod tests;
