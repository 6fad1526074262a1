//! Kinds of changes, by version, and the order of their commands.

mod verdicts;

use super::*;
use crate::emit::{Bundle, BundleFile, CONFIG, CRT_LIST};

const GLOBAL: &str = "\
global
    default-path config
defaults d_base
    timeout server 50s
defaults d_http from d_base
    mode http
    balance roundrobin
    default-server check inter 10s
frontend fe_http from d_http
    bind *:80
    bind *:443 ssl crt-list crt-list.txt strict-sni
    http-request set-var(txn.hid) var(txn.host),map_str(maps/host.map)
    http-request set-var(txn.hid) var(txn.host),map_str(maps/wild.map)
    http-request set-var(txn.be) var(txn.hid),concat(,txn.path,/?),map_beg(maps/path.map)
    http-request deny if { src -f acl/a.lst }
    errorfile 404 errors/404.http
    use_backend %[var(txn.be)] if { var(txn.be) -m found }
backend keeps from d_http
    server a 10.0.0.1:80
    server b 10.0.0.2:80
";

/// The example with other lines in place of some, and other files.
fn bundle(lines: &[(&str, &str)], files: &[(&str, &str)]) -> Bundle {
    let mut config = GLOBAL.to_owned();
    for (old, new) in lines {
        assert!(config.contains(old), "{old}");
        config = config.replace(old, new);
    }
    let usual = [
        ("maps/host.map", "a.com h1\n"),
        ("maps/wild.map", ""),
        ("maps/path.map", "h1/ keeps\n"),
        ("acl/a.lst", "10.0.0.0/8\n"),
        (CRT_LIST, "certs/a.pem a.com\n"),
        ("errors/404.http", "HTTP/1.1 404\n\n"),
    ];
    let mut all = Bundle::default();
    for (path, text) in usual
        .iter()
        .chain(&[(CONFIG, config.as_str())])
        .chain(files)
    {
        let file = BundleFile::public(text.as_bytes().to_vec());
        all.files.insert((*path).to_owned(), file);
    }
    all.files.insert("certs/a.pem".to_owned(), pem(1));
    all
}

fn with(mut bundle: Bundle, path: &str, file: BundleFile) -> Bundle {
    bundle.files.insert(path.to_owned(), file);
    bundle
}

/// Not a certificate, but framed as one, with a key.
fn pem(number: u8) -> BundleFile {
    let body = format!("{number:02}AAAAAA");
    let text = format!(
        "-----BEGIN PRIVATE KEY-----\nSECRET{number}\n-----END PRIVATE KEY-----\n\n-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"
    );
    BundleFile::private(text.into_bytes())
}

fn version(text: &str) -> HaproxyVersion {
    HaproxyVersion::parse(text).expect("known")
}

fn planned(to: &Bundle, target: &str) -> Plan {
    compare(&bundle(&[], &[]), to, version(target), Sending::Answered)
}

/// The lines of all commands.
fn lines(plan: &Plan) -> Vec<&str> {
    plan.steps()
        .map(|step| step.command.line.as_str())
        .collect()
}

#[test]
fn equal_bundles_ask_for_nothing() {
    let same = bundle(&[], &[]);
    let plan = planned(&same, "2.6");
    assert_eq!(plan.changes, []);
    assert_eq!(plan.verdict(), Verdict::FileOnly);
    assert_eq!(plan.script(), "");
}

#[test]
fn servers_come_before_routes_lead_to_them_and_go_after() {
    let to = bundle(
        &[(
            "    server b 10.0.0.2:80",
            "    server c 10.0.0.3:80 weight 3",
        )],
        &[
            ("maps/host.map", "b.com h2\n"),
            ("maps/path.map", "h2/ keeps\nh2/x/ keeps\n"),
        ],
    );
    let plan = planned(&to, "3.2");
    assert_eq!(
        lines(&plan),
        [
            "add server keeps/c 10.0.0.3:80 check inter 10s weight 3",
            "enable health keeps/c",
            "enable server keeps/c",
            "add map maps/path.map",
            "add map maps/host.map",
            "del map maps/host.map a.com",
            "del map maps/path.map h1/",
            "disable server keeps/b",
            "del server keeps/b",
        ]
    );
    let script = compare(&bundle(&[], &[]), &to, version("3.2"), Sending::Piped).script();
    assert_eq!(
        script,
        "\
prompt
add server keeps/c 10.0.0.3:80 check inter 10s weight 3
enable health keeps/c
enable server keeps/c
add map maps/path.map <<
h2/x/ keeps
h2/ keeps

add map maps/host.map <<
b.com h2

del map maps/host.map a.com
del map maps/path.map h1/
disable server keeps/b
wait 30s srv-removable keeps/b
del server keeps/b
quit
"
    );
    assert!(
        !compare(&bundle(&[], &[]), &to, version("2.6"), Sending::Piped)
            .script()
            .contains("wait")
    );
}

