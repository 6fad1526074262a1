//! The fields of a resource into the keys that say the same.
//!
//! In: a resource as it is written. Out: a [`Translation`]: values for keys, which then go through their grammars, and findings about
//! fields that no key could say.

use super::RouteTimeouts;
use super::fields;
use crate::annotations::guarding;
use crate::annotations::registry;
use crate::annotations::spec::{Dialect, Spec};
use crate::finding::{Code, Finding};
use crate::ir::Millis;
use crate::manifest::{Resource, ResourceKind, ResourceValue};
use crate::source::{Origin, Sourced};

/// What a resource comes to.
#[derive(Debug, Default)]
pub(super) struct Translation {
    /// Keys, each with the value that says the same as the field.
    pub(super) keys: Vec<(&'static Spec, Sourced<String>)>,
    /// Timeouts that no annotation of a route can set.
    pub(super) timeouts: RouteTimeouts,
    /// What there is to say about the fields, where a key leads here.
    pub(super) findings: Vec<Finding>,
    /// A field that keeps somebody out is not translated.
    pub(super) closes: bool,
}

type Field<'r> = (&'r Sourced<String>, &'r Sourced<ResourceValue>);

/// Translates a Backend, Defaults or Global resource.
pub(super) fn translate(resource: &Resource) -> Translation {
    let mut translator = Translator {
        resource,
        out: Translation::default(),
    };
    let spec = &resource.spec.value;
    let config = if resource.is_v1 {
        spec.get("config")
            .map_or(&ResourceValue::Null, |config| &config.value)
    } else {
        spec
    };
    for (name, value) in config.fields() {
        translator.field((name, value));
    }
    if resource.is_v1 {
        for (name, value) in spec
            .fields()
            .iter()
            .filter(|(name, _)| name.value != "config")
        {
            match (resource.kind, name.value.as_str()) {
                (ResourceKind::Global, "log_targets") => translator.log_targets(value),
                _ => translator.left_out((name, value)),
            }
        }
    }
    translator.out
}

struct Translator<'r> {
    resource: &'r Resource,
    out: Translation,
}

impl<'r> Translator<'r> {
    fn field(&mut self, field: Field<'r>) {
        if is_unset(&field.1.value) {
            return;
        }
        let name = field.0.value.as_str();
        let done = match self.resource.kind {
            ResourceKind::Backend => self.backend(name, field.1),
            ResourceKind::Defaults => self.defaults(name, field.1),
            ResourceKind::Global => self.global(name, field.1),
            ResourceKind::Frontend | ResourceKind::ValidationRules | ResourceKind::Tcp => None,
        };
        if done.is_none() {
            self.untranslated(field);
        }
    }

    /// `None` when the field is not translated.
    fn backend(&mut self, name: &str, value: &'r Sourced<ResourceValue>) -> Option<()> {
        match name {
            // Of no effect: the controller sets them itself.
            "name" | "mode" | "metadata" | "id" | "guid" | "description" | "from" => {}
            "abortonclose" => self.switch("abortonclose", value)?,
            "balance" => self.key("load-balance", balance(&value.value)?, value.origin)?,
            "check_timeout" => self.milliseconds("timeout-check", value)?,
            "server_timeout" => self.milliseconds("timeout-server", value)?,
            "connect_timeout" => self.out.timeouts.connect = Some(millis(value)?),
            "queue_timeout" => self.out.timeouts.queue = Some(millis(value)?),
            "server_fin_timeout" => self.out.timeouts.server_fin = Some(millis(value)?),
            "tunnel_timeout" => self.out.timeouts.tunnel = Some(millis(value)?),
            "forwardfor" => self.forwarded_for(value)?,
            "cookie" => self.cookie(value)?,
            "httpchk_params" => self.check_http(value)?,
            // With `httpchk_params`, which says what is asked.
            "adv_check" if value.value.as_text() == Some("httpchk") => {}
            "default_server" => self.default_server(value),
            _ => return None,
        }
        Some(())
    }

