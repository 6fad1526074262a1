//! The fields that the resources have, as the controller's definitions name them. Facts only: what becomes of a field is decided in
//! [`super::translate`].

use crate::manifest::ResourceKind;

/// Whether the resource has a field of this name.
pub(super) fn is_known(kind: ResourceKind, is_v1: bool, name: &str) -> bool {
    list(kind, is_v1).split(' ').any(|known| known == name)
}

/// The known field that is nearest to a name: one or two letters away, fewer in short names.
pub(super) fn nearest(kind: ResourceKind, is_v1: bool, name: &str) -> Option<&'static str> {
    let limit = (name.len() / 3).min(2);
    let close = list(kind, is_v1)
        .split(' ')
        .map(|known| (strsim::damerau_levenshtein(known, name), known));
    close
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, known)| known)
}

fn list(kind: ResourceKind, is_v1: bool) -> &'static str {
    match (kind, is_v1) {
        (ResourceKind::Backend, true) => BACKEND_V1,
        (ResourceKind::Backend, false) => BACKEND_V3,
        (ResourceKind::Defaults, true) => DEFAULTS_V1,
        (ResourceKind::Defaults, false) => DEFAULTS_V3,
        (ResourceKind::Global, true) => GLOBAL_V1,
        (ResourceKind::Global, false) => GLOBAL_V3,
        // No key that is translated names them.
        (ResourceKind::Frontend | ResourceKind::ValidationRules | ResourceKind::Tcp, _) => "",
    }
}

/// Below `spec.config` of a Backend of `ingress.v1.haproxy.org`.
const BACKEND_V1: &str = "\
abortonclose accept_invalid_http_response adv_check allbackups balance bind_process check_timeout checkcache \
compression connect_timeout cookie default_server description disabled dynamic_cookie_key email_alert enabled \
error_files errorfiles_from_http_errors errorloc302 errorloc303 external_check external_check_command \
external_check_path force_persist force_persist_list forwardfor from fullconn h1_case_adjust_bogus_server \
hash_balance_factor hash_type http-buffer-request http-check http-keep-alive http-no-delay http-server-close \
http-use-htx http_connection_mode http_keep_alive_timeout http_pretend_keepalive http_proxy http_request_timeout \
http_restrict_req_hdr_names http_reuse http_send_name_header httpchk_params httpclose id ignore_persist \
ignore_persist_list independent_streams load_server_state_from_file log_health_checks log_tag max_keep_alive_queue \
mode mysql_check_params name nolinger originalto persist persist_rule pgsql_check_params prefer_last_server \
queue_timeout redispatch retries retry_on server_fin_timeout server_state_file_name server_timeout smtpchk_params \
source splice_auto splice_request splice_response spop_check srvtcpka srvtcpka_cnt srvtcpka_idle srvtcpka_intvl \
stats_options stick_table tarpit_timeout tcp_smart_connect tcpka transparent tunnel_timeout use_fcgi_app";

/// Below `spec` of a Backend of `ingress.v3.haproxy.org`.
const BACKEND_V3: &str = "\
abortonclose accept_invalid_http_response accept_unsafe_violations_in_http_response acl_list adv_check allbackups \
balance check_timeout checkcache compression connect_timeout cookie default_server description disabled \
dynamic_cookie_key email_alert enabled error_files errorfiles_from_http_errors errorloc302 errorloc303 external_check \
external_check_command external_check_path filter_list force_persist force_persist_list forwardfor from fullconn guid \
h1_case_adjust_bogus_server hash_balance_factor hash_preserve_affinity hash_type http-buffer-request \
http-drop-request-trailers http-no-delay http-use-htx http_after_response_rule_list http_check_list \
http_connection_mode http_error_rule_list http_keep_alive_timeout http_pretend_keepalive http_proxy \
http_request_rule_list http_request_timeout http_response_rule_list http_restrict_req_hdr_names http_reuse \
http_send_name_header httpchk_params id ignore_persist ignore_persist_list independent_streams \
load_server_state_from_file log_health_checks log_tag log_target_list max_keep_alive_queue metadata mode \
mysql_check_params name nolinger originalto persist persist_rule pgsql_check_params prefer_last_server queue_timeout \
redispatch retries retry_on server_fin_timeout server_state_file_name server_switching_rule_list server_templates \
server_timeout smtpchk_params source splice_auto splice_request splice_response spop_check srvtcpka srvtcpka_cnt \
srvtcpka_idle srvtcpka_intvl stats_options stick_rule_list stick_table tarpit_timeout tcp_check_rule_list \
tcp_request_rule_list tcp_response_rule_list tcp_smart_connect tcpka transparent tunnel_timeout use_fcgi_app";

