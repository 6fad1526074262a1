//! The index, written and read back.

use super::*;
use crate::emit::example;
use crate::source::{File, FileId};

#[test]
fn the_index_is_json_that_is_read_back() {
    let mut sources = Sources::default();
    sources.add(File::new("a \"b\".yaml", "x: 1\nyé: 2\n"));
    let origin = Origin {
        file: FileId::new(0),
        start: 10,
        end: 11,
    };
    let file = BundleFile {
        bytes: b"abc".to_vec(),
        private: false,
    };
    let files = BTreeMap::from([(CONFIG.to_owned(), file)]);
    let origins = BTreeMap::from([
        (CONFIG.to_owned(), vec![(7, origin)]),
        (CRT_LIST.to_owned(), Vec::new()),
    ]);
    let target = (HaproxyVersion::default(), Layout::Debian);
    let json = index(&files, &origins, &sources, target, &BTreeMap::new());
    let value: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    assert_eq!(
        value["origins"],
        serde_json::json!({CONFIG: {"a \"b\".yaml": [[7, 2, 5]]}})
    );
    assert_eq!(value["layout"], "debian");
    assert_eq!(value["resolvers"], serde_json::json!({}));
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(value["files"][CONFIG]["sha256"], digest);
    assert_eq!(
        Index::owned(&json),
        Some(BTreeSet::from([CONFIG.to_owned()]))
    );
    let empty = index(
        &BTreeMap::new(),
        &BTreeMap::new(),
        &sources,
        target,
        &BTreeMap::new(),
    );
    assert!(serde_json::from_slice::<serde_json::Value>(&empty).is_ok());
}

#[test]
fn the_index_says_which_resolver_found_the_servers() {
    use crate::ir::{ClusterName, Resolver, ServerProtocol};

    let addresses = ["10.1.0.4", "10.1.0.5", "10.1.0.6"];
    let one = example::backend("one", ServerProtocol::Http1, &addresses);
    let mut two = example::backend("two", ServerProtocol::Http1, &addresses);
    for (server, cluster) in two.servers.iter_mut().zip(["ams", "fra", "fra"]) {
        server.cluster = ClusterName::new(cluster);
        if cluster == "fra" {
            server.resolver = Resolver::NodePort;
        }
    }
    let none = example::backend("none", ServerProtocol::Http1, &[]);
    let backends = [one, two, none].map(|backend| (backend.name.clone(), backend));
    let json = index(
        &BTreeMap::new(),
        &BTreeMap::new(),
        &Sources::default(),
        <(HaproxyVersion, Layout)>::default(),
        &BTreeMap::from(backends),
    );
    let value: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
    let expected = serde_json::json!({
        "shop_one_80": "slices",
        "shop_two_80": {"ams": "slices", "fra": "nodePort"},
    });
    assert_eq!(value["resolvers"], expected);
}

#[test]
fn places_are_read_back() {
    let mut sources = Sources::default();
    sources.add(File::new("a \u{7f}.yaml", "x: 1\ny: 2\n"));
    let origin = Origin::new(FileId::new(0), 8..9);
    let origins = BTreeMap::from([(CONFIG.to_owned(), vec![(7, origin)])]);
    let (files, target) = (BTreeMap::new(), <(HaproxyVersion, Layout)>::default());
    let json = index(&files, &origins, &sources, target, &BTreeMap::new());
    let files = BTreeMap::from([(INDEX.to_owned(), BundleFile::public(json))]);
    let place = Place {
        file: "a \u{7f}.yaml".to_owned(),
        line: 2,
        column: 4,
    };
    assert_eq!(Bundle { files }.places(), BTreeMap::from([(7, place)]));
    assert!(Bundle::default().places().is_empty());
}

#[test]
fn a_claim_is_read_back() {
    let paths = BTreeSet::from([CONFIG.to_owned(), "maps/a.map".to_owned()]);
    assert_eq!(Index::owned(&Index::claim(paths.clone())), Some(paths));
}

#[test]
fn an_edited_index_cannot_claim_foreign_files() {
    let claim = |path: &str| {
        let json = serde_json::json!({"version": 1, "files": {path: {"sha256": ""}}});
        Index::owned(json.to_string().as_bytes()).expect("an index")
    };
    for ours in [
        "haproxy.cfg",
        "crt-list.txt",
        "maps/host.map",
        "certs/a.pem",
    ] {
        assert_eq!(claim(ours).len(), 1, "{ours}");
    }
    for foreign in [
        "../x",
        "/etc/passwd",
        "README.md",
        "certs/../x.pem",
        "certs/.x.pem",
        "a/b/c",
        "",
    ] {
        assert!(claim(foreign).is_empty(), "{foreign}");
    }
    assert_eq!(Index::owned(b"{\"version\": 2, \"files\": {}}"), None);
    assert_eq!(Index::owned(b"{"), None);
}
