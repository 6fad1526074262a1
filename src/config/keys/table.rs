//! The keys, in the order in which they are explained.

use super::grammar::{
    ADDRESS, ANNOTATION, CLUSTER, CONFIG_MAP, DAY, DIRECTIVE, DOMAIN, HOSTS, LISTEN, NAMESERVER,
    NAMESPACE, NAMESPACES, NETWORK, NODE, OBJECT, OF_NAMESPACE, PATH, PEER, PEER_ADDRESS, PEM,
    POOL, REASON, REQUIREMENT, SECRET, SERVICE, SERVICE_PORT, SOCKET, ZONE,
};
use super::{Form, Key};
use crate::annotations::{Dialect, MapFormat, Profile};
use crate::finding::Severity;
use crate::ir::{Layout, NodeAddressType, Weight};
use crate::lint::PolicyKind;

/// At the top.
pub(in crate::config) const ROOT: &[Key] = &[
    Key::new("version", Form::One, "The version of this form of configuration.")
        .default("1")
        .example("1"),
    Key::new(
        "requires",
        Form::Of(&REQUIREMENT),
        "Which versions of ingressc may read the repository; any other refuses it.",
    )
    .example("\">=0.1, <1\""),
    Key::new(
        "inputs",
        PATHS,
        "Files, folders and globs with manifests, for runs that are given no paths. Relative to this file; a glob that begins with \
         `**` holds everywhere. Without it, the folder that the tool runs in. Not beside `clusters`.",
    )
    .example("[deploy, \"overlays/**/*.yaml\"]"),
    Key::new("exclude", PATHS, "Globs of files to leave out. Relative to this file.")
        .default("[]")
        .example("[\"**/charts/**\", \"deploy/old/*\"]"),
    Key::new(
        "classes",
        Form::List(&Form::Text, 0),
        "The classes of the Ingresses to serve; `\"\"` stands for those that name none. Without it, every class of a known \
         controller, and those without.",
    )
    .example("[haproxy, \"\"]"),
    Key::new(
        "profile",
        Form::Word(|| Profile::ALL.map(Profile::name).to_vec()),
        "How corners behave that the Kubernetes documentation leaves open: `spec`, as nobody is surprised by, or as a controller does.",
    )
    .default("spec")
    .example("haproxytech"),
    Key::new(
        "dialects",
        Form::Set(&Form::Word(|| Dialect::ALL.map(Dialect::name).to_vec()), 0),
        "Whose annotations count; `[]` for those of all dialects.",
    )
    .default("[]")
    .example("[haproxytech]"),
    Key::new(
        "configMap",
        Form::Of(&CONFIG_MAP),
        "The controller's ConfigMap, read from the inputs: what it says holds for every Ingress that says nothing else.",
    )
    .example("haproxy/haproxy-config"),
    Key::new("errorFiles", Form::Of(&CONFIG_MAP), "The ConfigMap with answers of HAProxy's own in other words, by status.")
        .example("haproxy/errors"),
    Key::new("patternFiles", Form::Of(&CONFIG_MAP), "The ConfigMap with lists that annotations name as `patterns/KEY`.")
        .example("haproxy/patterns"),
    Key::new(
        "instances",
        Form::Number(1, u16::MAX),
        "How many HAProxy hosts share the servers, one unless said: limits that are meant for all of them together are divided by it.",
    )
    .example("2"),
    Key::new(
        "trustedProxies",
        Form::List(&Form::Of(&NETWORK), 0),
        "The networks of proxies in front of this host. What others say about the client's address does not count.",
    )
    .default("[]")
    .example("[10.0.0.0/8]"),
    Key::new(
        "namespace",
        Form::Of(&NAMESPACE),
        "The namespace of objects that name none.",
    )
    .default("default")
    .example("shop"),
    Key::new("target", Form::Section(TARGET), "Which HAProxy, and where it runs.")
        .example("{haproxy: \"3.2\", layout: debian}"),
    Key::new("listen", Form::Section(LISTENERS), "Where HAProxy listens.")
        .example("{http: [\":8080\"], https: [\":8443\"]}"),
    Key::new(
        "endpoints",
        Form::Shared("endpoints", ENDPOINTS),
        "Where the servers of Services are. For each Service port the resolvers of `order` are asked, and the first that answers \
         wins: see [endpoints.md](endpoints.md).",
    )
    .example("{order: [inventory, nodePort], nodes: [10.0.0.11, 10.0.0.12]}"),
    Key::new(
        "clusters",
        Form::Named(&CLUSTER, &Form::Section(A_CLUSTER)),
        "Several clusters behind one HAProxy, by name. A route that several have to the same Service is answered by the servers of all \
         of them. At least one cluster is no backup and has a weight other than 0.",
    )
    .example("{fra: {inputs: [clusters/fra], weight: 90}, ams: {inputs: [clusters/ams], backup: true}}"),
    Key::new(
        "peers",
        Form::Named(&PEER, &Form::Of(&PEER_ADDRESS)),
        "The HAProxy hosts that share their stick tables, this one among them: the name is what `hostname` prints there, or what \
         HAProxy is started with (`-L`); the address is where the others reach it. A host that is alone keeps its tables over a \
         reload.",
    )
    .example("{edge1: \"10.0.0.1:10000\", edge2: \"10.0.0.2:10000\"}"),
    Key::new(
        "tcp",
        Form::Section(TCP),
        "Ports whose connections go to servers as they come: see [tcp.md](tcp.md).",
    )
    .example("{pool: 26000-26999, lock: ports.lock}"),
    Key::new(
        "include",
        Form::Section(INCLUDE),
        "Lines of your own in HAProxy's language: files, in the order in which they are to stand.",
    )
    .example("{global: [haproxy/global.cfg], backends: {\"shop/web:http\": [haproxy/web.cfg]}}"),
    Key::new(
        "certificates",
        Form::Section(CERTIFICATES),
        "Certificates that are not among the manifests, and the one for unknown names.",
    )
    .example("{map: {shop/tls: /etc/ssl/shop.pem}, default: shop/tls}"),
    Key::new(
        "policy",
        Form::Section(POLICY),
        "What an organisation decides for all manifests: see [policy.md](policy.md).",
    )
    .example("{hosts: {\"*.shop.example.com\": [shop]}, forbidden: {\"haproxy.org/*-snippet\": {}}}"),
    Key::new(
        "rules",
        Form::Rules(RULES, A_RULE),
        "The levels of findings, by the code or the name of their rule. `ingressc rules` lists the rules.",
    )
    .example("{fail-on: warning, ING402: {level: error}, no-endpoints: {level: off}}"),
    Key::new(
        "ignore",
        Form::Entries(IGNORE, ["object", "path"]),
        "Findings that are not told, each with the reason: see [suppressions.md](suppressions.md). An entry names an object, files, or \
         both; to switch a rule off everywhere, set its level below `rules`.",
    )
    .default("[]")
    .example("[{rule: ING305, object: Ingress shop/legacy, reason: partners call both spellings, until: 2026-12-31}]"),
    Key::new(
        "baseline",
        Form::Of(&PATH),
        "The file of `ingressc baseline write`: findings in it are not told. Relative to this file.",
    )
    .example(".ingressc-baseline.json"),
];

