//! The forms of texts. A pattern is at most as strict as the constructor that reads the text: it is there for editors.

use super::Grammar;

macro_rules! ipv4 {
    () => {
        r"(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}"
    };
}
macro_rules! ipv6 {
    () => {
        r"[0-9A-Fa-f]*:[0-9A-Fa-f:.]*"
    };
}
macro_rules! label {
    () => {
        r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    };
}
macro_rules! name_label {
    () => {
        r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    };
}
macro_rules! comparison {
    () => {
        r"\s*(>=|>|<=|<|==?)\s*\d+(\.\d+){0,2}\s*"
    };
}

pub(super) const REQUIREMENT: Grammar = Grammar {
    one: "comparisons of versions",
    many: "",
    how: "separated by commas",
    pattern: concat!("^", comparison!(), "(,", comparison!(), ")*$"),
    example: ">=0.1, <1",
};

pub(super) const NAMESPACE: Grammar = Grammar {
    one: "a namespace",
    many: "",
    how: "up to 63 characters `a-z`, `0-9` and `-`",
    pattern: concat!("^", label!(), "$"),
    example: "shop",
};

pub(super) const CLUSTER: Grammar = Grammar {
    one: "the name of a cluster",
    many: "names of clusters",
    how: "up to 63 characters `a-z`, `0-9` and `-`",
    pattern: concat!("^", label!(), "$"),
    example: "fra",
};

pub(super) const CONFIG_MAP: Grammar = Grammar {
    one: "a ConfigMap",
    many: "",
    how: "`namespace/name`",
    pattern: concat!("^", label!(), "/[^/]+$"),
    example: "haproxy/haproxy-config",
};

pub(super) const SERVICE: Grammar = Grammar {
    one: "a Service",
    many: "Services",
    how: "`namespace/name`",
    pattern: concat!("^", label!(), "/[^/]+$"),
    example: "shop/web",
};

pub(super) const SECRET: Grammar = Grammar {
    one: "a Secret",
    many: "Secrets",
    how: "`namespace/name`",
    pattern: concat!("^", label!(), "/[^/]+$"),
    example: "shop/tls",
};

pub(super) const SERVICE_PORT: Grammar = Grammar {
    one: "a Service port",
    many: "Service ports",
    how: "`namespace/service:port`, the port by its number or its name",
    pattern: concat!("^", label!(), r"/[^/]+:(\d{1,5}|[a-z0-9-]{1,15})$"),
    example: "shop/web:http",
};

pub(super) const DIRECTIVE: Grammar = Grammar {
    one: "a directive of HAProxy's",
    many: "directives of HAProxy's",
    how: "its first words, separated by single blanks",
    pattern: r"^[A-Za-z0-9._-]+( [A-Za-z0-9._-]+)*$",
    example: "http-request set-header",
};

pub(super) const HOSTS: Grammar = Grammar {
    one: "a host",
    many: "hosts",
    how: "a name, `*.` and a name for all that end so, or `*` for every other host and for rules without one",
    pattern: concat!(r"^(\*|(\*\.)?", label!(), r"(\.", label!(), ")*)$"),
    example: "*.shop.example.com",
};

pub(super) const NAMESPACES: Grammar = Grammar {
    one: "a namespace",
    many: "namespaces",
    how: "`*` stands for any characters, as in `team-*`",
    pattern: "^[a-z0-9*-]{1,63}$",
    example: "shop",
};

pub(super) const OF_NAMESPACE: Grammar = Grammar {
    one: "a namespace",
    many: "namespaces",
    how: "`*` for all of them",
    pattern: concat!(r"^(\*|", label!(), ")$"),
    example: "shop",
};

pub(super) const ANNOTATION: Grammar = Grammar {
    one: "the key of an annotation",
    many: "keys of annotations",
    how: "with its prefix; `*` stands for any characters",
    pattern: "^[A-Za-z0-9*._/-]{1,317}$",
    example: "ingressc/expose",
};

pub(super) const LISTEN: Grammar = Grammar {
    one: "an address to listen on",
    many: "addresses to listen on",
    how: "`:80` for every IPv4 and IPv6 address, `10.0.0.1:80` or `[::1]:80`",
    pattern: concat!(r"^(\*|", ipv4!(), r"|\[", ipv6!(), r"\])?:\d{1,5}$"),
    example: ":8080",
};

