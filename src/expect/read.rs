//! Text into [`Expectations`], or into mistakes with the place of each.

mod row;
mod value;

use std::net::IpAddr;

use self::value::{Fields, list, mistake, text, word};
use super::keys::{self, DEFAULTS, ROOT};
use super::model::Expectations;
use crate::config::Mistake;
use crate::simulate::Scheme;
use crate::source::{FileId, Node, Origin, Sourced, Sources, Tree};

/// What holds for tests that do not say otherwise.
#[derive(Debug, Default)]
struct Defaults {
    host: Option<String>,
    scheme: Scheme,
    from: Option<IpAddr>,
    headers: Vec<(String, String)>,
}

/// Reads a whole file. Goes on after a mistake, so that all of them can be shown at once.
///
/// # Errors
/// Whatever cannot be meant: YAML that does not parse, unknown keys, values of another kind, tests that cannot fail.
pub fn read(sources: &Sources, file: FileId) -> Result<Expectations, Vec<Mistake>> {
    let text = &sources.file(file).text;
    let tree = Tree::parse(file, 0, text).map_err(|error| {
        vec![Mistake::new(
            error.message,
            Origin::new(file, error.offset..error.offset),
        )]
    })?;
    let mut mistakes = Vec::new();
    for (_, again) in tree.duplicates() {
        let key = again.text().unwrap_or_default();
        let message = format!("`{key}` stands here a second time");
        mistakes.push(Mistake::new(message, again.origin()).help("remove one of the two"));
    }
    let mut read = Expectations::default();
    if let Some(node) = tree.root().filter(|node| !node.is_null()) {
        root(node, &mut read, &mut mistakes);
    }
    if mistakes.is_empty() {
        Ok(read)
    } else {
        mistakes.sort_by_key(|mistake| mistake.message.origin);
        Err(mistakes)
    }
}

fn root(node: Node<'_, '_>, read: &mut Expectations, mistakes: &mut Vec<Mistake>) {
    let Some(fields) = Fields::of(node, "a file of expectations", &keys::names(ROOT), mistakes)
    else {
        return;
    };
    let mut keep = |done: Result<(), Mistake>| mistakes.extend(done.err());
    keep(
        fields
            .take("version", |value| match word(value, "the version is 1")? {
                "1" => Ok(()),
                _ => Err(mistake(value, "the version is 1")),
            })
            .map(|_| ()),
    );
    keep(
        fields
            .take("inputs", |value| paths(value))
            .map(|inputs| read.inputs = inputs),
    );
    keep(
        fields
            .take("config", |value| {
                let path = text(value, "`config`")?;
                Ok(Sourced::new(path.to_owned(), value.origin()))
            })
            .map(|config| read.config = config),
    );
    let mut defaults = Defaults::default();
    if let Some(value) = fields.get("defaults") {
        self::defaults(value, &mut defaults, mistakes);
    }
    let Some(tests) = fields.get("tests") else {
        return;
    };
    match list(tests, "`tests`") {
        Err(mistake) => mistakes.push(mistake),
        Ok(rows) => read
            .tests
            .extend(rows.filter_map(|row| row::row(row, &defaults, mistakes))),
    }
}

fn paths(value: Node<'_, '_>) -> Result<Vec<Sourced<String>>, Mistake> {
    let paths: Vec<_> = list(value, "`inputs`")?
        .map(|path| {
            let text = text(path, "an entry of `inputs`")?;
            Ok(Sourced::new(text.to_owned(), path.origin()))
        })
        .collect::<Result<_, Mistake>>()?;
    if paths.is_empty() {
        return Err(Mistake::new("`inputs` is empty", value.origin())
            .help("name a file or a folder, or remove the key"));
    }
    Ok(paths)
}

fn defaults(node: Node<'_, '_>, read: &mut Defaults, mistakes: &mut Vec<Mistake>) {
    let Some(fields) = Fields::of(node, "`defaults`", &keys::names(DEFAULTS), mistakes) else {
        return;
    };
    let mut keep = |done: Result<(), Mistake>| mistakes.extend(done.err());
    keep(
        fields
            .take("host", value::host)
            .map(|host| read.host = host)
            // Said once, it is not to be missed by every path besides.
            .inspect_err(|_| read.host = Some("no.host".to_owned())),
    );
    keep(
        fields
            .take("scheme", |value| match value.text() {
                Some("http") => Ok(Scheme::Http),
                Some("https") => Ok(Scheme::Https),
                _ => Err(mistake(value, "a scheme is `http` or `https`")),
            })
            .map(|scheme| read.scheme = scheme.unwrap_or_default()),
    );
    keep(
        fields
            .take("from", value::address)
            .map(|from| read.from = from),
    );
    keep(
        fields
            .take("headers", value::headers)
            .map(|headers| read.headers = headers.unwrap_or_default()),
    );
}
