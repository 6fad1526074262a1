//! The words behind the port: TLS, PROXY headers, checks.
//!
//! A word that nobody knows is refused with its entry. A controller ignores it, and opens the port without what it asks for.

use super::MapFormat;
use super::entry::{Piece, Place, Refused, Tls, object};
use super::format::Reading;
use super::servers::Servers;
use crate::annotations::given::short;
use crate::annotations::grammar::{Grammar, Time};
use crate::finding::{Code, Finding, Severity};
use crate::ir::Millis;
use crate::ir::policy::ProxyHeader;
use crate::manifest::{ObjectName, is_subdomain};
use crate::source::{Origin, Sourced};

/// What they say.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) tls: Option<Tls>,
    pub(super) accept_proxy: Option<Origin>,
    pub(super) servers: Servers,
}

/// Reads them as the controller does whose they are.
pub(super) fn read(
    place: Place<'_>,
    words: &[Piece<'_>],
    reading: Reading,
    findings: &mut Vec<Finding>,
) -> Result<Words, Refused> {
    let reader = Reader { place, findings };
    match reading {
        Reading::As(MapFormat::HaproxyTech) => reader.haproxytech(words),
        Reading::As(MapFormat::HaproxyIngress) => reader.haproxy_ingress(words),
        Reading::As(MapFormat::Nginx) => reader.nginx(words),
        Reading::Alike => reader.alike(words),
        Reading::Torn => reader.torn(words),
    }
}

struct Reader<'r, 'm> {
    place: Place<'m>,
    findings: &'r mut Vec<Finding>,
}

impl Reader<'_, '_> {
    fn haproxytech(&self, words: &[Piece<'_>]) -> Result<Words, Refused> {
        let mut read = Words::default();
        match words {
            [] => {}
            [word] if word.text == "ssl" => read.tls = Some(Tls::Shared(word.origin)),
            [word] => {
                let tls = ["ssl", "tls", "https"];
                let means_tls = tls.iter().any(|tls| word.text.eq_ignore_ascii_case(tls));
                let help = if means_tls {
                    "write `ssl`"
                } else if word.text.eq_ignore_ascii_case("proxy") {
                    "remove it, or say by `tcp.configMapFormat` whose ConfigMap this is"
                } else {
                    "write `ssl` for TLS, or remove it"
                };
                let what = "which is not `ssl`: the haproxytech controller opens the port in clear";
                return Err(self.refuse(*word, what, help));
            }
            [_, word, ..] => return Err(self.too_many(*word, "`namespace/service:port[:ssl]`")),
        }
        Ok(read)
    }

    fn nginx(&self, words: &[Piece<'_>]) -> Result<Words, Refused> {
        let mut read = Words::default();
        let (accept, send) = match words {
            [] => (None, None),
            [accept] => (Some(accept), None),
            [accept, send] => (Some(accept), Some(send)),
            [_, _, word, ..] => {
                let form = "`namespace/service:port[:[PROXY][:PROXY]]`";
                return Err(self.too_many(*word, form));
            }
        };
        read.accept_proxy = self.accepts(accept)?;
        if let Some(word) = send {
            match word.text {
                "" => {}
                text if is_proxy(text) => {
                    read.servers.proxy = Some(Sourced::new(ProxyHeader::V1, word.origin));
                }
                _ => return Err(self.no_proxy(*word, "`PROXY`")),
            }
        }
        Ok(read)
    }

    fn haproxy_ingress(mut self, words: &[Piece<'_>]) -> Result<Words, Refused> {
        if let Some(word) = words.get(5) {
            let form = "`namespace/service:port:PROXY:PROXY-V2:namespace/certificate:interval:namespace/authority`";
            return Err(self.too_many(*word, form));
        }
        let word = |at: usize| words.get(at).filter(|word| !word.text.is_empty());
        let mut read = Words {
            accept_proxy: self.accepts(words.first())?,
            ..Words::default()
        };
        if let Some(word) = word(1) {
            let header = match word.text.to_ascii_lowercase().as_str() {
                "proxy" | "proxy-v2" => ProxyHeader::V2,
                "proxy-v1" => ProxyHeader::V1,
                _ => return Err(self.no_proxy(*word, "`PROXY`, `PROXY-V1` or `PROXY-V2`")),
            };
            read.servers.proxy = Some(Sourced::new(header, word.origin));
        }
        let secret = word(2).map(|word| self.secret(*word)).transpose()?;
        let authority = word(4).map(|word| self.secret(*word)).transpose()?;
        if let Some(word) = word(3) {
            read.servers.check = self.check(*word);
        }
        read.tls = match (secret, authority) {
            (Some(secret), authority) => Some(Tls::Own { secret, authority }),
            (None, None) => None,
            (None, Some(authority)) => {
                let place = self.place;
                let message = format!(
                    "{place} asks clients for certificates of Secret {}, and has no certificate of its own to answer TLS with",
                    authority.value
                );
                let finding = place.finding(Code::MTLS_CA_MISSING, message);
                return Err(Box::new(
                    finding
                        .at(authority.origin)
                        .note("HAProxy Ingress opens the port to everybody; here nothing listens on it")
                        .help("name the Secret of the certificate in the fifth field"),
                ));
            }
        };
        Ok(read)
    }

    /// What all controllers read alike that read it at all.
    fn alike(&self, words: &[Piece<'_>]) -> Result<Words, Refused> {
        let mut read = Words::default();
        match words {
            [] => {}
            [accept, send] if is_proxy(send.text) => {
                self.accepts(Some(accept))?;
                let what = "which reads two ways: ingress-nginx sends version 1 of the header to the servers, HAProxy Ingress version 2";
                let help = "say whose ConfigMap this is: `tcp: {configMapFormat: nginx}` or `haproxy-ingress`";
                return Err(self.refuse(*send, what, help));
            }
            [accept] | [accept, Piece { text: "", .. }] => {
                if !is_proxy(accept.text) && !accept.text.is_empty() {
                    return Err(self.refuse(
                        *accept,
                        "which is neither `ssl` nor `PROXY`: controllers open the port without what it asks for",
                        "write `ssl` for TLS or `PROXY` for a header from clients, or remove it",
                    ));
                }
                read.accept_proxy = self.accepts(Some(accept))?;
            }
            [_, word] => return Err(self.no_proxy(*word, "`PROXY`")),
            [_, _, word, ..] => {
                let form = "at most seven fields, of which HAProxy Ingress reads most";
                return Err(self.too_many(*word, form));
            }
        }
        Ok(read)
    }

    fn torn(&self, words: &[Piece<'_>]) -> Result<Words, Refused> {
        let mut set = words.iter().filter(|word| !word.text.is_empty());
        match (set.next(), set.next()) {
            (None, _) => Ok(Words::default()),
            (Some(word), None) if is_proxy(word.text) && words.len() < 3 => self.alike(words),
            (Some(word), _) => Err(self.refuse(
                *word,
                "and some values of this ConfigMap are the haproxytech controller's, others HAProxy Ingress'",
                "say whose ConfigMap this is by `tcp.configMapFormat`, and give the others one of their own",
            )),
        }
    }

    /// The third field of two controllers: connections begin with a PROXY header.
    fn accepts(&self, word: Option<&Piece<'_>>) -> Result<Option<Origin>, Refused> {
        match word {
            Some(word) if is_proxy(word.text) => Ok(Some(word.origin)),
            Some(word) if !word.text.is_empty() => Err(self.no_proxy(*word, "`PROXY`")),
            _ => Ok(None),
        }
    }

    /// The time between two checks; what is none does not keep the port from being opened.
    fn check(&mut self, word: Piece<'_>) -> Option<Sourced<Option<Millis>>> {
        if word.text == "-" {
            return Some(Sourced::new(None, word.origin));
        }
        let mut remarks = Vec::new();
        let read = Time::parse(word.text, &mut remarks);
        let fatal = read.as_ref().err().cloned();
        let is_fatal = fatal.is_some();
        for problem in fatal.into_iter().chain(remarks) {
            let place = self.place;
            let message = format!("the check interval of {place} {}", problem.message);
            let mut finding = place.finding(problem.code, message).at(word.origin);
            if is_fatal {
                finding = finding.severity(Severity::Error);
            }
            self.findings.push(match problem.help {
                Some(help) => finding.help(help),
                None => finding,
            });
        }
        read.ok()
            .map(|interval| Sourced::new(Some(interval), word.origin))
    }

    fn secret(&self, word: Piece<'_>) -> Result<Sourced<ObjectName>, Refused> {
        object(word, is_subdomain).ok_or_else(|| {
            self.refuse(
                word,
                "which is no Secret written as `namespace/name`",
                "write `namespace/name`",
            )
        })
    }

    fn no_proxy(&self, word: Piece<'_>, legal: &str) -> Refused {
        let what = format!("where only {legal} may stand: a controller would ignore it");
        let help = format!(
            "write {legal}, or remove it; where it is another controller's word, set `tcp.configMapFormat`"
        );
        self.refuse(word, &what, &help)
    }

    fn too_many(&self, word: Piece<'_>, form: &str) -> Refused {
        self.refuse(
            word,
            "which no controller reads there",
            &format!("write {form}"),
        )
    }

    fn refuse(&self, word: Piece<'_>, what: &str, help: &str) -> Refused {
        let place = self.place;
        let message = format!("{place} has the word `{}`, {what}", short(word.text));
        let finding = place.finding(Code::INVALID_TCP_SERVICE, message);
        Box::new(
            finding
                .at(word.origin)
                .note("nothing listens on the port")
                .help(help),
        )
    }
}

fn is_proxy(text: &str) -> bool {
    text.eq_ignore_ascii_case("proxy")
}
