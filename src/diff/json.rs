//! The difference for programs. `docs/formats.md` has the table.

use serde::Serialize;

use super::delta::{
    BackendChange, Behaviour, CertificateChange, Change, Delta, RequestChange, RouteChange,
};
use super::unread::Unread;
use super::view::{Answer, Place, RouteKey};

/// One JSON object, and a line feed.
pub fn json(delta: &Delta, unread: Unread) -> String {
    let counts = delta.counts();
    let report = Report {
        version: 1,
        summary: Summary {
            text: delta.summary_of(unread),
            complete: unread.is_none(),
            changes: !delta.is_empty(),
            routes_added: counts.added,
            routes_removed: counts.removed,
            routes_moved: counts.moved,
            routes_changed: counts.changed,
            requests: counts.requests,
            backends: counts.backends,
            certificates: counts.certificates,
            settings: counts.settings,
            lowers_protection: counts.lowered,
        },
        unread: UnreadEntry {
            base: unread.base,
            head: unread.head,
        },
        routes: delta.routes.iter().map(route_change).collect(),
        requests: delta.requests.iter().map(request).collect(),
        more_requests: delta.more_requests,
        behaviour: delta.behaviour.iter().map(behaviour).collect(),
        backends: delta.backends.iter().map(backend).collect(),
        certificates: delta.certificates.iter().map(certificate).collect(),
        settings: delta.settings.iter().map(setting).collect(),
    };
    crate::text::json(&report)
}

#[derive(Serialize)]
struct Report<'d> {
    version: u32,
    summary: Summary,
    unread: UnreadEntry,
    routes: Vec<RouteEntry<'d>>,
    requests: Vec<RequestEntry<'d>>,
    more_requests: usize,
    behaviour: Vec<BehaviourEntry<'d>>,
    backends: Vec<BackendEntry<'d>>,
    certificates: Vec<CertificateEntry<'d>>,
    settings: Vec<SettingEntry<'d>>,
}

#[derive(Serialize)]
struct Summary {
    text: String,
    complete: bool,
    changes: bool,
    routes_added: usize,
    routes_removed: usize,
    routes_moved: usize,
    routes_changed: usize,
    requests: usize,
    backends: usize,
    certificates: usize,
    settings: usize,
    lowers_protection: usize,
}

#[derive(Serialize)]
struct UnreadEntry {
    base: usize,
    head: usize,
}

#[derive(Serialize)]
struct RouteName<'d> {
    host: &'d str,
    path: String,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<&'d str>,
}

#[derive(Serialize)]
struct At<'d> {
    file: &'d str,
    line: u32,
}

#[derive(Serialize)]
struct RouteEntry<'d> {
    change: &'static str,
    #[serde(flatten)]
    route: RouteName<'d>,
    before: String,
    after: String,
    lowers_protection: bool,
    settings: Vec<SettingEntry<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_place: Option<At<'d>>,
}

#[derive(Serialize)]
struct RequestEntry<'d> {
    host: &'d str,
    path: &'d str,
    before: String,
    after: String,
    lowers_protection: bool,
    lost: &'d [String],
}

#[derive(Serialize)]
struct BehaviourEntry<'d> {
    #[serde(flatten)]
    setting: SettingEntry<'d>,
    routes: Vec<RouteName<'d>>,
}

#[derive(Serialize)]
struct SettingEntry<'d> {
    setting: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    of: &'d str,
    text: String,
    before: Option<&'d str>,
    after: Option<&'d str>,
    lowers_protection: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_place: Option<At<'d>>,
}

#[derive(Serialize)]
struct BackendEntry<'d> {
    backend: &'d str,
    servers_before: usize,
    servers_after: usize,
    added: &'d [String],
    removed: &'d [String],
    changed: Vec<ServerEntry<'d>>,
    settings: Vec<SettingEntry<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'d>>,
}

#[derive(Serialize)]
struct ServerEntry<'d> {
    server: &'d str,
    before: &'d str,
    after: &'d str,
}

#[derive(Serialize)]
struct CertificateEntry<'d> {
    names: &'d [String],
    before: Option<&'d str>,
    after: Option<&'d str>,
    lowers_protection: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    renewal: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    base_place: Option<At<'d>>,
}

fn at(place: Option<&Place>) -> Option<At<'_>> {
    place.map(|Place { file, line }| At { file, line: *line })
}

fn route(key: &RouteKey) -> RouteName<'_> {
    let path = match key {
        RouteKey::Path { path, .. } if path.is_empty() => "/".to_owned(),
        RouteKey::Path { path, .. } => path.clone(),
        _ => String::new(),
    };
    RouteName {
        host: key.host(),
        path,
        r#type: key.kind(),
        condition: key.condition(),
    }
}

fn answer(answer: &Answer) -> String {
    answer.to_string()
}

fn route_change(change: &RouteChange) -> RouteEntry<'_> {
    RouteEntry {
        change: change.what.name(),
        route: route(&change.key),
        before: answer(&change.before),
        after: answer(&change.after),
        lowers_protection: change.lowers,
        settings: change.changes.iter().map(setting).collect(),
        place: at(change.place.as_ref()),
        base_place: at(change.base_place.as_ref()),
    }
}

fn request(change: &RequestChange) -> RequestEntry<'_> {
    RequestEntry {
        host: &change.host,
        path: &change.path,
        before: answer(&change.before),
        after: answer(&change.after),
        lowers_protection: !change.lost.is_empty(),
        lost: &change.lost,
    }
}

fn behaviour(behaviour: &Behaviour) -> BehaviourEntry<'_> {
    BehaviourEntry {
        setting: setting(&behaviour.change),
        routes: behaviour.routes.iter().map(route).collect(),
    }
}

fn setting(change: &Change) -> SettingEntry<'_> {
    SettingEntry {
        setting: change.id(),
        of: &change.of,
        text: change.words(),
        before: change.before.as_deref(),
        after: change.after.as_deref(),
        lowers_protection: change.lowers,
        place: at(change.place.as_ref()),
        base_place: at(change.base_place.as_ref()),
    }
}

fn backend(change: &BackendChange) -> BackendEntry<'_> {
    BackendEntry {
        backend: &change.backend,
        servers_before: change.servers_before,
        servers_after: change.servers_after,
        added: &change.added,
        removed: &change.removed,
        changed: change
            .changed
            .iter()
            .map(|(server, before, after)| ServerEntry {
                server,
                before,
                after,
            })
            .collect(),
        settings: change.changes.iter().map(setting).collect(),
        place: at(change.place.as_ref()),
    }
}

fn certificate(change: &CertificateChange) -> CertificateEntry<'_> {
    CertificateEntry {
        names: &change.names,
        before: change.before.as_deref(),
        after: change.after.as_deref(),
        lowers_protection: change.lowers,
        renewal: change.renewal.map(super::delta::Renewal::id),
        place: at(change.place.as_ref()),
        base_place: at(change.base_place.as_ref()),
    }
}
