//! What `route` tells about requests: all that they meet, why something else did not get them, the table and the map of all routes.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::run::{Folder, WEB};

const SHOP: &str = include_str!("route/shop.yaml");
const SECRET: &str = include_str!("route/secret.yaml");
const CONFIG: &str =
    "version: 1\ntrustedProxies: [192.0.2.0/24]\nrules: {ING501: {allow: [http-request deny]}}\n";

/// A request that meets a rule of every family.
const CART: [&str; 14] = [
    "route",
    "http://shop.example.com/cart/items?a=b",
    "-i",
    "shop.yaml",
    "secret.yaml",
    "--from",
    "192.0.2.9",
    "-HAuthorization: Basic dG9tOnBhc3N3b3Jk",
    "-HOrigin: https://a.example",
    "-HX-Client: 192.0.2.77",
    "-HX-Forwarded-For: 203.0.113.1",
    "-HCookie: SRV=x; theme=dark",
    "--config",
    "ingressc.yaml",
];

fn shop() -> Folder {
    let folder = Folder::new();
    folder.file("shop.yaml", SHOP);
    folder.file("secret.yaml", SECRET);
    folder.file("ingressc.yaml", CONFIG);
    folder
}

/// Compares with what was approved.
fn approved(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/cli/route");
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

fn cart(folder: &Folder, more: &[&str]) -> String {
    let arguments: Vec<&str> = CART.iter().chain(more).copied().collect();
    let ran = folder.run_with(&arguments, &[], "");
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    ran.out
}

#[test]
fn a_request_is_told_with_all_that_it_meets() {
    let folder = shop();
    let text = cart(&folder, &[]);
    assert!(!text.contains("dG9tOnBhc3N3b3Jk"), "a password: {text}");
    approved("trace", &text);
    approved("trace.md", &cart(&folder, &["--format", "markdown"]));
    let json = cart(&folder, &["--format", "json"]);
    assert!(!json.contains("dG9tOnBhc3N3b3Jk"), "a password: {json}");
    approved("trace.json", &json);
}

/// All texts of a JSON value; places in the form in which people read them.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(fields) => {
            if let (Some(file), Some(line), Some(column)) =
                (fields.get("file"), fields.get("line"), fields.get("column"))
            {
                let file = file.as_str().expect("a name");
                found.insert(format!("{file}:{line}:{column}"));
            }
            fields.values().for_each(|field| texts(field, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn the_json_of_a_trace_holds_every_fact_of_the_text() {
    let folder = shop();
    let more = ["--why-not", "shop/zz"];
    let text = cart(&folder, &more);
    let json = cart(&folder, &["--why-not", "shop/zz", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["version"], 1);
    let mut known = BTreeSet::new();
    texts(&json["steps"], &mut known);
    let mut looked_at = 0;
    for line in text.lines() {
        let row = line.get(10..).unwrap_or_default();
        for cell in row.split("   ").map(str::trim).filter(|it| !it.is_empty()) {
            let cell = cell.trim_start_matches("<- ");
            assert!(
                known.iter().any(|it| it.contains(cell)),
                "{cell:?} of {line}"
            );
            looked_at += 1;
        }
    }
    assert!(looked_at > 100, "{looked_at}");
    assert_eq!(json["answer"]["by"], "server");
    assert_eq!(json["answer"]["uncertain"], true, "there are raw lines");
    assert_eq!(json["backend"]["service"]["name"], "web");
    assert_eq!(json["backend"]["servers"][1]["address"], "10.1.4.8");
    assert_eq!(json["seen_by_server"]["path"], "/items");
    assert_eq!(json["request"]["target"], "/cart/items?a=b");
    assert_eq!(json["backend"]["timeouts_ms"]["server"], 10_000);
    assert_eq!(json["backend"]["timeouts_ms"]["tunnel"], 3_600_000);
    assert_eq!(json["backend"]["check"]["every_ms"], 10_000);
    assert_eq!(json["config"][0]["file"], "haproxy.cfg");
    assert_eq!(json["config"][0]["what"], "host look-up");
    let sent = json["seen_by_server"]["headers"]
        .as_array()
        .expect("a list");
    let port = sent.iter().find(|it| it["name"] == "x-forwarded-port");
    assert_eq!(port.expect("a port")["value"], "80");
}

#[test]
fn an_answer_of_haproxys_own_has_its_rule_and_its_lines() {
    let folder = shop();
    let ran = folder
        .run("route http://shop.example.com/cart -i shop.yaml secret.yaml --from 203.0.113.9");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    approved("refused", &ran.out);
    let ran = folder.run("route http://shop.example.com/gone -i shop.yaml secret.yaml");
    approved("closed", &ran.out);
}

/// URL and flags, subject, and the reason.
const DOUBTS: &[(&str, &str, &str)] = &[
    (
        "shop.example.com/cart",
        "shop/elsewhere",
        "its class `internal` is not taken",
    ),
    (
        "shop.example.com/cart",
        "shop/zz:/cart",
        "shop/web at shop.yaml:38:15 has the same host and path, and wins: shop/web comes first by namespace and name",
    ),
    (
        "shop.example.com/cart",
        "shop/zz:/",
        "`/cart` at shop.yaml:38:15 is longer, and the longest wins",
    ),
    (
        "shop.example.com/cart",
        "shop/zz:/Cart",
        "element 1 is `cart`, not `Cart`: case counts",
    ),
    (
        "shop.example.com/cartoon",
        "shop/web",
        "element 1 is `cartoon`, which only begins with `cart`: whole elements are compared",
    ),
    (
        "shop.example.com/Cart",
        "shop/zz:/",
        "`/Cart` at shop.yaml:54:16 is longer",
    ),
    (
        "shop.example.com/gone",
        "shop/zz:/gone",
        "it decides, and is closed: 503; ING201 service-not-found at shop.yaml:55:66: ",
    ),
    (
        "shop.example.com/beta",
        "shop/zz:/beta",
        "its condition is not met: { hdr(x-beta) -m str yes }",
    ),
    (
        "shop.example.com/beta -Hx-beta:yes",
        "shop/zz:/beta",
        "it has the request",
    ),
    (
        "shop.example.com/beta -Hx-beta:yes",
        "shop/zz:/",
        "`/beta` at shop.yaml:56:16 is longer",
    ),
    (
        "shop.example.com/cart",
        "shop/zz:bad",
        "there is an Ingress of that name; a path of it is written shop/zz:/PATH",
    ),
    (
        "shop.example.com/cart",
        "shop/fallback",
        "a rule matches, at shop.yaml:38:15; the default is for requests without one",
    ),
    ("a.b.example.com/x", "shop/fallback", "it has the request"),
    (
        "a.b.example.com/cart",
        "shop/zz",
        "the star of `*.example.com` stands for one label, and `a.b.example.com` has more",
    ),
    (
        "example.com/cart",
        "shop/zz",
        "`*.example.com` does not stand for `example.com` itself",
    ),
    (
        "other.org/cart",
        "shop/web",
        "it is for host `shop.example.com`, and the request is for `other.org`",
    ),
    (
        "shop.example.com/cart",
        "shop/zz",
        "`shop.example.com` at shop.yaml:53:16 is more specific than `*.example.com`, and one host decides alone",
    ),
    (
        "shop.example.com/cart",
        "shop/zz",
        "rules without a host are for hosts that no rule names, and `shop.example.com` is named at shop.yaml:53:16",
    ),
    (
        "shop.example.com/cart",
        "shop/zz",
        "left out: ING105 invalid-path at shop.yaml:57:16: ",
    ),
    (
        "shop.example.com/cart",
        "shop/zz",
        "left out: ING106 invalid-host at shop.yaml:60:11: ",
    ),
    (
        "shop.example.com/cart --from 203.0.113.9",
        "shop/web",
        "it decides, and is answered 403: 203.0.113.9 is on the deny-list",
    ),
    (
        "shop.example.com/cart",
        "shop/other:80",
        "shop/web at shop.yaml:38:15 has the same host and path, and wins",
    ),
    (
        "shop.example.com/cart",
        "shop/beta",
        "element 1 is `cart`, not `beta`",
    ),
    (
        "https://other.org/cart",
        "shop/web",
        "no request gets as far as the routes: TLS handshake refused",
    ),
    (
        "shop.example.com/x#y --request-target /x#y",
        "shop/web",
        "answered 400 before any route is looked up",
    ),
    (
        "shop.example.com/cart",
        "shop/unreferenced",
        "no path of an Ingress leads to it",
    ),
    (
        "shop.example.com/x --host=",
        "shop/web",
        "it is for host `shop.example.com`, and the request names none",
    ),
];

#[test]
fn why_something_else_did_not_get_the_request() {
    let folder = shop();
    folder.file(
        "more.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: unreferenced, namespace: shop}\nspec: {ports: [{port: 80}]}\n",
    );
    let mut wrong = Vec::new();
    for (asked, subject, reason) in DOUBTS {
        let ran = folder.run(&format!(
            "route {asked} -i shop.yaml secret.yaml more.yaml --why-not {subject}"
        ));
        let text = format!("{}{}", ran.out, ran.err);
        let told = text.split("why not").nth(1).unwrap_or(&text);
        if !told.contains(reason) {
            wrong.push(format!("{asked} {subject}: {reason}\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (subject, words) in [
        (
            "shop/wbe",
            "error: there is no Ingress and no Service shop/wbe in the input\n  help: did you mean `shop/web`?",
        ),
        (
            "shop/zz:/nowhere",
            "error: Ingress shop/zz has no path `/nowhere`\n  help: it has `/`, ",
        ),
        (
            "shop/none:81",
            "error: there is no Service shop/none in the input",
        ),
        ("web", "error: `web` is no Ingress and no Service"),
    ] {
        let ran = folder.run(&format!(
            "route shop.example.com/ -i shop.yaml secret.yaml --why-not {subject}"
        ));
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{subject}");
        assert!(ran.err.contains(words), "{subject}: {}", ran.err);
    }
}

#[test]
fn the_handshake_and_the_protocol_are_asked_for() {
    let folder = shop();
    for (arguments, line) in [
        (
            "https://shop.example.com/",
            "tls       shop/shop-tls   for shop.example.com   secret.yaml:5:9\n",
        ),
        ("https://shop.example.com/ --now 2026-08-22", "valid until "),
        (
            "https://shop.example.com/ --now 2126-08-22",
            "   expired on ",
        ),
        (
            "https://other.org/ --sni shop.example.com",
            "from      127.0.0.1, HTTP/1.1, TLS for shop.example.com\n",
        ),
        (
            "https://shop.example.com/ --sni other.org",
            "no certificate for other.org, and no default\n",
        ),
        (
            "https://shop.example.com/ --sni=",
            "answer    TLS handshake refused: no certificate for a client without SNI",
        ),
        (
            "https://shop.example.com/ --http 2",
            "from      127.0.0.1, HTTP/2\n",
        ),
        (
            "http://shop.example.com/ --http 1.0 --host=",
            "request   GET http (no host) /\n",
        ),
        (
            "http://shop.example.com/ --request-target * --method OPTIONS",
            "request   OPTIONS http shop.example.com *\n",
        ),
        (
            "http://shop.example.com/ --request-target http://other.org/",
            "answer    400: the request target and the Host header name different hosts\n",
        ),
        (
            "http://shop.example.com/ --host Shop.Example.Com:8080",
            "host      shop.example.com   exact",
        ),
    ] {
        let ran = folder.run(&format!("route {arguments} -i shop.yaml secret.yaml"));
        assert_eq!(ran.code, Some(0), "{arguments}: {}", ran.err);
        assert!(ran.out.contains(line), "{arguments}:\n{}", ran.out);
    }
    let alpn = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: config, namespace: haproxy}\ndata: {tls-alpn: http/1.1}\n";
    folder.file("alpn.yaml", alpn);
    let ran = folder.run("route https://shop.example.com/ --http 2 -i shop.yaml secret.yaml alpn.yaml --set configMap=haproxy/config");
    assert!(
        ran.out.contains("            offers http/1.1   alpn.yaml:4:18   HTTP/2 is not offered: clients that speak nothing else cannot ask\n"),
        "{}",
        ran.out
    );
    for (arguments, words) in [
        (
            "/cart",
            "write the host before the path, such as shop.example.com/cart",
        ),
        ("wss://shop.example.com/", "write https://shop.example.com/"),
        (
            "ftp://shop.example.com/",
            "a scheme other than `http` and `https`",
        ),
        ("http://shop.example.com/ --sni a.io", "http has none"),
        (
            "https://shop.example.com/ --sni *.a.io",
            "is no name that a handshake can hold",
        ),
        (
            "http://shop.example.com/ --http 2 --host=",
            "a request of HTTP/2 names its host",
        ),
        ("--all --host a.io", "cannot be used with"),
        ("--all --why-not shop/web", "cannot be used with"),
    ] {
        let ran = folder.run(&format!("route {arguments} -i shop.yaml"));
        assert_eq!(ran.code, Some(2), "{arguments}: {}", ran.out);
        assert!(ran.err.contains(words), "{arguments}: {}", ran.err);
    }
}

#[test]
fn clients_show_the_certificate_that_is_said() {
    let folder = Folder::new();
    let case =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/annotations/haproxytech/client-ca");
    let case = case.display();
    for (shows, words) in [
        (
            "trusted",
            "the client has to show a certificate of the authority",
        ),
        (
            "none",
            "TLS handshake refused: clients have to show a certificate",
        ),
        (
            "foreign",
            "TLS handshake refused: the client's certificate is not of the authority",
        ),
    ] {
        let ran = folder.run(&format!(
            "route https://shop.example.com/ -i {case} --config {case}/ingressc.yaml --client-certificate {shows}"
        ));
        assert!(ran.out.contains(words), "{shows}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn tls_that_is_handed_through_is_told_to_its_servers() {
    let folder = Folder::new();
    let through = WEB.replacen(
        "  namespace: shop\n",
        "  namespace: shop\n  annotations: {haproxy.org/ssl-passthrough: \"true\"}\n",
        1,
    );
    folder.file("through.yaml", &through);
    let ran = folder.run("route https://shop.example.com/ -i through.yaml --why-not shop/web");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    approved("through", &ran.out);
    let ran = folder.run("route http://shop.example.com/ -i through.yaml --why-not shop/web");
    assert!(ran.out.contains("answer    421: "), "{}", ran.out);
}

#[test]
fn the_table_knows_certificates_and_policies() {
    let folder = shop();
    let of = |format: &str| {
        let ran = folder.run(&format!(
            "route --all -i shop.yaml secret.yaml --format {format}"
        ));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    approved("table", &of("human"));
    approved("table.md", &of("markdown"));
    let json: Value = serde_json::from_str(&of("json")).expect("JSON");
    let routes = json["routes"].as_array().expect("a list");
    assert_eq!(routes.len(), of("human").lines().count() - 1);
    let cart = routes
        .iter()
        .find(|route| route["path"] == "/cart" && route["host"] == "shop.example.com");
    let cart = cart.expect("a route");
    assert_eq!(cart["certificate"], "shop/shop-tls");
    assert_eq!(cart["tls"], "named");
    assert_eq!(cart["ingress"], "shop/web");
    assert!(
        cart["policies"]
            .as_array()
            .expect("a list")
            .contains(&"basic-auth".into())
    );
    approved("table.json", &of("json"));
}

#[test]
fn all_routes_are_drawn() {
    let folder = shop();
    let ran = folder.run("route --graph - -i shop.yaml secret.yaml");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    approved("graph.mmd", &ran.out);
    let ran = folder.run("route --graph map.svg -i shop.yaml secret.yaml");
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.err);
    assert!(ran.err.contains("wrote    map.svg\n"), "{}", ran.err);
    let picture = std::fs::read_to_string(folder.path("map.svg")).expect("written");
    for outside in [
        "http:", "https:", "<script", "<image", "@import", "url(", "href",
    ] {
        let own = picture.replace("http://www.w3.org/2000/svg", "");
        assert!(!own.contains(outside), "{outside}");
    }
    approved("graph.svg", &picture);
    let ran = folder.run("route --graph map.mmd -i shop.yaml secret.yaml");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let text = std::fs::read_to_string(folder.path("map.mmd")).expect("written");
    assert!(text.starts_with("flowchart LR\n"), "{text}");
    for (file, code) in [("map.png", 2), ("map", 2), ("none/map.svg", 4)] {
        let ran = folder.run(&format!("route --graph {file} -i shop.yaml secret.yaml"));
        assert_eq!(ran.code, Some(code), "{file}: {}", ran.err);
    }
    folder.file("own.svg", WEB);
    let ran = folder.run("route --graph own.svg -i own.svg");
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("was read as input"), "{}", ran.err);
}

#[test]
fn hostile_names_are_text_in_every_form() {
    let folder = Folder::new();
    let hostile = WEB
        .replace("path: /\n", "path: \"/a|b<script>\\\"]%[x]`\"\n")
        .replacen(
            "  namespace: shop\n",
            "  namespace: shop\n  annotations: {haproxy.org/request-set-header: \"X-A \\u202e|<b>@all\"}\n",
            1,
        );
    folder.file("hostile.yaml", &hostile);
    let target = "/a|b<script>\"]%[x]`/\u{1b}[2J";
    let run = |more: &[&str]| {
        let mut arguments = vec!["route", "-i", "hostile.yaml"];
        arguments.extend(more);
        folder.run_with(&arguments, &[], "").out
    };
    let url = "http://shop.example.com/";
    for format in ["human", "markdown", "json"] {
        let text = run(&[
            url,
            "--request-target",
            target,
            "--format",
            format,
            "-Hx-y: a|b",
        ]);
        assert!(
            !text.contains('\u{1b}') && !text.contains('\u{202e}'),
            "{text}"
        );
        let table = run(&["--all", "--format", format]);
        assert!(table.contains("/a"), "{table}");
        if format == "markdown" {
            for line in text.lines().chain(table.lines()) {
                let bars = line.replace("\\|", "").matches('|').count();
                let whole = line.ends_with('|') && (bars == 5 || bars == 10);
                assert!(whole, "{bars}: {line}");
                let outside: String = line.split('`').step_by(2).collect();
                assert!(!outside.contains('<') || line.contains("``"), "{line}");
            }
        }
    }
    let mermaid = run(&["--graph", "-"]);
    assert!(
        !mermaid.contains("<script") && !mermaid.contains("\"]%"),
        "{mermaid}"
    );
    run(&["--graph", "map.svg"]);
    let picture = std::fs::read_to_string(folder.path("map.svg")).expect("written");
    assert!(!picture.contains("<script"), "{picture}");
    assert!(picture.contains("&lt;script&gt;"), "{picture}");
}

#[test]
fn the_page_shows_what_the_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = include_str!("../../docs/route.md");
    let run = |line: &str| {
        let mut command = crate::run::command(root);
        let ran = command.args(line.split_whitespace()).output();
        String::from_utf8(ran.expect("the binary runs").stdout).expect("text")
    };
    let mut shown = 0;
    for block in page.split("```console\n$ ingressc ").skip(1) {
        let (line, rest) = block.split_once('\n').expect("a command");
        let (text, _) = rest.split_once("```").expect("an end");
        let printed = run(line);
        match text.strip_suffix("…\n") {
            Some(start) => assert!(printed.starts_with(start), "{line}:\n{printed}"),
            None => assert_eq!(printed, text, "{line}"),
        }
        shown += 1;
    }
    for line in page
        .lines()
        .filter_map(|line| line.strip_prefix("`ingressc "))
    {
        if let Some(line) = line.strip_suffix("`:") {
            let printed = run(line);
            assert!(page.contains(&printed), "{line}:\n{printed}");
            shown += 1;
        }
    }
    assert_eq!(shown, 4);
}

const SECRETS: &str = include_str!("route/secrets.yaml");

#[test]
fn values_that_let_somebody_in_are_never_shown() {
    let folder = Folder::new();
    folder.file("secrets.yaml", SECRETS);
    for format in ["human", "json", "markdown"] {
        let ran = folder.run_with(
            &[
                "route",
                "http://ann:pw-of-ann@shop.example.com/",
                "-i",
                "secrets.yaml",
                "--format",
                format,
                "-HCookie: sid=hunter2",
                "-HX-Api-Key: hunter2",
                "-HX-Auth-Token: hunter2",
            ],
            &[],
            "",
        );
        let all = format!("{}{}", ran.out, ran.err);
        for secret in ["hunter2", "c2VjcmV0", "pw-of-ann", "YW5uOnB3"] {
            assert!(!all.contains(secret), "{secret} in {format}: {all}");
        }
        assert!(all.contains("(not shown)"), "{all}");
    }
    let ran = folder.run("route http://ann:pw-of-ann@shop.example.com:0/ -i secrets.yaml");
    assert_eq!(ran.code, Some(2));
    assert!(!ran.err.contains("pw-of-ann"), "{}", ran.err);

    folder.file("routes.yaml", "version: 1\ntests:\n  - get: http://shop.example.com/\n    backend: shop/web:80\n    headers-seen-by-server: {Authorization: Basic b3RoZXI=}\n");
    for format in ["human", "json", "junit"] {
        let ran = folder.run(&format!(
            "test routes.yaml -i secrets.yaml --format {format}"
        ));
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains("Basic (not shown)"), "{all}");
        // What is expected stands in the file of the tests, a line of which is shown.
        assert!(!all.contains("c2VjcmV0"), "{format}: {all}");
    }
    folder.file(
        "other.yaml",
        &SECRETS
            .replace("c2VjcmV0", "b3RoZXI=")
            .replace("hunter2", "hunter3"),
    );
    for format in ["human", "json", "markdown"] {
        let ran = folder.run(&format!("diff secrets.yaml other.yaml --format {format}"));
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains("Authorization"), "{all}");
        for secret in ["c2VjcmV0", "b3RoZXI", "hunter"] {
            assert!(!all.contains(secret), "{secret} in {format}: {all}");
        }
    }
}

#[test]
fn user_and_password_of_a_url_are_sent() {
    const FROM: &str = "--from 192.0.2.9 -HX-Client:192.0.2.77 --config ingressc.yaml";
    let folder = shop();
    let sent = |url: &str, more: &str| {
        let ran = folder.run(&format!("route {url} -i shop.yaml secret.yaml {more}"));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        ran.out
    };
    let text = sent("http://tom:pass%77ord@shop.example.com/cart", FROM);
    assert!(text.contains("`tom` is logged in"), "{text}");
    let text = sent("http://tom:wrong@shop.example.com/cart", FROM);
    assert!(!text.contains("is logged in"), "{text}");
}

#[test]
fn the_port_of_a_url_is_that_of_a_listener_or_mapped_to_it() {
    let folder = shop();
    for (url, code, words) in [
        (
            "http://shop.example.com:8443/",
            0,
            "listener  :80   frontend fe_http   nothing listens on 8443: right if something maps 8443 to it\n",
        ),
        (
            "https://shop.example.com:80/",
            0,
            "answer    no connection: 80 is the port of http, and the URL says https\n",
        ),
        (
            "http://shop.example.com:443/",
            0,
            "answer    no connection: 443 is the port of https, and the URL says http\n",
        ),
        (
            "http://shop.example.com:80/",
            0,
            "listener  :80   frontend fe_http\n",
        ),
        (
            "http://shop.example.com:0/",
            2,
            "`0` is no port; one is 1 to 65535",
        ),
        ("http://shop.example.com:99999/", 2, "`99999` is no port"),
        ("http://shop.example.com:http/", 2, "`http` is no port"),
        ("http://[::1]:0/", 2, "`0` is no port"),
    ] {
        let ran = folder.run(&format!("route {url} -i shop.yaml secret.yaml"));
        let all = format!("{}{}", ran.out, ran.err);
        assert_eq!(ran.code, Some(code), "{url}: {all}");
        assert!(all.contains(words), "{url}: {all}");
    }
}

#[test]
fn a_host_among_the_headers_is_the_one_that_is_sent() {
    let folder = shop();
    for (headers, words) in [
        ("-HHost:a.b.example.com", "host      a.b.example.com"),
        (
            "-HHost:shop.example.com -Hhost:a.b.example.com",
            "answer    400: several Host headers that differ\n",
        ),
        (
            "--host shop.example.com -HHost:a.b.example.com",
            "answer    400: several Host headers that differ\n",
        ),
        (
            "--method CONNECT",
            "answer    405: CONNECT is not allowed\n",
        ),
    ] {
        let ran = folder.run(&format!(
            "route http://shop.example.com/ -i shop.yaml secret.yaml {headers}"
        ));
        assert!(ran.out.contains(words), "{headers}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn a_port_may_be_called_by_its_number_or_its_name() {
    let folder = Folder::new();
    folder.file("secrets.yaml", SECRETS);
    for (subject, code, words) in [
        ("shop/web:80", 0, "it has the request"),
        ("shop/web:http", 0, "it has the request"),
        ("shop/web:8080", 0, "no path of an Ingress leads to it"),
        (
            "shop/web:81",
            2,
            "error: Service shop/web has no port `81`\n  help: it has 80 (http), 8080 (admin)",
        ),
        (
            "far/away",
            2,
            "error: there is no Ingress and no Service far/away in the input\n  help: there are shop/web",
        ),
    ] {
        let ran = folder.run(&format!(
            "route http://shop.example.com/ -i secrets.yaml --why-not {subject}"
        ));
        let all = format!("{}{}", ran.out, ran.err);
        assert!(all.contains(words), "{subject}: {all}");
        if code == 2 {
            assert_eq!(ran.code, Some(2), "{subject}: {all}");
        } else {
            assert!(ran.out.starts_with("why not "), "it comes first: {all}");
        }
    }
}

#[test]
fn lines_are_those_of_the_version_that_is_asked_for() {
    let folder = shop();
    for version in ["2.6", "3.2"] {
        let ran = folder.run(&format!(
            "route http://shop.example.com/ -i shop.yaml secret.yaml --haproxy {version}"
        ));
        let words = format!("config    written for HAProxy {version}\n");
        assert!(ran.out.contains(&words), "{}{}", ran.out, ran.err);
        let out = folder.path("bundle");
        let wrote = folder.run(&format!(
            "compile shop.yaml secret.yaml --keep-going --haproxy {version} -o {}",
            out.display()
        ));
        let text = std::fs::read_to_string(out.join("haproxy.cfg")).expect(&wrote.err);
        let at = text.lines().position(|line| line.contains("maps/host.map"));
        let line = format!("haproxy.cfg:{} ", at.expect("a look-up") + 1);
        assert!(ran.out.contains(&line), "{line}: {}", ran.out);
    }
}
