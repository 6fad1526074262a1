//! What of the two sides could not be read, and is therefore not compared.

/// How many inputs of each side could not be read. Nothing is known about what they say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread {
    /// Of the base.
    pub base: usize,
    /// Of the head.
    pub head: usize,
}

impl Unread {
    /// Whether all was read.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// `Incomplete: 1 input of the head could not be read, and is not compared.`; `None` where all was read.
    pub fn sentence(self) -> Option<String> {
        let of = |count: usize, side: &str| match count {
            0 => None,
            1 => Some(format!("1 input of the {side}")),
            count => Some(format!("{count} inputs of the {side}")),
        };
        let parts: Vec<String> = [of(self.base, "base"), of(self.head, "head")]
            .into_iter()
            .flatten()
            .collect();
        if parts.is_empty() {
            return None;
        }
        let verb = match self.base + self.head {
            1 => "is",
            _ => "are",
        };
        Some(format!(
            "Incomplete: {} could not be read, and {verb} not compared.",
            parts.join(" and ")
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_is_counted() {
        let said = |base, head| Unread { base, head }.sentence();
        assert_eq!(said(0, 0), None);
        assert_eq!(
            said(0, 1).as_deref(),
            Some("Incomplete: 1 input of the head could not be read, and is not compared.")
        );
        assert_eq!(
            said(2, 1).as_deref(),
            Some(
                "Incomplete: 2 inputs of the base and 1 input of the head could not be read, and are not compared."
            )
        );
    }
}
