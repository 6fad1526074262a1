//! The codes: stable numbers and names, the severity of each, and what `ingressc explain` says.
//!
//! Numbers are never reused. The first digit is the group: 0 syntax, 1 schema, 2 references, 3 routing, 4 TLS, 5 security,
//! 6 annotations, 7 portability, 8 limits, 9 style.

#![allow(clippy::zero_prefixed_literal)]

use super::Severity;

/// A rule's number, such as `ING301`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

/// What is known about a rule.
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    /// Its number.
    pub code: Code,
    /// Its name; reads well after "allow".
    pub name: &'static str,
    /// Its severity where nothing is configured.
    pub severity: Severity,
    /// One line: what it catches.
    pub summary: &'static str,
    /// What `ingressc explain` prints: Markdown, opened by a heading that names the code.
    pub page: &'static str,
}

impl Code {
    /// The table row.
    ///
    /// # Panics
    /// Never: codes are only made by the table.
    pub fn info(self) -> &'static CodeInfo {
        let row = CODES.binary_search_by_key(&self, |row| row.code);
        &CODES[row.expect("codes are made by the table")]
    }

    /// Its severity where nothing is configured.
    pub fn severity(self) -> Severity {
        self.info().severity
    }

    /// Its name, such as `duplicate-route`.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Its page in Markdown.
    pub fn page(self) -> &'static str {
        self.info().page
    }

    /// Whether a finding of this rule says that input was not read. What was not read was not checked either, and may hold whatever
    /// another file takes for gone: no flag hides it, and whatever level the configuration gives it, nothing is done as if all were
    /// known.
    pub fn is_unread(self) -> bool {
        [
            Self::YAML_PARSE_ERROR,
            Self::UNRENDERED_TEMPLATE,
            Self::MERGE_CONFLICT_MARKER,
            Self::INPUT_TOO_LARGE,
            Self::NOT_UTF8,
            Self::TAB_INDENTATION,
            Self::ENCRYPTED_INPUT,
            Self::API_ERROR_AS_INPUT,
        ]
        .contains(&self)
    }

    /// Finds a rule by `ING301`, `ing301` or `duplicate-route`.
    pub fn find(text: &str) -> Option<Self> {
        CODES
            .iter()
            .find(|row| row.name == text || row.code.to_string().eq_ignore_ascii_case(text))
            .map(|row| row.code)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ING{:03}", self.0)
    }
}

