//! The section `include`: files in HAProxy's language.

use super::Reader;
use crate::config::Mistake;
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words::object_name;
use crate::source::Sourced;

impl Reader<'_> {
    pub(super) fn include(&mut self, value: Value<'_, '_>) {
        self.section(value, "`include`", table::INCLUDE, |own, (key, value)| {
            let what = format!("`include.{}`", key.text);
            if key.text == "backends" {
                own.backends(value, &what)?;
                return Ok(true);
            }
            let files = own.files(value, &what)?;
            let include = &mut own.config.include;
            match key.text.as_str() {
                "global" => include.global = files,
                "defaults" => include.defaults = files,
                "frontend" => include.frontend = files,
                "sections" => include.sections = files,
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    fn backends(&mut self, value: Value<'_, '_>, what: &str) -> Result<(), Mistake> {
        for (backend, value) in value.entries(what)? {
            let what = format!("`include.backends.{}`", backend.text);
            let files = service_port(&backend).and_then(|()| self.files(value, &what));
            match files {
                Ok(files) => {
                    let files = Sourced::new(files, backend.origin);
                    self.config.include.backends.insert(backend.text, files);
                }
                Err(mistake) => self.mistakes.push(mistake),
            }
        }
        Ok(())
    }
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
