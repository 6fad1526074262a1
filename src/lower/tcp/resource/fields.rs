//! The fields of an item and of what is below it, as the controller's definition names them, and what becomes of each.
//!
//! Source: the definitions of `TCP` in `ingress.v1.haproxy.org` and `ingress.v3.haproxy.org`, whose frontends differ in a few fields
//! that nothing is made of.

use super::cursor::{Cursor, Remarks};
use crate::finding::{Code, Severity};
use crate::lower::suggest::nearest;

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is read where it belongs.
    Read,
    /// It changes nothing: the controller sets it, or it holds here anyhow.
    Nothing,
    /// It is about requests.
    Requests,
    /// How clients are asked for signs of life, which is done here in one way.
    KeepAlive,
    /// Left out.
    LeftOut,
    /// Left out, and without it somebody would be let in, or answered, who should not.
    Guards,
}

/// Fields by what becomes of them.
type Table = &'static [(Fate, &'static str)];

/// Of an item of `spec`.
const ITEM: Table = &[
    (Fate::Read, "frontend service services"),
    (Fate::Nothing, "name"),
];

/// Of `service`, and of the items of `services`.
const SERVICE: Table = &[(Fate::Read, "name port")];

/// Of `frontend`.
const FRONTEND: Table = &[
    (
        Fate::Read,
        "name binds acl_list backend_switching_rule_list tcp_request_rule_list client_timeout maxconn log_format mode disabled",
    ),
    (
        Fate::Nothing,
        "id guid description metadata from enabled tcplog dontlognull tcpka clitcpka bind_process",
    ),
    (Fate::KeepAlive, "clitcpka_cnt clitcpka_idle clitcpka_intvl"),
    (
        Fate::Requests,
        "accept_invalid_http_request accept_unsafe_violations_in_http_request compression disable_h2_upgrade error_files \
         errorfiles_from_http_errors errorloc302 errorloc303 forwardfor h1_case_adjust_bogus_client http-buffer-request \
         http-drop-response-trailers http-keep-alive http-server-close http-use-htx http-use-proxy-header \
         http_after_response_rule_list http_connection_mode http_ignore_probes http_keep_alive_timeout http_no_delay \
         http_pretend_keepalive http_request_rule_list http_request_timeout http_response_rule_list \
         http_restrict_req_hdr_names http_use_proxy_header httpclose httplog httpslog idle_close_on_response monitor_fail \
         monitor_uri originalto quic_initial_rule_list stats_options tarpit_timeout unique_id_format unique_id_header",
    ),
    (
        Fate::LeftOut,
        "backlog capture_list clflog client_fin_timeout contstats default_backend dontlog_normal email_alert error_log_format \
         filter_list independent_streams log_format_sd log_separate_errors log_steps log_tag log_target_list logasap nolinger \
         socket_stats splice_auto splice_request splice_response stick_table tcp_smart_accept",
    ),
    (Fate::Guards, "ssl_front_use_list"),
];

/// Of an entry of `binds`.
const BIND: Table = &[
    (
        Fate::Read,
        "address port port-range-end v4v6 v6only ssl ssl_certificate alpn accept_proxy ssl_cafile verify ssl_min_ver",
    ),
    (
        Fate::Nothing,
        "name id guid_prefix metadata no_sslv3 no_tlsv10 no_tlsv11 no_tls_tickets prefer_client_ciphers no_alpn \
         expose_fd_listeners severity_output",
    ),
    (
        Fate::LeftOut,
        "backlog ca_ignore_err ciphers ciphersuites client_sigalgs crt_ignore_err curves default_crt_list defer_accept ecdhe \
         force_sslv3 force_tlsv10 force_tlsv11 force_tlsv12 gid group idle_ping level maxconn mode mss nbconn nice no_ca_names \
         no_tlsv13 npn process quic-cc-algo quic-force-retry quic-socket quic_cc_algo_burst_size quic_cc_algo_max_window \
         sigalgs ssl_max_ver tcp_user_timeout tfo thread tls_ticket_keys tls_tickets uid user allow_0rtt",
    ),
    (
        Fate::Guards,
        "accept_netscaler_cip ca_sign_file ca_sign_pass ca_verify_file crl_file crt_list force_tlsv13 \
         generate_certificates interface namespace no_tlsv12 proto strict_sni transparent",
    ),
];

/// Of an entry of `acl_list`.
const ACL: Table = &[
    (Fate::Read, "acl_name criterion value"),
    (Fate::Nothing, "index metadata"),
];

/// Of an entry of `backend_switching_rule_list`.
const SWITCHING: Table = &[
    (Fate::Read, "name cond cond_test"),
    (Fate::Nothing, "index metadata"),
];

/// What has fields.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of {
    Item,
    Service,
    Frontend,
    Bind,
    Acl,
    Switching,
}

impl Of {
    fn table(self) -> Table {
        match self {
            Self::Item => ITEM,
            Self::Service => SERVICE,
            Self::Frontend => FRONTEND,
            Self::Bind => BIND,
            Self::Acl => ACL,
            Self::Switching => SWITCHING,
        }
    }

    fn names(self) -> impl Iterator<Item = (Fate, &'static str)> {
        let names = |(fate, names): &(Fate, &'static str)| {
            let fate = *fate;
            names.split_whitespace().map(move |name| (fate, name))
        };
        self.table().iter().flat_map(names)
    }
}

/// Says what becomes of the fields that nobody reads.
pub(super) fn check(of: Of, at: &Cursor<'_>, remarks: &mut Remarks) {
    for (name, field) in at.fields() {
        let fate = of.names().find(|(_, known)| *known == name);
        let Some((fate, _)) = fate else {
            let nearest = nearest(name, of.names().map(|(_, known)| known));
            remarks.unknown(name, &field, nearest);
            continue;
        };
        if field.is_unset() {
            continue;
        }
        match fate {
            Fate::Read | Fate::Nothing => {}
            Fate::Requests => remarks.left_out(
                &field,
                "is about requests, which nobody sees on a port in TCP mode",
                "remove it, or route the Service by an Ingress",
            ),
            Fate::KeepAlive => {
                let finding = remarks.about(
                    Code::UNSUPPORTED_DIALECT_KEY,
                    &field,
                    "is not translated: clients that are silent are asked for a sign of life after five minutes",
                );
                let finding = finding.severity(Severity::Info);
                remarks.findings.push(finding.help("remove it"));
            }
            Fate::LeftOut => remarks.left_out(&field, "is not translated", "remove it"),
            Fate::Guards => remarks.closed(
                Code::UNSUPPORTED_DIALECT_KEY,
                &field,
                "decides who is let in or what they are answered with, and is not translated",
                "remove it, if everybody who reaches the port may connect",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_field_has_two_fates() {
        for of in [
            Of::Item,
            Of::Service,
            Of::Frontend,
            Of::Bind,
            Of::Acl,
            Of::Switching,
        ] {
            let mut names: Vec<_> = of.names().map(|(_, name)| name).collect();
            names.sort_unstable();
            let count = names.len();
            names.dedup();
            assert_eq!(names.len(), count, "{of:?}");
        }
    }
}
