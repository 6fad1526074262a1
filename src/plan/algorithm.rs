//! How a backend shares out requests, and what its servers have to do with it.
//!
//! Manual: `balance`, `hash-type` and `hash-key` of the configuration manual.

use std::collections::{BTreeMap, BTreeSet};

use super::config::{Line, Section};
use super::server::Options;
use crate::ir::HaproxyVersion;

/// How a backend takes its servers.
pub(super) struct Algorithm {
    /// What `balance` says.
    pub(super) name: String,
    /// Whether servers may come, go and change their weight.
    pub(super) is_dynamic: bool,
    /// Whether the number of a server decides what it gets.
    pub(super) by_id: bool,
    /// Whether its address does.
    pub(super) by_address: bool,
}

impl Algorithm {
    pub(super) fn of(chain: &[&Section], options: &Options, target: HaproxyVersion) -> Self {
        let lines = || chain.iter().flat_map(|section| &section.lines);
        let last = |keyword| lines().rfind(|line| line.keyword() == keyword);
        let word = |keyword| {
            last(keyword)
                .and_then(|line| line.words.get(1))
                .map(String::as_str)
        };
        let usual = if target.has(3, 3) {
            "random"
        } else {
            "roundrobin"
        };
        let name = word("balance").unwrap_or(usual);
        let spread = matches!(
            name.split('(').next(),
            Some("roundrobin" | "leastconn" | "random")
        );
        let hashes = !spread && !matches!(name, "first" | "static-rr");
        let consistent = word("hash-type") == Some("consistent");
        let hash_key = options.get("hash-key").unwrap_or("id");
        Self {
            name: name.to_owned(),
            is_dynamic: spread || name == "first" || (hashes && consistent),
            by_id: name == "first" || (hashes && hash_key == "id"),
            by_address: hashes && hash_key.starts_with("addr"),
        }
    }
}

/// The number of each server: the one that its line says, or the lowest one that is free.
pub(super) fn numbers(section: &Section) -> BTreeMap<&str, u32> {
    let lines = || {
        section
            .lines
            .iter()
            .filter(|line| line.keyword() == "server")
    };
    let said = |line: &Line| line.after("id").and_then(|id| id.parse::<u32>().ok());
    let taken: BTreeSet<u32> = lines().filter_map(said).collect();
    let mut free = (1..).filter(|id| !taken.contains(id));
    lines()
        .filter_map(|line| {
            let id = said(line).or_else(|| free.next())?;
            Some((line.words.get(1)?.as_str(), id))
        })
        .collect()
}
