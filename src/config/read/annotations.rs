//! The keys about annotations: whose they are, and what stands beside them.

use std::num::NonZeroU16;

use super::Reader;
use super::endpoints::network;
use crate::annotations::{Dialect, Profile};
use crate::config::Mistake;
use crate::config::value::Value;
use crate::config::words::object_name;
use crate::manifest::ObjectName;

impl Reader<'_> {
    pub(super) fn annotations(&mut self, key: &str, value: Value<'_, '_>) -> Result<(), Mistake> {
        let own = &mut self.config.annotations;
        match key {
            "profile" => {
                let wanted = "`profile` is spec or haproxytech";
                let profile = Profile::parse(value.string("`profile`")?);
                own.profile = profile.ok_or_else(|| value.not(wanted))?;
            }
            "dialects" => {
                let read = |name: &str, origin| {
                    Dialect::parse(name).ok_or_else(|| {
                        Mistake::new(format!("no dialect is called `{name}`"), origin)
                            .help("the dialects are: haproxytech")
                    })
                };
                let list = value.set("`dialects`", &mut self.mistakes, read)?;
                own.dialects = list.into_iter().map(|dialect| dialect.value).collect();
            }
            "configMap" | "errorFiles" | "patternFiles" => {
                let name = Some(config_map(value, key)?);
                own.places.insert(key.to_owned(), value.origin());
                match key {
                    "configMap" => own.config_map = name,
                    "errorFiles" => own.error_files = name,
                    _ => own.pattern_files = name,
                }
            }
            "instances" => {
                let wanted = "`instances` is a number from 1 to 65535";
                own.instances = NonZeroU16::new(value.integer(wanted, 1..=u16::MAX)?);
            }
            _ => {
                let list = value.list("`trustedProxies`", &mut self.mistakes, network)?;
                own.trusted_proxies = list.into_iter().map(|network| network.value).collect();
            }
        }
        Ok(())
    }
}

fn config_map(value: Value<'_, '_>, key: &str) -> Result<ObjectName, Mistake> {
    let text = value.string(&format!("`{key}`"))?;
    object_name(text).ok_or_else(|| value.not("a ConfigMap is written namespace/name"))
}