/// Below `target`.
pub(in crate::config) const TARGET: &[Key] = &[
    Key::new(
        "haproxy",
        Form::Haproxy,
        "The release branch of HAProxy that the output has to load on; it loads on newer ones too.",
    )
    .default("\"2.6\"")
    .example("\"3.2\""),
    Key::new(
        "layout",
        Form::Word(|| Layout::ALL.map(Layout::name).to_vec()),
        "Where HAProxy runs:\n\n\
         - `portable`: anywhere, as whoever starts it\n\
         - `debian`: a host with Debian's package, its user, its chroot and its systemd unit\n\
         - `container`: an image like the official one, without root, and with logs on stdout",
    )
    .default("portable")
    .example("debian"),
];

/// Below `listen`.
pub(in crate::config) const LISTENERS: &[Key] = &[
    Key::new("http", ADDRESSES, "Addresses for HTTP; `[]` for none.")
        .default("[\":80\"]")
        .example("[\"10.0.0.1:80\", \"[fd00::1]:80\"]"),
    Key::new(
        "https",
        ADDRESSES,
        "Addresses for HTTPS, used when there is a certificate; `[]` for none.",
    )
    .default("[\":443\"]")
    .example("[\":8443\"]"),
    Key::new(
        "metrics",
        ADDRESSES,
        "Addresses for the statistics page and the metrics for Prometheus (`/metrics`); `[]` switches them off. They have no \
         password, unless `stats-config-snippet` guards them: others than the loopback are reported as ING518.",
    )
    .default("[\"127.0.0.1:8404\"]")
    .example("[\"127.0.0.1:9101\"]"),
    Key::new(
        "admin",
        Form::Of(&SOCKET),
        "The socket of HAProxy's Runtime API. A relative path lies in the run directory of the layout: `/run/haproxy` for `debian`, \
         `/var/lib/haproxy` for `container`, the folder that HAProxy is started in for `portable`. `\"\"` switches it off. Without \
         it, `admin.sock` for `debian` and `container`, and none for `portable`.",
    )
    .example("admin.sock"),
];

