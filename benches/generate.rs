//! Manifests for the benches: the same bytes for the same count, on every machine.
//!
//! In: how many applications. Out: files of YAML. An application is an Ingress (one host, the paths `/` and `/api`), its Service
//! and an EndpointSlice of three endpoints; every tenth has TLS with a Secret of its own, as cert-manager would leave it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Applications in a file: what a chart of a medium-sized team renders to.
const APPLICATIONS_PER_FILE: usize = 20;

/// Namespaces, and certificates: the one of a namespace is for `*.<namespace>.example.com`.
const TEAMS: usize = 20;

/// Every how many applications one has TLS.
const TLS_EVERY: usize = 10;

/// The files of `count` applications, one after the other, so that the caller need not hold them all: name and text.
pub(crate) fn files(count: usize) -> impl Iterator<Item = (String, String)> {
    let class = ("ingress-class.yaml".to_owned(), CLASS.to_owned());
    let applications = (0..count).step_by(APPLICATIONS_PER_FILE).map(move |first| {
        let last = count.min(first + APPLICATIONS_PER_FILE);
        let text = (first..last).map(application).collect();
        (format!("applications-{first:06}.yaml"), text)
    });
    std::iter::once(class).chain(applications)
}

/// What every Ingress names.
const CLASS: &str = "---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: haproxy
spec:
  controller: haproxy.org/ingress-controller
";

/// The documents of one application, each with its `---` line.
fn application(index: usize) -> String {
    let name = name(index);
    // Changes every ten applications, so that the ones with TLS are spread over the teams.
    let team = index / TLS_EVERY % TEAMS;
    let (tls, secret) = if index.is_multiple_of(TLS_EVERY) {
        (tls(&name, team), secret(&name, team))
    } else {
        Default::default()
    };
    let ingress = ingress(&name, team, &tls);
    let service = service(&name, team);
    let slice = slice(&name, team, index);
    format!("{ingress}{service}{slice}{secret}")
}

/// A name as people give them, unique by its number.
fn name(index: usize) -> String {
    const NAMES: [&str; 12] = [
        "accounts",
        "basket",
        "billing",
        "catalogue",
        "checkout",
        "delivery",
        "inventory",
        "mail-gateway",
        "orders",
        "recommendations",
        "search",
        "storefront",
    ];
    format!("{}-{index:06}", NAMES[index % NAMES.len()])
}

fn ingress(name: &str, team: usize, tls: &str) -> String {
    format!(
        r#"---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: team-{team:02}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/instance: {name}-production
    app.kubernetes.io/version: "4.17.2"
    app.kubernetes.io/component: web
    app.kubernetes.io/part-of: marketplace
    app.kubernetes.io/managed-by: Helm
    helm.sh/chart: web-application-2.8.1
    example.com/cost-centre: "4{team:02}0"
  annotations:
    meta.helm.sh/release-name: {name}
    meta.helm.sh/release-namespace: team-{team:02}
    example.com/owner: team-{team:02}@example.com
    example.com/runbook: https://runbooks.example.com/{name}
spec:
  ingressClassName: haproxy
{tls}  rules:
    - host: {name}.team-{team:02}.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: {name}
                port:
                  name: http
          - path: /api
            pathType: Prefix
            backend:
              service:
                name: {name}
                port:
                  number: 8080
"#
    )
}

fn tls(name: &str, team: usize) -> String {
    format!(
        "  tls:
    - hosts:
        - {name}.team-{team:02}.example.com
      secretName: {name}-tls
"
    )
}

fn service(name: &str, team: usize) -> String {
    format!(
        r#"---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: team-{team:02}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/instance: {name}-production
    app.kubernetes.io/version: "4.17.2"
    app.kubernetes.io/managed-by: Helm
    helm.sh/chart: web-application-2.8.1
spec:
  type: ClusterIP
  ports:
    - name: http
      port: 80
      targetPort: http
      protocol: TCP
    - name: api
      port: 8080
      targetPort: api
      protocol: TCP
  selector:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/instance: {name}-production
"#
    )
}

