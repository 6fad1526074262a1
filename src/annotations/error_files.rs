//! The ConfigMap of error files: answers of HAProxy's own in other words, by status.

use super::context::{Context, Said};
use crate::finding::Code;
use crate::ir::Global;
use crate::ir::global::{ErrorPage, ErrorStatus};
use crate::manifest::Kind;
use crate::source::Sourced;

/// Reads the ConfigMap that `errorFiles` of ingressc.yaml names. A page that HAProxy would not start with is left out, and HAProxy
/// answers in its own words.
pub(super) fn finish_global(
    _: &super::Draft,
    context: &Context<'_>,
    global: &mut Global,
    said: &mut Said,
) {
    let name = context.settings.error_files.as_ref();
    let Some(map) = name.and_then(|name| context.manifests.config_maps.get(name)) else {
        return;
    };
    let object = format!("{} {}", Kind::ConfigMap, map.meta.name);
    for (key, text) in &map.data {
        let mut say = |code, message: String, help: &str| {
            let finding = Said::about(code, text.origin, message).help(help);
            said.say(finding.object(&object).field(format!("data[{key}]")));
        };
        let number = key.parse().ok().filter(|_| key.len() == 3);
        let Some(status) = number.and_then(ErrorStatus::new) else {
            say(
                Code::CONFIGMAP_UNKNOWN_KEY,
                format!(
                    "`{key}` of {object} is no status for which HAProxy has an answer of its own"
                ),
                "take one of 200, 400, 401, 403, 404, 405, 407, 408, 410, 413, 421, 422, 425, 429, 500, 501, 502, 503, 504",
            );
            continue;
        };
        let target = context.settings.target;
        if !status.is_known_to(target) {
            say(
                Code::HAPROXY_VERSION_TOO_LOW,
                format!(
                    "an answer for the status `{key}` of {object} needs HAProxy 3.2, and the target is {target}"
                ),
                "remove the key, or set `target.haproxy` to 3.2 or higher",
            );
            continue;
        }
        match ErrorPage::new(&text.value) {
            Ok(page) => {
                let page = Sourced::new(page, text.origin);
                global.error_pages.0.insert(status, page);
            }
            Err(error) => say(
                Code::INVALID_VALUE,
                format!("the page `{key}` of {object} {}", error.0),
                "write a whole response: a status line, headers, an empty line (`|+` keeps one at the end), and the body",
            ),
        }
    }
}
