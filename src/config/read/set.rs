//! `--set KEY.KEY=VALUE`: one setting, laid over what the file says.

use super::{Base, Reader};
use crate::config::value::{Key, Value};
use crate::config::{Config, Mistake, keys};
use crate::source::{FileId, Origin, Sources, Tree};

/// Reads `key.key=value`, the text of `file`. The value is YAML.
pub fn set(config: &mut Config, sources: &Sources, file: FileId) -> Vec<Mistake> {
    let text = &sources.file(file).text;
    let within = |start: usize, end: usize| Origin::new(file, start..end);
    let Some((keys, value)) = text.split_once('=') else {
        let whole = within(0, text.trim_end().len());
        return vec![
            Mistake::new("there is no `=` in it", whole)
                .help("write KEY=VALUE, such as `rules.fail-on=warning`"),
        ];
    };
    let mut path = Vec::new();
    let mut start = 0;
    for key in keys.split('.') {
        path.push(Key {
            text: key.to_owned(),
            origin: within(start, start + key.len()),
        });
        start += key.len() + 1;
    }
    join_names(&mut path);
    let base = Base::default();
    let mut reader = Reader::new(config, &base);
    let sign = keys.len();
    match Tree::parse(file, u32::try_from(sign + 1).unwrap_or(u32::MAX), value) {
        Err(error) => {
            let at = sign + 1 + error.offset;
            return vec![Mistake::new(error.message, within(at, at))];
        }
        Ok(tree) => match tree.root() {
            Some(node) => reader.root(Value { path: &path, node }),
            None => reader.mistakes.push(Mistake::new(
                "there is no value after `=`",
                within(sign, sign + 1),
            )),
        },
    }
    reader.mistakes
}

/// Makes one key of the parts of a name, which may hold dots.
fn join_names(path: &mut Vec<Key>) {
    let Some(at) = keys::name_at(path.iter().map(|key| key.text.as_str())) else {
        return;
    };
    for part in path.split_off(at + 1) {
        path[at].text.push('.');
        path[at].text.push_str(&part.text);
        path[at].origin.end = part.origin.end;
    }
}