/// Below `tcp`.
pub(in crate::config) const TCP: &[Key] = &[
    Key::new(
        "pool",
        Form::Of(&POOL),
        "The ports that exposed Services are given, the first and the last one.",
    )
    .default("26000-26999")
    .example("26000-26999"),
    Key::new(
        "lock",
        Form::Of(&PATH),
        "The file that keeps which Service port has which port. Commit it. Relative to this file.",
    )
    .default("ports.lock")
    .example("ports.lock"),
    Key::new(
        "addresses",
        Form::Set(&Form::Of(&ADDRESS), 1),
        "The addresses of the host that these ports are bound on. Without it, every one.",
    )
    .example("[10.0.0.5]"),
    Key::new(
        "configMap",
        Form::Either(
            &Form::Of(&CONFIG_MAP),
            &Form::Set(&Form::Of(&CONFIG_MAP), 1),
        ),
        "The ConfigMap that lists TCP services by port, or several of them.",
    )
    .example("haproxy/tcp-services"),
    Key::new(
        "configMapFormat",
        Form::Word(|| MapFormat::ALL.map(MapFormat::name).to_vec()),
        "Whose these ConfigMaps are, for the words behind the port, such as `ssl` and `PROXY`. Without it each ConfigMap is read as \
         what stands in it can only mean; what reads two ways is ING337, and its port is not opened.",
    )
    .example("nginx"),
];

