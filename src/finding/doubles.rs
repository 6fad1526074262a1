//! Mistakes that two rules tell of, told once.
//!
//! Rules do not know each other. Where one looks at a part of what another one looks at, the one that says more stands for both, unless
//! it is switched off or less severe.

use std::collections::BTreeMap;

use super::{Code, Finding, Severity};
use crate::source::Origin;

/// Two rules that may tell of one mistake.
struct Double {
    /// Dropped where `more` tells of the same.
    less: Code,
    more: Code,
    same: Same,
}

/// How the same mistake is recognised, in the same object.
#[derive(Clone, Copy)]
enum Same {
    /// Some place of the one is the place of the other.
    Place,
    /// The field of the one, with this behind it, is that of the other.
    Field(&'static str),
}

const DOUBLES: [Double; 4] = [
    // A host in `tls` without a rule, and why the wildcard beside it is none.
    Double {
        less: Code::TLS_HOST_NOT_IN_RULES,
        more: Code::WILDCARD_DEPTH,
        same: Same::Place,
    },
    // A value that HAProxy evaluates, and that there is nothing to be read.
    Double {
        less: Code::FORMAT_EXPRESSION_IN_VALUE,
        more: Code::INEFFECTIVE_ANNOTATION,
        same: Same::Place,
    },
    // What is misspelt has to be mended before anybody can say whether it is needed.
    Double {
        less: Code::REDUNDANT_ANNOTATION,
        more: Code::BOOLEAN_SPELLING,
        same: Same::Field(""),
    },
    // A host has no paths, because its `http` has none.
    Double {
        less: Code::RULE_WITHOUT_PATHS,
        more: Code::MISSING_REQUIRED_FIELD,
        same: Same::Field(".http.paths"),
    },
];

/// Whose words are looked for: the number of the pair, the object, and the place or the field.
type Told<'f> = (usize, Option<&'f str>, Option<Origin>, Option<&'f str>);

/// Drops what another finding tells better. The others keep their order.
pub(super) fn drop_doubles(findings: &mut Vec<Finding>) {
    let told = told(findings);
    if told.is_empty() {
        return;
    }
    let is_double = |finding: &Finding| {
        let mut pairs = DOUBLES.iter().enumerate();
        pairs.any(|(pair, double)| {
            let object = finding.object.as_deref();
            let more = match double.same {
                _ if double.less != finding.code => None,
                Same::Place => told.get(&(pair, object, finding.origin(), None)).copied(),
                Same::Field(behind) => finding.field.as_deref().and_then(|field| {
                    let field = format!("{field}{behind}");
                    told.get(&(pair, object, None, Some(&field))).copied()
                }),
            };
            more.is_some_and(|severity| severity >= finding.severity)
        })
    };
    let kept: Vec<bool> = findings.iter().map(|finding| !is_double(finding)).collect();
    let mut kept = kept.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
}

/// What the rules that say more tell of, and how severe it is.
fn told(findings: &[Finding]) -> BTreeMap<Told<'_>, Severity> {
    let mut told = BTreeMap::new();
    for finding in findings {
        for (pair, double) in DOUBLES.iter().enumerate() {
            let object = finding.object.as_deref();
            match double.same {
                _ if double.more != finding.code => {}
                Same::Place => {
                    let places = finding.labels.iter().map(|label| label.origin);
                    told.extend(
                        places.map(|place| ((pair, object, Some(place), None), finding.severity)),
                    );
                }
                Same::Field(_) => {
                    let field = finding.field.as_deref();
                    told.insert((pair, object, None, field), finding.severity);
                }
            }
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn finding(code: Code, object: &str, field: &str, start: usize) -> Finding {
        let place = Origin::new(FileId::new(0), start..start + 1);
        Finding::new(code, "x")
            .at(place)
            .object(object)
            .field(field)
    }

    fn left(mut findings: Vec<Finding>) -> Vec<String> {
        drop_doubles(&mut findings);
        findings.iter().map(|it| it.code.to_string()).collect()
    }

    #[test]
    fn the_rule_that_says_more_stands_for_both() {
        let paths = |object| {
            let missing = "spec.rules[0].http.paths";
            vec![
                finding(Code::RULE_WITHOUT_PATHS, "Ingress a/a", "spec.rules[0]", 1),
                finding(Code::MISSING_REQUIRED_FIELD, object, missing, 5),
            ]
        };
        assert_eq!(left(paths("Ingress a/a")), ["ING120"]);
        assert_eq!(left(paths("Ingress a/b")), ["ING325", "ING120"]);
        let other = finding(Code::RULE_WITHOUT_PATHS, "Ingress a/a", "spec.rules[1]", 3);
        let mut findings = paths("Ingress a/a");
        findings.push(other);
        assert_eq!(left(findings), ["ING120", "ING325"]);
        assert_eq!(left(paths("Ingress a/a").drain(..1).collect()), ["ING325"]);
    }

    #[test]
    fn a_place_may_be_any_of_the_finding_that_says_more() {
        let host = |start| {
            finding(
                Code::TLS_HOST_NOT_IN_RULES,
                "Ingress a/a",
                "spec.tls",
                start,
            )
        };
        let wildcard = finding(Code::WILDCARD_DEPTH, "Ingress a/a", "spec.rules[0].host", 9);
        let wildcard = wildcard.label(Origin::new(FileId::new(0), 3..4), "a deeper name");
        let findings = vec![host(3), host(5), wildcard];
        assert_eq!(left(findings), ["ING402", "ING308"]);
    }

    #[test]
    fn nothing_stands_for_what_is_worse() {
        let all = |less, more| {
            let field = "metadata.annotations[haproxy.org/check]";
            vec![
                finding(Code::REDUNDANT_ANNOTATION, "Ingress a/a", field, 1).severity(less),
                finding(Code::BOOLEAN_SPELLING, "Ingress a/a", field, 2).severity(more),
            ]
        };
        let both = left(all(Severity::Error, Severity::Warning));
        assert_eq!(both, ["ING904", "ING614"]);
        assert_eq!(left(all(Severity::Warning, Severity::Warning)), ["ING614"]);
    }
}
