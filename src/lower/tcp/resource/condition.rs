//! Conditions as HAProxy writes them, as far as they are about names, addresses and ports.
//!
//! In: named ACLs, and `{ src 10.0.0.0/8 } !internal || { req_ssl_sni -i a.example.com }`. Out: alternatives, each a list of facts
//! that have to hold together. Grammar: manual, sections 7.1 and 7.2; between alternatives `||` or `or`, `!` before what must not
//! hold, anonymous ACLs between braces that stand alone.

use std::collections::BTreeMap;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::ir::HostPattern;
use crate::ir::policy::AddressList;

use super::cursor::cut;

/// Alternatives and facts of one condition. More are no condition that a person wrote.
const MOST: usize = 200;

/// What can be known about a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    /// The name in the handshake; of TLS that is answered here, or else handed through.
    Name {
        pattern: HostPattern,
        answered: bool,
    },
    /// The client's address.
    Source(AddressList),
    /// The port that it came to: one within these, the first and the last of each.
    Port(Vec<(u16, u16)>),
    /// It begins with a TLS handshake, which goes through as it is.
    Handshake,
}

/// A fact that holds, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) negated: bool,
    pub(super) fact: Fact,
}

/// Alternatives. None: it never holds. One without facts: it always does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition(pub(super) Vec<Vec<Literal>>);

/// Why text is no condition of these: to follow a subject.
pub(super) type Wrong = String;

impl Condition {
    /// It holds for every connection.
    pub(super) fn always() -> Self {
        Self(vec![Vec::new()])
    }

    /// It holds for none.
    pub(super) fn never() -> Self {
        Self(Vec::new())
    }

    fn one(fact: Fact) -> Self {
        Self(vec![vec![Literal {
            negated: false,
            fact,
        }]])
    }

    /// Either of both.
    pub(super) fn or(mut self, other: Self) -> Result<Self, Wrong> {
        self.0.extend(other.0);
        self.limited()
    }

    /// Both of them.
    pub(super) fn and(&self, other: &Self) -> Result<Self, Wrong> {
        if self.0.len().saturating_mul(other.0.len()) > MOST {
            return Err(too_long());
        }
        let pairs = self.0.iter().flat_map(|one| {
            other.0.iter().map(move |more| {
                let mut both = one.clone();
                both.extend(more.iter().filter(|it| !one.contains(it)).cloned());
                both
            })
        });
        Self(pairs.collect()).limited()
    }

    /// The opposite.
    pub(super) fn not(&self) -> Result<Self, Wrong> {
        let opposite = |literal: &Literal| {
            vec![Literal {
                negated: !literal.negated,
                fact: literal.fact.clone(),
            }]
        };
        let mut all = Self::always();
        for alternative in &self.0 {
            let none = Self(alternative.iter().map(opposite).collect());
            all = all.and(&none)?;
        }
        Ok(all)
    }

    fn limited(self) -> Result<Self, Wrong> {
        let facts: usize = self.0.iter().map(Vec::len).sum();
        if self.0.len() > MOST || facts > 10 * MOST {
            return Err(too_long());
        }
        Ok(self)
    }

    /// The facts that it is about.
    pub(super) fn facts(&self) -> impl Iterator<Item = &Literal> {
        self.0.iter().flatten()
    }

    /// Reads a condition. `named`: the ACLs that it may name; several of one name are alternatives.
    pub(super) fn parse(text: &str, named: &BTreeMap<&str, Self>) -> Result<Self, Wrong> {
        let mut words = words(text)?.into_iter();
        let (mut found, mut current) = (Self::never(), None::<Self>);
        let mut negated = false;
        while let Some(word) = words.next() {
            if matches!(word, "||" | "or") {
                let done = current.take().filter(|_| !negated);
                found = found.or(done.ok_or("has an alternative without anything in it")?)?;
                continue;
            }
            let name = word.trim_start_matches('!');
            negated ^= (word.len() - name.len()) % 2 == 1;
            if name.is_empty() {
                continue;
            }
            let acl = if name == "{" {
                let (criterion, values) = braced(&mut words)?;
                acl(criterion, &values)?
            } else {
                by_name(name, named)?
            };
            let acl = if negated { acl.not()? } else { acl };
            negated = false;
            current = Some(match current {
                Some(before) => before.and(&acl)?,
                None => acl,
            });
        }
        let last = current.filter(|_| !negated);
        found.or(last.ok_or("ends where an ACL belongs")?)
    }

    /// Reads an ACL: what is asked, and the flags and values behind it.
    pub(super) fn acl(criterion: &str, values: &str) -> Result<Self, Wrong> {
        acl(criterion, &words(values)?)
    }
}

