//! Where the Runtime API listens.

use std::fmt;
use std::path::PathBuf;

/// The address of a Runtime API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A socket in the file system, as `stats socket admin.sock` makes it.
    Path(PathBuf),
    /// A TCP port, as `stats socket ipv4@127.0.0.1:9999` opens it: a name or address, and a port behind a colon.
    Port(String),
}

impl Address {
    /// Reads a path, `unix@PATH`, `HOST:PORT` or `[IPv6]:PORT`. What has a slash is a path, and so is what ends in no port.
    pub fn parse(text: &str) -> Self {
        if let Some(path) = text.strip_prefix("unix@") {
            return Self::Path(path.into());
        }
        let port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
        match text.rsplit_once(':') {
            Some((host, end)) if !host.is_empty() && !text.contains('/') && port(end) => {
                Self::Port(text.to_owned())
            }
            _ => Self::Path(text.into()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Port(port) => f.write_str(port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_told_from_a_path() {
        for port in ["127.0.0.1:9999", "localhost:1", "[::1]:65535"] {
            assert_eq!(Address::parse(port), Address::Port(port.to_owned()));
        }
        for path in [
            "admin.sock",
            "/run/a:80",
            "./a:80",
            "a:0",
            "a:70000",
            ":80",
            "a:b",
        ] {
            assert_eq!(Address::parse(path), Address::Path(path.into()), "{path}");
        }
        assert_eq!(Address::parse("unix@a:80"), Address::Path("a:80".into()));
    }
}
