//! What the controller's ConfigMap says about TLS to clients, beside what the configuration says and what is there.

use super::Settings;
use super::certificates::DefaultCertificate;
use crate::finding::{Code, Finding};
use crate::ir::{Claim, Field, Global, Routing, Target};
use crate::manifest::ObjectName;

/// The certificate for names that no other covers: the configuration's, or else the ConfigMap's.
pub(super) fn default_certificate(
    settings: &Settings,
    global: &Global,
    findings: &mut Vec<Finding>,
) -> Option<DefaultCertificate> {
    let origin = global.origins.get(&Field::DefaultCertificate).copied();
    let asked = global.client_tls.certificate.as_ref();
    let asked = asked.map(|secret| ObjectName::new(&secret.namespace, &secret.name));
    let Some(name) = settings.default_certificate.clone() else {
        return asked.map(|name| DefaultCertificate { name, origin });
    };
    if let (Some(asked), Some(origin)) = (asked.filter(|asked| *asked != name), origin) {
        let message = format!(
            "`ssl-certificate` of the ConfigMap names Secret {asked}, and `certificates.default` of the configuration Secret {name}, which counts"
        );
        findings.push(
            Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
                .at(origin)
                .help("remove one of the two"),
        );
    }
    Some(DefaultCertificate { name, origin: None })
}

/// Hosts whose TLS is handed through, where clients have to show a certificate: nobody here could ask them for it, so they are closed.
pub(super) fn unasked(routing: &mut Routing) -> Vec<Finding> {
    let origin = routing.global.origins.get(&Field::ClientAuthority).copied();
    let authority = routing.global.client_tls.authority.as_ref();
    let (Some(origin), Some(false)) = (origin, authority.map(|authority| authority.optional))
    else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for (host, claim) in &mut routing.passthrough {
        claim.target = Target::Closed;
        let message = format!(
            "TLS for host `{host}` of Ingress {} is handed through, so nobody here asks clients for the certificate that `client-ca` wants",
            claim.ingress
        );
        findings.push(
            Finding::new(Code::PASSTHROUGH_WITH_L7_ANNOTATION, message)
                .object(format_args!("Ingress {}", claim.ingress))
                .label(claim.origin, "this host is closed")
                .label(origin, "clients have to show a certificate")
                .help("answer TLS for the host here, without `ssl-passthrough`"),
        );
    }
    findings
}

/// What becomes of `client-ca` on connections without TLS: nobody can be asked there.
pub(super) fn in_clear(routing: &Routing) -> Option<Finding> {
    let clients = routing.global.client_tls.authority.as_ref()?;
    let origin = *routing.global.origins.get(&Field::ClientAuthority)?;
    if routing.listeners.https.is_empty() || !routing.certificates.offers_any() {
        let message = "`client-ca` of the ConfigMap asks nobody: no certificate answers TLS, so that all requests come in clear";
        return Some(
            Finding::new(Code::INEFFECTIVE_ANNOTATION, message)
                .at(origin)
                .help("give the hosts certificates by `spec.tls`, or set `ssl-certificate`"),
        );
    }
    if clients.optional || routing.listeners.http.is_empty() {
        return None;
    }
    let rules = routing.hosts.iter().flat_map(|host| &host.rules);
    let claims = rules.chain(&routing.any_host).flat_map(|rule| {
        let alternatives = rule.alternatives.iter();
        alternatives.map(|it| &it.claim).chain([&rule.claim])
    });
    let mut open = claims
        .chain(&routing.default)
        .filter(|claim| answers_in_clear(routing, claim));
    let first = open.next()?;
    let others = open.count();
    let more = if others > 0 {
        format!(" (and {others} more)")
    } else {
        String::new()
    };
    let message = format!(
        "`client-ca` of the ConfigMap asks over TLS only, and `{}` of Ingress {}{more} answers in clear, too",
        first.wording, first.ingress
    );
    Some(
        Finding::new(Code::CLIENT_CERTIFICATE_BYPASSED, message)
            .at(origin)
            .label(first.origin, "answers without a certificate")
            .help("set `ssl-redirect: \"true\"` in the ConfigMap, or `listen: {http: []}` in the configuration"),
    )
}