/// An anonymous ACL, behind its brace.
fn braced<'t>(words: &mut impl Iterator<Item = &'t str>) -> Result<(&'t str, Vec<&'t str>), Wrong> {
    let criterion = words.next().filter(|word| *word != "}");
    let criterion = criterion.ok_or("has nothing in its braces")?;
    let mut values = Vec::new();
    loop {
        match words.next() {
            Some("}") => return Ok((criterion, values)),
            Some(word) => values.push(word),
            None => return Err("has a brace that is not closed".to_owned()),
        }
    }
}

fn by_name(name: &str, named: &BTreeMap<&str, Condition>) -> Result<Condition, Wrong> {
    match name {
        "TRUE" => Ok(Condition::always()),
        "FALSE" => Ok(Condition::never()),
        _ => named.get(name).cloned().ok_or_else(|| {
            format!(
                "names the ACL `{}`, which `acl_list` does not have",
                cut(name)
            )
        }),
    }
}

/// Words as HAProxy splits them. Quotes and escapes say nothing about names and addresses that goes without them.
fn words(text: &str) -> Result<Vec<&str>, Wrong> {
    let quotes = |c: char| matches!(c, '"' | '\'' | '\\' | '#' | '$') || c.is_control();
    match text.chars().find(|c| quotes(*c)) {
        Some(c) => Err(format!("has the character `{}`", c.escape_debug())),
        None => Ok(text.split(' ').filter(|word| !word.is_empty()).collect()),
    }
}

fn acl(criterion: &str, values: &[&str]) -> Result<Condition, Wrong> {
    let mut values = values.iter().copied();
    let mut method = None;
    let mut plain = Vec::new();
    while let Some(word) = values.next() {
        match word {
            "-i" => {}
            "--" => plain.extend(values.by_ref()),
            "-m" => method = values.next(),
            flag if flag.starts_with('-') => {
                return Err(format!(
                    "has the flag `{}`, which is not translated",
                    cut(flag)
                ));
            }
            value => plain.push(value),
        }
    }
    let untranslated = || format!("asks for `{}`, which is not translated", cut(criterion));
    let matching = |legal: &[&str]| match method {
        Some(method) if !legal.contains(&method) => Err(format!(
            "compares with `-m {}`, which is not translated",
            cut(method)
        )),
        _ => Ok(()),
    };
    let answered = match criterion {
        "always_true" => return Ok(Condition::always()),
        "always_false" => return Ok(Condition::never()),
        "req_ssl_hello_type" | "req.ssl_hello_type" => {
            // 1 is the ClientHello (RFC 8446, section 4).
            return (method.is_none() && plain == ["1"])
                .then(|| Condition::one(Fact::Handshake))
                .ok_or_else(untranslated);
        }
        _ if plain.is_empty() => return Err("compares with nothing".to_owned()),
        "src" => {
            matching(&["ip"])?;
            let networks: Result<Vec<_>, _> = plain.into_iter().map(network).collect();
            let list = AddressList::new(networks?).ok_or_else(untranslated)?;
            return Ok(Condition::one(Fact::Source(list)));
        }
        "dst_port" => {
            matching(&["int"])?;
            let ports: Result<Vec<_>, _> = plain.into_iter().map(ports).collect();
            return Ok(Condition::one(Fact::Port(ports?)));
        }
        "req_ssl_sni" | "req.ssl_sni" | "req.ssl_sni,lower" | "req_ssl_sni,lower" => false,
        "ssl_fc_sni" | "ssl_fc_sni,lower" => true,
        _ => return Err(untranslated()),
    };
    matching(&["str"])?;
    let names: Result<Vec<_>, _> = plain.into_iter().map(|text| name(text, answered)).collect();
    Ok(Condition(names?))
}

/// Names in handshakes have no case (RFC 6066, section 3).
fn name(text: &str, answered: bool) -> Result<Vec<Literal>, Wrong> {
    let shown = cut(text);
    if text.starts_with("*.") {
        return Err(format!(
            "compares with `{shown}`, which no client sends: a star means itself here"
        ));
    }
    let pattern = HostPattern::new(&text.to_ascii_lowercase())
        .map_err(|why| format!("compares with `{shown}`, which is no name: {}", why.0))?;
    let fact = Fact::Name { pattern, answered };
    Ok(vec![Literal {
        negated: false,
        fact,
    }])
}

