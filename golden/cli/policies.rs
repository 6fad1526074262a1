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

#[test]
fn route_tells_which_error_file_stands_for_an_answer() {
    let folder = Folder::new();
    folder.file(
        "errors.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: errors, namespace: haproxy}\n\
         data: {\"404\": \"HTTP/1.1 410 Gone\\n\\n\"}\n",
    );
    let ran = folder.run(
        "route elsewhere.example.com -i clean.yaml errors.yaml --set errorFiles=haproxy/errors",
    );
    assert!(
        ran.out
            .contains("\nanswer    404: no rule and no default backend\n")
            && ran
                .out
                .contains("\npage      410: the error file for 404   errors.yaml:4:"),
        "{}",
        ran.out
    );
}