/// Below `endpoints`, at the top and in a cluster.
pub(in crate::config) const ENDPOINTS: &[Key] = &[
    Key::new(
        "order",
        RESOLVERS,
        "The resolvers, in the order in which they are asked:\n\n\
         - `inventory`: the file of that name\n\
         - `slices`: EndpointSlices or Endpoints among the manifests\n\
         - `nodePort`: the Service's node port, on every node\n\
         - `loadBalancer`: the address of the load balancer before the Service\n\
         - `externalName`: the name that the Service stands for\n\
         - `externalIPs`: those of the Service\n\
         - `dns`: the cluster's DNS, for headless Services\n\
         - `hostPort`: ports that pods have on their nodes\n\
         - `clusterIP`: the Service's own address\n\n\
         Most hosts outside of a cluster have no way to `externalIPs`, `hostPort` and `clusterIP`: they are asked only where they \
         stand in this list.",
    )
    .default("[inventory, slices, nodePort, loadBalancer, externalName, dns]")
    .example("[inventory, slices, nodePort]"),
    Key::new(
        "services",
        Form::Named(&SERVICE, &Form::Either(&Form::Resolver, &RESOLVERS)),
        "Services with an order of their own. It wins over their annotation `ingressc/endpoints`, which wins over `order`.",
    )
    .example("{shop/web: nodePort, shop/db: [inventory, slices]}"),
    Key::new(
        "inventory",
        Form::Of(&PATH),
        "A file that lists servers by Service port. Relative to this file.",
    )
    .example("backends.yaml"),
    Key::new(
        "nodes",
        Form::Either(&Form::Section(NODES), &Form::Set(&Form::Of(&NODE), 1)),
        "The nodes whose node ports this host can reach: the Node objects among the manifests, or a list of addresses.",
    )
    .default("{from: input, address: InternalIP}")
    .example("[10.0.0.11, node-3.example.net]"),
    Key::new(
        "dns",
        Form::Section(DNS),
        "The DNS of the cluster, where this host can reach it and the pods.",
    )
    .example("{nameservers: [\"10.96.0.10:53\"], slots: 20}"),
    Key::new(
        "nameservers",
        NAMESERVERS,
        "DNS servers for names outside of the cluster; `[]` for those of the host's `/etc/resolv.conf`.",
    )
    .default("[]")
    .example("[\"192.0.2.53\"]"),
    Key::new(
        "podNetworks",
        Form::List(&Form::Of(&NETWORK), 0),
        "The networks of pods to which this host has routes; `[]` when nothing is known about them.",
    )
    .default("[]")
    .example("[10.64.0.0/14]"),
    Key::new(
        "zone",
        Form::Of(&ZONE),
        "The zone of this host. Servers that are known to be in other zones become backups, unless all are.",
    )
    .example("fra1-a"),
];

/// Below `endpoints.nodes`.
pub(in crate::config) const NODES: &[Key] = &[
    Key::new(
        "from",
        Form::Word(|| vec!["input"]),
        "Where the nodes come from: `input`, the manifests.",
    )
    .default("input")
    .example("input"),
    Key::new(
        "address",
        Form::Word(|| NodeAddressType::ALL.map(NodeAddressType::name).to_vec()),
        "Which of a Node's addresses is taken.",
    )
    .default("InternalIP")
    .example("ExternalIP"),
];

/// The domain of a cluster that was set up without another (kubeadm's `networking.dnsDomain`).
pub(in crate::config) const CLUSTER_DOMAIN: &str = "cluster.local";

/// How many servers a Service found by DNS can have, where nothing else is said.
pub(in crate::config) const SLOTS: u16 = 10;

/// More of them cost memory and configuration for each Service port.
pub(in crate::config) const MAX_SLOTS: u16 = 1000;

/// Below `endpoints.dns`.
pub(in crate::config) const DNS: &[Key] = &[
    Key::new(
        "nameservers",
        Form::Set(&Form::Of(&NAMESERVER), 1),
        "The addresses of the cluster's DNS servers: that of the Service `kube-system/kube-dns`, or of its pods.",
    )
    .example("[\"10.96.0.10:53\", \"tcp@10.96.0.11\"]")
    .required(),
    Key::new(
        "clusterDomain",
        Form::Of(&DOMAIN),
        "The domain below which the cluster names its Services.",
    )
    .default("cluster.local")
    .example("k8s.example.net"),
    Key::new(
        "slots",
        Form::Number(1, MAX_SLOTS),
        "How many servers a Service can have. HAProxy makes room for so many when it starts.",
    )
    .default("10")
    .example("20"),
];

