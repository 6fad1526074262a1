//! What can be said about a route, a backend or the host as a whole, by name; and for each, when a change of it lowers protection.
//!
//! The table below is the only place that decides about `!`. What it calls [`Guard::Plain`] is shown and never marked.

use crate::ir::Field;

/// How a change is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Nobody knows which way protects more.
    Plain,
    /// It protects as long as it is there.
    Kept,
    /// It protects as it is: another value, unless it is known to be stronger, or none, protects less.
    Fixed,
    /// It says whom to believe: something new, or something else, protects less.
    Claims,
    /// It lets in what it lists; without it everybody may come. More, or none, protects less.
    Narrow,
    /// It keeps out what it lists. Less, or none, protects less.
    Shield,
    /// It lets through what it lists; without it nobody is. More protects less.
    Wide,
    /// As `Wide`, where it was there before.
    Grows,
    /// A number that bounds clients. A larger one, or none, protects less.
    AtMost,
    /// A number that binds clients. A smaller one, or none, protects less.
    AtLeast,
}

macro_rules! facets {
    ($($name:ident $id:literal $label:literal $guard:ident $leader:expr, $field:expr;)*) => {
        /// Something that can be said, by name. Lists are in this order.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) enum Facet {
            $(#[doc = concat!("`", $id, "`: ", $label, ".")] $name,)*
        }

        impl Facet {
            /// All of them.
            #[cfg(test)]
            pub(super) const ALL: &[Self] = &[$(Self::$name,)*];

            /// Those that a setting decides.
            pub(super) fn of_field(field: Field) -> impl Iterator<Item = Self> {
                [$(Self::$name,)*].into_iter().filter(move |facet| facet.field() == Some(field))
            }

            /// The name in JSON.
            pub(super) fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// The name in a sentence.
            pub(super) fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)* }
            }

            /// How a change is judged.
            pub(super) fn guard(self) -> Guard {
                match self { $(Self::$name => Guard::$guard,)* }
            }

            /// What it is a detail of: where that comes or goes as a whole, the detail is not told.
            pub(super) fn leader(self) -> Option<Self> {
                match self { $(Self::$name => $leader,)* }
            }

            /// The setting behind it, by which its place is found.
            pub(super) fn field(self) -> Option<Field> {
                match self { $(Self::$name => $field,)* }
            }
        }
    };
}

