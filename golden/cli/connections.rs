//! What `route tcp://…` tells about connections to ports of TCP services, and what `compile` says of such ports.

use std::path::Path;

use crate::run::{Folder, WEB};

const DATABASE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: db
  annotations: {ingressc/expose: \"true\"}
spec:
  ports: [{name: pg, port: 5432}, {name: metrics, port: 9187}]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: orders-1
  namespace: db
  labels: {kubernetes.io/service-name: orders}
addressType: IPv4
ports: [{name: pg, port: 5432}]
endpoints: [{addresses: [10.1.4.7]}, {addresses: [10.1.4.8]}]
";

/// Leaves the findings about the port without servers aside: the answers are what is looked at.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.file("db.yaml", DATABASE);
    folder.file(
        "ingressc.yaml",
        "version: 1\ntcp: {addresses: [10.0.0.1, 'fd00::1']}\n",
    );
    folder
}

#[test]
fn a_connection_is_followed_to_its_servers_and_to_the_lines_that_serve_it() {
    let folder = folder();
    let ran = folder.run("route tcp://10.0.0.1:26000 -i db.yaml --from 192.0.2.9");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let (text, config) = ran.out.split_once("config    ").expect("the places");
    assert_eq!(
        text,
        "\
connect   192.0.2.9 to 10.0.0.1:26000
listener  10.0.0.1:26000 [fd00::1]:26000   Service db/orders   db.yaml:6:34
policy    ingressc/expose   true   db.yaml:6:34
backend   db/orders:pg   db.yaml:8:28
            bytes to the servers as they come
            balance roundrobin, 3 retries to connect, the last on another server
            checks every 10s, down after 2 that fail in a row
            waits: connect 5s, queue 30s, server 50s, tunnel 24h
servers   10.1.4.7:5432 · 10.1.4.8:5432   slices
"
    );
    // The places are those of the file that is written, where the sections begin and end there.
    folder.run("compile db.yaml -o out --keep-going");
    let cfg = std::fs::read_to_string(folder.path("out/haproxy.cfg")).expect("written");
    let cfg: Vec<&str> = cfg.lines().collect();
    let rows: Vec<&str> = config.lines().map(str::trim).collect();
    assert_eq!(rows.len(), 4, "{config}");
    assert_eq!(rows[0], "written for HAProxy 2.6");
    for (row, kind) in rows[1..].iter().zip(["frontend", "defaults", "backend"]) {
        let (place, title) = row.split_once("   ").expect("two columns");
        let title = title.trim();
        let (first, last) = place
            .trim_start_matches("haproxy.cfg:")
            .split_once('-')
            .expect("a range");
        let [first, last] = [first, last].map(|text| text.parse::<usize>().expect("a number"));
        assert!(title.starts_with(kind), "{row}");
        assert!(
            cfg[first - 1].starts_with(title),
            "{row}: {}",
            cfg[first - 1]
        );
        assert!(!cfg[last - 1].is_empty(), "{row}");
        assert_eq!(cfg.get(last).copied().unwrap_or_default(), "", "{row}");
    }
}

#[test]
fn every_way_to_write_the_host_is_understood() {
    let folder = folder();
    for (url, code, line) in [
        (
            "tcp://[fd00::1]:26000/",
            0,
            "127.0.0.1 to [fd00::1]:26000\n",
        ),
        (
            "TCP://edge.example.com:26000",
            0,
            "127.0.0.1 to port 26000\n",
        ),
        ("tcp://*:26000", 0, "127.0.0.1 to port 26000\n"),
        ("tcp://:26000", 0, "127.0.0.1 to port 26000\n"),
        (
            "tcp://edge.example.com:26000 --tls",
            0,
            "port 26000, TLS for edge.example.com\n",
        ),
        (
            "tcp://10.0.0.1:26000 --tls",
            0,
            "10.0.0.1:26000, TLS without a name\n",
        ),
        (
            "tcp://edge.example.com:26000 --sni a.example.com",
            0,
            "port 26000, TLS for a.example.com\n",
        ),
        (
            "tcp://10.0.0.2:26000",
            0,
            "answer    connection refused: port 26000 listens on other addresses only\n",
        ),
        (
            "tcp://10.0.0.1:27000",
            0,
            "answer    connection refused: no TCP service has port 27000\n",
        ),
        (
            "tcp://10.0.0.1:80",
            0,
            "port 80 is for requests; ask for a URL with http:// or https://\n",
        ),
        ("tcp://10.0.0.1", 2, ""),
        ("tcp://10.0.0.1:0", 2, ""),
        ("tcp://10.0.0.1:+1", 2, ""),
        ("tcp://10.0.0.1:65536", 2, ""),
        ("tcp://fd00::1:26000", 2, ""),
        ("tcp://*.example.com:26000", 2, ""),
        ("tcp://a_b:26000", 2, ""),
        ("tcp://10.0.0.1:26000 --method POST", 2, ""),
        ("tcp://10.0.0.1:26000 -H x-a:1", 2, ""),
        ("tcp://10.0.0.1:26000 --host a.io", 2, ""),
        ("tcp://10.0.0.1:26000 --why-not db/orders", 2, ""),
        ("http://shop.example.com/ --sni a.example.com", 2, ""),
        ("https://shop.example.com/ --tls", 2, ""),
    ] {
        folder.file("all.yaml", &format!("{WEB}---\n{DATABASE}"));
        let ran = folder.run(&format!("route {url} -i all.yaml"));
        assert_eq!(ran.code, Some(code), "{url}: {}{}", ran.out, ran.err);
        assert!(ran.out.contains(line), "{url}: {}", ran.out);
    }
}