/// Whether plain requests reach the servers.
fn answers_in_clear(routing: &Routing, claim: &Claim) -> bool {
    let Target::Backend(name) = &claim.target else {
        return false;
    };
    let backend = routing.backends.get(name);
    let policy = backend.and_then(|backend| routing.policies.get(backend.policy.as_ref()?));
    policy.is_none_or(|section| section.policy.redirect.https.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Pem, PemFile};
    use crate::lower::lower;
    use crate::lower::testing::{World, annotation, codes, path};
    use crate::manifest::PathType::Prefix;

    const CERTIFICATE: &str = include_str!("../certificate/fixtures/ec.crt");

    /// A route whose servers are shown the key of `n/own` and have to be of `n/ca`, which are redacted.
    fn world(public: bool) -> World {
        let mut world = World::default();
        world.web("n", "web", 80);
        world.rule("n", "x", Some("a.io"), vec![path(Prefix, "/", "web", 80)]);
        let ingress = world.ingress("n", "x");
        ingress.meta.annotations = vec![
            annotation("haproxy.org/server-crt", "n/own"),
            annotation("haproxy.org/server-ca", "n/ca"),
        ];
        let data = [("tls.crt", CERTIFICATE)];
        world.secret("n", "own", if public { &data } else { &[] });
        world.secret(
            "n",
            "ca",
            if public {
                &[("ca.crt", CERTIFICATE)]
            } else {
                &[]
            },
        );
        let secrets = world.manifests.secrets.values_mut();
        secrets.for_each(|secret| secret.redacted = true);
        world
    }

    /// The codes, whether the route is closed, and where the key and the authority lie.
    fn run(world: &World, settings: &Settings) -> (Vec<String>, bool, Vec<String>) {
        let lowered = lower(&world.manifests, settings);
        let mut rules = lowered.routing.hosts.iter().flat_map(|host| &host.rules);
        let closed = rules.any(|rule| rule.claim.target == Target::Closed);
        let sections = lowered.routing.policies.values();
        let encryptions =
            sections.filter_map(|section| section.policy.server_tls.encryption.as_ref());
        let place = |file: &PemFile| match &file.pem {
            Pem::Inline(_) => file.stem.to_string(),
            Pem::File(path) => path.clone(),
        };
        let places = encryptions.flat_map(|encryption| {
            let verify = encryption
                .verify
                .iter()
                .map(|verify| place(&verify.authority));
            encryption.certificate.iter().map(place).chain(verify)
        });
        (codes(&lowered.findings), closed, places.collect())
    }

    #[test]
    fn keys_that_are_not_here_have_to_lie_on_the_host() {
        let (codes, closed, places) = run(&world(true), &Settings::default());
        assert_eq!((codes, closed), (vec!["ING208".to_owned()], true));
        assert!(places.is_empty());
        let name = |name| ObjectName::new("n", name);
        let mut settings = Settings::default();
        let files = [("own", "/etc/own.pem"), ("ca", "/etc/ca.pem")];
        settings.certificate_files = files.map(|(key, path)| (name(key), path.to_owned())).into();
        let mapped = run(&world(false), &settings);
        let expected = ["/etc/own.pem", "/etc/ca.pem"].map(str::to_owned);
        assert_eq!(mapped, (vec![], false, expected.to_vec()));
    }

    #[test]
    fn who_only_judges_takes_redacted_secrets_for_whole() {
        let mut settings = Settings::default();
        settings.endpoints.placeholders = true;
        for public in [true, false] {
            let (codes, closed, places) = run(&world(public), &settings);
            assert_eq!(
                (codes.len(), closed, places.len()),
                (0, false, 2),
                "{public}"
            );
        }
    }
}
