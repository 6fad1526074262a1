//! The section `certificates`: Secrets that are files on HAProxy's host, and the one for unknown names.

use super::Reader;
use crate::config::Mistake;
use crate::config::keys::table;
use crate::config::value::{Key, Value};
use crate::config::words::object_name;
use crate::ir::Pem;

impl Reader<'_> {
    pub(super) fn certificates(&mut self, value: Value<'_, '_>) {
        let what = "`certificates`";
        self.section(value, what, table::CERTIFICATES, |reader, (key, value)| {
            match key.text.as_str() {
                "map" => {
                    for (secret, path) in value.entries("`certificates.map`")? {
                        reader.certificate_file(&secret, path)?;
                    }
                }
                "default" => {
                    let text = value.string("`certificates.default`")?;
                    let secret = object_name(text)
                        .ok_or_else(|| value.not("a Secret is written namespace/name"))?;
                    reader.config.default_certificate = Some(secret);
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
    }

    fn certificate_file(&mut self, secret: &Key, path: Value<'_, '_>) -> Result<(), Mistake> {
        let name = object_name(&secret.text).ok_or_else(|| {
            Mistake::new(
                format!("a Secret is written namespace/name, not `{}`", secret.text),
                secret.origin,
            )
        })?;
        let file = path.string("the certificate's file")?;
        // A crt-list has no quoting, and the file lies on HAProxy's host rather than here.
        if Pem::file(file).is_none() {
            return Err(path.not(
                "the certificate's file is an absolute path of letters, digits and `/._-+@:`",
            ));
        }
        if file.ends_with('/') {
            return Err(path.not("the certificate is a file with certificate, chain and key"));
        }
        self.config.certificate_files.insert(name, file.to_owned());
        Ok(())
    }
}
