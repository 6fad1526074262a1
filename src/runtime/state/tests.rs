use super::super::testing::Fake;
use super::super::{Address, Client};
use super::*;
use crate::plan::Server;

const HEADER: &str = "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_port";

/// The answers of a process that holds what [`memory`] says, but for those that `other` replaces.
fn differing(other: &[(&str, &str)]) -> Vec<String> {
    let mut answers = BTreeMap::from([
        ("show backend", "# name\nshop\nnot_found\n".to_owned()),
        (
            "show servers state",
            format!("{HEADER}\n3 shop 1 a 10.0.0.1 2 0 1 1 80\n3 shop 2 b 2001:db8::1 0 0 5 1 81\n"),
        ),
        ("show stat -1 2 -1", "# pxname,svname,status,\nshop,BACKEND,UP,\n".to_owned()),
        ("show map maps/path.map", "0x1 b/ x  y\n0x2 a/ z\n".to_owned()),
        ("show acl acl/a.lst", "0x1 10.0.0.0/8\n".to_owned()),
        (
            "show ssl crt-list -n crt-list.txt",
            "# crt-list.txt\ncerts/a.pem:7 b.example.com a.example.com\n".to_owned(),
        ),
        ("show ssl cert", "# filename\ncerts/a.pem\n/etc/own.pem\n".to_owned()),
        (
            "show ssl cert certs/a.pem",
            "Filename: certs/a.pem\nStatus: Used\nSHA1 FingerPrint: AB12\nOCSP Response Key: \n".to_owned(),
        ),
        (
            "show ssl ca-file",
            "# filename\n@system-ca - 145 certificate(s)\ncerts/ca_a.pem - 2 certificate(s)\n".to_owned(),
        ),
        (
            "show ssl ca-file certs/ca_a.pem",
            "Filename: certs/ca_a.pem\nStatus: Used\n \nCertificate #1:\nSHA1 FingerPrint: 02\n\nCertificate #2:\nSHA1 FingerPrint: 01\n"
                .to_owned(),
        ),
    ]);
    for (command, answer) in other {
        let known = answers.get_mut(command).expect("a command");
        (*answer).clone_into(known);
    }
    let answers: BTreeMap<String, String> = answers
        .into_iter()
        .map(|(command, answer)| (command.to_owned(), answer))
        .collect();
    let fake = Fake::new(move |heard| {
        let answer = answers.get(heard).map_or("Unknown command", String::as_str);
        format!("{answer}\n").into_bytes()
    });
    let client = Client::new(Address::Path(fake.path()));
    let process = crate::runtime::Process {
        version: "3.4".to_owned(),
        pid: 1,
    };
    let mut unfinished = Unfinished::new(&process);
    unfinished.servers.insert("shop/c".to_owned());
    unfinished.backends.insert("old".to_owned());
    match differences(&client, &memory(), &unfinished) {
        Err(error) => vec![format!("error {error}")],
        Ok(compared) => {
            let found = compared.differences.iter().map(ToString::to_string);
            let left = compared.left_over.iter();
            let left = left.map(|left| format!("left {}", left.name()));
            let out = compared.out_of_service.iter();
            let out = out.map(|it| format!("out {} {} {}", it.name, it.state, it.is_unfinished));
            let alone = compared.left_alone.iter().map(|it| format!("alone {it}"));
            found.chain(left).chain(out).chain(alone).collect()
        }
    }
}

fn memory() -> Memory {
    let text = |text: &str| text.to_owned();
    let server = |address: &str, port, weight| Server {
        address: Some(text(address)),
        port: Some(port),
        weight: Some(weight),
    };
    let servers = BTreeMap::from([
        (text("a"), server("10.0.0.1", 80, 1)),
        (text("b"), server("2001:db8::1", 81, 5)),
    ]);
    Memory {
        maps: BTreeMap::from([(
            text("maps/path.map"),
            vec![(text("a/"), text("z")), (text("b/"), text("x  y"))],
        )]),
        lists: BTreeMap::from([(text("acl/a.lst"), vec![text("10.0.0.0/8")])]),
        backends: BTreeMap::from([
            (text("shop"), servers),
            (text("not_found"), BTreeMap::new()),
        ]),
        uncertain: BTreeSet::new(),
        certificates: BTreeMap::from([(text("certs/a.pem"), text("AB12"))]),
        authorities: BTreeMap::from([(text("certs/ca_a.pem"), vec![text("01"), text("02")])]),
        crt_lists: BTreeMap::from([(
            text("crt-list.txt"),
            vec![text("certs/a.pem b.example.com a.example.com")],
        )]),
    }
}

#[test]
fn a_process_that_read_the_files_has_no_differences() {
    // The check of the second server fails, which is nobody's but HAProxy's.
    assert_eq!(differing(&[]), [""; 0]);
}

