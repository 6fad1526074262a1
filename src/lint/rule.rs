//! `rule!`: a rule in one file. Its doc comment is its public page, and the page's examples are executed.

use super::Context;
use crate::finding::{Code, Finding};
use crate::manifest::Ingress;

/// A rule and who checks it.
#[derive(Debug)]
pub struct Lint {
    /// Which rule.
    pub code: Code,
    /// Who checks it.
    pub(crate) check: Check,
}

/// Who checks a rule.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// A stage that cannot go on without knowing, and says so itself.
    Stage,
    /// Asked of every Ingress of a selected class.
    EachIngress(fn(&Ingress, &Context<'_>, &mut Vec<Finding>)),
    /// Asked once, of everything.
    Whole(fn(&Context<'_>, &mut Vec<Finding>)),
}

/// Declares the rule of a file: the constant of [`Code`] by which findings name it, and `LINT`, which the group lists.
///
/// The doc comment is the page. Its examples are fences whose first line names what they are for:
///
/// * `yaml bad`: manifests of which exactly one finding is reported, of this rule; `yaml bad also=ING413`: and those.
/// * `yaml good`: manifests of which nothing is reported.
/// * `compile` among the words: what only `ingressc compile` tells, because `check` asks for no servers.
/// * a word more is the name of a file: `yaml bad ingressc.yaml` is the configuration that goes with the bad manifests.
///
/// What examples may refer to without showing it stands in `testdata/lint/base.yaml`.
macro_rules! rule {
    (
        $(#[doc = $line:literal])*
        $constant:ident = $number:literal {
            name: $name:literal,
            summary: $summary:literal,
            severity: $severity:ident,
            fix: $fix:ident,
            ignorable: $ignorable:literal,
            since: $since:literal,
            sources: [$($source:literal),* $(,)?],
            check: Check::$hook:ident $(($check:expr))? $(,)?
        }
    ) => {
        static RULE: $crate::finding::Rule = $crate::finding::Rule {
            number: $number,
            name: $name,
            summary: $summary,
            severity: $crate::finding::Severity::$severity,
            fix: $crate::finding::FixKind::$fix,
            ignorable: $ignorable,
            since: $since,
            sources: &[$($source),*],
            doc: concat!($($line, "\n"),*),
        };

        impl $crate::finding::Code {
            #[doc = $summary]
            pub const $constant: Self = Self::new(&RULE);
        }

        pub(super) static LINT: $crate::lint::rule::Lint = $crate::lint::rule::Lint {
            code: $crate::finding::Code::$constant,
            check: $crate::lint::rule::Check::$hook $(($check))?,
        };
    };
}

pub(crate) use rule;