/// Below `spec.config` of a Defaults of `ingress.v1.haproxy.org`.
const DEFAULTS_V1: &str = "\
abortonclose accept_invalid_http_request accept_invalid_http_response adv_check allbackups backlog balance \
bind_process check_timeout checkcache clflog client_fin_timeout client_timeout clitcpka clitcpka_cnt clitcpka_idle \
clitcpka_intvl compression connect_timeout contstats cookie default_backend default_server disable_h2_upgrade disabled \
dontlog_normal dontlognull dynamic_cookie_key email_alert enabled error_files error_log_format \
errorfiles_from_http_errors errorloc302 errorloc303 external_check external_check_command external_check_path \
forwardfor from fullconn h1_case_adjust_bogus_client h1_case_adjust_bogus_server hash_balance_factor hash_type \
http-buffer-request http-check http-use-htx http_connection_mode http_ignore_probes http_keep_alive_timeout \
http_no_delay http_pretend_keepalive http_request_timeout http_restrict_req_hdr_names http_reuse http_send_name_header \
http_use_proxy_header httpchk_params httplog httpslog idle_close_on_response independent_streams \
load_server_state_from_file log_format log_format_sd log_health_checks log_separate_errors log_tag logasap \
max_keep_alive_queue maxconn mode monitor_uri mysql_check_params name nolinger originalto persist persist_rule \
pgsql_check_params prefer_last_server queue_timeout redispatch retries retry_on server_fin_timeout server_timeout \
smtpchk_params socket_stats source splice_auto splice_request splice_response srvtcpka srvtcpka_cnt srvtcpka_idle \
srvtcpka_intvl stats_options tarpit_timeout tcp_smart_accept tcp_smart_connect tcpka tcplog transparent tunnel_timeout \
unique_id_format unique_id_header";

/// Below `spec` of a Defaults of `ingress.v3.haproxy.org`.
const DEFAULTS_V3: &str = "\
abortonclose accept_invalid_http_request accept_invalid_http_response accept_unsafe_violations_in_http_request \
accept_unsafe_violations_in_http_response acl_list adv_check allbackups backlog balance check_timeout checkcache \
clflog client_fin_timeout client_timeout clitcpka clitcpka_cnt clitcpka_idle clitcpka_intvl compression \
connect_timeout contstats cookie default_backend default_server disable_h2_upgrade disabled dontlog_normal dontlognull \
dynamic_cookie_key email_alert enabled error_files error_log_format errorfiles_from_http_errors errorloc302 \
errorloc303 external_check external_check_command external_check_path forwardfor from fullconn \
h1_case_adjust_bogus_client h1_case_adjust_bogus_server hash_balance_factor hash_preserve_affinity hash_type \
http-buffer-request http-drop-request-trailers http-drop-response-trailers http-use-htx http_after_response_rule_list \
http_check_list http_connection_mode http_error_rule_list http_ignore_probes http_keep_alive_timeout http_no_delay \
http_pretend_keepalive http_request_rule_list http_request_timeout http_response_rule_list http_restrict_req_hdr_names \
http_reuse http_send_name_header http_use_proxy_header httpchk_params httplog httpslog idle_close_on_response \
independent_streams load_server_state_from_file log_format log_format_sd log_health_checks log_separate_errors \
log_steps log_tag log_target_list logasap max_keep_alive_queue maxconn metadata mode monitor_uri mysql_check_params \
name nolinger originalto persist persist_rule pgsql_check_params prefer_last_server queue_timeout \
quic_initial_rule_list redispatch retries retry_on server_fin_timeout server_timeout smtpchk_params socket_stats \
source splice_auto splice_request splice_response srvtcpka srvtcpka_cnt srvtcpka_idle srvtcpka_intvl stats_options \
tarpit_timeout tcp_check_rule_list tcp_request_rule_list tcp_response_rule_list tcp_smart_accept tcp_smart_connect \
tcpka tcplog transparent tunnel_timeout unique_id_format unique_id_header";

