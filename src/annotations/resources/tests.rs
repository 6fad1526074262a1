use super::translate::{Translation, translate};
use crate::annotations::Spec;
use crate::manifest::{self, Options};
use crate::source::{self, File, Sourced, Sources};

/// What a resource with this `spec` comes to.
fn translated(kind: &str, version: u8, spec: &str) -> Translation {
    let text = format!(
        "apiVersion: ingress.v{version}.haproxy.org/v{version}\nkind: {kind}\nmetadata: {{name: x, namespace: a}}\nspec: {spec}\n"
    );
    let mut sources = Sources::default();
    sources.add(File::new("x.yaml", text));
    let (documents, _) = source::documents(&sources);
    let (manifests, _) = manifest::read(&sources, &documents, &Options::default());
    let resource = manifests.resources.values().next().expect("it is read");
    translate(resource)
}

fn keys(translation: &Translation) -> Vec<String> {
    let shown = |key: &(&'static Spec, Sourced<String>)| format!("{}: {}", key.0.key, key.1.value);
    translation.keys.iter().map(shown).collect()
}

fn said(translation: &Translation) -> Vec<&str> {
    let messages = translation.findings.iter();
    messages.map(|finding| finding.message.as_str()).collect()
}

#[test]
fn a_field_becomes_the_key_that_says_the_same_in_both_versions() {
    for (version, spec) in [
        (3, "{server_timeout: 5000}"),
        (1, "{config: {server_timeout: 5000}}"),
    ] {
        let translation = translated("Backend", version, spec);
        assert_eq!(keys(&translation), ["timeout-server: 5000ms"], "{spec}");
        assert_eq!(said(&translation), [""; 0], "{spec}");
    }
}

#[test]
fn what_no_key_could_say_is_told_and_what_does_not_exist_is_told_apart() {
    let translation = translated(
        "Backend",
        3,
        "{retries: 3, sever_timeout: 5000, name: ignored, fullconn: 0, email_alert: {}}",
    );
    assert_eq!(
        said(&translation),
        [
            "`retries` of Backend a/x is not translated",
            "`sever_timeout` of Backend a/x is no field of it"
        ]
    );
    assert_eq!(
        translation.findings[1].help.as_deref(),
        Some("write `server_timeout`")
    );
    assert!(!translation.closes);
}

#[test]
fn a_value_outside_of_the_keys_grammar_is_not_translated() {
    let translation = translated("Backend", 3, "{server_timeout: 99999999999}");
    assert!(keys(&translation).is_empty());
    assert_eq!(said(&translation).len(), 1);
}

#[test]
fn a_rule_that_keeps_somebody_out_closes() {
    for (version, spec) in [
        (
            3,
            "{http_request_rule_list: [{type: deny, cond: if, cond_test: x}]}",
        ),
        (
            3,
            "{tcp_request_rule_list: [{type: content, action: reject}]}",
        ),
        (1, "{config: {}, http-requests: [{type: auth}]}"),
    ] {
        assert!(translated("Backend", version, spec).closes, "{spec}");
    }
    for spec in [
        "{http_request_rule_list: [{type: DENY}]}",
        "{http_request_rule_list: [{type: redirect, redir_type: scheme, redir_value: https}]}",
        "{http_request_rule_list: [{type: use-service, service_name: lua.gate}]}",
        "{http_request_rule_list: [{type: lua, lua_action: gate}]}",
        "{http_request_rule_list: [{type: send-spoe-group, spoe_engine: waf}]}",
        "{http_request_rule_list: [http-request deny]}",
        "{filter_list: [{type: spoe, spoe_engine: waf, spoe_config: /etc/waf.cfg}]}",
        "{default_server: {ssl: enabled, verify: required, ssl_cafile: /etc/ca.pem}}",
        "{default_server: {ssl: enabled, verifyhost: web.internal}}",
        "{default_server: {ssl: enabled, ssl_certificate: /etc/client.pem}}",
        "{default_server: {ssl: enable}}",
        "{default_server: {ssl: 'true'}}",
        "{default_server: ssl verify required}",
    ] {
        let translation = translated("Backend", 3, spec);
        assert!(translation.closes, "{spec}");
        let codes = translation.findings.iter().map(|it| it.code.to_string());
        assert!(codes.into_iter().any(|it| it == "ING503"), "{spec}");
    }
    let harmless = "{http_request_rule_list: [{type: set-header, hdr_name: a, hdr_format: deny}]}";
    assert!(!translated("Backend", 3, harmless).closes);
    for harmless in [
        "{default_server: {ssl: enabled, verify: none}}",
        "{default_server: {ssl: disabled, weight: 5}}",
        "{filter_list: []}",
    ] {
        assert!(!translated("Backend", 3, harmless).closes, "{harmless}");
    }
}

#[test]
fn timeouts_that_no_annotation_sets_are_kept() {
    let translation = translated("Backend", 3, "{tunnel_timeout: 7200000, queue_timeout: -1}");
    let shown = translation.timeouts.tunnel.map(|limit| limit.to_string());
    assert_eq!(shown.as_deref(), Some("2h"));
    assert_eq!(
        said(&translation),
        ["`queue_timeout` of Backend a/x is not translated"]
    );
}
