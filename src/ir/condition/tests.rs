use super::*;

fn shown(text: &str) -> Result<String, String> {
    Condition::parse(text)
        .map(|condition| condition.to_string())
        .map_err(|problem| problem.0)
}

#[test]
fn what_people_write_is_read() {
    for (text, expected) in [
        ("rand(100) lt 25", "{ rand(100) -m int lt 25 }"),
        (
            "rand(100) -m int ge 5 le 7",
            "{ rand(100) -m int ge 5 le 7 }",
        ),
        ("hdr(x-beta) -i on yes", "{ hdr(x-beta) -m str -i on yes }"),
        (
            "hdr_beg(user-agent) -i curl",
            "{ hdr(user-agent) -m beg -i curl }",
        ),
        ("path_reg ^/v[0-9]+/", "{ var(txn.path) -m reg ^/v[0-9]+/ }"),
        ("path -m len gt 100", "{ var(txn.path) -m len gt 100 }"),
        ("cook(canary) -m found", "{ cook(canary) -m found }"),
        ("src 10.0.0.0/8 ::1", "{ src -m ip 10.0.0.0/8 ::1/128 }"),
        ("method -m str GET HEAD", "{ method GET HEAD }"),
        ("ssl_fc", "{ ssl_fc -m bool }"),
        ("! urlp(a) -m str -- -b", "!{ urlp(a) -m str -b }"),
        (
            "hdr(a) 'x y' } !{ src ::1 } || { method PUT",
            "{ hdr(a) -m str x y } !{ src -m ip ::1/128 } || { method PUT }",
        ),
    ] {
        assert_eq!(shown(text).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn a_condition_fits_on_a_line_as_it_is_written() {
    let tests = |count| vec!["src 203.0.113.0/24"; count].join(" } { ");
    // Seven words each, and 48 of the 64 of a line.
    assert!(shown(&tests(6)).is_ok());
    let too_long = Err("it has more words than a line can have".to_owned());
    assert_eq!(shown(&tests(7)), too_long);
    // Alternatives have a line each.
    assert!(shown(&[tests(3), tests(3), tests(2)].join(" } || { ")).is_ok());
}

#[test]
fn what_is_unknown_or_unsafe_is_refused() {
    for bad in [
        "",
        "hdr(x)",
        "hdr(x) ''",
        "hdr(x) '}'",
        "hdr(x) -f /etc/passwd",
        "hdr(x) -m ip 1.2.3.4",
        "hdr(x) a\n    http-request deny",
        "hdr(x) \"$HOME\"",
        "hdr(x) a # b",
        "hdr(x) 'a",
        "hdr(authorization) -m found",
        "env(HOME) x",
        "nbsrv(other) gt 0",
        "src 300.1.1.1",
        "src host.example.com",
        "rand(100) lt",
        "rand(100) lt 1:5",
        "rand(100) lt -1",
        "rand(0) lt 1",
        "rand lt 1",
        "path_reg (",
        "path_beg -m end /a",
        "ssl_fc 1",
        "path /a } { ",
        "path /a } use_backend x",
        "path /a { path /b",
        "path,map(/etc/passwd) x",
        "rand(100) -i lt 5",
        "hdr(x),field(0,:) a",
        "method -i get",
        "method -m beg P",
        "method,lower get",
        "method -m found",
    ] {
        assert!(shown(bad).is_err(), "{bad:?} {:?}", shown(bad));
    }
    assert!(shown(&format!("hdr(x) {}", "a ".repeat(80))).is_err());
    assert!(shown(&format!("hdr(x) {}", "a".repeat(60_000))).is_err());
}
