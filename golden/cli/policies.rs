//! What `route` tells about annotations: which value counts, and which ones lost to it.

use crate::run::{Folder, WEB};

#[test]
fn route_tells_whose_setting_counts_and_whose_does_not() {
    let folder = Folder::new();
    let annotated = WEB
        .replacen(
            "  namespace: shop\n",
            "  namespace: shop\n  annotations: {haproxy.org/timeout-server: 10s}\n",
            1,
        )
        .replace(
            "kind: Service\nmetadata:\n",
            "kind: Service\nmetadata:\n  annotations: {haproxy.org/timeout-server: 5m}\n",
        );
    folder.file("annotated.yaml", &annotated);
    let ran = folder.run("route shop.example.com -i annotated.yaml");
    assert!(
        ran.out.contains(
            "\npolicy    haproxy.org/timeout-server   5m    annotated.yaml:20:45   <- counts\
             \n                                       10s   annotated.yaml:6:45        counts less\n"
        ),
        "{}",
        ran.out
    );
}

#[test]
fn a_header_that_is_none_is_a_mistake_of_the_command_line() {
    let folder = Folder::new();
    let ran = folder.run("route shop.example.com -i clean.yaml -H nonsense");
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("`nonsense` is no header"), "{}", ran.err);
    let ran = folder.run("route shop.example.com -i clean.yaml -H x-a:1 --from 2001:db8::1");
    assert_eq!(ran.code, Some(0), "{}", ran.err);
}
