//! Whose certificates clients have to show, where the clusters' ConfigMaps say different things.
//!
//! One listener serves all clusters, and asks every client the same. So it asks for what the strictest cluster wants; where two name
//! different authorities, nobody could satisfy both, and everything is closed.

use super::{Member, Rank};
use crate::finding::{Code, Finding};
use crate::ir::{Field, Global, Routing};
use crate::lower::close;

/// Puts what all clusters want into the routing, which has the first cluster's part already.
pub(super) fn unite(
    members: &[Member],
    others: &[(Rank, Global)],
    united: &mut Routing,
) -> Option<Finding> {
    let mut closed = united.global.closed;
    let mut finding = None;
    let mut asking: Rank = 0;
    for (rank, global) in others {
        closed |= global.closed;
        let own = &global.client_tls.authority;
        let held = &mut united.global.client_tls.authority;
        let same = match (held.as_mut(), own) {
            (Some(held), Some(own)) if held.file == own.file => {
                held.optional &= own.optional;
                continue;
            }
            (None, None) => continue,
            (None, Some(own)) => {
                *held = Some(own.clone());
                let origin = global.origins.get(&Field::ClientAuthority);
                let origins = &mut united.global.origins;
                origins.extend(origin.map(|origin| (Field::ClientAuthority, *origin)));
                asking = *rank;
                true
            }
            (Some(_), None) => true,
            (Some(_), Some(_)) => false,
        };
        closed |= !same;
        let silent = if asking == *rank { 0 } else { *rank };
        finding = finding.or_else(|| differ(members, (asking, silent), same, united));
    }
    united.global.closed = closed;
    if closed {
        close(united);
    }
    finding
}

/// What there is to say about two clusters that want different things; `same` when one of them wants nothing.
fn differ(
    members: &[Member],
    (asking, other): (Rank, Rank),
    same: bool,
    united: &Routing,
) -> Option<Finding> {
    let origin = united.global.origins.get(&Field::ClientAuthority)?;
    let name = |rank: Rank| &members[usize::from(rank)].name;
    let (asking, other) = (name(asking), name(other));
    let message = if same {
        format!(
            "cluster {asking} asks clients for certificates, and cluster {other} does not: all clients are asked"
        )
    } else {
        format!(
            "clusters {asking} and {other} ask clients for certificates of different authorities, so all routes answer 503"
        )
    };
    Some(
        Finding::new(Code::CLUSTER_CONFLICT, message)
            .at(*origin)
            .help("give `client-ca` one content in the ConfigMaps of all clusters"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::global::ClientAuthority;
    use crate::ir::{Claim, ClusterName, FileStem, Pem, PemFile, Target};
    use crate::lower::testing::{codes, origin};

    /// What the ConfigMap of a cluster says: an authority, and whether clients may do without a certificate.
    fn global(authority: Option<(&str, bool)>) -> Global {
        let mut global = Global::default();
        global.client_tls.authority = authority.map(|(name, optional)| ClientAuthority {
            file: PemFile {
                stem: FileStem::new(name).expect("legal"),
                pem: Pem::inline(format!("{name}\n")).expect("legal"),
            },
            optional,
        });
        if authority.is_some() {
            global.origins.insert(Field::ClientAuthority, origin());
        }
        global
    }

    /// The authority of all, whether it is optional, whether everything is closed, and the code.
    fn united(parts: Vec<Global>) -> (Option<(String, bool)>, bool, Vec<String>) {
        let members: Vec<Member> = ["ams", "fra", "par"]
            .iter()
            .map(|name| Member {
                name: ClusterName::new(name).expect("legal"),
                weight: None,
                backup: false,
            })
            .collect();
        let mut parts: Vec<(Rank, Global)> = (0..).zip(parts).collect();
        let mut routing = Routing {
            global: parts.remove(0).1,
            ..Routing::default()
        };
        routing.default = Some(Claim {
            ingress: "shop/web".to_owned(),
            wording: "defaultBackend".to_owned(),
            target: Target::Backend(crate::ir::BackendName::new("shop", "web", 80).expect("legal")),
            origin: origin(),
            settings: None,
        });
        let said = unite(&members, &parts, &mut routing);
        let closed = routing
            .default
            .is_some_and(|claim| claim.target == Target::Closed);
        let authority = routing.global.client_tls.authority;
        let authority = authority.map(|own| (own.file.stem.to_string(), own.optional));
        (authority, closed, codes(&Vec::from_iter(said)))
    }

    #[test]
    fn the_strictest_cluster_decides() {
        let none = || global(None);
        let wants = |name, optional| global(Some((name, optional)));
        let is = |name: &str, optional| Some((name.to_owned(), optional));
        let told = vec!["ING329".to_owned()];
        for (parts, expected) in [
            (vec![none(), none()], (None, false, vec![])),
            (
                vec![wants("a", false), wants("a", false)],
                (is("a", false), false, vec![]),
            ),
            (
                vec![wants("a", true), wants("a", false)],
                (is("a", false), false, vec![]),
            ),
            (
                vec![none(), wants("a", false)],
                (is("a", false), false, told.clone()),
            ),
            (
                vec![wants("a", false), none(), none()],
                (is("a", false), false, told.clone()),
            ),
            (
                vec![wants("a", false), wants("b", false)],
                (is("a", false), true, told.clone()),
            ),
        ] {
            assert_eq!(united(parts), expected);
        }
        let closed = Global {
            closed: true,
            ..none()
        };
        assert_eq!(united(vec![none(), closed]), (None, true, vec![]));
    }
}
