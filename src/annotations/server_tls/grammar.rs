//! The words of the keys about servers.

use crate::annotations::Problem;
use crate::annotations::grammar::Grammar;
use crate::ir::policy::{ProxyHeader, ServerHttp};

/// `h1` or `h2`.
pub(super) struct HttpVersion;

impl Grammar for HttpVersion {
    type Value = ServerHttp;
    const NAME: &'static str = "HTTP version";
    const FORM: &'static str = "`h1` or `h2`";
    const PATTERN: Option<&'static str> = Some("^h[12]$");
    const GOOD: &'static [&'static str] = &["h1", "h2"];
    const BAD: &'static [&'static str] = &["H2", "http2", "h3", "h2c", "h1 h2", "fcgi"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<ServerHttp, Problem> {
        match text {
            "h1" => Ok(ServerHttp::H1),
            "h2" => Ok(ServerHttp::H2),
            _ => Err(
                Problem::new("is no version of HTTP that servers are spoken to in")
                    .help("write `h2` or `h1`"),
            ),
        }
    }
}

/// A version of the PROXY header, in any case.
pub(super) struct ProxyVersion;

impl Grammar for ProxyVersion {
    type Value = ProxyHeader;
    const NAME: &'static str = "PROXY version";
    const FORM: &'static str =
        "`proxy`, `proxy-v1`, `proxy-v2`, `proxy-v2-ssl` or `proxy-v2-ssl-cn`, in any case";
    const PATTERN: Option<&'static str> =
        Some("^[Pp][Rr][Oo][Xx][Yy](-[Vv]1|-[Vv]2(-[Ss][Ss][Ll](-[Cc][Nn])?)?)?$");
    const GOOD: &'static [&'static str] = &[
        "proxy",
        "proxy-v1",
        "proxy-v2",
        "proxy-v2-ssl",
        "PROXY-V2-SSL-CN",
    ];
    const BAD: &'static [&'static str] = &["true", "v2", "proxy-v3", "proxy-v1-ssl", "proxy v2"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<ProxyHeader, Problem> {
        match text.to_ascii_lowercase().as_str() {
            "proxy" | "proxy-v1" => Ok(ProxyHeader::V1),
            "proxy-v2" => Ok(ProxyHeader::V2),
            "proxy-v2-ssl" => Ok(ProxyHeader::V2Ssl),
            "proxy-v2-ssl-cn" => Ok(ProxyHeader::V2SslCn),
            _ => Err(Problem::new("is no version of the PROXY header")
                .help("write `proxy-v1` or `proxy-v2`")),
        }
    }
}
