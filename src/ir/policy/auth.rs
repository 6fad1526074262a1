//! Authentication: who has to log in.

use std::collections::BTreeMap;
use std::fmt;

use super::name::digest;

/// HTTP Basic authentication (RFC 7617).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasicAuth {
    /// What the browser shows when it asks for the password.
    pub realm: Realm,
    /// Who may log in.
    pub users: Userlist,
}

/// What a browser shows when it asks for a password: printable ASCII without `"` and `\`, which HAProxy would put into the
/// quoted string of the header as they are. 1 to 255 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realm(String);

impl Realm {
    /// Where nothing is said.
    pub const DEFAULT: &str = "Protected Content";

    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |b: u8| (b' '..=b'~').contains(&b) && b != b'"' && b != b'\\';
        ((1..=255).contains(&text.len()) && text.bytes().all(legal)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Realm {
    fn default() -> Self {
        Self(Self::DEFAULT.to_owned())
    }
}

impl fmt::Display for Realm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Users with the hashes of their passwords. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Userlist(BTreeMap<UserName, PasswordHash>);

impl Userlist {
    /// `None` without a single user: then nobody could log in.
    pub fn new(users: BTreeMap<UserName, PasswordHash>) -> Option<Self> {
        (!users.is_empty()).then_some(Self(users))
    }

    /// The users, by name.
    pub fn users(&self) -> &BTreeMap<UserName, PasswordHash> {
        &self.0
    }

    /// The name of its section: a digest of what it holds, so that routes with the same users share it.
    pub fn name(&self) -> String {
        format!("u_{}", digest(self))
    }
}

/// The name of a user: 1 to 255 characters without colons, which end the name in what a browser sends, and without control
/// characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserName(String);

impl UserName {
    /// Checks `text`.
    pub fn new(text: &str) -> Option<Self> {
        let legal = |c: char| c != ':' && !c.is_control();
        ((1..=255).contains(&text.len()) && text.chars().all(legal)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The hash of a password, as crypt(3) writes it, that HAProxy can check in a few milliseconds: it does so for every request, in
/// the loop that all connections share.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PasswordHash {
    text: String,
    scheme: Scheme,
}

/// How a password was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// 13 characters. Eight of the password count, with 56 bits.
    Des,
    /// `$1$`: a thousand rounds of MD5.
    Md5,
    /// `$5$`.
    Sha256,
    /// `$6$`.
    Sha512,
    /// `$2y$`, `$2b$` and `$2a$`.
    Bcrypt,
}

impl Scheme {
    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Des => "DES",
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
            Self::Bcrypt => "bcrypt",
        }
    }

    /// Whether a stolen hash gives its password away within hours.
    pub fn is_weak(self) -> bool {
        matches!(self, Self::Des | Self::Md5)
    }
}

/// Why text is no hash that HAProxy can check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashError {
    /// There is nothing.
    Empty,
    /// Lines of `user:hash`, as `htpasswd` writes them.
    Htpasswd,
    /// A form that no crypt(3) knows, so that no password ever matches: its name.
    Unknown(&'static str),
    /// It begins as a hash does, and goes on otherwise.
    Malformed(Scheme),
    /// It takes more than a few milliseconds. HAProxy 3.4 warns about such a hash: its name.
    Costly(&'static str),
    /// No hash at all: perhaps the password itself.
    Plain,
}

impl PasswordHash {
    /// The most rounds of SHA-256 and SHA-512: about 5 ms.
    pub const MAX_ROUNDS: u32 = 20_000;
    /// The highest cost of bcrypt: about 3 ms.
    pub const MAX_COST: u32 = 6;

    /// Checks `text`, which is never repeated in errors.
    ///
    /// # Errors
    /// See [`HashError`].
    pub fn new(text: &str) -> Result<Self, HashError> {
        let is = |scheme, legal: bool| match legal {
            true => Ok(Self {
                text: text.to_owned(),
                scheme,
            }),
            false => Err(HashError::Malformed(scheme)),
        };
        if text.is_empty() {
            return Err(HashError::Empty);
        }
        if text.contains([':', '\n']) {
            return Err(HashError::Htpasswd);
        }
        if let Some(rest) = text.strip_prefix("$1$") {
            return is(Scheme::Md5, salted(rest, 8, 22));
        }
        for (start, scheme, digest) in [("$5$", Scheme::Sha256, 43), ("$6$", Scheme::Sha512, 86)] {
            let Some(rest) = text.strip_prefix(start) else {
                continue;
            };
            let Some((rounds, rest)) = rest
                .strip_prefix("rounds=")
                .and_then(|rest| rest.split_once('$'))
            else {
                return is(scheme, salted(rest, 16, digest));
            };
            let number = rounds.parse::<u32>().ok();
            // Fewer are none that crypt(3) takes, and so are zeros in front.
            let Some(number) = number.filter(|&n| n >= 1_000 && n.to_string() == rounds) else {
                return Err(HashError::Malformed(scheme));
            };
            if number > Self::MAX_ROUNDS {
                return Err(HashError::Costly(scheme.name()));
            }
            return is(scheme, salted(rest, 16, digest));
        }
        let bcrypt = ["$2y$", "$2b$", "$2a$"]
            .into_iter()
            .find_map(|start| text.strip_prefix(start));
        if let Some(rest) = bcrypt {
            let (cost, rest) = rest.split_once('$').unwrap_or_default();
            let number = cost.parse::<u32>().ok().filter(|n| (4..=31).contains(n));
            return match number {
                Some(number) if cost.len() == 2 && number > Self::MAX_COST => {
                    Err(HashError::Costly("bcrypt"))
                }
                number => is(
                    Scheme::Bcrypt,
                    number.is_some() && cost.len() == 2 && is_crypt(rest, 53),
                ),
            };
        }
        for (start, name) in [("$y$", "yescrypt"), ("$gy$", "yescrypt"), ("$7$", "scrypt")] {
            if text.starts_with(start) {
                return Err(HashError::Costly(name));
            }
        }
        for (start, name) in [
            ("$apr1$", "Apache's MD5 (`$apr1$`)"),
            ("{SHA}", "SHA-1 (`{SHA}`)"),
            ("{SSHA}", "salted SHA-1 (`{SSHA}`)"),
            ("$argon2", "Argon2"),
            ("$", "an unknown form of crypt(3)"),
            ("{", "an unknown form of LDAP"),
        ] {
            if text.starts_with(start) {
                return Err(HashError::Unknown(name));
            }
        }
        if is_crypt(text, 13) {
            return is(Scheme::Des, true);
        }
        Err(HashError::Plain)
    }

    /// The hash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How it was made.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }
}

/// The hash is nobody's business, not even a log's.
impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a hash ({})", self.scheme.name())
    }
}