#[test]
fn every_difference_of_servers_is_named() {
    let servers = |lines: &str| format!("{HEADER}\n{lines}");
    let a = "3 shop 1 a 10.0.0.1 2 0 1 1 80\n";
    let b = "3 shop 2 b 2001:db8::1 2 0 5 1 81\n";
    for (command, answer, expected) in [
        (
            "show backend",
            "# name\nshop\nother\n".to_owned(),
            &[
                "backend not_found: the process has none",
                "backend other: the files have none",
            ][..],
        ),
        (
            "show servers state",
            servers(a),
            &["backend shop: the process has no server b"],
        ),
        (
            "show servers state",
            servers(&format!("{a}{b}3 shop 3 c 10.0.0.3 2 0 1 1 80\n")),
            &["backend shop: the files have no server c"],
        ),
        (
            "show servers state",
            servers(&format!("{a}{b}3 shop 3 c 10.0.0.3 0 1 1 1 80\n")),
            &["left shop/c"],
        ),
        (
            "show servers state",
            servers(&format!("{a}{b}3 shop 3 standby 10.0.0.3 0 1 1 1 80\n")),
            &["alone shop/standby"],
        ),
        (
            "show servers state",
            servers(&format!(
                "{}{}",
                a.replace(" 2 0 1 1", " 0 1 1 1"),
                b.replace(" 2 0 5", " 2 8 5")
            )),
            &["out shop/a maintenance false", "out shop/b drain false"],
        ),
        (
            "show backend",
            "# name\nshop\nnot_found\nold\n".to_owned(),
            &["left old"],
        ),
        (
            "show stat -1 2 -1",
            "# pxname,svname,status,\nshop,BACKEND,DOWN (UNPUB),\n".to_owned(),
            &["out shop unpublished false"],
        ),
        (
            "show servers state",
            servers(&format!("{}{b}", a.replace("0.1", "0.9"))),
            &["backend shop: server a has the address 10.0.0.9, the files say 10.0.0.1"],
        ),
        (
            "show servers state",
            servers(&format!("{a}{}", b.replace(" 5 1 81", " 4 1 82"))),
            &["backend shop: server b has the port 82, the files say 81"],
        ),
        (
            "show servers state",
            servers(&format!("{a}{}", b.replace(" 5 1 81", " 4 1 81"))),
            &["backend shop: server b has the weight 4, the files say 5"],
        ),
    ] {
        assert_eq!(differing(&[(command, &answer)]), expected, "{answer}");
    }
}

#[test]
fn every_difference_of_files_is_named() {
    for (command, answer, expected) in [
        (
            "show map maps/path.map",
            "0x1 b/ x\n0x2 a/ z\n0x3 a/ z\n".to_owned(),
            &[
                "maps/path.map: the files have no entry `a/ z`",
                "maps/path.map: the files have no entry `b/ x`",
                "maps/path.map: the process has no entry `b/ x  y`",
            ][..],
        ),
        (
            "show map maps/path.map",
            "Unknown map identifier. Please use #<id> or <file>.".to_owned(),
            &["maps/path.map: the process has not loaded it"],
        ),
        (
            "show acl acl/a.lst",
            String::new(),
            &["acl/a.lst: the process has no entry `10.0.0.0/8`"],
        ),
        (
            "show ssl crt-list -n crt-list.txt",
            "# crt-list.txt\ncerts/a.pem:7 a.example.com b.example.com\n".to_owned(),
            &[
                "crt-list.txt: the files have no entry `certs/a.pem a.example.com b.example.com`",
                "crt-list.txt: the process has no entry `certs/a.pem b.example.com a.example.com`",
            ],
        ),
        (
            "show ssl cert",
            "# transaction\n*certs/a.pem\n# filename\ncerts/a.pem\ncerts/b.pem\n".to_owned(),
            &["certs/a.pem: a transaction of somebody's is open"],
        ),
        (
            "show ssl cert certs/a.pem",
            "SHA1 FingerPrint: AB13\n".to_owned(),
            &["certs/a.pem: the process has another certificate"],
        ),
        (
            "show ssl cert certs/a.pem",
            "Can't display the certificate: Not found".to_owned(),
            &["certs/a.pem: the process has not loaded it"],
        ),
        (
            "show ssl ca-file certs/ca_a.pem",
            "SHA1 FingerPrint: 01\n".to_owned(),
            &["certs/ca_a.pem: the process has another certificate"],
        ),
    ] {
        assert_eq!(differing(&[(command, &answer)]), expected, "{answer}");
    }
}

#[test]
fn answers_that_are_none_of_haproxys_are_errors() {
    for (command, answer) in [
        ("show backend", "hello"),
        ("show servers state", "hello"),
        ("show map maps/path.map", "hello world"),
    ] {
        let found = differing(&[(command, answer)]);
        assert!(found[0].starts_with("error `show "), "{found:?}");
    }
}