/// Below a name in `clusters`.
pub(in crate::config) const A_CLUSTER: &[Key] = &[
    Key::new(
        "inputs",
        Form::List(&Form::Path, 1),
        "The cluster's manifests, as `inputs` at the top.",
    )
    .example("[clusters/fra]")
    .required(),
    Key::new(
        "weight",
        Form::Number(0, Weight::MAX),
        "The cluster's share of the requests against the weights of the others, however many servers it has; 100 where only others \
         have one. Where none has, every server counts alike.",
    )
    .example("90"),
    Key::new(
        "backup",
        Form::Truth,
        "Whether it gets requests only when no server of the others is up.",
    )
    .default("false")
    .example("true"),
    Key::new(
        "endpoints",
        Form::Shared("endpoints", ENDPOINTS),
        "Where its servers are: each key wins over the one of `endpoints` at the top; `services` are added to those there.",
    )
    .example("{inventory: fra.yaml}"),
];

/// Below `include`.
pub(in crate::config) const INCLUDE: &[Key] = &[
    Key::new(
        "global",
        PATHS,
        "Lines of the section `global`. Relative to this file, as all of these.",
    )
    .default("[]")
    .example("[haproxy/global.cfg]"),
    Key::new(
        "defaults",
        PATHS,
        "Lines of the defaults of all HTTP sections.",
    )
    .default("[]")
    .example("[haproxy/defaults.cfg]"),
    Key::new(
        "frontend",
        PATHS,
        "Lines of the frontend, before the request is routed.",
    )
    .default("[]")
    .example("[haproxy/frontend.cfg]"),
    Key::new(
        "backends",
        Form::Named(&SERVICE_PORT, &PATHS),
        "Lines of the backend of a Service port.",
    )
    .default("{}")
    .example("{\"shop/web:http\": [haproxy/web.cfg]}"),
    Key::new("sections", PATHS, "Whole sections, after all others.")
        .default("[]")
        .example("[haproxy/extra.cfg]"),
];

/// Below `certificates`.
pub(in crate::config) const CERTIFICATES: &[Key] = &[
    Key::new(
        "map",
        Form::Named(&SECRET, &Form::Of(&PEM)),
        "Secrets that are files on HAProxy's host: certificate, chain and key in one.",
    )
    .default("{}")
    .example("{shop/tls: /etc/ssl/shop.pem}"),
    Key::new(
        "default",
        Form::Of(&SECRET),
        "The Secret with the certificate for names that no other covers. Without it, their handshakes are refused.",
    )
    .example("shop/tls"),
];

/// Below `policy`.
pub(in crate::config) const POLICY: &[Key] = &[
    Key::new(
        "hosts",
        Form::Named(&HOSTS, &Form::Set(&Form::Of(&NAMESPACES), 0)),
        "The namespaces whose Ingresses may have a host, in rules and in `tls` (ING531). Of several that cover a host, the longest decides; a \
         host that none covers is everybody's. `*.shop.example.com` covers what is below it at any depth, and not `shop.example.com`.",
    )
    .default("{}")
    .example("{\"*.shop.example.com\": [shop], \"*\": []}"),
    Key::new(
        "required",
        Form::Named(&ANNOTATION, &Form::Section(REQUIRED)),
        "Annotations without which an object is an error (ING532).",
    )
    .default("{}")
    .example("{haproxy.org/allow-list: {namespaces: [internal]}}"),
    Key::new(
        "forbidden",
        Form::Named(&ANNOTATION, &Form::Section(FORBIDDEN)),
        "Annotations with which an object is an error (ING533), however they are spelt.",
    )
    .default("{}")
    .example("{\"haproxy.org/*-config-snippet\": {}}"),
    Key::new(
        "snippets",
        Form::Named(&OF_NAMESPACE, &Form::Set(&Form::Of(&DIRECTIVE), 0)),
        "The directives that raw lines of a namespace's objects may begin with, besides those that `rules.ING501.allow` gives to everybody. \
         What `*` may, every namespace may.",
    )
    .default("{}")
    .example("{shop: [http-request set-header]}"),
];

