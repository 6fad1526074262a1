//! What browsers are told about pages of other sites.

use askama::filters::Safe;

use crate::emit::escape::{MaybeMark, maybe_mark};
use crate::emit::view::Policies;
use crate::ir::{Cors, Field, Format, Origins, PolicySection};

/// So many patterns stand on a line; HAProxy reads at most 64 words.
const PATTERNS: usize = 40;

#[expect(clippy::unused_self, reason = "templates call methods")]
impl Policies<'_> {
    /// How the origin is compared, and with what: a rule each. None where everybody may ask.
    pub(in crate::emit) fn origin_tests<'c>(
        &self,
        cors: &'c Cors,
    ) -> Vec<(&'static str, Vec<&'c str>)> {
        match &cors.origins {
            Origins::Any => Vec::new(),
            Origins::Matching(pattern) => vec![("reg", vec![pattern.as_str()])],
            Origins::Listed(list) => {
                let list: Vec<&str> = list.iter().map(|origin| origin.as_str()).collect();
                list.chunks(PATTERNS)
                    .map(|part| ("str", part.to_vec()))
                    .collect()
            }
        }
    }

    /// The end of a line: where nothing is said of a header, the switch has caused it.
    pub(in crate::emit) fn cors_at(
        &self,
        section: &PolicySection,
        field: Field,
    ) -> Safe<MaybeMark> {
        let origin = |field| section.origins.get(&field).copied();
        maybe_mark(origin(field).or_else(|| origin(Field::CorsEnable)))
    }

    /// Whether the answer is the same whoever asks.
    pub(in crate::emit) fn is_for_all(&self, cors: &Cors) -> bool {
        cors.origins == Origins::Any
    }

    /// The headers beside the one that names the origin.
    pub(in crate::emit) fn cors_headers(&self, cors: &Cors) -> Vec<(&'static str, Format, Field)> {
        let text = |text: &str| Format::literal(text).ok();
        let rows = [
            (
                "Access-Control-Allow-Methods",
                cors.methods.as_ref().and_then(|list| list.format().ok()),
                Field::CorsMethods,
            ),
            (
                "Access-Control-Allow-Headers",
                cors.headers.as_ref().and_then(|list| list.format().ok()),
                Field::CorsHeaders,
            ),
            (
                "Access-Control-Max-Age",
                cors.max_age.and_then(|seconds| text(&seconds.to_string())),
                Field::CorsMaxAge,
            ),
            (
                "Access-Control-Allow-Credentials",
                cors.credentials.then(|| text("true")).flatten(),
                Field::CorsCredentials,
            ),
        ];
        let given = |(name, value, field): (_, Option<Format>, _)| Some((name, value?, field));
        rows.into_iter().filter_map(given).collect()
    }
}