/// Three digits each, because the number is also the name of the page's file: a code without a page does not compile.
macro_rules! codes {
    ($($constant:ident = $number:literal, $name:literal, $severity:ident: $summary:literal;)*) => {
        impl Code {
            $(#[doc = $summary] pub const $constant: Self = Self($number);)*
        }

        /// All rules, by number. Their pages are the files of `pages/`.
        pub const CODES: &[CodeInfo] = &[
            $(CodeInfo {
                code: Code($number),
                name: $name,
                severity: Severity::$severity,
                summary: $summary,
                page: include_str!(concat!("pages/ING", stringify!($number), ".md")),
            },)*
        ];
    };
}

codes! {
    YAML_PARSE_ERROR = 001, "yaml-parse-error", Error: "a file cannot be read as YAML";
    DUPLICATE_KEY = 002, "duplicate-key", Error: "a key stands twice in one mapping, and only the last one counts";
    UNQUOTED_ANNOTATION_VALUE = 003, "unquoted-annotation-value", Error: "an annotation value that YAML reads as a bool or a number";
    YAML11_TRUTHY = 004, "yaml11-truthy", Error: "`yes`, `no`, `on` or `off` without quotes where a string belongs";
    UNRENDERED_TEMPLATE = 005, "unrendered-template", Error: "a template marker that nobody has rendered";
    MERGE_CONFLICT_MARKER = 006, "merge-conflict-marker", Error: "a merge conflict that nobody has resolved";
    ANCHOR_ALIAS = 007, "anchor-alias", Info: "an alias: places and fixes point at the anchor";
    EMPTY_DOCUMENT = 008, "empty-document", Pedantic: "a document that holds nothing";
    INPUT_TOO_LARGE = 009, "input-too-large", Error: "a file or document beyond the limits of size, depth or alias expansion";
    NOT_UTF8 = 010, "not-utf8", Error: "a file that is not UTF-8";
    TAB_INDENTATION = 011, "tab-indentation", Error: "a tab where YAML wants spaces";
    ENCRYPTED_INPUT = 012, "encrypted-input", Error: "a file that is still encrypted";
    NOT_A_KUBERNETES_OBJECT = 013, "not-a-kubernetes-object", Info: "a document without `apiVersion` and `kind`";
    API_ERROR_AS_INPUT = 014, "api-error-as-input", Error: "the API server's error message instead of manifests";
    YAML11_NUMBER = 015, "yaml11-number", Warning: "a number that kubectl reads differently from how it is written";
    UNKNOWN_FIELD = 101, "unknown-field", Error: "a field that the API does not have";
    WRONG_TYPE = 102, "wrong-type", Error: "a value of another type than the field's";
    REMOVED_API_VERSION = 103, "removed-api-version", Error: "an API version that no supported cluster serves";
    MISSING_PATH_TYPE = 104, "missing-path-type", Error: "a path without `pathType`";
    INVALID_PATH = 105, "invalid-path", Error: "a path that the API server refuses";
    INVALID_HOST = 106, "invalid-host", Error: "a host that the API server refuses";
    BACKEND_SHAPE = 107, "backend-shape", Error: "a backend with both or neither of two alternatives";
    NO_RULES_NO_DEFAULT = 108, "no-rules-no-default", Error: "an Ingress that routes nothing";
    CLASS_MISMATCH = 109, "class-mismatch", Error: "annotation and `ingressClassName` name different classes";
    CLASS_MISSING = 110, "class-missing", Warning: "an Ingress without a class: who takes it depends on the cluster";
    DUPLICATE_OBJECT = 111, "duplicate-object", Error: "two documents describe the same object";
    MISSING_NAMESPACE = 112, "missing-namespace", Warning: "some objects name their namespace, this one does not";
    UNSUPPORTED_KIND = 113, "unsupported-kind", Info: "an object that takes part in routing but is not compiled";
    RESOURCE_BACKEND_UNSUPPORTED = 114, "resource-backend-unsupported", Error: "a resource backend, which no HAProxy controller implements";
    INVALID_METADATA = 115, "invalid-metadata", Error: "a name, namespace, label or annotation key that the API server refuses";
    INVALID_SERVICE = 116, "invalid-service", Error: "a Service that the API server refuses";
    INVALID_ENDPOINTS = 117, "invalid-endpoints", Error: "an EndpointSlice or Endpoints object that the API server refuses";
    INVALID_INGRESS_CLASS = 118, "invalid-ingress-class", Error: "an IngressClass that the API server refuses";
    INVALID_TLS_ENTRY = 119, "invalid-tls-entry", Error: "a TLS entry that the API server refuses";
    MISSING_REQUIRED_FIELD = 120, "missing-required-field", Error: "a field that the API requires is not there";
    SEVERAL_DEFAULT_CLASSES = 121, "several-default-classes", Error: "more than one IngressClass claims to be the default";
    INVALID_DATA = 122, "invalid-data", Error: "a Secret or ConfigMap that the API server refuses";
    UNKNOWN_PATH_TYPE = 123, "unknown-path-type", Error: "a `pathType` that does not exist";
    V1_WITH_V1BETA1_BODY = 124, "v1-with-v1beta1-body", Error: "a v1 Ingress written in the fields of v1beta1";
    CLUSTER_SCOPED_NAMESPACE = 125, "cluster-scoped-namespace", Warning: "a namespace on an object that has none";
    DEPRECATED_CLASS_ANNOTATION = 126, "deprecated-class-annotation", Info: "the class is named by the old annotation";
    SKIPPED_DIRECTORY = 127, "skipped-directory", Warning: "a folder of templates or patches that is not manifests";
    SERVICE_NOT_FOUND = 201, "service-not-found", Error: "a backend's Service is not among the manifests";
    SERVICE_PORT_NOT_FOUND = 202, "service-port-not-found", Error: "the Service has no such port";
    NAMED_TARGET_PORT_UNRESOLVED = 203, "named-target-port-unresolved", Warning: "a named target port that nothing here resolves";
    NO_ENDPOINTS = 204, "no-endpoints", Warning: "a Service without a single address";
    ENDPOINTSLICE_PORT_MISMATCH = 205, "endpointslice-port-mismatch", Error: "no slice has a port of the Service port's name";
    SELECTORLESS_WITHOUT_SLICE = 206, "selectorless-without-slice", Info: "a Service without selector and without slices";
    ENDPOINTS_NOT_READY = 207, "endpoints-not-ready", Warning: "every address of a Service is not ready";
    SECRET_NOT_FOUND = 208, "secret-not-found", Error: "a Secret is not among the manifests";
    SECRET_MISSING_KEYS = 209, "secret-missing-keys", Error: "a Secret without the keys or of another type than is needed";
    CROSS_NAMESPACE_SECRET = 210, "cross-namespace-secret", Warning: "a Secret of another namespace than that of the object that names it";
    PORT_PROTOCOL_NOT_TCP = 214, "port-protocol-not-tcp", Error: "a UDP or SCTP port as the backend of HTTP routes";
    APP_PROTOCOL_UNSUPPORTED = 215, "app-protocol-unsupported", Warning: "an `appProtocol` that cannot be honoured, or reads two ways";
    EXTERNAL_NAME_WITHOUT_PORT = 216, "external-name-without-port", Warning: "an ExternalName Service does not declare the port";
    ORPHAN_SLICE = 217, "orphan-slice", Info: "an EndpointSlice that names no Service";
    ENDPOINTS_DIFFER_FROM_SLICES = 218, "endpoints-differ-from-slices", Warning: "Endpoints and EndpointSlices of one Service disagree";
    ENDPOINTS_UNRESOLVED = 219, "endpoints-unresolved", Error: "no resolver knows where the servers of a Service are";
    NODE_PORT_NOT_PINNED = 220, "node-port-not-pinned", Error: "a Service is to be reached by a node port that only the cluster knows";
    INVALID_INVENTORY = 221, "invalid-inventory", Error: "an entry of the inventory that names no server";
    INVENTORY_UNKNOWN_SERVICE = 222, "inventory-unknown-service", Error: "the inventory names a Service or port that is not among the manifests";
    INVENTORY_UNUSED_ENTRY = 223, "inventory-unused-entry", Warning: "an entry of the inventory that no route leads to";
    NODE_UNUSABLE = 224, "node-unusable", Info: "a node that takes no traffic from outside";
    DUPLICATE_SERVER = 225, "duplicate-server", Warning: "one address and port twice among the servers of a Service";
    SESSION_AFFINITY_LOST = 226, "session-affinity-lost", Warning: "`sessionAffinity: ClientIP` where the cluster sees HAProxy as the only client";
    MIXED_HEALTH_CHECKS = 227, "mixed-health-checks", Warning: "servers of one backend that are to be checked in different ways";
    INVALID_ENDPOINTS_ANNOTATION = 228, "invalid-endpoints-annotation", Error: "an annotation that is to say where servers are names no resolver or address";
    EXTERNAL_NAME_IN_CLEAR = 229, "external-name-in-clear", Warning: "an ExternalName Service on port 443 that is spoken to in clear";
    INCLUDE_UNKNOWN_BACKEND = 230, "include-unknown-backend", Error: "lines are to be added to a backend that is not there";
    MIXED_WEIGHTS = 231, "mixed-weights", Warning: "some servers of a list have a weight, and others take HAProxy's, which is 1";
    INVENTORY_CLUSTER_NAME = 232, "inventory-cluster-name", Warning: "a server of the inventory is a name of the cluster's DNS that leads nowhere here";
    ORDER_UNKNOWN_SERVICE = 233, "order-unknown-service", Error: "the configuration has an order of resolvers for a Service that is not among the manifests";
    DUPLICATE_ROUTE = 301, "duplicate-route", Error: "two rules claim the same host, path and path type";
    UNREACHABLE_PATH = 302, "unreachable-path", Warning: "a stronger rule takes every request of this path";
    EXACT_AND_PREFIX_SAME_PATH = 303, "exact-and-prefix-same-path", Warning: "one path is Exact here and Prefix there, to different Services";
    TRAILING_SLASH_PREFIX = 305, "trailing-slash-prefix", Warning: "a Prefix path with a trailing slash, which controllers read differently";
    HOSTLESS_RULE_PRECEDENCE = 306, "hostless-rule-precedence", Warning: "a rule without host beside hosts of their own";
    WILDCARD_SHADOWING = 307, "wildcard-shadowing", Info: "an exact host keeps requests from the wildcard rules";
    DEFAULT_BACKEND_CONFLICT = 309, "default-backend-conflict", Error: "two objects claim the default backend";
    BACKEND_ANNOTATION_CONFLICT = 310, "backend-annotation-conflict", Warning: "two Ingresses give one Service port different settings";
    REGEX_IN_PLAIN_PATH = 314, "regex-in-plain-path", Warning: "a path that looks like a regular expression but is compared as text";
    REDUNDANT_ROUTE = 320, "redundant-route", Warning: "the same route is written twice";
    PORT_CONFLICT = 322, "port-conflict", Error: "two listeners want one port";
    UNMATCHABLE_PATH = 324, "unmatchable-path", Error: "a path that no request can have";
    RULE_WITHOUT_PATHS = 325, "rule-without-paths", Warning: "a host without paths";
    NOTHING_SELECTED = 326, "nothing-selected", Warning: "there are Ingresses, but none is of a selected class";
    DEFAULT_BACKEND_SCOPE = 327, "default-backend-scope", Info: "a default backend beside rules, which controllers scope differently";
    LABEL_TOO_LONG = 328, "label-too-long", Warning: "a host name with a label longer than 63 characters";
    CLUSTER_CONFLICT = 329, "cluster-conflict", Error: "two clusters want one route to be answered differently";
    BACKUP_TAKES_PART = 330, "backup-takes-part", Warning: "a backup server of one cluster, where another cluster is the backup";
    PORT_POOL_EXHAUSTED = 331, "port-pool-exhausted", Error: "no port of the pool is left for an exposed Service";
    PORT_OUTSIDE_POOL = 332, "port-outside-pool", Warning: "a port that the pool does not have";
    PORT_LOCK_STALE = 333, "port-lock-stale", Error: "the lock of ports does not say what the manifests need";
    INVALID_PORT_LOCK = 334, "invalid-port-lock", Error: "a line of the lock of ports that is no entry";
    PORT_ALLOCATED_TWICE = 335, "port-allocated-twice", Error: "the lock of ports gives one port to two Services";
    UDP_PORT = 336, "udp-port", Error: "a UDP or SCTP port is to be exposed, which HAProxy cannot";
    INVALID_TCP_SERVICE = 337, "invalid-tcp-service", Error: "an entry that is to expose a TCP service and cannot be read";
    TCP_SERVICE_WITH_PATH = 338, "tcp-service-with-path", Error: "a TCP service with a path, which connections do not have";
    EPHEMERAL_PORT = 339, "ephemeral-port", Warning: "a port that the kernel gives to outgoing connections";
    CUT_BY_RELOAD = 340, "cut-by-reload", Warning: "connections of TCP services are cut some time after a reload";
    PORT_SPREAD_OVER_CLUSTERS = 341, "port-spread-over-clusters", Warning: "connections to one port go to servers of several clusters";
    PORT_WITHHELD = 342, "port-withheld", Error: "an exposed Service gets no new port while some input is unread";
    CERTIFICATE_UNUSABLE = 401, "certificate-unusable", Error: "the Secret's PEM cannot be used as a certificate";
    TLS_HOST_NOT_IN_RULES = 402, "tls-host-not-in-rules", Warning: "a TLS host without a rule";
    RULE_HOST_WITHOUT_TLS = 403, "rule-host-without-tls", Warning: "some hosts of an Ingress have TLS, this one does not";
    CERT_SAN_MISMATCH = 404, "cert-san-mismatch", Error: "the certificate does not cover the host";
    CERT_EXPIRED = 405, "cert-expired", Error: "the certificate has expired, or soon will have";
    KEY_MISMATCH = 406, "key-mismatch", Error: "the private key does not belong to the certificate";
    CHAIN_ORDER = 407, "chain-order", Warning: "the certificate chain is out of order or incomplete";
    SNI_COLLISION = 408, "sni-collision", Error: "two Secrets claim one name";
    WEAK_KEY = 409, "weak-key", Error: "a key or signature with which HAProxy refuses to start";
    EMPTY_TLS_SECRETNAME = 410, "empty-tls-secretname", Info: "a TLS entry without a Secret";
    PASSTHROUGH_WITH_PATHS = 411, "passthrough-with-paths", Error: "TLS is passed through by name, and the route has a path";
    PASSTHROUGH_WITH_L7_ANNOTATION = 412, "passthrough-with-l7-annotation", Error: "TLS is passed through, so an annotation about requests does nothing";
    REDIRECT_WITHOUT_TLS = 413, "redirect-without-tls", Error: "a redirect to HTTPS for a host that no certificate covers";
    BACKEND_TLS_NO_VERIFY = 415, "backend-tls-no-verify", Warning: "servers are spoken to over TLS and never asked who they are";
    MTLS_CA_MISSING = 417, "mtls-ca-missing", Error: "clients are to show certificates, and the authority is missing";
    MIN_TLS_VERSION = 418, "min-tls-version", Warning: "TLS 1.0 or 1.1 is allowed";
    CLIENT_CERTIFICATE_BYPASSED = 419, "client-certificate-bypassed", Warning: "clients are to show certificates, and the same routes answer in clear";
    TLS_PORT_WITHOUT_CERTIFICATE = 420, "tls-port-without-certificate", Error: "a TCP port is to answer TLS, and has no certificate";
    CONFIG_SNIPPET = 501, "config-snippet", Error: "raw HAProxy lines that the configuration does not allow";
    INJECTION_CHARACTERS = 502, "injection-characters", Error: "characters that could end a word or a line where the grammar has none";
    AUTH_FAILS_OPEN = 503, "auth-fails-open", Error: "authentication is wanted and cannot be had";
    SECURITY_KEY_TYPO = 504, "security-key-typo", Error: "an unknown key that is almost one that protects";
    EXTERNAL_NAME_SERVICE = 506, "external-name-service", Warning: "a route leaves the cluster by name";
    INTERNAL_TARGET = 507, "internal-target", Error: "a route leads to a loopback or link-local address, or to a cloud's metadata";
    SOURCE_RANGE_INVALID = 508, "source-range-invalid", Error: "an address list with an item that is no address";
    SOURCE_RANGE_OPEN = 509, "source-range-open", Warning: "an allow-list that allows every address";
    CLIENT_IP_UNTRUSTED = 510, "client-ip-untrusted", Warning: "the client's address is taken from a header that anybody can send";
    CORS_WILDCARD_CREDENTIALS = 511, "cors-wildcard-credentials", Error: "every origin may ask with the user's cookies";
    ORIGIN_REGEX_UNANCHORED = 512, "origin-regex-unanchored", Warning: "a pattern of origins that other sites match too";
    PATH_NOT_NORMALISED = 514, "path-not-normalised", Warning: "a protected path whose other spellings reach the same Service unprotected";
    OPEN_REDIRECT = 515, "open-redirect", Warning: "the client chooses where a redirect leads";
    PLAINTEXT_SECRET = 516, "plaintext-secret", Error: "a password or key where everybody can read it";
    WEAK_PASSWORD_HASH = 517, "weak-password-hash", Warning: "a password hash that is quickly guessed";
    STATS_EXPOSED = 518, "stats-exposed", Warning: "statistics or metrics on an address that others can reach";
    FOREIGN_SECRET = 519, "foreign-secret", Warning: "a private key or password of another namespace is used";
    FORMAT_EXPRESSION_IN_VALUE = 522, "format-expression-in-value", Warning: "a value that HAProxy evaluates";
    EXTERNAL_IPS = 523, "external-ips", Warning: "a route leads to `spec.externalIPs`";
    UNKNOWN_ANNOTATION = 601, "unknown-annotation", Error: "a key in a controller's prefix that does not exist";
    MISPLACED_ANNOTATION = 602, "misplaced-annotation", Error: "a key on an object where it does nothing";
    INVALID_VALUE = 603, "invalid-value", Error: "a value outside of the key's grammar";
    DEPRECATED_ANNOTATION = 604, "deprecated-annotation", Warning: "an old spelling of a key";
    INEFFECTIVE_ANNOTATION = 605, "ineffective-annotation", Warning: "a key that does nothing without another one";
    WRONG_PREFIX = 606, "wrong-prefix", Warning: "a key of one controller under another's prefix";
    CONFLICTING_ANNOTATIONS = 607, "conflicting-annotations", Error: "keys that exclude each other";
    DURATION_WITHOUT_UNIT = 608, "duration-without-unit", Warning: "a duration without a unit, which means milliseconds";
    OUT_OF_RANGE = 609, "out-of-range", Error: "a number beyond what HAProxy takes";
    MULTI_UNIT_DURATION = 610, "multi-unit-duration", Error: "a duration of several units";
    WHITESPACE_LIST = 611, "whitespace-list", Error: "a list with the wrong separator";
    CONFIGMAP_UNKNOWN_KEY = 612, "configmap-unknown-key", Error: "a key of the controller's ConfigMap that does not exist";
    DIALECTS_DISAGREE = 613, "dialects-disagree", Warning: "two dialects say different things about one setting";
    BOOLEAN_SPELLING = 614, "boolean-spelling", Warning: "a bool in an unusual spelling";
    NAMED_OBJECT_NOT_FOUND = 615, "named-object-not-found", Error: "a ConfigMap or custom resource that the configuration or a key names is not among the manifests";
    UNNAMED_CONFIG_MAP = 616, "unnamed-config-map", Warning: "a ConfigMap that looks like the controller's, and that the configuration does not name";
    IMPLEMENTATION_SPECIFIC_PATH = 701, "implementation-specific-path", Info: "a path whose meaning is the controller's choice";
    UNSUPPORTED_DIALECT_KEY = 702, "unsupported-dialect-key", Warning: "a known key that is not translated";
    DIALECT_DEFAULT_DIFFERS = 703, "dialect-default-differs", Info: "an answer that differs between controllers";
    HAPROXY_VERSION_TOO_LOW = 707, "haproxy-version-too-low", Error: "a setting that needs a newer HAProxy";
    EXPORTED_NOISE = 709, "exported-noise", Info: "fields that only a live cluster writes";
    HEALTH_CHECK_MISSING = 808, "health-check-missing", Info: "a server that is never checked";
    STALE_ENDPOINTS = 809, "stale-endpoints", Warning: "endpoints that look old, or that this host cannot reach";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_names_unique() {
        assert!(CODES.is_sorted_by(|a, b| a.code < b.code));
        let mut names: Vec<_> = CODES.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CODES.len());
    }

    #[test]
    fn a_rule_is_found_by_number_and_by_name() {
        assert_eq!(Code::find("ing301"), Some(Code::DUPLICATE_ROUTE));
        assert_eq!(Code::find("duplicate-route"), Some(Code::DUPLICATE_ROUTE));
        assert_eq!(Code::find("ING999"), None);
        assert_eq!(Code::DUPLICATE_ROUTE.to_string(), "ING301");
    }

    #[test]
    fn every_page_opens_with_its_code_and_says_something() {
        for row in CODES {
            let mut lines = row.page.lines();
            assert_eq!(
                lines.next(),
                Some(format!("# {} {}", row.code, row.name).as_str())
            );
            assert_eq!(lines.next(), Some(""), "{}", row.code);
            let words = lines.flat_map(str::split_whitespace).count();
            assert!(words >= 20, "{}: {words} words", row.code);
        }
    }

    #[test]
    fn examples_in_pages_are_yaml() {
        use crate::source::{FileId, Tree};
        for row in CODES
            .iter()
            .filter(|row| row.code != Code::YAML_PARSE_ERROR)
        {
            for fence in row.page.split("```yaml\n").skip(1) {
                let (example, _) = fence.split_once("\n```").expect("fences are closed");
                let example = format!("{example}\n");
                let parsed = Tree::parse(FileId::new(0), 0, &example);
                assert!(parsed.is_ok(), "{}: {parsed:?}", row.code);
            }
        }
    }
}
