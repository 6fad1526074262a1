//! The operator's lines: what is refused, and where.

use super::*;
use crate::source::{File, FileKind};

fn read(text: &str, kind: FragmentKind) -> Result<Fragment, Vec<Refusal>> {
    let mut sources = Sources::default();
    let file = sources.add(File::new("own.cfg", text).kind(FileKind::Fragment));
    Fragment::read(&sources, file, kind)
}

fn lines(text: &str, kind: FragmentKind) -> Vec<String> {
    let fragment = read(text, kind).expect("legal");
    let lines = fragment.lines().iter();
    lines.map(|line| line.value.clone()).collect()
}

#[test]
fn lines_are_indented_and_otherwise_left_as_they_are() {
    let text = "\n\ttimeout\tserver 5s  \r\n# why\n\n  http-request set-header X \"$HOME 'a b'\" # c\td\n.if defined(X)\n  log\ta\\\tb\n.endif\n\n";
    let text = text.replace("a\\\tb", "'a\\ b'");
    assert_eq!(
        lines(&text, FragmentKind::Global),
        [
            "    timeout server 5s",
            "    # why",
            "",
            "    http-request set-header X \"$HOME 'a b'\" # c d",
            "    .if defined(X)",
            "    log 'a\\ b'",
            "    .endif",
        ]
    );
    assert!(lines("", FragmentKind::Global).is_empty());
    assert!(lines("\n \n", FragmentKind::Sections).is_empty());
}

#[test]
fn sections_stand_where_sections_stand() {
    let text = "# mail\n  listen smtp from d_base\nmode tcp\n\n\tbind :25\n  server a 10.0.0.1:25\nuserlist smtp\n  user a password b\ndefaults own\nbackend other from own\n server a 10.0.0.1:25\n";
    assert_eq!(
        lines(text, FragmentKind::Sections),
        [
            "# mail",
            "listen smtp from d_base",
            "    mode tcp",
            "",
            "    bind :25",
            "    server a 10.0.0.1:25",
            "userlist smtp",
            "    user a password b",
            "defaults own",
            "backend other from own",
            "    server a 10.0.0.1:25",
        ]
    );
}

#[test]
fn each_line_points_at_its_text() {
    let fragment = read("\n  maxconn 10 \nnbthread 2", FragmentKind::Global).expect("legal");
    let places: Vec<_> = fragment
        .lines()
        .iter()
        .map(|line| (line.origin.start, line.origin.end))
        .collect();
    assert_eq!(places, [(3, 13), (15, 25)]);
}

#[test]
fn what_would_damage_its_surroundings_is_refused() {
    let long = format!("acl x src{}", " 10.0.0.1".repeat(MAX_WORDS));
    for (text, message) in [
        ("a 'b", "a strong quote is not closed"),
        ("a \"b", "a weak quote is not closed"),
        ("a b\u{1}1,2,3", "a control character"),
        ("a \\\u{7f}", "a control character"),
        ("# a\u{1b}[0m", "a control character"),
        ("a 'b\tc'", "a tab inside quotes"),
        ("a \"\" b", "an empty word, at which HAProxy ends the line"),
        (&long, "more words than HAProxy reads: at most 64 on a line"),
        (
            "\"backend\" x",
            "a line begins with a plain word, without quotes and variables",
        ),
        (
            "back\\x65nd x",
            "a line begins with a plain word, without quotes and variables",
        ),
        (
            "\"$SECTION\" x",
            "a line begins with a plain word, without quotes and variables",
        ),
        // What HAProxy takes for a scope: it would skip all lines below.
        (
            "[other]",
            "a line begins with a plain word, without quotes and variables",
        ),
        (
            "  backend x",
            "`backend` would open a section; whole sections belong to `include.sections`",
        ),
        (
            "defaults",
            "`defaults` would open a section; whole sections belong to `include.sections`",
        ),
        (
            "default-path origin /",
            "`default-path` would move the files of the bundle",
        ),
        (".if defined(A)", "`.if` without `.endif`"),
        (".endif", "`.endif` without `.if`"),
        (".else", "`.else` without `.if`"),
        (
            "server a 10.0.0.1:1\nserver a 10.0.0.1:2",
            "a server called `a` is there already",
        ),
    ] {
        let wrong = read(text, FragmentKind::Global).expect_err(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].message, message, "{text}");
    }
}

