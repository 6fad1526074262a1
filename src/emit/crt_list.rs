//! The list of certificates: which file is offered for which names.
//!
//! In: the certificates. Out: `crt-list.txt`. A crt-list knows no quoting; the types allow no character that would need it,
//! and the writer checks again. Manual: section 5.1, `crt-list`.

use std::fmt::Write;

use super::EmitError;
use super::lines::Lines;
use crate::ir::{Certificates, FileStem, Pem, PemFile, TcpCertificates, TcpListener, Termination};

/// A line holds 2,048 words and 65,535 characters; a name has 255 at most.
const MAX_NAMES: usize = 2_000;
const MAX_BYTES: usize = 65_000;

/// The file of a certificate of ours, within the bundle.
pub(crate) fn path(stem: &FileStem) -> String {
    format!("certs/{stem}.pem")
}

/// Writes the list. The default certificate comes first: HAProxy offers the first one to names it does not know. `!*`
/// keeps it from being chosen by the names inside it, which would be another order than the manifests'.
///
/// A certificate without names that is not the default is left out: without names HAProxy would take those inside it.
pub(super) fn crt_list(certificates: &Certificates) -> Result<Lines, EmitError> {
    let mut out = String::new();
    let mut origins = Vec::new();
    if let Some(stem) = &certificates.default {
        let certificate = certificates
            .files
            .get(stem)
            .ok_or_else(|| EmitError::MissingCertificate(stem.clone()))?;
        let _ = writeln!(out, "{} !*", location(stem, &certificate.pem)?);
        origins.push((1, certificate.origin));
    }
    for (stem, certificate) in &certificates.files {
        let file = location(stem, &certificate.pem)?;
        let mut names = certificate
            .names
            .iter()
            .map(|name| name.value.to_string())
            .peekable();
        while names.peek().is_some() {
            let start = out.len();
            out.push_str(&file);
            for _ in 0..MAX_NAMES {
                let Some(name) = names.next_if(|n| out.len() - start + n.len() < MAX_BYTES) else {
                    break;
                };
                out.extend([" ", &name]);
            }
            out.push('\n');
            let number = origins.last().map_or(1, |(last, _)| last + 1);
            origins.push((number, certificate.origin));
        }
    }
    Ok(Lines {
        bytes: out.into_bytes(),
        origins,
    })
}

/// The one certificate that a listener of a TCP service answers all with; `None` where it has several, or none of its own.
pub(super) fn single(tls: &Termination) -> Option<&PemFile> {
    match &tls.certificates {
        TcpCertificates::Own { default, named } if named.is_empty() => default.as_ref(),
        _ => None,
    }
}

/// Where the list of a listener lies.
pub(super) fn path_of(listener: &TcpListener) -> String {
    format!("crt-lists/{}.txt", listener.name)
}

/// The list of a listener of a TCP service with several certificates of its own; the default one first, as in [`crt_list`].
pub(super) fn of_listener(listener: &TcpListener) -> Result<Option<Lines>, EmitError> {
    let Some(tls) = listener.tls.as_ref().filter(|tls| single(tls).is_none()) else {
        return Ok(None);
    };
    let TcpCertificates::Own { default, named } = &tls.certificates else {
        return Ok(None);
    };
    let mut out = String::new();
    if let Some(PemFile { stem, pem }) = default {
        let _ = writeln!(out, "{} !*", location(stem, pem)?);
    }
    for (name, PemFile { stem, pem }) in named {
        let _ = writeln!(out, "{} {name}", location(stem, pem)?);
    }
    let lines = (1..).zip(out.lines());
    let origins = lines.map(|(number, _)| (number, tls.origin)).collect();
    Ok(Some(Lines {
        bytes: out.into_bytes(),
        origins,
    }))
}

/// The first word of a line.
fn location(stem: &FileStem, pem: &Pem) -> Result<String, EmitError> {
    let file = match pem {
        Pem::Inline(_) => path(stem),
        Pem::File(path) => path.clone(),
    };
    let special = |b: u8| !b.is_ascii_graphic() || matches!(b, b'[' | b']' | b'#');
    if file.len() > 4_096 || file.bytes().any(special) {
        return Err(EmitError::MissingCertificate(stem.clone()));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::example;

    #[test]
    fn the_default_comes_first_and_keeps_its_own_names() {
        let mut all = Certificates::default();
        let mut add = |stem: &str, names: &[&str]| {
            all.files.insert(
                FileStem::new(stem).expect("legal"),
                example::certificate(names),
            );
        };
        add("a", &["a.com", "b.com"]);
        add("z", &["*.z.com"]);
        add("nameless", &[]);
        all.default = FileStem::new("z");
        let text = String::from_utf8(crt_list(&all).expect("legal").bytes).expect("ASCII");
        assert_eq!(
            text,
            "certs/z.pem !*\ncerts/a.pem a.com b.com\ncerts/z.pem *.z.com\n"
        );
        let origins = crt_list(&all).expect("legal").origins;
        assert_eq!(origins, [1, 2, 3].map(|line| (line, example::origin(1))));
        all.default = FileStem::new("missing");
        assert!(crt_list(&all).is_err());
    }

    #[test]
    fn long_lists_are_split_within_the_limits_of_a_line() {
        let names: Vec<String> = (0..5_000)
            .map(|n| format!("host-{n}.{}.com", "x".repeat(40)))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut all = Certificates::default();
        all.files.insert(
            FileStem::new("a").expect("legal"),
            example::certificate(&names),
        );
        let text = String::from_utf8(crt_list(&all).expect("legal").bytes).expect("ASCII");
        let mut seen = 0;
        for line in text.lines() {
            assert!(line.len() < 65_535 && line.starts_with("certs/a.pem "));
            let words = line.split(' ').count();
            assert!(words <= 2_048);
            seen += words - 1;
        }
        assert_eq!(seen, 5_000);
    }
}
