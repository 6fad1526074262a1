//! "Did you mean": the nearest of the names that exist.

/// The name that `wrong` was probably meant to be: one or two letters away, fewer in short names, and with the same numbers. `orders-1` and
/// `orders-2` are a letter apart, and hardly ever a slip: each is somebody's.
pub(crate) fn nearest<'n>(
    wrong: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let limit = if wrong.len() < 4 { 1 } else { 2 };
    names
        .into_iter()
        .filter(|name| !name.is_empty() && name.len().abs_diff(wrong.len()) <= limit)
        .filter(|name| digits(name).eq(digits(wrong)))
        .map(|name| (strsim::osa_distance(wrong, name), name))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// A name as it is written in YAML: in quotes where it would be read as something else.
pub(super) fn scalar(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
        && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(&name);
    if is_plain {
        name.to_owned()
    } else {
        format!("{name:?}")
    }
}

/// The digits of a name.
fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{nearest, scalar};

    #[test]
    fn numbers_tell_names_apart() {
        assert_eq!(nearest("orders-2", ["orders-1", "orders-3"]), None);
        assert_eq!(nearest("orders2", ["orders"]), None);
        assert_eq!(
            nearest("oders-2", ["orders-1", "orders-2"]),
            Some("orders-2")
        );
    }

    #[test]
    fn what_yaml_reads_as_something_else_is_quoted() {
        let written = ["web", "a.b-1", "no", "1e3", "10"].map(scalar);
        assert_eq!(written, ["web", "a.b-1", "\"no\"", "\"1e3\"", "\"10\""]);
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        assert_eq!(nearest("wbe", ["api", "web"]), Some("web"));
        assert_eq!(nearest("checkuot", ["checkout", "cart"]), Some("checkout"));
        assert_eq!(nearest("web", ["api", "cart"]), None);
        assert_eq!(nearest("a", ["b2b", ""]), None);
    }
}
