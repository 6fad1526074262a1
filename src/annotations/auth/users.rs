//! The users of a Secret: each key of its data is a name, and each value the hash of a password.
//!
//! Nothing that is said here repeats a value, and no place is one in the Secret: excerpts would show it.

use std::collections::BTreeMap;

use super::about;
use crate::annotations::context::{Context, Holder, Said};
use crate::finding::{Code, Finding, Severity};
use crate::ir::{HashError, PasswordHash, UserName, Userlist};
use crate::manifest::{ObjectName, Secret};
use crate::source::Origin;

/// Reads them. `None` when nobody could log in, which has its finding then.
pub(super) fn read(
    context: &Context<'_>,
    holder: &Holder<'_>,
    name: &ObjectName,
    origin: Origin,
    said: &mut Said,
) -> Option<Userlist> {
    let object = &holder.object;
    let at = |code, message: String| holder.about(code, origin, message);
    let secret = match present(context, name) {
        Ok(secret) => secret,
        Err(why) => {
            said.close(absent(context, holder, name, origin, &why));
            return None;
        }
    };
    // It has its finding, and what could be read of it may not be all.
    if secret.refused {
        let message = format!(
            "nobody can log in to the routes of {object}: the API server refuses Secret {name}"
        );
        said.close(about(holder, origin, message));
        return None;
    }
    let mut users = BTreeMap::new();
    // By code, since one place has at most one finding of each.
    let mut wrong: BTreeMap<Code, Vec<String>> = BTreeMap::new();
    for (key, value) in &secret.data {
        let (code, what) = match user(key, &value.value) {
            Ok((user, hash)) => {
                let scheme = hash.scheme();
                users.insert(user, hash);
                if !scheme.is_weak() {
                    continue;
                }
                (Code::WEAK_PASSWORD_HASH, scheme.name().to_owned())
            }
            Err(wrong) => wrong.what(),
        };
        wrong
            .entry(code)
            .or_default()
            .push(format!("`{key}` ({what})"));
    }
    let users = Userlist::new(users);
    if users.is_none() {
        let message = format!(
            "nobody can log in to the routes of {object}: Secret {name} has no user with a hash that HAProxy can check"
        );
        said.close(about(holder, origin, message).help(MAKE));
    }
    for (code, users) in wrong {
        let users = list(&users);
        let message = if code == Code::WEAK_PASSWORD_HASH {
            format!("hashes in Secret {name} are of a kind that is quickly guessed: {users}")
        } else {
            format!("users of Secret {name} cannot log in: {users}")
        };
        said.say(at(code, message).help(help(code)));
    }
    users
}

/// The users are not here. Nothing that only judges needs them, where somebody says that they are elsewhere.
fn absent(
    context: &Context<'_>,
    holder: &Holder<'_>,
    name: &ObjectName,
    origin: Origin,
    why: &str,
) -> Finding {
    let object = &holder.object;
    let manifests = context.manifests;
    let is_elsewhere =
        manifests.secrets.contains_key(name) || manifests.promised_secrets.contains_key(name);
    if !is_elsewhere {
        let message = format!("nobody can log in to the routes of {object}: Secret {name} {why}");
        return about(holder, origin, message).help("add the Secret to the input");
    }
    let add = "add the Secret as an input that is kept outside git, as in `ingressc compile deploy/ secrets/`";
    if context.keyring.judging {
        let message = format!("the users of {object} are not checked: Secret {name} {why}");
        return holder
            .about(Code::AUTH_FAILS_OPEN, origin, message)
            .severity(Severity::Warning)
            .help(format!("before `ingressc compile`, {add}"))
            .note("without it, `compile` closes the routes: they would answer 503");
    }
    let message = format!("nobody can log in to the routes of {object}: Secret {name} {why}");
    about(holder, origin, message).help(add)
}

/// The first few.
fn list(users: &[String]) -> String {
    let few = users[..users.len().min(5)].join(", ");
    match users.len().saturating_sub(5) {
        0 => few,
        more => format!("{few} and {more} more"),
    }
}

const MAKE: &str = "hash the password with `openssl passwd -5`";

/// The Secret, or what became of it.
fn present<'m>(context: &Context<'m>, name: &ObjectName) -> Result<&'m Secret, String> {
    match context.manifests.secrets.get(name) {
        Some(secret) if secret.redacted => Err("was redacted: its hashes are not here".to_owned()),
        Some(secret) => Ok(secret),
        None => Err(match context.manifests.announced(name) {
            Some(announced) => format!("is {announced}, but its content is not here"),
            None => "is not among the manifests".to_owned(),
        }),
    }
}

enum Wrong {
    Name,
    Hash(HashError),
}

fn user(key: &str, value: &[u8]) -> Result<(UserName, PasswordHash), Wrong> {
    let name = UserName::new(key).ok_or(Wrong::Name)?;
    // What is not UTF-8 is no hash.
    let text = std::str::from_utf8(value).unwrap_or(" ");
    // Editors end files with a line feed, and `kubectl create secret --from-file` keeps it.
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    let hash = PasswordHash::new(text).map_err(Wrong::Hash)?;
    Ok((name, hash))
}

impl Wrong {
    /// The rule, and what is wrong.
    fn what(&self) -> (Code, String) {
        let (code, what) = match self {
            Self::Name => (
                Code::SECRET_MISSING_KEYS,
                "a colon or a control character in the name".to_owned(),
            ),
            Self::Hash(HashError::Empty) => (Code::SECRET_MISSING_KEYS, "no value".to_owned()),
            Self::Hash(HashError::Htpasswd) => (
                Code::SECRET_MISSING_KEYS,
                "lines of `user:hash`, where the key has to be the user and the value the hash"
                    .to_owned(),
            ),
            Self::Hash(HashError::Unknown(form)) => (
                Code::AUTH_FAILS_OPEN,
                format!("{form}, which no password matches in HAProxy"),
            ),
            Self::Hash(HashError::Malformed(scheme)) => (
                Code::AUTH_FAILS_OPEN,
                format!("begins as a hash of {} and is none", scheme.name()),
            ),
            Self::Hash(HashError::Costly(form)) => (
                Code::OUT_OF_RANGE,
                format!("{form} that takes so long that all requests wait"),
            ),
            Self::Hash(HashError::Plain) => (
                Code::PLAINTEXT_SECRET,
                "no hash, perhaps the password itself".to_owned(),
            ),
        };
        (code, what)
    }
}

fn help(code: Code) -> String {
    match code {
        code if code == Code::SECRET_MISSING_KEYS => {
            "write one key for each user, with the hash of the password as its value".to_owned()
        }
        code if code == Code::OUT_OF_RANGE => format!(
            "take SHA-256 or SHA-512 with at most {} rounds (`openssl passwd -5`), or bcrypt of cost {} at most",
            PasswordHash::MAX_ROUNDS,
            PasswordHash::MAX_COST,
        ),
        _ => MAKE.to_owned(),
    }
}
