//! A key in words: its page, and the few words that tables say about it.

use std::fmt::Write as _;

use super::spec::{Alias, Dialect, On, Scope, Spec, Support};
use super::{FAMILIES, all, find};

impl Spec {
    /// What `ingressc explain` prints and the documentation holds: Markdown, opened by a heading of this depth that names the key.
    pub fn page(&self, depth: usize) -> String {
        let mut out = format!("{} {}\n\n", "#".repeat(depth), self.full_key());
        for line in self.doc {
            let _ = writeln!(out, "{}", line.strip_prefix(' ').unwrap_or(line));
        }
        out.push('\n');
        for (what, text) in self.facts() {
            let _ = writeln!(out, "- {what}: {text}");
        }
        let _ = write!(out, "\n```yaml\n{}```\n", self.yaml());
        out
    }

    /// What is to be known about it beside its description, in the order of the page.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("Value", self.grammar.form.to_owned())];
        if let Some(default) = self.default {
            facts.push(("Default", format!("`{default}`")));
        }
        facts.push(("Stands on", self.stands()));
        facts.push(("Holds for", self.holds_for().to_owned()));
        if !self.aliases.is_empty() {
            let spelling = |alias: &Alias| {
                let first = if alias.first {
                    ", which counts first, on whatever object it stands"
                } else {
                    ", which counts last, on whatever object it stands"
                };
                format!("`{}`{first}", alias.key)
            };
            let spellings: Vec<String> = self.aliases.iter().map(spelling).collect();
            facts.push(("Old spellings", spellings.join("; ")));
        }
        facts.push(("Support", self.support.words()));
        let keys = |keys: &[&str], between: &str| {
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            keys.join(between)
        };
        if !self.requires.is_empty() {
            facts.push(("Does nothing without", keys(self.requires, " or ")));
        }
        if !self.excludes.is_empty() {
            facts.push(("Not beside", keys(self.excludes, ", ")));
        }
        if let Some((major, minor)) = self.needs {
            facts.push(("Needs", format!("HAProxy {major}.{minor} or newer")));
        }
        if let Some(protects) = self.protects {
            let text = "yes: what cannot be honoured closes its routes (503); it is weaker when";
            facts.push(("Protects", format!("{text} {}", protects.weaker)));
        }
        facts.push(("Decides", format!("`{}`", self.field)));
        facts.push(("Since", self.since.to_owned()));
        facts
    }

    /// `Service, Ingress, ConfigMap`: the objects that it may stand on, the one that counts most first.
    pub fn stands(&self) -> String {
        let names: Vec<&str> = self.on.iter().map(|on| on.name()).collect();
        names.join(", ")
    }

    fn holds_for(&self) -> &'static str {
        match self.scope {
            Scope::Global => "the whole process",
            Scope::Route => "the requests of an Ingress",
            Scope::Backend => "the servers of a Service port",
            Scope::Port if self.on == [On::Ingress] => "the TCP port of an Ingress",
            Scope::Port => "the exposed ports of a Service",
        }
    }

    /// The example where it belongs.
    fn yaml(&self) -> String {
        let value = self.example;
        let (place, indent, key) = match self.on {
            [On::ConfigMap | On::TcpConfigMap, ..] if !self.is_open() => {
                ("data:\n", "  ", self.key.to_owned())
            }
            _ => ("metadata:\n  annotations:\n", "    ", self.full_key()),
        };
        let mut out = format!("{place}{indent}{key}: ");
        if value.contains('\n') {
            out.push_str("|\n");
            for line in value.trim_end().lines() {
                let _ = writeln!(out, "{indent}  {line}");
            }
        } else {
            // JSON's strings are YAML's, too.
            let quoted = serde_json::Value::from(value).to_string();
            let _ = writeln!(out, "{quoted}");
        }
        out
    }
}

impl Support {
    /// `full`, `partial` or `refused`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Partial(_) => "partial",
            Self::Refused(_) => "refused",
        }
    }

    /// What is different, or why it is refused.
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Full => None,
            Self::Partial(reason) | Self::Refused(reason) => Some(reason),
        }
    }

    /// Both, for a sentence.
    fn words(self) -> String {
        match self.reason() {
            Some(reason) => format!("{}: {reason}", self.name()),
            None => self.name().to_owned(),
        }
    }
}

/// The key that is called so, in any spelling, with or without a prefix. The first dialect that has it wins. Of a key that ends as the
/// user likes, its beginning is enough: `expose-port`.
pub fn named(text: &str) -> Option<&'static Spec> {
    let prefixed = Dialect::ALL.into_iter().find_map(|dialect| {
        let mut prefixes = dialect.prefixes().iter();
        let name = prefixes.find_map(|prefix| text.strip_prefix(prefix));
        find(dialect, name.unwrap_or(text)).map(|(spec, _)| spec)
    });
    let exact = prefixed.or_else(|| {
        let is_it = |spec: &&Spec| spec.key == text || spec.is_open() && text.starts_with(spec.key);
        all().filter(|spec| !spec.is_prefixed()).find(is_it)
    });
    exact.or_else(|| {
        let is_begun = |spec: &&Spec| {
            let mut prefixes = spec.dialect.prefixes().iter();
            let name = prefixes.find_map(|prefix| text.strip_prefix(prefix));
            let beginning = spec.key.strip_suffix(['.', '/']);
            spec.is_open() && beginning == Some(name.unwrap_or(text))
        };
        all().find(is_begun)
    })
}

/// All keys as a Markdown table. `link` makes of a family and a key the address of its page.
pub fn matrix(dialect: Option<Dialect>, link: impl Fn(&str, &Spec) -> Option<String>) -> String {
    let mut out = String::from("| Key | Stands on | Support | What it does |\n|---|---|---|---|\n");
    for family in FAMILIES {
        let of_dialect = |spec: &&&Spec| dialect.is_none_or(|dialect| spec.dialect == dialect);
        for spec in family.specs.iter().filter(of_dialect) {
            let key = match link(family.name, spec) {
                Some(address) => format!("[`{}`]({address})", spec.key),
                None => format!("`{}`", spec.full_key()),
            };
            let summary = spec.summary().replace('|', "\\|");
            let (stands, support) = (spec.stands(), spec.support.name());
            let _ = writeln!(out, "| {key} | {stands} | {support} | {summary} |");
        }
    }
    out
}
