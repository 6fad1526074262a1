//! Every sample that formats may hold, tried on HAProxy where it may stand.

use std::fmt::Write as _;

use ingressc::ir::{Moment, Sample};

use crate::haproxy;

#[test]
fn haproxy_takes_every_sample_in_its_moment() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    for moment in [Moment::Request, Moment::Response, Moment::Log] {
        let samples = Sample::examples(moment);
        assert!(samples.len() > 40, "{moment:?}: {}", samples.len());
        let config = config(moment, &samples);
        if let Err(said) = haproxy::check_text(binary, &config) {
            panic!("{moment:?}: {said}\n{config}");
        }
    }
}

/// Connections of TCP services are logged without requests, and a format for them may hold what any log may.
#[test]
fn haproxy_takes_every_sample_in_logs_of_connections() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let pieces: Vec<String> = Sample::examples(Moment::Log)
        .iter()
        .map(|sample| format!("%[{sample}]"))
        .collect();
    let config = format!(
        "defaults d_tcp
    mode tcp
    log stdout format raw local0
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend fe_tcp from d_tcp
    bind 127.0.0.1:18098
    log-format '{}'
    default_backend b
backend b from d_tcp
    server s 127.0.0.1:1
",
        pieces.join(" ")
    );
    if let Err(said) = haproxy::check_text(binary, &config) {
        panic!("{said}\n{config}");
    }
}

/// A configuration whose frontend has our variables, and whose policy has a line for each sample.
fn config(moment: Moment, samples: &[String]) -> String {
    let mut text = "\
defaults d_http
    mode http
    log stdout format raw local0
    timeout connect 5s
    timeout client 5s
    timeout server 5s
"
    .to_owned();
    let (mut frontend, mut policy) = (String::new(), String::new());
    for sample in samples {
        assert!(Sample::parse(sample, moment).is_ok(), "{sample}");
        match moment {
            Moment::Request => {
                frontend.push_str("    declare capture request len 64\n");
                let slot = frontend.lines().count() - 1;
                let _ = write!(
                    policy,
                    "    http-request set-header X-A '%[{sample}]'
    http-request capture '{sample}' id {slot}
    http-request redirect location 'https://a/%[{sample}]' if FALSE
"
                );
            }
            Moment::Response => {
                let _ = writeln!(policy, "    http-response set-header X-A '%[{sample}]'");
            }
            Moment::Log => {}
        }
    }
    if moment == Moment::Log {
        let pieces: Vec<String> = samples.iter().map(|it| format!("%[{it}]")).collect();
        frontend = format!("    log-format '{}'\n", pieces.join(" "));
    }
    text.push_str("defaults d_pol from d_http\n");
    text.push_str(&policy);
    text.push_str("frontend fe_http from d_http\n    bind 127.0.0.1:18099\n");
    text.push_str("    http-request set-var(txn.host) req.fhdr(host)\n");
    text.push_str("    http-request set-var(txn.path) path\n");
    text.push_str("    http-request set-var(txn.be) path\n");
    text.push_str(&frontend);
    text.push_str("    default_backend b\nbackend b from d_pol\n    server s 127.0.0.1:1\n");
    text
}
