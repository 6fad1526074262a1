//! Every key of a file of expectations: what the reader takes, the schema promises and the page about it explains.

/// A key of a mapping.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) form: Form,
    /// What it is about, in Markdown.
    pub(super) about: &'static str,
    /// A value of it, in YAML.
    #[cfg_attr(not(test), expect(dead_code, reason = "the page is made in tests"))]
    pub(super) example: &'static str,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// The version of this form of file.
    One,
    /// Any text.
    Text,
    /// Text, or null for nothing.
    TextOrNull,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A number within bounds, these included.
    Number(u32, u32),
    /// `true` or `false`.
    Truth,
    /// A list of texts.
    Texts,
    /// A mapping from names to texts.
    Map,
    /// A mapping from names to texts, or null for what must not be there.
    MapOrNull,
    /// A mapping with these keys.
    Section(&'static [Key]),
    /// Text, or a mapping with these keys.
    TextOr(&'static [Key]),
    /// A list of mappings with these keys.
    Rows(&'static [Key]),
}

const fn key(name: &'static str, form: Form, example: &'static str, about: &'static str) -> Key {
    Key {
        name,
        form,
        about,
        example,
    }
}

/// The names of the keys.
pub(super) fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// At the top.
pub(super) const ROOT: &[Key] = &[
    key(
        "version",
        Form::One,
        "1",
        "The version of this form of file.",
    ),
    key(
        "inputs",
        Form::Texts,
        "[deploy]",
        "Files, folders and globs with manifests, relative to this file. Without it, the `inputs` of the configuration, or else the \
         folder of this file. `-i` wins over it.",
    ),
    key(
        "config",
        Form::Text,
        "ingressc.yaml",
        "The configuration to use, relative to this file. Without it, it is searched for as for other commands. `--config` wins over \
         it.",
    ),
    key(
        "defaults",
        Form::Section(DEFAULTS),
        "{host: shop.example.com, scheme: https}",
        "What holds for every test that does not say otherwise.",
    ),
    key(
        "tests",
        Form::Rows(ROW),
        "[{get: \"https://shop.example.com/cart\", backend: \"shop/cart:80\"}]",
        "The tests.",
    ),
];

/// Below `defaults`.
pub(super) const DEFAULTS: &[Key] = &[
    key(
        "host",
        Form::Text,
        "shop.example.com",
        "The host of tests that say a path only.",
    ),
    key(
        "scheme",
        Form::Word(&["http", "https"]),
        "https",
        "Their scheme; `http` without it.",
    ),
    key(
        "from",
        Form::Text,
        "203.0.113.9",
        "Where requests and connections come from; `127.0.0.1` without it.",
    ),
    key(
        "headers",
        Form::Map,
        "{Accept-Language: de}",
        "Headers that every request has; a test's own of the same name wins.",
    ),
];

/// Methods, each with a URL or a path.
pub(super) const METHODS: [&str; 9] = [
    "get", "head", "post", "put", "delete", "patch", "options", "connect", "trace",
];

macro_rules! method {
    ($name:literal) => {
        key(
            $name,
            Form::Text,
            "/cart",
            "The request: this method, and a URL or a path. A test has one of the methods or `tcp`.",
        )
    };
}

/// A test.
pub(super) const ROW: &[Key] = &[
    key(
        "name",
        Form::Text,
        "the cart is the cart's",
        "What the test is called in reports.",
    ),
    method!("get"),
    method!("head"),
    method!("post"),
    method!("put"),
    method!("delete"),
    method!("patch"),
    method!("options"),
    method!("connect"),
    method!("trace"),
    key(
        "tcp",
        Form::Number(1, 65535),
        "5432",
        "A connection to this port of a TCP service, in place of a request.",
    ),
    key(
        "for-each",
        Form::Word(&["host"]),
        "host",
        "The test is run for every host that some rule names: its path is asked for there. `{host}` stands for the host, in what is asked and in what is expected.",
    ),
    key(
        "from",
        Form::Text,
        "203.0.113.9",
        "Where it comes from: an address of IPv4 or IPv6.",
    ),
    key(
        "headers",
        Form::Map,
        "{X-Canary: always}",
        "Headers that are sent besides.",
    ),
    key(
        "host",
        Form::TextOrNull,
        "shop.example.com:8080",
        "The Host header as it is sent, in place of the URL's; `null` sends none.",
    ),
    key(
        "target",
        Form::Text,
        "\"*\"",
        "The request target as it is sent, in place of the URL's path and query.",
    ),
    key(
        "version",
        Form::Word(&["1.0", "1.1"]),
        "1.0",
        "The version of HTTP that it is sent with; 1.1 without it.",
    ),
    key(
        "tls",
        Form::Truth,
        "true",
        "With `tcp`: the client begins with a TLS handshake.",
    ),
    key(
        "sni",
        Form::Text,
        "db.example.com",
        "The name in the TLS handshake, in place of the URL's host.",
    ),
    key(
        "alpn",
        Form::Text,
        "postgresql",
        "With `tls`: the protocol that the client asks for, which has to be agreed on. Asked of a live HAProxy only.",
    ),
    key(
        "client-certificate",
        Form::Word(&["trusted", "foreign"]),
        "trusted",
        "What the client shows in the handshake: a certificate of the authority that is asked for, or of another one. Nothing without \
         it.",
    ),
    key(
        "only",
        Form::Word(&["live"]),
        "live",
        "The simulator cannot tell, because chance or raw lines decide: the test is skipped without `--live`.",
    ),
    key(
        "repeat",
        Form::Number(1, 1000),
        "20",
        "How often a live HAProxy is asked; each answer has to be right.",
    ),
    key(
        "backend",
        Form::Text,
        "shop/cart:http",
        "A server of this Service port answers: `namespace/service:port`, the port by its number or its name.",
    ),
    key(
        "status",
        Form::Number(100, 599),
        "403",
        "HAProxy answers by itself, with this status.",
    ),
    key(
        "redirect",
        Form::TextOr(REDIRECT),
        "{to: \"https://shop.example.com/\", status: 302}",
        "HAProxy answers with a redirect to this place.",
    ),
    key(
        "handshake",
        Form::Word(&["refused"]),
        "refused",
        "The TLS handshake fails.",
    ),
    key(
        "closed",
        Form::Truth,
        "true",
        "With `tcp`: HAProxy closes the connection.",
    ),
    key("unbound", Form::Truth, "true", "Nobody listens there."),
    key(
        "location",
        Form::Text,
        "https://shop.example.com/",
        "With `status`: the `Location` of the answer.",
    ),
    key(
        "certificate",
        Form::Text,
        "shop/shop-tls",
        "The Secret whose certificate is shown in the handshake, or its file in the bundle.",
    ),
    key(
        "response-headers",
        Form::MapOrNull,
        "{Strict-Transport-Security: max-age=31536000}",
        "Headers of the response, `null` for one that must not be there.",
    ),
    key(
        "path-seen-by-server",
        Form::Text,
        "/items",
        "The path that the server sees, without the query.",
    ),
    key(
        "host-seen-by-server",
        Form::Text,
        "cart.internal",
        "The Host header that the server sees.",
    ),
    key(
        "headers-seen-by-server",
        Form::MapOrNull,
        "{X-Forwarded-Proto: https, X-Real-IP: null}",
        "Headers that the server sees, the lines of one name joined by `, `; `null` for one that must not be there.",
    ),
    key(
        "connection-seen-by-server",
        Form::MapOrNull,
        "{sni: cart.internal, proxy: v2 203.0.113.9}",
        "How the connection to the server begins: `sni`, `alpn`, `certificate`, `proxy`; `null` for what must not be there. Asked of a \
         live HAProxy only.",
    ),
    key(
        "limited",
        Form::Section(LIMITED),
        "{after: 10, status: 429}",
        "So many requests reach the backend, and the next one has the status.",
    ),
    key(
        "servers",
        Form::Number(1, 1000),
        "2",
        "How many servers answer over the repetitions. Asked of a live HAProxy only.",
    ),
];

/// Below `redirect`.
pub(super) const REDIRECT: &[Key] = &[
    key(
        "to",
        Form::Text,
        "https://shop.example.com/",
        "The `Location` of the answer.",
    ),
    key(
        "status",
        Form::Number(300, 399),
        "302",
        "Its status; without it, any of 301, 302, 303, 307 and 308.",
    ),
];

/// Below `limited`.
pub(super) const LIMITED: &[Key] = &[
    key(
        "after",
        Form::Number(1, 10_000),
        "10",
        "How many requests pass.",
    ),
    key(
        "status",
        Form::Number(400, 599),
        "429",
        "What the next one is answered with.",
    ),
];