/// Three pods. Addresses differ between applications: 10.64.0.0/10 holds more than a million of them.
fn slice(name: &str, team: usize, index: usize) -> String {
    let endpoints = [0, 1, 2]
        .map(|pod| endpoint(name, team, index, pod))
        .concat();
    format!(
        r"---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: {name}-x7k2p
  namespace: team-{team:02}
  labels:
    app.kubernetes.io/name: {name}
    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
    kubernetes.io/service-name: {name}
addressType: IPv4
ports:
  - name: http
    port: 8000
    protocol: TCP
  - name: api
    port: 9000
    protocol: TCP
endpoints:
{endpoints}"
    )
}

fn endpoint(name: &str, team: usize, index: usize, pod: usize) -> String {
    let host = index * 3 + pod + 1;
    format!(
        "  - addresses:
      - 10.{}.{}.{}
    conditions:
      ready: true
      serving: true
      terminating: false
    nodeName: worker-{:02}
    targetRef:
      kind: Pod
      name: {name}-{pod}
      namespace: team-{team:02}
    zone: region-1{}
",
        64 + host / 65_536,
        host / 256 % 256,
        host % 256,
        host % 40,
        ["a", "b", "c"][pod],
    )
}

fn secret(name: &str, team: usize) -> String {
    let (certificate, key) = CERTIFICATES[team];
    format!(
        r"---
apiVersion: v1
kind: Secret
metadata:
  name: {name}-tls
  namespace: team-{team:02}
  labels:
    app.kubernetes.io/name: {name}
  annotations:
    cert-manager.io/certificate-name: {name}-tls
    cert-manager.io/issuer-kind: ClusterIssuer
type: kubernetes.io/tls
data:
  tls.crt: {}
  tls.key: {}
",
        BASE64.encode(certificate),
        BASE64.encode(key),
    )
}

/// Certificate and key of each team, in PEM. They are test keys: see certs/README.md.
const CERTIFICATES: [(&str, &str); TEAMS] = [
    (
        include_str!("certs/team-00.crt"),
        include_str!("certs/team-00.key"),
    ),
    (
        include_str!("certs/team-01.crt"),
        include_str!("certs/team-01.key"),
    ),
    (
        include_str!("certs/team-02.crt"),
        include_str!("certs/team-02.key"),
    ),
    (
        include_str!("certs/team-03.crt"),
        include_str!("certs/team-03.key"),
    ),
    (
        include_str!("certs/team-04.crt"),
        include_str!("certs/team-04.key"),
    ),
    (
        include_str!("certs/team-05.crt"),
        include_str!("certs/team-05.key"),
    ),
    (
        include_str!("certs/team-06.crt"),
        include_str!("certs/team-06.key"),
    ),
    (
        include_str!("certs/team-07.crt"),
        include_str!("certs/team-07.key"),
    ),
    (
        include_str!("certs/team-08.crt"),
        include_str!("certs/team-08.key"),
    ),
    (
        include_str!("certs/team-09.crt"),
        include_str!("certs/team-09.key"),
    ),
    (
        include_str!("certs/team-10.crt"),
        include_str!("certs/team-10.key"),
    ),
    (
        include_str!("certs/team-11.crt"),
        include_str!("certs/team-11.key"),
    ),
    (
        include_str!("certs/team-12.crt"),
        include_str!("certs/team-12.key"),
    ),
    (
        include_str!("certs/team-13.crt"),
        include_str!("certs/team-13.key"),
    ),
    (
        include_str!("certs/team-14.crt"),
        include_str!("certs/team-14.key"),
    ),
    (
        include_str!("certs/team-15.crt"),
        include_str!("certs/team-15.key"),
    ),
    (
        include_str!("certs/team-16.crt"),
        include_str!("certs/team-16.key"),
    ),
    (
        include_str!("certs/team-17.crt"),
        include_str!("certs/team-17.key"),
    ),
    (
        include_str!("certs/team-18.crt"),
        include_str!("certs/team-18.key"),
    ),
    (
        include_str!("certs/team-19.crt"),
        include_str!("certs/team-19.key"),
    ),
];
