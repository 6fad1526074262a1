//! `ingressc route`.

use std::net::IpAddr;

use clap::{Args, ValueEnum, ValueHint};

use super::flags::haproxy_version;
use super::{AnnotationFlags, ConfigFlags, InputFlags};
use crate::date::Date;
use crate::ir::HaproxyVersion;

/// Tell which route a request or a connection takes
///
/// Tells all that a request meets, in order and each with its place in the manifests: the listener, the certificate, the host and the
/// path with those that lost, the rules of annotations, what servers get, the backend and its servers, and the lines of haproxy.cfg
/// that decide. Of a connection to a port of a TCP service: who asked for the port, the rule that decides, and the servers. Without a
/// URL: the table of all routes, or a picture of them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc route https://shop.example.com/cart -i deploy/
  ingressc route https://shop.example.com/cart -i deploy/ --expect cart/cart:http
  ingressc route https://shop.example.com/cart -i deploy/ --why-not shop/shop
  ingressc route https://shop.example.com/ -i deploy/ --method POST -H 'Origin: https://a.example' --from 192.0.2.9
  ingressc route tcp://10.0.0.1:26000 -i deploy/ --from 192.0.2.9
  ingressc route --all -i deploy/ --format markdown
  ingressc route --graph routes.svg -i deploy/")]
pub(in crate::cli) struct Route {
    /// `[SCHEME://]HOST[:PORT][/PATH]`, the scheme being http when left out, or `tcp://HOST:PORT`
    #[arg(required_unless_present_any = ["all", "graph", "show_files", "show_settings"], conflicts_with_all = ["all", "graph"], value_hint = ValueHint::Url)]
    pub(in crate::cli) url: Option<String>,
    /// Print the table of all routes
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Draw all routes: FILE.svg is a picture, FILE.mmd the text of a Mermaid diagram, `-` the latter on stdout
    #[arg(long, value_name = "FILE", conflicts_with = "all", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) graph: Option<String>,
    /// Exit 0 if the request is routed to this Service port, else 1
    #[arg(long, value_name = "NS/SVC:PORT", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) expect: Option<String>,
    /// Tell why this Ingress, this path of an Ingress (NS/NAME:/PATH), or this Service port (NS/SVC:PORT) did not get the request
    #[arg(long, value_name = "NS/NAME[:PATH]", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) why_not: Option<String>,
    /// How to print the answer
    #[arg(
        long,
        value_enum,
        default_value = "human",
        conflicts_with = "graph",
        help_heading = "Output"
    )]
    pub(in crate::cli) format: RouteFormat,
    #[command(flatten)]
    pub(in crate::cli) request: RequestFlags,
    /// Files, folders or globs; `-` is stdin
    #[arg(short = 'i', long = "input", value_name = "PATH", num_args = 1.., help_heading = "Input")]
    pub(in crate::cli) paths: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    /// The day for which certificates are judged, such as 2026-08-22; without it expiry is not told
    #[arg(long, value_name = "DATE", help_heading = "Target")]
    pub(in crate::cli) now: Option<Date>,
    /// The version for which haproxy.cfg is written, the lines of which are told: 2.6 to 3.4 [default: 2.6]
    #[arg(long, value_name = "VERSION", value_parser = haproxy_version, help_heading = "Target")]
    pub(in crate::cli) haproxy: Option<HaproxyVersion>,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}

/// What is sent besides the URL.
#[derive(Debug, Args)]
#[command(next_help_heading = "Request")]
pub(in crate::cli) struct RequestFlags {
    /// Request method
    #[arg(long, value_name = "METHOD", default_value = "GET", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) method: String,
    /// A header of the request, `Name: value`; may be repeated
    #[arg(short = 'H', long = "header", value_name = "HEADER", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) headers: Vec<String>,
    /// The Host header, if it is not that of the URL; an empty one stands for none
    #[arg(long, value_name = "HOST", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) host: Option<String>,
    /// The request target as it is sent, in place of the path of the URL: `*`, or another URL
    #[arg(long, value_name = "TARGET", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) request_target: Option<String>,
    /// Address of the client
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) from: IpAddr,
    /// HTTP of the client: 2 has to be offered in the handshake, and names a host; others may come without
    #[arg(long, value_enum, value_name = "VERSION", default_value = "1.1", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) http: HttpVersion,
    /// The name in the TLS handshake, if it is not that of the URL; an empty one stands for none. With `tcp://` it implies --tls
    #[arg(long, value_name = "NAME", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) sni: Option<String>,
    /// With `tcp://`: the client begins with a TLS handshake
    #[arg(long, conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) tls: bool,
    /// What the client shows when it is asked for a certificate
    #[arg(long, value_enum, value_name = "WHICH", default_value = "trusted", conflicts_with_all = ["all", "graph"])]
    pub(in crate::cli) client_certificate: Shows,
}

/// `--format` of `ingressc route`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum RouteFormat {
    /// Columns, for a terminal
    Human,
    /// JSON with a version
    Json,
    /// A table, for a comment or a page
    Markdown,
}

/// `--http`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum HttpVersion {
    /// HTTP/1.0
    #[value(name = "1.0")]
    V10,
    /// HTTP/1.1
    #[value(name = "1.1")]
    V11,
    /// HTTP/2
    #[value(name = "2")]
    V2,
}

/// `--client-certificate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Shows {
    /// One of the authority that is asked for
    Trusted,
    /// One of another authority
    Foreign,
    /// None
    None,
}
