//! Port numbers, log formats of connections, and how clients are asked for certificates.

use crate::annotations::grammar::{Grammar, Problem};
use crate::annotations::logging::ConnectionFormat;
use crate::ir::{LogFormat, Port};

/// A port on HAProxy's side: a number without a sign.
pub(super) struct PortNumber;

impl Grammar for PortNumber {
    type Value = Port;
    const NAME: &'static str = "port";
    const FORM: &'static str = "a number between 1 and 65535";
    const PATTERN: Option<&'static str> = Some("^[1-9][0-9]{0,4}$");
    const GOOD: &'static [&'static str] = &["5432", "1", "65535"];
    const BAD: &'static [&'static str] = &["0", "65536", "-1", "+1", "05432", "5432/tcp", "mysql"];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Port, Problem> {
        let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        let port = text.parse().ok().filter(|_| is_plain);
        port.ok_or_else(|| Problem::new("is no port").help("write a number between 1 and 65535"))
    }
}

/// `default`, or a format that needs no requests.
pub(super) struct OfConnections;

impl Grammar for OfConnections {
    /// `None`: as HAProxy has it.
    type Value = Option<LogFormat>;
    const NAME: &'static str = "log format of connections, or `default`";
    const FORM: &'static str = "`default`, or text on one line with variables of HAProxy's for logs of connections, such as `%ci`, and samples in `%[…]`; `%%` is a percent sign";
    const GOOD: &'static [&'static str] = &[
        "default",
        "%ci:%cp [%t] %ft %b/%s %Tw/%Tc/%Tt %B %ts",
        "%ci %[ssl_fc_sni] it's #1 100%%",
    ];
    const BAD: &'static [&'static str] = &[
        "%cix",
        "100%",
        "%ci \"%HM %HU\"",
        "%[env(HOME)]",
        "a\nb",
        " ",
    ];

    fn parse(text: &str, remarks: &mut Vec<Problem>) -> Result<Option<LogFormat>, Problem> {
        if text.trim() == "default" {
            return Ok(None);
        }
        ConnectionFormat::parse(text, remarks).map(Some)
    }
}

/// Whether clients are asked for a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verify {
    /// They are not.
    Off,
    /// They are, and the authority of what they show does not count.
    Unverified,
    /// They may do without.
    Optional,
    /// They have to show one.
    Required,
}

impl Grammar for Verify {
    type Value = Self;
    const NAME: &'static str = "verification of clients";
    const FORM: &'static str = "`on`, `optional`, `optional_no_ca` or `off`";
    const PATTERN: Option<&'static str> = Some("^(on|off|optional|optional_no_ca)$");
    const GOOD: &'static [&'static str] = &["on", "optional", "optional_no_ca", "off"];
    const BAD: &'static [&'static str] = &["true", "On", "none", "on "];

    fn parse(text: &str, _: &mut Vec<Problem>) -> Result<Self, Problem> {
        match text {
            "on" => Ok(Self::Required),
            "optional" => Ok(Self::Optional),
            "optional_no_ca" => Ok(Self::Unverified),
            "off" => Ok(Self::Off),
            _ => Err(Problem::new("is no way to ask clients for certificates")
                .help("write `on`, `optional`, `optional_no_ca` or `off`")),
        }
    }
}