pub(super) const SOCKET: Grammar = Grammar {
    one: "the path of a socket",
    many: "",
    how: "at most 100 letters, digits and `/._-+`, or 80 if it is relative",
    pattern: r"^((/[A-Za-z0-9/._+-]{0,98}|[A-Za-z0-9._+-][A-Za-z0-9/._+-]{0,78})?[A-Za-z0-9._+-])?$",
    example: "admin.sock",
};

pub(super) const NODE: Grammar = Grammar {
    one: "an IP address or a DNS name",
    many: "IP addresses and DNS names",
    how: "without a port",
    pattern: concat!(
        "^(",
        ipv4!(),
        "|",
        ipv6!(),
        "|(",
        name_label!(),
        r"\.)*(?!\d+\.?$)",
        name_label!(),
        r"\.?)$"
    ),
    example: "10.0.0.11",
};

pub(super) const NAMESERVER: Grammar = Grammar {
    one: "a DNS server",
    many: "DNS servers",
    how: "an IP address, with a port if that is not 53, and after `tcp@` to be asked over TCP",
    pattern: concat!(
        "^(tcp@)?(",
        ipv4!(),
        r"(:\d{1,5})?|",
        ipv6!(),
        r"|\[",
        ipv6!(),
        r"\]:\d{1,5})$"
    ),
    example: "10.96.0.10:53",
};

pub(super) const DOMAIN: Grammar = Grammar {
    one: "a domain",
    many: "",
    how: "",
    pattern: concat!("^(", name_label!(), r"\.)*", name_label!(), r"\.?$"),
    example: "cluster.local",
};

pub(super) const NETWORK: Grammar = Grammar {
    one: "a network",
    many: "networks",
    how: "first address and prefix length",
    pattern: concat!("^(", ipv4!(), "|", ipv6!(), r")/\d{1,3}$"),
    example: "10.64.0.0/14",
};

pub(super) const ZONE: Grammar = Grammar {
    one: "a zone",
    many: "",
    how: "the value of the label `topology.kubernetes.io/zone`, up to 63 letters, digits and `-_.`",
    pattern: r"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$",
    example: "fra1-a",
};

pub(super) const PEER: Grammar = Grammar {
    one: "the name of a HAProxy host",
    many: "names of HAProxy hosts",
    how: "up to 63 letters, digits and `.-_`",
    pattern: "^[A-Za-z0-9._-]{1,63}$",
    example: "edge1",
};

pub(super) const PEER_ADDRESS: Grammar = Grammar {
    one: "an IP address and a port",
    many: "IP addresses with ports",
    how: "",
    pattern: concat!("^(", ipv4!(), r"|\[", ipv6!(), r"\]):\d{1,5}$"),
    example: "10.0.0.1:10000",
};

pub(super) const ADDRESS: Grammar = Grammar {
    one: "an IP address",
    many: "IP addresses",
    how: "without a port",
    pattern: concat!("^(", ipv4!(), "|", ipv6!(), ")$"),
    example: "10.0.0.5",
};

pub(super) const POOL: Grammar = Grammar {
    one: "a range of ports",
    many: "",
    how: "the first and the last one, with `-` between them",
    pattern: r"^\d{1,5}(-\d{1,5})?$",
    example: "26000-26999",
};

pub(super) const PATH: Grammar = Grammar {
    one: "the path of a file",
    many: "paths of files",
    how: "",
    pattern: ".",
    example: "backends.yaml",
};

pub(super) const PEM: Grammar = Grammar {
    one: "an absolute path",
    many: "absolute paths",
    how: "letters, digits and `/._-+@:`",
    pattern: "^/[A-Za-z0-9/._+@:-]*[A-Za-z0-9._+@:-]$",
    example: "/etc/ssl/shop.pem",
};

pub(super) const OBJECT: Grammar = Grammar {
    one: "an object",
    many: "",
    how: "`Kind namespace/name`, or `Kind name` where the kind has no namespace",
    pattern: r"^[A-Z]\S* [^/\s]+(/[^/\s]+)?$",
    example: "Ingress shop/web",
};

pub(super) const REASON: Grammar = Grammar {
    one: "a sentence",
    many: "",
    how: "",
    pattern: r"\S",
    example: "partners call both spellings",
};

pub(super) const DAY: Grammar = Grammar {
    one: "a day",
    many: "",
    how: "year, month and day",
    pattern: r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$",
    example: "2026-12-31",
};
