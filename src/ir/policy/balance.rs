//! Balancing: which server is taken.

use std::num::{NonZeroU8, NonZeroU32};

use crate::ir::{HeaderName, Sample};

/// Which server is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Balancing {
    /// `balance`: how servers are chosen.
    pub algorithm: Option<Algorithm>,
    /// `option abortonclose`: whether requests are dropped whose client has gone before a server took them.
    pub abort_on_close: Option<bool>,
}

/// How servers are chosen (manual 4.2, "balance"). What is only for other modes than HTTP is left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// `roundrobin`: in turns, by weight.
    RoundRobin,
    /// `static-rr`: in turns; weights cannot change while HAProxy runs.
    StaticRoundRobin,
    /// `leastconn`: the one with the fewest connections.
    LeastConnections,
    /// `first`: the first one that has a free connection.
    First,
    /// `source`: by the client's address.
    Source,
    /// `uri`: by the address that is asked for.
    Uri(UriParts),
    /// `url_param`: by a parameter of the query.
    UrlParameter {
        /// The parameter.
        name: ParameterName,
        /// `check_post`: the body of a POST is searched, too.
        post: bool,
    },
    /// `hdr(name)`: by a header.
    Header {
        /// The header.
        name: HeaderName,
        /// `use_domain_only`: of a host name, only the label before the top-level domain counts.
        domain_only: bool,
    },
    /// `random`: the least busy of some that are drawn.
    Random(Option<Draws>),
    /// `hash`: by a sample of the request.
    Hash(Sample),
}

impl Algorithm {
    /// The words of the directive.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        match self {
            Self::RoundRobin => words.push("roundrobin".to_owned()),
            Self::StaticRoundRobin => words.push("static-rr".to_owned()),
            Self::LeastConnections => words.push("leastconn".to_owned()),
            Self::First => words.push("first".to_owned()),
            Self::Source => words.push("source".to_owned()),
            Self::Uri(parts) => {
                words.push("uri".to_owned());
                parts.words(&mut words);
            }
            Self::UrlParameter { name, post } => {
                words.extend(["url_param".to_owned(), name.0.clone()]);
                words.extend(post.then(|| "check_post".to_owned()));
            }
            Self::Header { name, domain_only } => {
                words.push(format!("hdr({name})"));
                words.extend(domain_only.then(|| "use_domain_only".to_owned()));
            }
            Self::Random(None) => words.push("random".to_owned()),
            Self::Random(Some(draws)) => words.push(format!("random({})", draws.0)),
            Self::Hash(sample) => words.extend(["hash".to_owned(), sample.to_string()]),
        }
        words
    }

    /// Whether it goes by what only requests have, so that connections of TCP services cannot be balanced by it.
    pub fn needs_requests(&self) -> bool {
        match self {
            Self::Uri(_) | Self::UrlParameter { .. } | Self::Header { .. } => true,
            Self::Hash(sample) => {
                let name = sample.fetch.name;
                let of_connections = ["src", "src_port", "dst", "dst_port"];
                !of_connections.contains(&name) && !name.starts_with("ssl_")
            }
            Self::RoundRobin
            | Self::StaticRoundRobin
            | Self::LeastConnections
            | Self::First
            | Self::Source
            | Self::Random(_) => false,
        }
    }

    /// Whether the request decides, so that its like goes to the same server.
    pub fn hashes(&self) -> bool {
        match self {
            Self::RoundRobin
            | Self::StaticRoundRobin
            | Self::LeastConnections
            | Self::First
            | Self::Random(_) => false,
            Self::Source
            | Self::Uri(_)
            | Self::UrlParameter { .. }
            | Self::Header { .. }
            | Self::Hash(_) => true,
        }
    }
}

/// Which part of an address counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UriParts {
    /// `path-only`: without scheme and host, where the request has them.
    pub path_only: bool,
    /// `whole`: with the query.
    pub whole: bool,
    /// `len`: so many characters; all when not set.
    pub length: Option<NonZeroU32>,
    /// `depth`: so many folders; all when not set.
    pub depth: Option<NonZeroU32>,
}

impl UriParts {
    fn words(&self, words: &mut Vec<String>) {
        words.extend(self.path_only.then(|| "path-only".to_owned()));
        words.extend(self.whole.then(|| "whole".to_owned()));
        for (name, number) in [("len", self.length), ("depth", self.depth)] {
            if let Some(number) = number {
                words.extend([name.to_owned(), number.to_string()]);
            }
        }
    }
}

/// How many servers are drawn for a request, 1 to 64. Each costs time, and two are enough for most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Draws(NonZeroU8);

impl Draws {
    /// The most.
    pub const MAX: u8 = 64;

    /// Checks `number`.
    pub fn new(number: u8) -> Option<Self> {
        let number = NonZeroU8::new(number)?;
        (number.get() <= Self::MAX).then_some(Self(number))
    }
}

/// The name of a parameter of a query: letters, digits and `_.-[]`, at most 128 of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParameterName(String);

impl ParameterName {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| b.is_ascii_alphanumeric() || b"_.-[]".contains(&b);
        ((1..=128).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Moment;

    #[test]
    fn an_algorithm_is_written_in_words() {
        let uri = UriParts {
            path_only: true,
            whole: true,
            length: NonZeroU32::new(20),
            depth: NonZeroU32::new(3),
        };
        let sample = Sample::parse("req.hdr(x-user),lower", Moment::Request).expect("legal");
        for (algorithm, words, hashes) in [
            (Algorithm::StaticRoundRobin, "static-rr", false),
            (
                Algorithm::Uri(uri),
                "uri path-only whole len 20 depth 3",
                true,
            ),
            (Algorithm::Random(Draws::new(3)), "random(3)", false),
            (Algorithm::Hash(sample), "hash req.hdr(x-user),lower", true),
        ] {
            assert_eq!(algorithm.words().join(" "), words);
            assert_eq!(algorithm.hashes(), hashes, "{words}");
        }
    }

    #[test]
    fn illegal_parts_cannot_be_made() {
        assert!(Draws::new(0).is_none() && Draws::new(65).is_none());
        for text in ["", "a b", "a\n", "a&b", "a#", &"a".repeat(129)] {
            assert_eq!(ParameterName::new(text), None, "{text:?}");
        }
    }
}
