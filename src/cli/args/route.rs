//! `ingressc route`.

use std::net::IpAddr;

use clap::{Args, ValueHint};

use super::{AnnotationFlags, ConfigFlags, InputFlags};

/// Tell which route a request or a connection takes
///
/// Shows the host, path and backend that a request meets, the servers behind it, and the rules that lost, each with its place
/// in the manifests. Of a connection to a port of a TCP service: who asked for the port, the rule that decides, the servers, and
/// the lines of haproxy.cfg.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ingressc route https://shop.example.com/cart -i deploy/
  ingressc route https://shop.example.com/cart -i deploy/ --expect cart/cart:http
  ingressc route tcp://10.0.0.1:26000 -i deploy/ --from 192.0.2.9
  ingressc route --all -i deploy/")]
pub(in crate::cli) struct Route {
    /// `[SCHEME://]HOST[:PORT][/PATH]`, the scheme being http when left out, or `tcp://HOST:PORT`
    #[arg(required_unless_present_any = ["all", "show_files", "show_settings"], conflicts_with = "all", value_hint = ValueHint::Url)]
    pub(in crate::cli) url: Option<String>,
    /// Print the table of all routes
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Exit 0 if the request is routed to this Service port, else 1
    #[arg(long, value_name = "NS/SVC:PORT", conflicts_with = "all")]
    pub(in crate::cli) expect: Option<String>,
    /// Request method
    #[arg(
        long,
        value_name = "METHOD",
        default_value = "GET",
        conflicts_with = "all"
    )]
    pub(in crate::cli) method: String,
    /// Address of the client
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1",
        conflicts_with = "all"
    )]
    pub(in crate::cli) from: IpAddr,
    /// With `tcp://`: the client begins with a TLS handshake
    #[arg(long, conflicts_with = "all")]
    pub(in crate::cli) tls: bool,
    /// With `tcp://`: the name in the handshake, and not HOST; implies --tls
    #[arg(long, value_name = "NAME", conflicts_with = "all")]
    pub(in crate::cli) sni: Option<String>,
    /// A header of the request, `Name: value`; may be repeated
    #[arg(
        short = 'H',
        long = "header",
        value_name = "HEADER",
        conflicts_with = "all"
    )]
    pub(in crate::cli) headers: Vec<String>,
    /// Files, folders or globs; `-` is stdin
    #[arg(short = 'i', long = "input", value_name = "PATH", num_args = 1.., help_heading = "Input")]
    pub(in crate::cli) paths: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) inputs: InputFlags,
    #[command(flatten)]
    pub(in crate::cli) annotations: AnnotationFlags,
    #[command(flatten)]
    pub(in crate::cli) config: ConfigFlags,
}