/// Below an annotation of `policy.required`.
pub(in crate::config) const REQUIRED: &[Key] = &[
    Key::new(
        "value",
        Form::Text,
        "What the value has to look like; `*` stands for any characters. Any value will do where this is left out.",
    )
    .example("\"10.*\""),
    Key::new("kinds", KINDS, "On which objects; `ConfigMap` is the controller's, whose keys have no prefix.")
        .default("[Ingress]")
        .example("[Ingress, Service]"),
    Key::new("namespaces", IN_NAMESPACES, "In which namespaces.")
        .default("[\"*\"]")
        .example("[internal, \"team-*\"]"),
];

/// Below an annotation of `policy.forbidden`.
pub(in crate::config) const FORBIDDEN: &[Key] = &[
    Key::new(
        "value",
        Form::Text,
        "Which values are forbidden; `*` stands for any characters. All of them where this is left out.",
    )
    .example("\"false\""),
    Key::new("kinds", KINDS, "On which objects; `ConfigMap` is the controller's, whose keys have no prefix.")
        .default("[Ingress, Service, ConfigMap]")
        .example("[Ingress]"),
    Key::new("namespaces", IN_NAMESPACES, "In which namespaces.")
        .default("[\"*\"]")
        .example("[\"team-*\"]"),
];

/// Below `rules`, beside the rules.
pub(in crate::config) const RULES: &[Key] = &[Key::new(
    "fail-on",
    Form::Word(|| Severity::ALL.map(Severity::name).to_vec()),
    "The lowest severity that makes the exit code 1.",
)
.default("error")
.example("warning")];

/// Below a rule.
pub(in crate::config) const A_RULE: &[Key] = &[
    Key::new(
        "level",
        Form::Word(|| {
            let severities = Severity::ALL.map(Severity::name);
            ["off"].into_iter().chain(severities).collect()
        }),
        "As what its findings are shown; `off`: not at all. Without it, the rule's own severity.",
    )
    .example("off"),
    Key::new(
        "allow",
        Form::Set(&Form::Of(&DIRECTIVE), 0),
        "Of ING501 only: the directives that raw lines of annotations and of the controller's ConfigMap may begin with. Whoever writes \
         manifests can then give them any arguments; lines that open a section, or read the environment, Lua or files, are refused all \
         the same.",
    )
    .default("[]")
    .example("[http-request set-header]"),
];

/// In an entry of `ignore`.
pub(in crate::config) const IGNORE: &[Key] = &[
    Key::new(
        "rule",
        Form::Text,
        "The rule, by its code or its name. Rules that protect can be named here, and in no comment or annotation; those that say that \
         input was not read cannot be named at all.",
    )
    .example("ING305")
    .required(),
    Key::new(
        "object",
        Form::Of(&OBJECT),
        "Findings about this object only, as they name it.",
    )
    .example("Ingress shop/legacy"),
    Key::new(
        "path",
        Form::Path,
        "Findings in files that match this glob only. Relative to this file; one that begins with `**` holds everywhere.",
    )
    .example("\"deploy/legacy/**\""),
    Key::new("reason", Form::Of(&REASON), "Why they are not told.")
        .example("partners call both spellings")
        .required(),
    Key::new(
        "until",
        Form::Of(&DAY),
        "The last day. After it, with `--now`, the findings are told again, and so is the entry (ING906).",
    )
    .example("2026-12-31"),
];

const KINDS: Form = Form::Set(
    &Form::Word(|| PolicyKind::ALL.map(PolicyKind::name).to_vec()),
    1,
);
const IN_NAMESPACES: Form = Form::Set(&Form::Of(&NAMESPACES), 1);
const PATHS: Form = Form::List(&Form::Path, 0);
const ADDRESSES: Form = Form::Set(&Form::Of(&LISTEN), 0);
const NAMESERVERS: Form = Form::Set(&Form::Of(&NAMESERVER), 0);
const RESOLVERS: Form = Form::Set(&Form::Resolver, 1);