    fn defaults(&mut self, name: &str, value: &'r Sourced<ResourceValue>) -> Option<()> {
        match name {
            "name" | "mode" | "metadata" | "from" => Some(()),
            "client_timeout" => self.milliseconds("timeout-client", value),
            "client_fin_timeout" => self.milliseconds("timeout-client-fin", value),
            "connect_timeout" => self.milliseconds("timeout-connect", value),
            "check_timeout" => self.milliseconds("timeout-check", value),
            "http_keep_alive_timeout" => self.milliseconds("timeout-http-keep-alive", value),
            "http_request_timeout" => self.milliseconds("timeout-http-request", value),
            "queue_timeout" => self.milliseconds("timeout-queue", value),
            "server_timeout" => self.milliseconds("timeout-server", value),
            "server_fin_timeout" => self.milliseconds("timeout-server-fin", value),
            "tunnel_timeout" => self.milliseconds("timeout-tunnel", value),
            "dontlognull" => self.switch("dontlognull", value),
            "logasap" => self.switch("logasap", value),
            "abortonclose" => self.switch("abortonclose", value),
            "forwardfor" => self.forwarded_for(value),
            "balance" => self.key("load-balance", balance(&value.value)?, value.origin),
            "http_connection_mode" => self.text("http-connection-mode", value),
            "log_format" => self.text("log-format", value),
            "default_server" => {
                self.default_server(value);
                Some(())
            }
            _ => None,
        }
    }

    fn global(&mut self, name: &str, value: &'r Sourced<ResourceValue>) -> Option<()> {
        match name {
            // What the host and its layout decide, and what every bundle has.
            "metadata" | "daemon" | "master-worker" | "pidfile" | "localpeer" | "limited_quic"
            | "default_path" => Some(()),
            "maxconn" => self.text("maxconn", value),
            "nbthread" => self.text("nbthread", value),
            "hard_stop_after" => self.milliseconds("hard-stop-after", value),
            "performance_options" => {
                for (name, value) in value.value.fields() {
                    match name.value.as_str() {
                        _ if is_unset(&value.value) => {}
                        "maxconn" => self.text("maxconn", value)?,
                        _ => self.left_out((name, value)),
                    }
                }
                Some(())
            }
            "log_target_list" => {
                self.log_targets(value);
                Some(())
            }
            _ => None,
        }
    }

    /// The servers' options. Those that an annotation could say are translated, each of the others has its finding.
    fn default_server(&mut self, value: &'r Sourced<ResourceValue>) {
        if !matches!(value.value, ResourceValue::Map(_)) {
            // Nobody knows which options were meant.
            let name = Sourced::new("default_server".to_owned(), value.origin);
            return self.closed((&name, value));
        }
        for (name, value) in value.value.fields() {
            if is_unset(&value.value) {
                continue;
            }
            let done = match name.value.as_str() {
                "check" => self.switch("check", value),
                "inter" => self.milliseconds("check-interval", value),
                "ssl" => self.switch("server-ssl", value),
                // What `server-ssl` does by itself.
                "verify" if value.value.as_text() == Some("none") => Some(()),
                "proto" => self.text("server-proto", value),
                "send-proxy" | "send_proxy" => self.proxy("proxy-v1", value),
                "send-proxy-v2" | "send_proxy_v2" => self.proxy("proxy-v2", value),
                "send_proxy_v2_ssl" => self.proxy("proxy-v2-ssl", value),
                "send_proxy_v2_ssl_cn" => self.proxy("proxy-v2-ssl-cn", value),
                _ => None,
            };
            if done.is_none() && AUTHENTICITY.contains(&name.value.as_str()) {
                self.closed((name, value));
            } else if done.is_none() {
                self.left_out((name, value));
            }
        }
    }

    fn cookie(&mut self, value: &'r Sourced<ResourceValue>) -> Option<()> {
        let name = value.value.get("name")?;
        let dynamic = value
            .value
            .get("dynamic")
            .is_some_and(|dynamic| is_on(&dynamic.value) == Some(true));
        for (field, value) in value.value.fields() {
            let same = match (field.value.as_str(), &value.value) {
                ("name" | "dynamic", _) => true,
                ("type", ResourceValue::Text(kind)) => kind == "insert",
                ("indirect" | "nocache", value) => is_on(value) == Some(true),
                (_, value) => is_unset(value),
            };
            if !same {
                self.left_out((field, value));
            }
        }
        let key = if dynamic {
            "cookie-persistence"
        } else {
            "cookie-persistence-no-dynamic"
        };
        self.text(key, name)
    }

    fn check_http(&mut self, value: &'r Sourced<ResourceValue>) -> Option<()> {
        let part = |name| {
            value
                .value
                .get(name)
                .and_then(|part| part.value.as_text())
                .filter(|text| !text.is_empty())
        };
        let uri = part("uri")?;
        let method = part("method").unwrap_or("GET");
        let text = match part("version") {
            Some(version) => format!("{method} {uri} {version}"),
            None => format!("{method} {uri}"),
        };
        self.key("check-http", text, value.origin)
    }

