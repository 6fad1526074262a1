//! The verdict for each kind of change, by version.

use super::*;
use Verdict::{FileOnly, Reload, Runtime};

/// A server that changes.
const B: &str = "    server b 10.0.0.2:80";

/// What changes, and the verdict on 2.6, 3.2 and 3.4.
type Case = (&'static str, Bundle, [Verdict; 3]);

fn judge(cases: Vec<Case>) {
    for (name, to, verdicts) in cases {
        for (target, verdict) in ["2.6", "3.2", "3.4"].into_iter().zip(verdicts) {
            let plan = planned(&to, target);
            assert_eq!(plan.verdict(), verdict, "{name} on {target}: {plan:#?}");
            assert!(!plan.changes.is_empty(), "{name}");
            for change in &plan.changes {
                let silent = change.verdict != Runtime;
                assert_eq!(silent, change.reason.is_some(), "{name}: {change:#?}");
                assert!(!silent || change.steps.is_empty(), "{name}: {change:#?}");
            }
        }
    }
}

fn line(old: &str, new: &str) -> Bundle {
    bundle(&[(old, new)], &[])
}

fn file(path: &str, text: &str) -> Bundle {
    bundle(&[], &[(path, text)])
}

fn server(line: &str) -> Bundle {
    bundle(&[(B, &format!("{B}\n    {line}"))], &[])
}

#[test]
fn of_servers() {
    judge(vec![
        ("server added", server("server c 10.0.0.3:80"), [Runtime; 3]),
        (
            "server added, IPv6",
            server("server c [fd00::1]:80 backup weight 5"),
            [Runtime; 3],
        ),
        (
            "server with a cookie",
            server("server c 10.0.0.3:80 cookie c"),
            [Reload, Runtime, Runtime],
        ),
        (
            "server with init-state",
            server("server c 10.0.0.3:80 init-state down"),
            [Reload, Runtime, Runtime],
        ),
        (
            "server by name",
            server("server c web.example.com:80"),
            [Reload; 3],
        ),
        (
            "server with an unknown word",
            server("server c 10.0.0.3:80 wings 2"),
            [Reload; 3],
        ),
        (
            "server that reads the environment",
            server("server c \"$ADDRESS\":80"),
            [Reload; 3],
        ),
        (
            "server with a file nobody read",
            server("server c 10.0.0.3:80 ssl ca-file /x.pem"),
            [Reload; 3],
        ),
        (
            "servers of DNS",
            server("server-template c 1-3 web.example.com:80"),
            [Reload; 3],
        ),
        ("server removed", line(B, ""), [Runtime; 3]),
        (
            "weight",
            line(B, "    server b 10.0.0.2:80 weight 7"),
            [Runtime; 3],
        ),
        ("address", line(B, "    server b 10.0.0.9:81"), [Runtime; 3]),
        (
            "backup",
            line(B, "    server b 10.0.0.2:80 backup"),
            [Reload; 3],
        ),
        (
            "check",
            line(B, "    server b 10.0.0.2:80 no-check"),
            [Reload; 3],
        ),
        (
            "number that it has",
            line(B, "    server b 10.0.0.2:80 id 2"),
            [FileOnly; 3],
        ),
        (
            "number",
            line(B, "    server b 10.0.0.2:80 id 3"),
            [Reload; 3],
        ),
    ]);
}

#[test]
fn of_lines_and_sections() {
    let added = format!("{B}\nbackend new from d_http\n    server a 10.0.0.3:80");
    let own = added.replace("    server a", "    option httpchk\n    server a");
    judge(vec![
        (
            "algorithm",
            line("balance roundrobin", "balance leastconn"),
            [Reload; 3],
        ),
        (
            "timeout",
            line("timeout server 50s", "timeout server 60s"),
            [Reload; 3],
        ),
        ("port", line("bind *:80", "bind *:81"), [Reload; 3]),
        (
            "order of rules",
            line(
                "    bind *:80\n    bind *:443 ssl crt-list crt-list.txt strict-sni\n",
                "    bind *:443 ssl crt-list crt-list.txt strict-sni\n    bind *:80\n",
            ),
            [Reload; 3],
        ),
        ("backend added", line(B, &added), [Reload, Reload, Runtime]),
        ("backend with lines of its own", line(B, &own), [Reload; 3]),
        (
            "backend removed",
            line(
                "backend keeps from d_http\n    server a 10.0.0.1:80\n    server b 10.0.0.2:80\n",
                "",
            ),
            [Reload, Reload, Runtime],
        ),
        (
            "comments",
            line("mode http", "mode http # of course"),
            [FileOnly; 3],
        ),
        ("quotes", line("mode http", "mode   'http'"), [FileOnly; 3]),
        (
            "a variable",
            line("mode http", "mode \"$MODE\""),
            [Reload; 3],
        ),
        (
            "defaults that nobody names",
            line(
                "defaults d_base\n",
                "defaults d_none\n    mode tcp\ndefaults d_base\n",
            ),
            [Reload; 3],
        ),
        ("unreadable", line("mode http", "mode 'http"), [Reload; 3]),
        (
            "section twice",
            line("backend keeps", "backend x\nbackend x\nbackend keeps"),
            [Reload; 3],
        ),
    ]);
}

#[test]
fn of_files() {
    judge(vec![
        (
            "map",
            file("maps/path.map", "h1/ keeps\nh1/x/ keeps\n"),
            [Runtime; 3],
        ),
        (
            "order of a map",
            file("maps/path.map", "# x\n\nh1/  keeps\n"),
            [FileOnly; 3],
        ),
        (
            "a key twice",
            file("maps/path.map", "h1/ keeps\nh1/ other\n"),
            [Reload; 3],
        ),
        (
            "list",
            file("acl/a.lst", "10.0.0.0/8\n192.168.0.0/16\n"),
            [Runtime; 3],
        ),
        (
            "error page",
            file("errors/404.http", "HTTP/1.1 404\n\nx"),
            [Reload; 3],
        ),
        (
            "a file nobody reads",
            file("maps/none.map", "x y\n"),
            [FileOnly; 3],
        ),
        (
            "certificate renewed",
            with(bundle(&[], &[]), "certs/a.pem", pem(2)),
            [Runtime; 3],
        ),
        (
            "certificate added",
            with(
                file(CRT_LIST, "certs/a.pem a.com\ncerts/b.pem b.com\n"),
                "certs/b.pem",
                pem(2),
            ),
            [Runtime; 3],
        ),
        (
            "name added",
            file(CRT_LIST, "certs/a.pem a.com b.com\n"),
            [Runtime; 3],
        ),
        (
            "name removed",
            file(CRT_LIST, "certs/a.pem b.com\n"),
            [Runtime; 3],
        ),
        (
            "name twice",
            with(
                file(CRT_LIST, "certs/a.pem a.com\ncerts/b.pem a.com\n"),
                "certs/b.pem",
                pem(2),
            ),
            [Reload; 3],
        ),
        (
            "certificate outside",
            file(CRT_LIST, "certs/a.pem a.com\n/etc/b.pem b.com\n"),
            [Reload; 3],
        ),
    ]);
}