/// `salt$digest`, the salt of at most `longest` characters.
fn salted(text: &str, longest: usize, digest: usize) -> bool {
    text.split_once('$').is_some_and(|(salt, rest)| {
        (1..=longest).contains(&salt.len()) && is_crypt(salt, salt.len()) && is_crypt(rest, digest)
    })
}

/// Whether `text` is so many of the 64 characters that crypt(3) writes numbers in.
fn is_crypt(text: &str, length: usize) -> bool {
    let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'/';
    text.len() == length && text.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA256: &str = "saltsalt$gOjOtoMpVhru2uyjeJSEc/JaLQWOXMNmlOnj6T4AtC.";

    #[test]
    fn hashes_are_told_by_their_form() {
        let scheme = |text: &str| PasswordHash::new(text).map(|hash| hash.scheme());
        assert_eq!(scheme("abJnggxhB/yWI"), Ok(Scheme::Des));
        assert_eq!(scheme(&format!("$5${SHA256}")), Ok(Scheme::Sha256));
        assert_eq!(
            scheme(&format!("$5$rounds=20000${SHA256}")),
            Ok(Scheme::Sha256)
        );
        let bcrypt = "abcdefghijklmnopqrstuuWG29KuyeAicPCJODk1zjyGvyQUU2awu";
        assert_eq!(scheme(&format!("$2y$05${bcrypt}")), Ok(Scheme::Bcrypt));
        for (text, error) in [
            (String::new(), HashError::Empty),
            ("tom:abJnggxhB/yWI".to_owned(), HashError::Htpasswd),
            (
                format!("$5$rounds=20001${SHA256}"),
                HashError::Costly("SHA-256"),
            ),
            (format!("$2y$07${bcrypt}"), HashError::Costly("bcrypt")),
            (
                format!("$2y$7${bcrypt}"),
                HashError::Malformed(Scheme::Bcrypt),
            ),
            (
                "$y$j9T$F5Jx5$tnSY".to_owned(),
                HashError::Costly("yescrypt"),
            ),
            (
                format!("$5$rounds=999${SHA256}"),
                HashError::Malformed(Scheme::Sha256),
            ),
            (
                format!("$5$rounds=01000${SHA256}"),
                HashError::Malformed(Scheme::Sha256),
            ),
            (
                format!("$5${SHA256} "),
                HashError::Malformed(Scheme::Sha256),
            ),
            (format!("$6${SHA256}"), HashError::Malformed(Scheme::Sha512)),
            (
                "$apr1$x$y".to_owned(),
                HashError::Unknown("Apache's MD5 (`$apr1$`)"),
            ),
            ("{SHA}x=".to_owned(), HashError::Unknown("SHA-1 (`{SHA}`)")),
            ("hunter2".to_owned(), HashError::Plain),
        ] {
            assert_eq!(scheme(&text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_hash_is_not_printed() {
        let hash = PasswordHash::new("abJnggxhB/yWI").expect("legal");
        assert_eq!(format!("{hash:?}"), "a hash (DES)");
    }

    #[test]
    fn what_could_leave_the_quotes_of_the_header_is_no_realm() {
        for bad in ["", "a\"b", "a\\b", "a\nb", "ü", &"x".repeat(256)] {
            assert_eq!(Realm::new(bad), None, "{bad}");
        }
        for good in ["Shop #1 %[src]", "it's", "a {b}"] {
            assert!(Realm::new(good).is_some(), "{good}");
        }
    }
}