fn network(text: &str) -> Result<IpNet, Wrong> {
    let address = text.parse::<IpAddr>().map(IpNet::from).ok();
    let network = address.or_else(|| text.parse::<IpNet>().ok());
    let network = network.ok_or_else(|| {
        format!(
            "compares with `{}`, which is no address and no network",
            cut(text)
        )
    })?;
    // Some take it for the network, others for the address.
    if network.addr() != network.network() {
        return Err(format!(
            "compares with `{network}`, which is both an address and a network; the network is `{}`",
            network.trunc()
        ));
    }
    Ok(network)
}

/// `5432`, or `5432:5439`.
fn ports(text: &str) -> Result<(u16, u16), Wrong> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let port = |text: &str| text.parse().ok();
    port(first).zip(port(last)).ok_or_else(|| {
        format!(
            "compares with `{}`, which is no port and no range",
            cut(text)
        )
    })
}

fn too_long() -> Wrong {
    format!("comes to more than {MOST} alternatives")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let acls = [
            ("a", "req_ssl_sni", "-i a.io A2.io"),
            ("inside", "src", "10.0.0.0/8 ::1"),
        ];
        let named: BTreeMap<_, _> = acls
            .iter()
            .map(|(name, criterion, values)| {
                (*name, Condition::acl(criterion, values).expect(name))
            })
            .collect();
        let literal = |literal: &Literal| {
            let fact = match &literal.fact {
                Fact::Name { pattern, answered } => format!("{pattern}/{answered}"),
                Fact::Source(list) => list.texts().collect::<Vec<_>>().join("+"),
                Fact::Port(ports) => format!("{ports:?}"),
                Fact::Handshake => "tls".to_owned(),
            };
            format!("{}{fact}", if literal.negated { "!" } else { "" })
        };
        match Condition::parse(text, &named) {
            Ok(condition) => {
                let alternatives = condition.0.iter().map(|all| {
                    let all: Vec<_> = all.iter().map(literal).collect();
                    all.join(" ")
                });
                alternatives.collect::<Vec<_>>().join(" | ")
            }
            Err(wrong) => format!("- {wrong}"),
        }
    }

    #[test]
    fn conditions_become_alternatives() {
        for (text, expected) in [
            ("{ req_ssl_sni -i x.io }", "x.io/false"),
            ("{ ssl_fc_sni -m str x.io }", "x.io/true"),
            ("a", "a.io/false | a2.io/false"),
            ("!a", "!a.io/false !a2.io/false"),
            ("! a inside", "!a.io/false !a2.io/false 10.0.0.0/8+::1"),
            ("!!inside", "10.0.0.0/8+::1"),
            (
                "inside || !inside a",
                "10.0.0.0/8+::1 | !10.0.0.0/8+::1 a.io/false | !10.0.0.0/8+::1 a2.io/false",
            ),
            ("a or inside", "a.io/false | a2.io/false | 10.0.0.0/8+::1"),
            ("!{ req.ssl_hello_type 1 }", "!tls"),
            (
                "{ dst_port 5432:5439 6000 }",
                "[(5432, 5439), (6000, 6000)]",
            ),
            ("TRUE", ""),
            ("FALSE or inside", "10.0.0.0/8+::1"),
            ("{ src -- 192.0.2.1 }", "192.0.2.1"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_said_is_refused() {
        for text in [
            "",
            "!",
            "a ||",
            "|| a",
            "nobody",
            "{ }",
            "{ src }",
            "{",
            "{ src 10.0.0.0/8",
            "{src 10.0.0.0/8}",
            "{ src -f /etc/passwd }",
            "{ src 10.0.0.1/8 }",
            "{ src office }",
            "{ req_ssl_sni -m reg .* }",
            "{ req_ssl_sni -m end .io }",
            "{ req_ssl_sni *.a.io }",
            "{ req_ssl_sni \"a.io\" }",
            "{ req_ssl_sni a.io\n }",
            "{ path / }",
            "{ env(SECRET) -m found }",
            "{ req_ssl_hello_type 2 }",
            "{ dst_port x }",
        ] {
            assert!(shown(text).starts_with("- "), "{text}: {}", shown(text));
        }
    }

    #[test]
    fn conditions_do_not_explode() {
        let names: Vec<String> = (0..50).map(|n| format!("n{n}.io")).collect();
        let acl = format!("{{ req_ssl_sni {} }}", names.join(" "));
        assert!(shown(&format!("{acl} {acl}")).starts_with("- "));
        assert!(shown(&"inside || ".repeat(60_000)).starts_with("- "));
        assert!(shown(&format!("{{ src {} }}", "x".repeat(60_000))).len() < 300);
    }
}
