//! TLS of a bind: its certificate, and whose certificates clients have to show.

use super::World;
use super::cursor::{Cursor, Remarks, cut};
use crate::certificate::{Loaded, authority, file};
use crate::finding::{Code, Finding};
use crate::ir::global::ClientAuthority;
use crate::ir::{Pem, PemFile, ProtocolName, TcpCertificates, Termination};
use crate::manifest::ObjectName;

/// What a bind answers TLS with; `None` where it answers none, or nothing is to answer.
pub(super) fn read(
    bind: &Cursor<'_>,
    world: &World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Option<Termination> {
    let ssl = bind.field("ssl");
    let answers = ssl.as_ref().and_then(|ssl| remarks.flag(ssl));
    if answers != Some(true) {
        in_clear(bind, remarks);
        return None;
    }
    let ssl = ssl?;
    let Some(certificate) = bind.field("ssl_certificate") else {
        remarks.closed(
            Code::TLS_PORT_WITHOUT_CERTIFICATE,
            &ssl,
            "answers TLS, and no `ssl_certificate` is named",
            "name a Secret of the type `kubernetes.io/tls` in `ssl_certificate`",
        );
        return None;
    };
    let default = keypair(&certificate, world, remarks);
    let clients = clients(bind, world, remarks);
    versions(bind, remarks);
    Some(Termination {
        certificates: TcpCertificates::Own {
            default: Some(default?),
            named: Vec::new(),
        },
        clients,
        alpn: protocols(bind, remarks),
        origin: ssl.origin,
    })
}

/// Without TLS, what is about TLS means nothing: who wrote it takes the port for a safe one.
fn in_clear(bind: &Cursor<'_>, remarks: &mut Remarks) {
    for name in ["ssl_certificate", "ssl_cafile", "verify"] {
        if let Some(field) = bind.field(name).filter(|field| !field.is_unset()) {
            remarks.closed(
                Code::TLS_PORT_WITHOUT_CERTIFICATE,
                &field,
                "is about TLS, which the bind does not answer",
                "add `ssl: true` to the bind, or remove the field",
            );
        }
    }
}

/// A Secret of the namespace, or else a file on HAProxy's host.
fn keypair(at: &Cursor<'_>, world: &World<'_, '_, '_>, remarks: &mut Remarks) -> Option<PemFile> {
    let text = remarks.text(at)?;
    let name = ObjectName::new(world.namespace, text);
    let (loaded, findings) = world.keyring.keypair(&name);
    remarks.findings.extend(findings);
    from(
        at,
        "tcp",
        &name,
        loaded,
        Code::SECRET_NOT_FOUND,
        world,
        remarks,
    )
}

fn from(
    at: &Cursor<'_>,
    purpose: &str,
    name: &ObjectName,
    loaded: Loaded,
    missing: Code,
    world: &World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Option<PemFile> {
    match loaded {
        Loaded::Usable { pem, .. } => Some(file(purpose, name, pem)),
        Loaded::Unusable => {
            // What is wrong with it is said at the Secret.
            remarks.closes = true;
            None
        }
        Loaded::Missing if name.name.starts_with('/') => {
            let pem = Pem::file(&name.name);
            if pem.is_none() {
                remarks.closed(
                    Code::CERTIFICATE_UNUSABLE,
                    at,
                    &format!("is `{}`, which HAProxy cannot be given", cut(&name.name)),
                    "write an absolute path of letters, digits and `/._-+@:`",
                );
            }
            if pem.is_some() {
                remarks
                    .findings
                    .push(of_host(at, purpose, &name.name, remarks));
            }
            let place = ObjectName::new(world.namespace, "file");
            pem.map(|pem| file(purpose, &place, pem))
        }
        Loaded::Missing => {
            let (why, help) = world.keyring.absent(name);
            let what = format!("names Secret {}, which {why}", cut(&name.to_string()));
            remarks.closed(missing, at, &what, &help);
            None
        }
    }
}

/// Whoever may write the resource can name any file there, and a file that is missing keeps HAProxy from starting.
fn of_host(at: &Cursor<'_>, purpose: &str, path: &str, remarks: &Remarks) -> Finding {
    let (what, kind) = match purpose {
        "ca" => ("the authority", "with the authority"),
        _ => ("the private key", "of the type `kubernetes.io/tls`"),
    };
    let says = format!("takes {what} from `{}` of HAProxy's host", cut(path));
    remarks
        .about(Code::FOREIGN_SECRET, at, &says)
        .note("a path belongs to no namespace: every team that may write such a resource can use the file")
        .help(format!("name a Secret {kind} of the namespace, or accept it by an entry of `ignore` in ingressc.yaml"))
}

fn clients(
    bind: &Cursor<'_>,
    world: &World<'_, '_, '_>,
    remarks: &mut Remarks,
) -> Option<ClientAuthority> {
    let verify = bind.field("verify");
    let mode = match &verify {
        Some(at) => remarks.text(at)?,
        None => "none",
    };
    let authorities = bind.field("ssl_cafile");
    match (mode, &verify, authorities) {
        ("none", _, None) => None,
        ("none", _, Some(at)) => {
            remarks.left_out(
                &at,
                "asks nobody for a certificate: `verify` is not `required`",
                "add `verify: required`, or remove the field",
            );
            None
        }
        ("required" | "optional", _, Some(at)) => {
            let text = remarks.text(&at)?;
            let name = ObjectName::new(world.namespace, text);
            let (loaded, findings) = authority(&world.keyring, &name);
            remarks.findings.extend(findings);
            let file = from(
                &at,
                "ca",
                &name,
                loaded,
                Code::MTLS_CA_MISSING,
                world,
                remarks,
            )?;
            Some(ClientAuthority {
                file,
                optional: mode == "optional",
            })
        }
        ("required" | "optional", Some(at), None) => {
            remarks.closed(
                Code::MTLS_CA_MISSING,
                at,
                "asks clients for certificates, and no `ssl_cafile` says whose",
                "name a Secret with the authority, or an absolute path, in `ssl_cafile`",
            );
            None
        }
        (_, Some(at), _) => {
            let what = format!("is `{}`, which says nothing about clients", cut(mode));
            let help = "write `none`, `optional` or `required`";
            remarks.closed(Code::WRONG_TYPE, at, &what, help);
            None
        }
        (_, None, _) => None,
    }
}

/// TLS 1.2 is the least anyhow.
fn versions(bind: &Cursor<'_>, remarks: &mut Remarks) {
    let Some(at) = bind.field("ssl_min_ver") else {
        return;
    };
    match remarks.text(&at) {
        Some("TLSv1.2" | "") | None => {}
        Some("SSLv3" | "TLSv1.0" | "TLSv1.1") => {
            remarks.left_out(
                &at,
                "lets in clients that are refused here: TLS 1.2 is the least",
                "remove it",
            );
        }
        Some(_) => remarks.closed(
            Code::UNSUPPORTED_DIALECT_KEY,
            &at,
            "asks for more than TLS 1.2, and is not translated",
            "remove it, if clients may speak TLS 1.2",
        ),
    }
}

fn protocols(bind: &Cursor<'_>, remarks: &mut Remarks) -> Vec<ProtocolName> {
    let Some(at) = bind.field("alpn") else {
        return Vec::new();
    };
    let Some(text) = remarks.text(&at) else {
        return Vec::new();
    };
    let mut protocols = Vec::new();
    for name in text.split(',').filter(|name| !name.is_empty()) {
        match ProtocolName::new(name) {
            Some(protocol) if protocols.contains(&protocol) => {}
            Some(protocol) => protocols.push(protocol),
            None => {
                let what = format!("names no protocol with `{}`", cut(name));
                let help = "write names as they are registered, such as `postgresql`, with commas between them";
                remarks.left_out(&at, &what, help);
            }
        }
    }
    protocols
}