    fn forwarded_for(&mut self, value: &'r Sourced<ResourceValue>) -> Option<()> {
        for field in value
            .value
            .fields()
            .iter()
            .filter(|(name, _)| name.value != "enabled")
        {
            self.left_out((&field.0, &field.1));
        }
        self.switch("forwarded-for", value.value.get("enabled")?)
    }

    /// One line of `syslog-server` a target.
    fn log_targets(&mut self, value: &'r Sourced<ResourceValue>) {
        let line = |target: &Sourced<ResourceValue>| {
            let part = |name: &str| {
                let text = target.value.get(name)?.value.as_text()?;
                (!text.is_empty()).then(|| format!("{name}:{text}"))
            };
            let names = [
                "address", "length", "format", "facility", "level", "minlevel",
            ];
            names
                .into_iter()
                .filter_map(part)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let lines: Vec<String> = value.value.items().iter().map(line).collect();
        if !lines.is_empty()
            && self
                .key("syslog-server", lines.join("\n"), value.origin)
                .is_none()
        {
            let name = Sourced::new("log_target_list".to_owned(), value.origin);
            self.left_out((&name, value));
        }
    }

    fn proxy(&mut self, word: &str, value: &'r Sourced<ResourceValue>) -> Option<()> {
        if is_on(&value.value)? {
            return self.key("send-proxy-protocol", word.to_owned(), value.origin);
        }
        Some(())
    }

    fn switch(&mut self, key: &str, value: &Sourced<ResourceValue>) -> Option<()> {
        let text = is_on(&value.value)?.to_string();
        self.key(key, text, value.origin)
    }

    fn milliseconds(&mut self, key: &str, value: &Sourced<ResourceValue>) -> Option<()> {
        // Times of resources are milliseconds.
        let text = format!("{}ms", value.value.as_text()?);
        self.key(key, text, value.origin)
    }

    fn text(&mut self, key: &str, value: &Sourced<ResourceValue>) -> Option<()> {
        let text = value.value.as_text()?.to_owned();
        self.key(key, text, value.origin)
    }

    /// Adds a key, unless its grammar does not take the value: then the field is not translated.
    fn key(&mut self, key: &str, value: String, origin: Origin) -> Option<()> {
        let (spec, _) = registry::find(Dialect::HaproxyTech, key)?;
        spec.judge(&value)
            .0
            .then(|| self.out.keys.push((spec, Sourced::new(value, origin))))
    }

    /// A field that is not translated, or that does not exist.
    fn untranslated(&mut self, (name, value): Field<'_>) {
        if is_unset(&value.value) {
            return;
        }
        let Resource { kind, is_v1, .. } = *self.resource;
        if fields::is_known(kind, is_v1, &name.value) || guards((name, value)) {
            return self.left_out((name, value));
        }
        let object = format!("{} {}", kind.name(), self.resource.meta.name);
        let mut finding = Finding::new(
            Code::UNSUPPORTED_DIALECT_KEY,
            format!("`{}` of {object} is no field of it", name.value),
        );
        if let Some(nearest) = fields::nearest(kind, is_v1, &name.value) {
            finding = finding.help(format!("write `{nearest}`"));
        }
        let finding = finding.at(name.origin).object(object);
        self.out.findings.push(finding);
    }

    /// A field that is not translated, at the top or below another one.
    fn left_out(&mut self, (name, value): Field<'_>) {
        if is_unset(&value.value) {
            return;
        }
        if guards((name, value)) {
            return self.closed((name, value));
        }
        let object = self.object();
        let finding = Finding::new(
            Code::UNSUPPORTED_DIALECT_KEY,
            format!("`{}` of {object} is not translated", name.value),
        );
        let finding = finding.at(name.origin).object(object);
        self.out.findings.push(finding);
    }

    /// A field that is not translated, and that protects: without it, somebody would be let in, or spoken to, who should not.
    fn closed(&mut self, (name, _): Field<'_>) {
        let (field, object) = (&name.value, self.object());
        let (what, help) = if AUTHENTICITY.contains(&field.as_str()) || field == "default_server" {
            (
                "says how servers are to be trusted",
                "say it with annotations: `haproxy.org/server-ssl`, `haproxy.org/server-ca` and `haproxy.org/server-crt`",
            )
        } else {
            (
                "keeps somebody out",
                "say it with annotations, such as `haproxy.org/allow-list` and `haproxy.org/auth-type`",
            )
        };
        self.out.closes = true;
        let finding = Finding::new(
            Code::AUTH_FAILS_OPEN,
            format!(
                "`{field}` of {object} {what}, and is not translated: routes that use the resource are closed"
            ),
        );
        let finding = finding.help(help).at(name.origin).object(object);
        self.out.findings.push(finding);
    }

    fn object(&self) -> String {
        let Resource { kind, meta, .. } = self.resource;
        format!("{} {}", kind.name(), meta.name)
    }
}

/// Nothing, or what a resource that was read from a cluster holds in place of nothing.
fn is_unset(value: &ResourceValue) -> bool {
    match value {
        ResourceValue::Null | ResourceValue::Bool(false) => true,
        ResourceValue::Bool(true) => false,
        ResourceValue::Number(text) => text == "0",
        ResourceValue::Text(text) => text.is_empty(),
        ResourceValue::List(items) => items.is_empty(),
        ResourceValue::Map(entries) => entries.iter().all(|(_, value)| is_unset(&value.value)),
    }
}

/// `enabled` and `disabled`, which is how resources write most switches, and bools.
fn is_on(value: &ResourceValue) -> Option<bool> {
    match value {
        ResourceValue::Bool(value) => Some(*value),
        ResourceValue::Text(text) if text == "enabled" => Some(true),
        ResourceValue::Text(text) if text == "disabled" => Some(false),
        _ => None,
    }
}

fn millis(value: &Sourced<ResourceValue>) -> Option<Millis> {
    Millis::new(value.value.as_text()?.parse().ok()?)
}

/// Options of servers that say whether they are spoken to in secret, and which ones are genuine.
const AUTHENTICITY: [&str; 13] = [
    "ca_file",
    "ca-file",
    "crl_file",
    "crl-file",
    "crt",
    "no_verifyhost",
    "ssl",
    "ssl_cafile",
    "ssl_certificate",
    "ssl_crlfile",
    "ssl_key",
    "verify",
    "verifyhost",
];

/// Whether to leave the field out would let somebody in: it has a rule that denies, or filters, which may be a firewall.
fn guards((name, value): Field<'_>) -> bool {
    ["filter_list", "filters"].contains(&name.value.as_str()) || keeps_out(&value.value)
}

/// Whether some rule in it denies.
fn keeps_out(value: &ResourceValue) -> bool {
    // Case does not count: who writes `DENY` wants nobody in.
    let denies = |value: &ResourceValue| {
        let text = value.as_text().map(str::to_ascii_lowercase);
        text.is_some_and(|text| guarding::has_word(&text))
    };
    match value {
        // A rule that is written as a line is no rule of a resource, and says what was wanted all the same.
        ResourceValue::List(items) => items
            .iter()
            .any(|item| denies(&item.value) || keeps_out(&item.value)),
        ResourceValue::Map(entries) => entries.iter().any(|(name, value)| {
            let is_kind = ["type", "action"]
                .iter()
                .any(|kind| name.value.eq_ignore_ascii_case(kind));
            is_kind && denies(&value.value) || keeps_out(&value.value)
        }),
        _ => false,
    }
}

/// `balance` as `load-balance` says it.
fn balance(value: &ResourceValue) -> Option<String> {
    let part = |name| {
        value
            .get(name)
            .and_then(|part| part.value.as_text())
            .filter(|text| !text.is_empty())
    };
    let is_set = |name| {
        value
            .get(name)
            .is_some_and(|part| is_on(&part.value) == Some(true))
    };
    let algorithm = part("algorithm")?;
    let mut words = match algorithm {
        "hdr" => vec![format!("hdr({})", part("hdr_name")?)],
        "random" => vec![
            part("random_draws")
                .map_or_else(|| "random".to_owned(), |draws| format!("random({draws})")),
        ],
        "rdp-cookie" => vec![part("rdp_cookie_name").map_or_else(
            || "rdp-cookie".to_owned(),
            |name| format!("rdp-cookie({name})"),
        )],
        "url_param" => vec!["url_param".to_owned(), part("url_param")?.to_owned()],
        "hash" => vec!["hash".to_owned(), part("hash_expression")?.to_owned()],
        other => vec![other.to_owned()],
    };
    let numbers = [
        ("uri_len", "len"),
        ("uri_depth", "depth"),
        ("url_param_check_post", "check_post"),
        ("url_param_max_wait", "max_wait"),
    ];
    for (name, option) in numbers {
        if let Some(number) = part(name).filter(|number| *number != "0") {
            words.push(format!("{option} {number}"));
        }
    }
    let switches = [
        ("uri_whole", "whole"),
        ("uri_path_only", "path-only"),
        ("hdr_use_domain_only", "use_domain_only"),
    ];
    words.extend(
        switches
            .into_iter()
            .filter(|(name, _)| is_set(name))
            .map(|(_, option)| option.to_owned()),
    );
    Some(words.join(" "))
}
