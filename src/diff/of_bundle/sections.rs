//! The sections of a configuration.

use crate::ir::raw_line::SECTIONS;

/// A section with the lines that say something.
#[derive(Debug, Default)]
pub(super) struct Section<'b> {
    /// `backend`, `defaults` and so on.
    pub(super) kind: &'b str,
    /// Empty where it has none.
    pub(super) name: &'b str,
    /// The defaults that it names.
    pub(super) from: &'b str,
    /// The comment above it.
    title: &'b str,
    /// Where it begins, from 1.
    pub(super) line: u32,
    /// Its lines, with their numbers.
    pub(super) lines: Vec<(u32, &'b str)>,
}

impl Section<'_> {
    /// Whether it is what annotations say.
    pub(super) fn is_policy(&self) -> bool {
        self.kind == "defaults" && self.name.starts_with("d_pol_")
    }

    /// Whether it is a Service port: none of ours has two underscores in its name.
    pub(super) fn is_service(&self) -> bool {
        self.kind == "backend" && self.name.matches('_').count() >= 2
    }

    /// Whether it is neither a Service port nor a listener of one, a policy, users or counters of one.
    pub(super) fn is_shared(&self) -> bool {
        let of_one = self.is_policy()
            || self.is_service()
            || self.kind == "userlist" && self.name.starts_with("u_")
            || self.kind == "frontend" && self.name.starts_with("fe_tcp")
            || self.kind == "frontend" && self.name == "fe_keys"
            || self.kind == "backend" && self.name.starts_with("rl_")
            || self.kind == "backend" && self.name.starts_with("misdirected");
        let fixed = [
            "closed",
            "not_found",
            "tls_refused",
            "tcp_refused",
            "tls_local",
        ];
        !of_one && !fixed.contains(&self.name)
    }

    /// The name of a Service port's section without its policy: behind the third underscore stands that, and the clusters follow.
    pub(super) fn backend(&self) -> String {
        let Some((at, _)) = self.name.match_indices('_').nth(2) else {
            return self.name.to_owned();
        };
        let rest = &self.name[at + 1..];
        let clusters = rest.find('.').map_or("", |dot| &rest[dot..]);
        format!("{}{clusters}", &self.name[..at])
    }

    /// The Service port, as people call it: the comment says so.
    pub(super) fn shown(&self) -> String {
        let name = self.backend();
        let port = name.rsplit('_').next().unwrap_or_default();
        let shown = if self.title.contains('/') {
            self.title
        } else {
            &name
        };
        match port.split_once('.') {
            Some((_, clusters)) => format!("{shown} in {}", clusters.replace('.', ", ")),
            None => shown.to_owned(),
        }
    }

    /// `global`, `frontend fe_http`.
    pub(super) fn shown_name(&self) -> String {
        format!("{} {}", self.kind, self.name).trim_end().to_owned()
    }
}

/// Reads the sections. Comments and what stands before the first section are left out.
pub(super) fn sections(config: &str) -> Vec<Section<'_>> {
    let mut all: Vec<Section<'_>> = Vec::new();
    let mut title = "";
    for (number, line) in (1..).zip(config.lines()) {
        let text = line.trim();
        if let Some(comment) = text.strip_prefix('#') {
            title = comment.trim();
            continue;
        }
        let mut words = text.split(' ');
        let kind = words.next().unwrap_or_default();
        if !line.starts_with([' ', '\t']) && SECTIONS.contains(&kind) {
            let name = words.next().unwrap_or_default();
            all.push(Section {
                kind,
                name,
                from: words.nth(1).unwrap_or_default(),
                title,
                line: number,
                lines: Vec::new(),
            });
        } else if let (false, Some(section)) = (text.is_empty(), all.last_mut()) {
            section.lines.push((number, text));
        }
        title = "";
    }
    all
}