#[test]
fn what_was_expected_decides_about_the_exit_code() {
    let folder = folder();
    for (port, expected, words) in [
        (26000, "db/orders:pg", None),
        (26000, "db/orders:5432", None),
        (26000, "db/users:pg", Some("reached db/orders:pg")),
        (26000, "db/orders:metrics", Some("reached db/orders:pg")),
        // Its servers are not among the manifests, and it is the right one all the same.
        (26001, "db/orders:metrics", None),
        (26002, "db/orders:pg", Some("nobody listens on the port")),
    ] {
        let ran = folder.run(&format!(
            "route tcp://10.0.0.1:{port} -i db.yaml --expect {expected}"
        ));
        let code = i32::from(words.is_some());
        assert_eq!(ran.code, Some(code), "{port} {expected}: {}", ran.err);
        let said = words.map_or_else(String::new, |words| format!("expected {expected}, {words}"));
        assert!(ran.err.contains(&said), "{port} {expected}: {}", ran.err);
    }
    let ran = folder.run("route tcp://10.0.0.1:26001 -i db.yaml");
    let answer = "\nanswer    connection closed: the backend has no servers\n";
    assert!(ran.out.contains(answer), "{}", ran.out);
}

#[test]
fn ports_are_in_the_table_and_counted() {
    let folder = folder();
    let ran = folder.run("route --all -i db.yaml");
    let rows: Vec<Vec<&str>> = ran
        .out
        .lines()
        .map(|line| {
            line.split("   ")
                .map(str::trim)
                .filter(|it| !it.is_empty())
                .collect()
        })
        .collect();
    let binds = |port: u16| format!("10.0.0.1:{port} [fd00::1]:{port}");
    let (first, second) = (binds(26000), binds(26001));
    assert_eq!(
        rows[1..],
        [
            vec![
                &*first,
                "-",
                "TCP",
                "db/orders:pg",
                "2",
                "slices",
                "-",
                "-",
                "db.yaml:6:34"
            ],
            vec![
                &second,
                "-",
                "TCP",
                "db/orders:metrics",
                "none (closed)",
                "-",
                "-",
                "-",
                "db.yaml:6:34"
            ],
            vec!["(default)", "-", "-", "404", "-", "-", "-", "-", "-"],
        ],
        "{}",
        ran.out
    );
    let ran = folder.run("compile db.yaml -o - --keep-going");
    let extent = "\n  route    0 hosts, 0 paths, 2 ports, 2 backends, 2 servers, 0 certificates\n";
    assert!(ran.err.contains(extent), "{}", ran.err);
}

#[test]
fn a_request_where_only_ports_are_is_told_why_nothing_listens() {
    let folder = folder();
    for scheme in ["http", "https"] {
        let ran = folder.run(&format!("route {scheme}://orders.example.com/ -i db.yaml"));
        let why = format!("nothing listens for {scheme}, as there is no route");
        assert!(ran.out.contains(&why), "{}", ran.out);
    }
    // Where there are routes, the configuration is the reason.
    folder.file("all.yaml", &format!("{WEB}---\n{DATABASE}"));
    let ran = folder.run("route http://shop.example.com/ -i all.yaml --set listen.http=[]");
    assert!(ran.out.contains("as `listen.http` is empty"), "{}", ran.out);
}

#[test]
fn certificates_of_ports_are_counted() {
    let folder = Folder::new();
    let case = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata/annotations/ingressc/tls-secret/services.yaml");
    let manifests = std::fs::read_to_string(case).expect("there");
    folder.file("db.yaml", &manifests);
    let ran = folder.run("compile db.yaml -o out --keep-going");
    for words in [" servers, 1 certificate\n", "haproxy.cfg, 1 certificate\n"] {
        assert!(ran.err.contains(words), "{}", ran.err);
    }
}