#[test]
fn a_server_that_is_added_has_what_default_server_says() {
    let added = |lines: &[(&str, &str)], target: &str| {
        let from = bundle(lines, &[]);
        let to = bundle(
            &[
                lines,
                &[(
                    "    server b 10.0.0.2:80",
                    "    server b 10.0.0.2:80\n    server c 10.0.0.3:80 no-backup",
                )],
            ]
            .concat(),
            &[],
        );
        let plan = compare(&from, &to, version(target), Sending::Answered);
        lines_of_first(&plan)
    };
    let mine = |text| [("default-server check inter 10s", text)];
    assert_eq!(
        added(
            &mine(
                "default-server check inter 10s ssl verify none sni var(txn.name) no-check-ssl send-proxy-v2"
            ),
            "3.2"
        ),
        "add server keeps/c 10.0.0.3:80 check inter 10s send-proxy-v2 sni var(txn.name) ssl verify none check-send-proxy"
    );
    assert_eq!(
        added(
            &mine(
                "default-server check no-check\n    default-server init-addr none resolve-prefer ipv4"
            ),
            "3.2"
        ),
        "add server keeps/c 10.0.0.3:80"
    );
    assert_eq!(
        added(
            &mine("default-server ssl verify none no-check-ssl check-ssl check"),
            "2.6"
        ),
        "add server keeps/c 10.0.0.3:80 check check-ssl ssl verify none pool-purge-delay 5s pool-max-conn -1"
    );
}

fn lines_of_first(plan: &Plan) -> String {
    lines(plan)
        .first()
        .map_or(String::new(), |line| (*line).to_owned())
}

#[test]
fn hashes_know_the_places_of_servers() {
    let hash = |extra: &str| {
        let lines = format!("balance hdr(x)\n    hash-type consistent{extra}");
        move |servers: &str| {
            bundle(
                &[
                    ("balance roundrobin", &lines),
                    (
                        "    server a 10.0.0.1:80\n    server b 10.0.0.2:80\n",
                        servers,
                    ),
                ],
                &[],
            )
        }
    };
    let two = "    server a 10.0.0.1:80\n    server b 10.0.0.2:80\n";
    let plan = |make: &dyn Fn(&str) -> Bundle, to: &str| {
        compare(&make(two), &make(to), version("3.2"), Sending::Answered)
    };
    let by_id = hash("");
    // A new one at the end changes no place, and gets the one that it has after a start.
    let at_end = plan(
        &by_id,
        "    server a 10.0.0.1:80\n    server b 10.0.0.2:80\n    server c 10.0.0.3:80\n",
    );
    assert!(lines_of_first(&at_end).contains(" id 3 "), "{at_end:#?}");
    // One that goes at the front moves the others, unless their lines say where they are.
    assert_eq!(
        plan(&by_id, "    server b 10.0.0.2:80\n").verdict(),
        Verdict::Reload
    );
    assert_eq!(
        plan(&by_id, "    server b 10.0.0.2:80 id 2\n").verdict(),
        Verdict::Runtime
    );
    // A number that is taken over has to be free first.
    let over = plan(
        &by_id,
        "    server c 10.0.0.3:80 id 1\n    server b 10.0.0.2:80 id 2\n",
    );
    assert_eq!(
        lines(&over)[..2],
        ["disable server keeps/a", "del server keeps/a"]
    );
    assert_eq!(
        plan(
            &by_id,
            "    server c 10.0.0.3:80\n    server d 10.0.0.2:81\n"
        )
        .verdict(),
        Verdict::Reload
    );
    // Addresses are places that nobody has to remember.
    let by_address = hash("\n    default-server hash-key addr-port");
    assert_eq!(
        plan(&by_address, "    server b 10.0.0.2:80\n").verdict(),
        Verdict::Runtime
    );
    assert_eq!(
        plan(
            &by_address,
            "    server a 10.0.0.9:80\n    server b 10.0.0.2:80\n"
        )
        .verdict(),
        Verdict::Reload
    );
    // Others share out when HAProxy starts.
    let make = |servers: &str| {
        bundle(
            &[("balance roundrobin", "balance source"), (two, servers)],
            &[],
        )
    };
    assert_eq!(
        plan(&make, "    server a 10.0.0.1:80\n").verdict(),
        Verdict::Reload
    );
}