facets! {
    Allow "allow_list" "allow-list" Narrow None, Some(Field::AllowList);
    Deny "deny_list" "deny-list" Shield None, Some(Field::DenyList);
    BasicAuth "basic_auth" "basic auth" Kept None, Some(Field::AuthType);
    AuthUsers "auth_users" "users of basic auth" Grows Some(Self::BasicAuth), Some(Field::AuthSecret);
    AuthPassword "auth_password" "password of user" Plain Some(Self::BasicAuth), Some(Field::AuthSecret);
    AuthRealm "auth_realm" "realm of basic auth" Plain Some(Self::BasicAuth), Some(Field::AuthRealm);
    HttpsRedirect "https_redirect" "redirect to https" Kept None, Some(Field::HttpsRedirect);
    RateLimit "rate_limit" "rate limit" AtMost None, Some(Field::RateLimit);
    RateLimitExempt "rate_limit_exempt" "addresses without rate limit" Wide Some(Self::RateLimit), Some(Field::RateLimitExempt);
    RateLimitStatus "rate_limit_status" "status of the rate limit" Plain Some(Self::RateLimit), Some(Field::RateLimitStatus);
    RateLimitSize "rate_limit_size" "clients that the rate limit remembers" AtLeast Some(Self::RateLimit), Some(Field::RateLimitSize);
    Hsts "hsts" "HSTS" AtLeast None, Some(Field::ResponseHeaders);
    SecurityHeader "security_header" "response header" Fixed None, Some(Field::ResponseHeaders);
    Cors "cors_origins" "CORS origins" Wide None, Some(Field::CorsOrigin);
    CorsMethods "cors_methods" "CORS methods" Wide Some(Self::Cors), Some(Field::CorsMethods);
    CorsHeaders "cors_headers" "CORS headers" Wide Some(Self::Cors), Some(Field::CorsHeaders);
    CorsCredentials "cors_credentials" "CORS with credentials" Wide Some(Self::Cors), Some(Field::CorsCredentials);
    CorsMaxAge "cors_max_age" "CORS max-age" Plain Some(Self::Cors), Some(Field::CorsMaxAge);
    CorsPreflight "cors_preflight" "CORS preflight answered here" Plain Some(Self::Cors), Some(Field::CorsPreflight);
    ClientAddress "client_address" "client address read from" Claims None, Some(Field::ClientSource);
    TrustedProxies "trusted_proxies" "proxies that may name the client" Grows Some(Self::ClientAddress), Some(Field::ClientSource);
    GuardingLine "guarding_line" "raw line that keeps clients out" Kept None, Some(Field::BackendSnippet);
    HostRedirect "host_redirect" "redirect to host" Plain None, Some(Field::HostRedirect);
    RequestHeader "request_header" "request header" Plain None, Some(Field::RequestHeaders);
    ResponseHeader "response_header" "response header" Plain None, Some(Field::ResponseHeaders);
    HostHeader "host_header" "Host header to servers" Plain None, Some(Field::RequestHost);
    ForwardedFor "forwarded_for" "X-Forwarded-For to servers" Plain None, Some(Field::ForwardedFor);
    PathRewrite "path_rewrite" "path rewrite" Plain None, Some(Field::PathRewrite);
    ServerTls "server_tls" "TLS to servers" Kept None, Some(Field::ServerTls);
    ServerVerify "server_verify" "verification of servers" Fixed Some(Self::ServerTls), Some(Field::ServerAuthority);
    ServerCertificate "server_certificate" "certificate shown to servers" Plain Some(Self::ServerTls), Some(Field::ServerCertificate);
    ServerProtocol "server_protocol" "protocol to servers" Plain None, Some(Field::ServerProtocol);
    ProxyHeader "proxy_header" "PROXY header to servers" Plain None, Some(Field::ServerProxyProtocol);
    Balance "balance" "balance" Plain None, Some(Field::Balance);
    AbortOnClose "abort_on_close" "abort on close" Plain None, Some(Field::AbortOnClose);
    Cookie "cookie" "affinity cookie" Plain None, Some(Field::Cookie);
    Check "check" "health check" Plain None, Some(Field::CheckHttp);
    CheckInterval "check_interval" "check interval" Plain None, Some(Field::CheckInterval);
    CheckTimeout "check_timeout" "check timeout" Plain None, Some(Field::CheckTimeout);
    ServerMaxconn "server_maxconn" "connections a server" Plain None, Some(Field::ServerMaxconn);
    ServerTimeout "server_timeout" "server timeout" Plain None, Some(Field::ServerTimeout);
    ConnectTimeout "connect_timeout" "connect timeout" Plain None, Some(Field::PortConnectTimeout);
    QueueTimeout "queue_timeout" "queue timeout" Plain None, Some(Field::PortQueueTimeout);
    ServerFinTimeout "server_fin_timeout" "server-fin timeout" Plain None, None;
    TunnelTimeout "tunnel_timeout" "tunnel timeout" Plain None, Some(Field::PortTunnelTimeout);
    KeepAlive "keepalive" "TCP keep-alive" Plain None, Some(Field::KeepAlive);
    TcpCheck "tcp_check" "health check" Plain None, Some(Field::PortCheck);
    CheckPort "check_port" "checked port" Plain None, Some(Field::PortCheckPort);
    MarkedDown "on_marked_down" "sessions of servers that go down" Plain None, Some(Field::MarkedDown);
    MarkedUp "on_marked_up" "sessions of backups when servers are up" Plain None, Some(Field::MarkedUp);
    Capture "capture" "log captures" Plain None, Some(Field::Capture);
    RawLine "raw_line" "raw line" Plain None, Some(Field::BackendSnippet);

    Rules "rules" "rules" Plain None, None;
    Tls "tls" "TLS" Kept None, Some(Field::TcpCertificate);
    TlsCertificate "tls_certificate" "certificate" Plain Some(Self::Tls), Some(Field::TcpCertificate);
    Alpn "alpn" "ALPN" Plain Some(Self::Tls), Some(Field::TcpAlpn);
    PortClientTls "port_client_certificates" "client certificates" Fixed None, Some(Field::TcpClientAuthority);
    PortClientTlsRequired "port_client_certificates_required" "clients without a certificate refused" Kept Some(Self::PortClientTls), Some(Field::TcpClientCertificateOptional);
    ClientTimeout "client_timeout" "client timeout" Plain None, Some(Field::ListenerTimeout);
    ClientMaxconn "client_maxconn" "connections" Plain None, Some(Field::ListenerMaxconn);
    AcceptProxy "accept_proxy" "PROXY header from clients" Wide None, Some(Field::AcceptProxy);

    Affinity "client_ip_affinity" "client IP affinity" Plain None, None;
    Backup "backup" "backup Service" Plain None, Some(Field::BackupService);

    Listen "listen" "listeners" Wide None, None;
    ClientTls "client_certificates" "client certificates" Fixed None, Some(Field::ClientAuthority);
    ClientTlsRequired "client_certificates_required" "clients without a certificate refused" Kept Some(Self::ClientTls), Some(Field::ClientCertificateOptional);
    StrictSni "strict_sni" "strict SNI" Plain None, Some(Field::StrictSni);
    GlobalAlpn "global_alpn" "ALPN" Plain None, Some(Field::Alpn);
    ProxyProtocol "proxy_protocol" "addresses that may send a PROXY header" Wide None, Some(Field::ProxyProtocol);
    ClosedAll "closed" "all routes closed" Kept None, None;
    Logging "logging" "logging" Plain None, Some(Field::SyslogTargets);
    LogFormat "log_format" "log format" Plain None, Some(Field::LogFormat);
    Limit "limit" "limit" Plain None, None;
    Timeout "timeout" "timeout" Plain None, None;
    Connections "connections" "connections" Plain None, None;
    ErrorPage "error_page" "error page" Plain None, None;
    GlobalLine "global_line" "raw line" Plain None, None;
    OwnLine "own_line" "included line" Plain None, None;
    Line "line" "line" Plain None, None;
    Section "section" "section" Plain None, None;
    Resolvers "resolvers" "resolvers" Plain None, None;
    Process "process" "process" Plain None, None;
    Metrics "metrics" "metrics" Wide None, None;
    AdminSocket "admin_socket" "admin socket" Wide None, None;
    ConditionOrder "condition_order" "order of conditions" Plain None, None;
    Exposed "exposed" "reachable only behind" Plain None, None;
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_leaders_lead_nobody_themselves() {
        let ids: BTreeSet<&str> = Facet::ALL.iter().map(|facet| facet.id()).collect();
        assert_eq!(ids.len(), Facet::ALL.len());
        for facet in Facet::ALL {
            let above = facet.leader().and_then(Facet::leader);
            assert_eq!(above, None, "{facet:?}");
        }
    }
}
