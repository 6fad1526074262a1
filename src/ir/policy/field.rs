//! The settings of the model that some annotation can decide, by name.

use std::fmt;

macro_rules! fields {
    ($($name:ident = $path:literal,)*) => {
        /// A setting of the model. An annotation names the one that it decides, and a configuration line the one that caused it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = concat!("`", $path, "`.")] $name,)*
        }

        impl Field {
            /// All settings.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Where it is in the model, as documentation calls it.
            pub fn path(self) -> &'static str {
                match self {
                    $(Self::$name => $path,)*
                }
            }
        }
    };
}

fields! {
    Balance = "policy.balance.algorithm",
    AbortOnClose = "policy.balance.abort-on-close",
    Check = "policy.health.check",
    CheckInterval = "policy.health.interval",
    CheckHttp = "policy.health.http",
    CheckTimeout = "policy.health.timeout",
    ServerMaxconn = "policy.limits.maxconn",
    ServerSlots = "policy.limits.slots",
    Cookie = "policy.affinity.cookie",
    RateLimit = "policy.rate-limit.requests",
    RateLimitPeriod = "policy.rate-limit.period",
    RateLimitSize = "policy.rate-limit.size",
    RateLimitStatus = "policy.rate-limit.status",
    RateLimitExempt = "policy.rate-limit.exempt",
    ClientSource = "policy.access.client-source",
    AllowList = "policy.access.allow",
    DenyList = "policy.access.deny",
    AuthType = "policy.auth.type",
    AuthSecret = "policy.auth.users",
    AuthRealm = "policy.auth.realm",
    RequestHeaders = "policy.headers.request",
    ResponseHeaders = "policy.headers.response",
    RequestHost = "policy.headers.host",
    ForwardedFor = "policy.headers.forwarded-for",
    PathRewrite = "policy.rewrite.path",
    HttpsRedirect = "policy.redirect.https",
    HttpsRedirectPort = "policy.redirect.https-port",
    HttpsRedirectCode = "policy.redirect.https-code",
    HostRedirect = "policy.redirect.host",
    HostRedirectCode = "policy.redirect.host-code",
    CorsEnable = "policy.cors.enable",
    CorsOrigin = "policy.cors.origin",
    CorsMethods = "policy.cors.methods",
    CorsHeaders = "policy.cors.headers",
    CorsMaxAge = "policy.cors.max-age",
    CorsCredentials = "policy.cors.credentials",
    CorsPreflight = "policy.cors.preflight",
    Capture = "policy.capture.samples",
    CaptureLength = "policy.capture.length",
    ServerTimeout = "policy.timeouts.server",
    ServerTls = "policy.server-tls.enable",
    ServerCertificate = "policy.server-tls.certificate",
    ServerAuthority = "policy.server-tls.authority",
    ServerProtocol = "policy.server-tls.protocol",
    ServerProxyProtocol = "policy.server-tls.proxy-protocol",
    BackendSnippet = "policy.snippet.lines",
    CustomBackend = "policy.snippet.custom",
    BackendResource = "policy.resource",
    RouteCondition = "route.condition",
    Standalone = "route.standalone",
    Passthrough = "route.passthrough",
    IngressClass = "route.class",
    Exposure = "tcp.exposure",
    FixedPort = "tcp.port",
    ListenerTimeout = "tcp.client.timeout",
    ListenerMaxconn = "tcp.client.maxconn",
    KeepAlive = "policy.tcp.keepalive",
    PortConnectTimeout = "policy.timeouts.connect",
    PortQueueTimeout = "policy.timeouts.queue",
    PortTunnelTimeout = "policy.timeouts.tunnel",
    PortCheck = "policy.tcp.check",
    PortCheckPort = "policy.tcp.check-port",
    MarkedDown = "policy.tcp.on-marked-down",
    MarkedUp = "policy.tcp.on-marked-up",
    BackupService = "tcp.backup",
    IngressPort = "tcp.ingress-port",
    TcpCertificate = "tcp.tls.certificate",
    TcpAlpn = "tcp.tls.alpn",
    TcpClientAuthority = "tcp.tls.authority",
    TcpClientCertificateOptional = "tcp.tls.optional",
    TcpClientAuthorityStrict = "tcp.tls.strict",
    AcceptProxy = "tcp.proxy",
    TcpSnippet = "tcp.snippet",
    DefaultBackend = "route.default",
    Maxconn = "global.process.maxconn",
    Threads = "global.process.threads",
    HardStopAfter = "global.process.hard-stop-after",
    SyslogTargets = "global.logging.targets",
    LogFormat = "global.logging.format",
    TcpLogFormat = "global.logging.tcp-format",
    SkipNullLog = "global.logging.skip-null",
    LogAsap = "global.logging.asap",
    ConnectTimeout = "global.timeouts.connect",
    ClientTimeout = "global.timeouts.client",
    ClientFinTimeout = "global.timeouts.client-fin",
    ServerFinTimeout = "global.timeouts.server-fin",
    QueueTimeout = "global.timeouts.queue",
    TunnelTimeout = "global.timeouts.tunnel",
    HttpRequestTimeout = "global.timeouts.http-request",
    HttpKeepAliveTimeout = "global.timeouts.http-keep-alive",
    DefaultCertificate = "global.client-tls.certificate",
    Alpn = "global.client-tls.alpn",
    StrictSni = "global.client-tls.strict-sni",
    ClientAuthority = "global.client-tls.authority",
    ClientCertificateOptional = "global.client-tls.optional",
    CertificateSigner = "global.client-tls.signer",
    CleanCertificates = "global.client-tls.clean",
    ProxyProtocol = "global.proxy-protocol",
    AltSvc = "global.connections.alt-svc",
    ConnectionMode = "global.connections.mode",
    GlobalSnippet = "global.snippets.global",
    FrontendSnippet = "global.snippets.frontend",
    StatsSnippet = "global.snippets.stats",
    CustomFrontend = "global.snippets.custom",
    GlobalResource = "global.resources.global",
    DefaultsResource = "global.resources.defaults",
    FrontendResource = "global.resources.frontend",
    MetricsAuth = "global.resources.metrics-auth",
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}