#[test]
fn backends_of_3_4_are_published_with_their_servers() {
    let b = "    server b 10.0.0.2:80";
    let to = bundle(
        &[(
            b,
            "    server b 10.0.0.2:80\nbackend new from d_http\n    default-server maxconn 5\n    server x 10.0.0.3:80",
        )],
        &[("maps/path.map", "h1/ new\n")],
    );
    let there = planned(&to, "3.4");
    assert_eq!(
        lines(&there),
        [
            "add backend new from d_http",
            "add server new/x 10.0.0.3:80 check inter 10s maxconn 5",
            "enable health new/x",
            "enable server new/x",
            "publish backend new",
            "set map maps/path.map h1/ new",
        ]
    );
    let back = compare(&to, &bundle(&[], &[]), version("3.4"), Sending::Piped);
    assert_eq!(
        back.script(),
        "\
prompt
set map maps/path.map h1/ keeps
unpublish backend new
disable server new/x
wait 30s srv-removable new/x
del server new/x
wait 30s be-removable new
del backend new
quit
"
    );
}

#[test]
fn servers_that_go_get_no_requests_before_the_first_is_waited_for() {
    let from = bundle(
        &[(
            "    server b 10.0.0.2:80",
            "    server b 10.0.0.2:80\n    server c 10.0.0.3:80",
        )],
        &[],
    );
    let to = bundle(&[("    server b 10.0.0.2:80\n", "")], &[]);
    let plan = compare(&from, &to, version("3.2"), Sending::Piped);
    assert_eq!(
        lines(&plan),
        [
            "disable server keeps/b",
            "disable server keeps/c",
            "del server keeps/b",
            "del server keeps/c",
        ]
    );
}

#[test]
fn a_small_buffer_takes_short_commands_only() {
    let from = bundle(&[("global", "global\n    tune.bufsize 4096")], &[]);
    let entries = (0..300).map(|n| format!("h1/{n:05}/{} keeps\n", "x".repeat(40)));
    let entries = entries.collect::<Vec<_>>().concat();
    let to = |files: &[(&str, &str)]| bundle(&[("global", "global\n    tune.bufsize 4096")], files);
    let plan = |to: &Bundle| compare(&from, to, version("3.2"), Sending::Answered);
    let many = plan(&to(&[("maps/path.map", &entries)]));
    assert_eq!(many.verdict(), Verdict::Runtime);
    assert!(
        many.steps()
            .all(|step| step.command.wire(Some("1")).len() < 4_096)
    );
    let key = BundleFile::private(format!("{}\n", "A".repeat(60)).repeat(80).into_bytes());
    let mut long = pem(2);
    long.bytes.extend(key.bytes);
    let long = plan(&with(to(&[]), "certs/a.pem", long));
    assert_eq!(long.verdict(), Verdict::Reload, "{long:#?}");
}

#[test]
fn keys_are_in_the_script_and_nowhere_else() {
    let to = with(bundle(&[], &[]), "certs/a.pem", pem(2));
    let plan = planned(&to, "2.6");
    assert_eq!(
        lines(&plan),
        ["set ssl cert certs/a.pem", "commit ssl cert certs/a.pem"]
    );
    assert!(plan.steps().all(|step| {
        step.abort
            .as_ref()
            .is_some_and(|abort| abort.line == "abort ssl cert certs/a.pem")
    }));
    assert!(!format!("{plan:?}").contains("SECRET"), "{plan:?}");
    assert!(plan.script().contains("SECRET2"));
    assert!(
        !plan.script().contains("\n\n-----BEGIN CERT"),
        "an empty line would end the payload"
    );
    let long = "A".repeat(13_000);
    let long = BundleFile::private(long.into_bytes());
    let plan = planned(&with(bundle(&[], &[]), "certs/a.pem", long), "2.6");
    assert_eq!(plan.verdict(), Verdict::Reload);
}

