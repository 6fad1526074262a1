//! The section `tcp`: ports whose connections go to servers as they come.

use std::net::IpAddr;

use super::{Reader, bare};
use crate::annotations::MapFormat;
use crate::config::Mistake;
use crate::config::keys::table;
use crate::config::value::Value;
use crate::config::words::{object_name, one_of};
use crate::ir::PortRange;
use crate::manifest::ObjectName;
use crate::source::{Origin, Sourced};

impl Reader<'_> {
    pub(super) fn tcp(&mut self, value: Value<'_, '_>) {
        self.section(value, "`tcp`", table::TCP, |reader, (key, value)| {
            let what = format!("`tcp.{}`", key.text);
            match key.text.as_str() {
                "pool" => {
                    let wanted =
                        "`tcp.pool` is the first and the last of the ports, such as 26000-26999";
                    let pool = PortRange::parse(value.word(wanted)?);
                    let pool = pool.ok_or_else(|| value.not(wanted))?;
                    reader.config.tcp.pool = Some(Sourced::new(pool, value.origin()));
                }
                "lock" => {
                    let path = value.string(&what)?;
                    if path.is_empty() {
                        return Err(value.not(&format!("{what} is the path of a file")));
                    }
                    let path = reader.base.join(path);
                    reader.config.tcp.lock = Some(Sourced::new(path, value.origin()));
                }
                "addresses" => {
                    let list = value.set(&what, &mut reader.mistakes, address)?;
                    reader.config.tcp.addresses = Some(bare(list));
                }
                "configMap" => {
                    let list = if value.is_list() {
                        value.set(&what, &mut reader.mistakes, config_map)?
                    } else {
                        let name = config_map(value.string(&what)?, value.origin())?;
                        vec![Sourced::new(name, value.origin())]
                    };
                    reader.config.tcp.config_maps = list;
                }
                "configMapFormat" => {
                    let wanted = "`tcp.configMapFormat` is haproxytech, haproxy-ingress or nginx";
                    let words = MapFormat::ALL.map(MapFormat::name);
                    let format = MapFormat::parse(value.string(&what)?);
                    let format = format.ok_or_else(|| one_of(value, wanted, &words))?;
                    reader.config.tcp.config_map_format = Some(format);
                }
                _ => return Ok(false),
            }
            Ok(true)
        });
    }
}

fn address(text: &str, origin: Origin) -> Result<IpAddr, Mistake> {
    text.parse().map_err(|_| {
        Mistake::new(
            format!("`tcp.addresses` are IP addresses without ports, and not `{text}`"),
            origin,
        )
    })
}

fn config_map(text: &str, origin: Origin) -> Result<ObjectName, Mistake> {
    object_name(text).ok_or_else(|| {
        Mistake::new(
            format!("a ConfigMap is written namespace/name, and not `{text}`"),
            origin,
        )
    })
}