#[test]
fn sections_keep_to_themselves() {
    let ours = |name: &str| {
        format!("the name `{name}` is one of those that are given to generated sections")
    };
    for (text, message) in [
        (
            "mode tcp\nlisten x from d_base",
            "a line before the first section".to_owned(),
        ),
        (
            "global",
            "lines of `global` belong to `include.global`".to_owned(),
        ),
        (
            "defaults\n mode http",
            "`defaults` without a name would hold for every section below it".to_owned(),
        ),
        ("frontend fe_x", ours("fe_x")),
        ("defaults d_http", ours("d_http")),
        ("resolvers r_dns", ours("r_dns")),
        ("peers p_edge", ours("p_edge")),
        ("backend closed", ours("closed")),
        ("listen not_found", ours("not_found")),
        ("backend shop_web_80", ours("shop_web_80")),
        ("backend shop_web_80.fra", ours("shop_web_80.fra")),
        (
            "listen 'x'",
            "a section's name without quotes and variables".to_owned(),
        ),
        (
            "listen x from d_http\nbackend x from d_http",
            "a section called `x` is there already".to_owned(),
        ),
    ] {
        let wrong = read(text, FragmentKind::Sections).expect_err(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].message, message, "{text}");
    }
    for fine in [
        "listen a_b from d_http",
        "backend web_80  from 'd_base' # x",
        "peers x\nbackend x from d_http",
        "traces\ntraces",
    ] {
        assert!(read(fine, FragmentKind::Sections).is_ok(), "{fine}");
    }
}

#[test]
fn two_files_do_not_open_one_section() {
    let own = |text| read(text, FragmentKind::Sections).expect("legal");
    let include = Include {
        sections: vec![
            own("listen x from d_http\nuserlist x"),
            own("# again\nbackend x from d_http\nuserlist y"),
        ],
        ..Include::default()
    };
    let twins = include.twins();
    assert_eq!(twins.len(), 1);
    assert_eq!(twins[0].message, "a section called `x` is there already");
    assert_eq!(twins[0].origin.start, 8);
}

#[test]
fn what_would_end_the_rules_of_the_frontend_is_refused_there() {
    for text in [
        "http-request allow",
        "http-request  'allow' if { src 10.0.0.0/8 }",
    ] {
        let wrong = read(text, FragmentKind::Frontend).expect_err(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(
            wrong[0]
                .message
                .starts_with("`http-request allow` would end the rules")
        );
        assert!(
            wrong[0]
                .help
                .as_deref()
                .is_some_and(|help| help.contains("deny unless"))
        );
        // No rules of ours follow.
        assert!(read(text, FragmentKind::Backend).is_ok());
    }
    for fine in [
        "http-request deny unless { src 10.0.0.0/8 }",
        "http-response allow",
    ] {
        assert!(read(fine, FragmentKind::Frontend).is_ok(), "{fine}");
    }
}

#[test]
fn rules_have_no_place_in_the_defaults() {
    for (rules, place) in [
        ("http-request deny", "frontend"),
        ("http-response set-header X y", "frontend"),
        ("http-after-response set-header X y", "frontend"),
        ("tcp-request connection reject", "frontend"),
        ("tcp-response content reject", "backends"),
    ] {
        let wrong = read(rules, FragmentKind::Defaults).expect_err(rules);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        let help = format!("put it into `include.{place}`");
        assert_eq!(wrong[0].help.as_ref(), Some(&help), "{rules}");
        assert!(read(rules, FragmentKind::Backend).is_ok(), "{rules}");
    }
    for fine in ["timeout http-request 9s", "http-check expect status 200"] {
        assert!(read(fine, FragmentKind::Defaults).is_ok(), "{fine}");
    }
}

#[test]
fn ingresses_route_and_nobody_else() {
    for text in ["use_backend own if { path /own }", "default_backend own"] {
        let wrong = read(text, FragmentKind::Frontend).expect_err(text);
        let word = text.split(' ').next().unwrap_or_default();
        let message = format!("`{word}` would route beside the Ingresses");
        assert_eq!((wrong.len(), &wrong[0].message), (1, &message));
        assert!(wrong[0].help.is_some());
        // A frontend of their own may.
        let own = format!("frontend own from d_http\n  {text}\n");
        assert!(read(&own, FragmentKind::Sections).is_ok());
    }
}

#[test]
fn sections_name_their_defaults() {
    for (text, help) in [
        ("listen own", "write `listen own from d_http`"),
        ("frontend own from", "write `frontend own from d_http`"),
        (
            "backend own # from d_http",
            "write `backend own from d_http`",
        ),
        ("listen", "write `listen NAME from d_http`"),
        ("defaults x\nbackend own", "write `backend own from d_http`"),
    ] {
        let wrong = read(text, FragmentKind::Sections).expect_err(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        let kind = text.lines().last().and_then(|line| line.split(' ').next());
        let kind = kind.unwrap_or_default();
        let message = format!("`{kind}` does not say which defaults it takes");
        assert_eq!(wrong[0].message, message);
        let told = wrong[0].help.as_deref().unwrap_or_default();
        assert!(told.starts_with(help), "{told}");
    }
    for fine in ["defaults x", "defaults x from d_http", "userlist x"] {
        assert!(read(fine, FragmentKind::Sections).is_ok(), "{fine}");
    }
}