#[test]
fn a_certificate_loses_names_without_a_moment_without_it() {
    let list = |text: &str| bundle(&[], &[(CRT_LIST, text)]);
    let two = "# names\ncerts/a.pem a.com b.com\n";
    let plan =
        |from: &str, to: &str| compare(&list(from), &list(to), version("2.6"), Sending::Piped);
    let fewer = plan(two, "certs/a.pem b.com c.com\n");
    assert_eq!(
        fewer.script(),
        "\
prompt
add ssl crt-list crt-list.txt <<
certs/a.pem b.com c.com

del ssl crt-list crt-list.txt certs/a.pem:2
quit
"
    );
    // Where it only gains some, the line stays.
    let more = plan(two, "certs/a.pem a.com b.com c.com\n");
    assert_eq!(
        more.script(),
        "prompt\nadd ssl crt-list crt-list.txt <<\ncerts/a.pem c.com\n\nquit\n"
    );
    let parted = plan(two, "certs/a.pem a.com\ncerts/a.pem b.com\n");
    assert_eq!(
        (parted.verdict(), parted.script().as_str()),
        (Verdict::FileOnly, "")
    );
}

#[test]
fn many_entries_are_put_in_at_once_where_answers_are_read() {
    let entries = (0..3_000).map(|n| format!("h1/{n:05}/ keeps\n"));
    let many = entries.collect::<Vec<_>>().concat();
    let from = bundle(&[], &[("maps/path.map", &many)]);
    let to = bundle(&[], &[("maps/path.map", &many.replace("keeps", "other"))]);
    let at_once = compare(&from, &to, version("2.6"), Sending::Answered);
    let sent = lines(&at_once);
    assert_eq!(sent.first(), Some(&"prepare map maps/path.map"));
    assert_eq!(sent.last(), Some(&"commit map @VERSION maps/path.map"));
    assert!(sent.len() < 20, "{}", sent.len());
    assert_eq!(at_once.changes.len(), 3_001);
    for step in at_once.steps() {
        assert!(step.command.wire(Some("12")).len() < 16_384);
        assert!(!step.command.wire(Some("12")).contains("@VERSION"));
    }
    let singly = compare(&from, &to, version("2.6"), Sending::Piped);
    assert_eq!(lines(&singly).len(), 3_000);
    let fresh = compare(
        &bundle(&[], &[("maps/path.map", "")]),
        &from,
        version("2.6"),
        Sending::Piped,
    );
    assert!(lines(&fresh).len() < 20, "new entries share commands");
    for step in fresh.steps() {
        assert!(step.command.wire(None).len() < 16_384);
    }
}

#[test]
fn what_the_socket_would_misread_is_escaped_or_left_to_a_reload() {
    let to = |text| bundle(&[], &[("maps/path.map", text)]);
    let from = to("h1/a;b\\c keeps\n");
    let plan = compare(
        &from,
        &to("h1/a;b\\c other\n"),
        version("2.6"),
        Sending::Answered,
    );
    assert_eq!(lines(&plan), [r"set map maps/path.map h1/a\;b\\c other"]);
    let spaced = compare(
        &from,
        &to("h1/a;b\\c two words\n"),
        version("2.6"),
        Sending::Piped,
    );
    assert_eq!(
        spaced.verdict(),
        Verdict::Reload,
        "only a payload keeps them together"
    );
    let hostile = compare(
        &from,
        &to("h1/\u{1b}[2J keeps\n"),
        version("2.6"),
        Sending::Answered,
    );
    assert_eq!(hostile.verdict(), Verdict::Reload);
}

#[test]
fn passwords_are_not_told() {
    let list = |password: &str| {
        let lines = format!("userlist u\n    user bob password {password}\nbackend keeps");
        bundle(&[("backend keeps", &lines)], &[])
    };
    let plan = compare(
        &list("$5$old"),
        &list("$5$new"),
        version("3.2"),
        Sending::Answered,
    );
    assert_eq!(plan.verdict(), Verdict::Reload);
    assert!(!format!("{plan:?}").contains("$5$"), "{plan:?}");
}

#[test]
fn a_server_that_dns_finds_is_kept_until_a_reload() {
    let named = "    server b web.example.com:80 resolvers dns\n";
    let line = "    server b 10.0.0.2:80\n";
    let inherits = (
        "backend keeps from d_http\n",
        "backend keeps from d_http\n    default-server resolvers dns\n",
    );
    for lines in [&[(line, named)][..], &[inherits]] {
        let from = bundle(lines, &[]);
        let gone = if lines[0].0 == line { named } else { line };
        let to = bundle(&[lines, &[(gone, "")]].concat(), &[]);
        for target in ["2.6", "3.4"] {
            let plan = compare(&from, &to, version(target), Sending::Answered);
            let [change] = &plan.changes[..] else {
                panic!("{plan:?}");
            };
            assert_eq!(change.verdict, Verdict::Reload, "{target}");
            assert!(
                change
                    .reason
                    .as_ref()
                    .is_some_and(|why| why.contains("DNS"))
            );
        }
    }
}