/// Below `spec.config` of a Global of `ingress.v1.haproxy.org`.
const GLOBAL_V1: &str = "\
anonkey busy_polling ca_base chroot close_spread_time cluster_secret cpu_maps crt_base daemon default_path description \
device_atlas_options expose_experimental_directives external_check fifty_one_degrees_options gid grace group \
h1_accept_payload_with_any_method h1_case_adjust h1_case_adjust_file h1_do_not_close_on_insecure_transfer_encoding \
h2_workaround_bogus_websocket_clients hard_stop_after httpclient_resolvers_disabled httpclient_resolvers_id \
httpclient_resolvers_prefer httpclient_retries httpclient_ssl_ca_file httpclient_ssl_verify httpclient_timeout_connect \
insecure_fork_wanted insecure_setuid_wanted issuers_chain_path limited_quic load_server_state_from_file localpeer \
log_send_hostname lua_load_per_thread lua_loads lua_prepend_path master-worker max_spread_checks maxcompcpuusage \
maxcomprate maxconn maxconnrate maxpipes maxsessrate maxsslconn maxsslrate maxzlibmem mworker_max_reloads nbproc \
nbthread no-quic node noepoll noevports nogetaddrinfo nokqueue nopoll noreuseport nosplice numa_cpu_mapping pidfile \
pp2_never_send_local prealloc-fd presetenv profiling_tasks quiet resetenv runtime_apis server_state_base \
server_state_file set_dumpable set_var set_var_fmt setcap setenv spread_checks ssl_default_bind_ciphers \
ssl_default_bind_ciphersuites ssl_default_bind_client_sigalgs ssl_default_bind_curves ssl_default_bind_options \
ssl_default_bind_sigalgs ssl_default_server_ciphers ssl_default_server_ciphersuites ssl_default_server_client_sigalgs \
ssl_default_server_curves ssl_default_server_options ssl_default_server_sigalgs ssl_dh_param_file ssl_engines \
ssl_load_extra_files ssl_mode_async ssl_propquery ssl_provider ssl_provider_path ssl_server_verify \
ssl_skip_self_issued_ca stats_maxconn stats_timeout strict_limits thread_group_lines thread_groups tune_options \
tune_ssl_default_dh_param uid ulimit_n unsetenv user wurfl_options zero_warning";

/// Below `spec` of a Global of `ingress.v3.haproxy.org`.
const GLOBAL_V3: &str = "\
chroot close_spread_time cluster_secret cpu_maps cpu_policy cpu_set daemon debug_options default_path description \
device_atlas_options dns_accept_family environment_options expose_deprecated_directives expose_experimental_directives \
external_check fifty_one_degrees_options force_cfg_parser_pause gid grace group h1_accept_payload_with_any_method \
h1_case_adjust h1_case_adjust_file h1_do_not_close_on_insecure_transfer_encoding h2_workaround_bogus_websocket_clients \
hard_stop_after harden http_client_options http_err_codes http_fail_codes insecure_fork_wanted insecure_setuid_wanted \
limited_quic localpeer log_send_hostname log_target_list lua_options master-worker metadata mworker_max_reloads \
nbthread no_quic node numa_cpu_mapping ocsp_update_options performance_options pidfile pp2_never_send_local \
prealloc_fd runtime_apis set_dumpable set_var set_var_fmt setcap ssl_options stats_file stats_maxconn stats_timeout \
strict_limits thread_group_lines thread_groups tune_buffer_options tune_lua_options tune_options tune_quic_options \
tune_ssl_options tune_vars_options tune_zlib_options uid ulimit_n user warn_blocked_traffic_after wurfl_options";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_not_taken_for_any_other_short_one() {
        let near = |name| nearest(ResourceKind::Backend, true, name);
        assert_eq!(near("sever_timeout"), Some("server_timeout"));
        assert_eq!(near("fom"), Some("from"));
        assert_eq!(near("foo"), None);
        assert_eq!(near("x"), None);
    }
}
