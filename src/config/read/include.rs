//! The section `include`: files in HAProxy's language.

use super::{Base, Reader};
use crate::config::Mistake;
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words::object_name;
use crate::source::Sourced;

impl Reader<'_> {
    pub(super) fn include(&mut self, value: Value<'_, '_>) {
        self.section(
            value,
            "`include`",
            table::INCLUDE,
            |reader, (key, value)| {
                let what = format!("`include.{}`", key.text);
                if key.text == "backends" {
                    for (backend, files) in value.entries(&what)? {
                        let files = match service_port(&backend) {
                            Ok(()) => files_in(
                                reader.base,
                                files,
                                &format!("`include.backends.{}`", backend.text),
                            ),
                            Err(mistake) => Err(mistake),
                        };
                        match files {
                            Ok(files) => {
                                let files = Sourced::new(files, backend.origin);
                                reader.config.include.backends.insert(backend.text, files);
                            }
                            Err(mistake) => reader.mistakes.push(mistake),
                        }
                    }
                    return Ok(true);
                }
                let include = &mut reader.config.include;
                let list = match key.text.as_str() {
                    "global" => &mut include.global,
                    "defaults" => &mut include.defaults,
                    "frontend" => &mut include.frontend,
                    "sections" => &mut include.sections,
                    _ => return Ok(false),
                };
                *list = files_in(reader.base, value, &what)?;
                Ok(true)
            },
        );
    }
}

fn files_in(
    base: &Base,
    value: Value<'_, '_>,
    what: &str,
) -> Result<Vec<Sourced<String>>, Mistake> {
    let files = value.strings(what)?.into_iter();
    Ok(files
        .map(|(path, origin)| Sourced::new(base.join(&path), origin))
        .collect())
}

/// `namespace/service:port`, the port by its number or its name (`IANA_SVC_NAME`: up to 15 of `a-z`, `0-9` and `-`).
fn service_port(key: &Key) -> Result<(), Mistake> {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let port = |text: &str| {
        text.parse::<std::num::NonZeroU16>().is_ok()
            || ((1..=15).contains(&text.len())
                && text.bytes().all(legal)
                && text.bytes().any(|b| b.is_ascii_lowercase()))
    };
    match key.text.rsplit_once(':') {
        Some((service, last)) if object_name(service).is_some() && port(last) => Ok(()),
        _ => Err(Mistake::new(
            format!(
                "a backend is written namespace/service:port, not `{}`",
                key.text
            ),
            key.origin,
        )
        .help("name the Service's port by its number or its name, as in `shop/web:http`")),
    }
}
