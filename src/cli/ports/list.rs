//! `ingressc ports`: the table.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::args::{PortsFormat, PortsList};
use super::super::journey::{Journey, caveats, settle};
use super::super::settings::Typed;
use super::super::streams::Streams;
use super::super::{Exit, Stop};
use crate::ir::{Port, PortKey, ServiceRef, TcpListener, Wanted};
use crate::ports::{Place, Settings, State};
use crate::report::visible;
use crate::source::{Origin, Sources};
use crate::text::style::{bad, bold, changed, dim, good};

pub(super) fn run(typed: &PortsList, streams: &mut Streams) -> Result<Exit, Stop> {
    let settings = settle(
        &Typed {
            paths: &typed.paths.paths,
            inputs: &typed.inputs,
            rules: None,
            config: &typed.config,
            annotations: &typed.annotations,
            now: None,
            haproxy: None,
            placeholders: true,
        },
        streams,
    )?;
    let Some(mut settings) = settings else {
        return Ok(Exit::Clean);
    };
    let journey = Journey::run(&mut settings, streams)?;
    let ports = &settings.stages.ports;
    let rows = rows(&journey, ports);
    if rows.is_empty() && !journey.judged.unread {
        let why = journey.nothing(true);
        let why = why.unwrap_or_else(|| "nothing to do: no Service is exposed".to_owned());
        return Err(Stop::new(Exit::Nothing, why));
    }
    caveats(&journey, streams);
    let errors = super::show(&journey.judged.findings, &journey.sources, streams);
    streams.product(&match typed.format {
        PortsFormat::Human => human(&rows, &journey.sources),
        PortsFormat::Json => as_json(&rows, ports, &journey.sources),
    });
    streams.note(&tail(&rows, ports));
    let fails = errors > 0 || journey.judged.unread;
    Ok(if fails { Exit::No } else { Exit::Clean })
}

/// A port of a listener, or one that is kept for a Service that is gone.
struct Row {
    /// `None` where no port is left.
    port: Option<Port>,
    /// What its connections lead to.
    service: Option<ServiceRef>,
    /// Who asks for it.
    owner: String,
    state: &'static str,
    outside: bool,
    /// Where it is bound; empty: nowhere.
    bound: Vec<String>,
    /// Where it is asked for; of a Service that is gone, the line of the lock.
    at: Option<Origin>,
}

/// By port; those without one last.
fn rows(journey: &Journey, settings: &Settings) -> Vec<Row> {
    let ports = &journey.ports;
    let led = ports.places.iter().zip(&ports.services);
    let mut rows: Vec<Row> = journey
        .routing
        .tcp
        .iter()
        .zip(led)
        .flat_map(|(listener, (place, service))| of_listener(listener, *place, service.clone()))
        .collect();
    rows.extend(unbound(journey, settings));
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.port.is_none(), row.port, row.state == "conflict");
        key(a).cmp(&key(b)).then_with(|| a.service.cmp(&b.service))
    });
    rows
}

/// Entries of the lock that no listener has: of Services that are gone, and ports that a Service left.
fn unbound<'j>(journey: &'j Journey, settings: &'j Settings) -> impl Iterator<Item = Row> + 'j {
    let listeners = journey.routing.tcp.iter().zip(&journey.ports.places);
    let had: BTreeSet<(&PortKey, Port)> = listeners
        .filter_map(|(listener, place)| Some((listener.key.as_ref()?, place.port?)))
        .collect();
    let (before, after) = (&settings.lock, &journey.ports.lock);
    let live = before.live.iter();
    let live = live.map(move |(key, entry)| {
        let state = match after.live.get(key) {
            Some(now) if now.port == entry.port => "kept",
            _ => "to release",
        };
        (key, entry.port, entry.origin, state)
    });
    let released = before.released.iter();
    let released = released.map(|((key, port), line)| (key, *port, *line, "released"));
    let all = live.chain(released);
    let unbound = all.filter(move |(key, port, ..)| !had.contains(&(*key, *port)));
    unbound.map(|(key, port, line, state)| Row {
        port: Some(port),
        service: Some(service_of(key)),
        owner: format!("Service {}/{}", key.namespace, key.service),
        state,
        outside: false,
        bound: Vec::new(),
        at: line,
    })
}

fn service_of(key: &PortKey) -> ServiceRef {
    ServiceRef {
        namespace: key.namespace.clone(),
        name: key.service.clone(),
        port: key.port.get(),
        port_name: String::new(),
    }
}

fn of_listener(listener: &TcpListener, place: Place, service: Option<ServiceRef>) -> Vec<Row> {
    let ports: BTreeSet<Option<Port>> = match (&listener.wanted, place.port) {
        (Wanted::Binds(binds), None) => {
            let ports = binds.iter().map(|bind| Port::new(bind.value.port()));
            ports.collect()
        }
        (_, port) => [port].into(),
    };
    let service = service.or_else(|| listener.key.as_ref().map(service_of));
    let at = match &listener.wanted {
        Wanted::Port(port) => port.origin,
        Wanted::Pool | Wanted::Binds(_) => listener.origin,
    };
    let row = |port: Option<Port>| {
        let binds = listener.binds.iter();
        let binds = binds.filter(|bind| port.is_some_and(|port| port.get() == bind.port()));
        Row {
            port,
            service: service.clone(),
            owner: listener.owner.clone(),
            state: name(place.state),
            outside: place.outside,
            bound: binds.map(ToString::to_string).collect(),
            at: Some(at),
        }
    };
    ports.into_iter().map(row).collect()
}

fn name(state: State) -> &'static str {
    match state {
        State::Allocated => "allocated",
        State::Fixed => "fixed",
        State::New => "new",
        State::Explicit => "explicit",
        State::Conflict => "conflict",
        State::Missing => "no port",
    }
}

/// `26000  db/orders:5432 (pg)  allocated  deploy/orders.yaml:7`
fn human(rows: &[Row], sources: &Sources) -> String {
    let service = |row: &Row| match &row.service {
        None => visible(&row.owner).into_owned(),
        Some(service) => {
            let ServiceRef {
                namespace,
                name,
                port,
                port_name,
            } = service;
            let port_name = match port_name.as_str() {
                "" => String::new(),
                name => format!(" ({name})"),
            };
            visible(&format!("{namespace}/{name}:{port}{port_name}")).into_owned()
        }
    };
    let cells: Vec<[String; 4]> = rows
        .iter()
        .map(|row| {
            let outside = if row.outside { ", outside pool" } else { "" };
            [
                row.port
                    .map_or_else(|| "-".to_owned(), |port| port.to_string()),
                service(row),
                format!("{}{outside}", row.state),
                row.at.map_or_else(String::new, |at| {
                    let file = visible(&sources.file(at.file).name);
                    format!("{file}:{}", sources.position(at).line)
                }),
            ]
        })
        .collect();
    let width = |column: usize| {
        let cells = cells.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let (services, states) = (width(1), width(2));
    cells.iter().fold(String::new(), |mut out, row| {
        let [port, service, state, at] = row;
        // Coloured when they are as wide as their column, since codes take no room.
        let (port, state) = (format!("{port:>5}"), format!("{state:<states$}"));
        let _ = writeln!(
            out,
            "{}  {service:<services$}  {}  {}",
            bold(port),
            colored(state),
            dim(at)
        );
        out
    })
}

/// What is to come is good, and what is wrong is bad.
fn colored(state: String) -> String {
    match state.split([',', ' ']).next() {
        Some("new") => good(state).to_string(),
        Some("conflict" | "no") => bad(state).to_string(),
        Some("to" | "released") => changed(state).to_string(),
        _ => state,
    }
}

/// As `docs/tcp.md` tells it.
fn as_json(rows: &[Row], settings: &Settings, sources: &Sources) -> String {
    let place = |at: Origin| {
        let position = sources.position(at);
        json!({
            "file": sources.file(at.file).name,
            "line": position.line,
            "column": position.column,
        })
    };
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "port": row.port,
                "service": row.service.as_ref().map(|service| json!({
                    "namespace": service.namespace,
                    "name": service.name,
                    "port": service.port,
                    "port_name": service.port_name,
                })),
                "owner": row.owner,
                "state": row.state,
                "outside_pool": row.outside,
                "bound": row.bound,
                "at": row.at.map(place),
            })
        })
        .collect();
    let whole = json!({
        "version": 1,
        "lock": settings.file,
        "pool": settings.pool().map(|pool| pool.to_string()),
        "ports": rows,
    });
    crate::text::json(&whole)
}

/// `pool 26000-26999: 12 ports in use, 1 released, 987 free`
fn tail(rows: &[Row], settings: &Settings) -> String {
    let Some(pool) = settings.pool() else {
        return String::new();
    };
    let within = |released: bool| {
        let is_released = |row: &Row| matches!(row.state, "released" | "to release");
        let rows = rows.iter().filter(|row| is_released(row) == released);
        let ports = rows.filter_map(|row| row.port);
        ports
            .filter(|port| pool.contains(*port))
            .collect::<BTreeSet<_>>()
    };
    let (used, released) = (within(false), within(true));
    let taken = settings
        .taken
        .iter()
        .filter_map(|taken| Port::new(taken.bind.port()));
    let mut gone: BTreeSet<Port> = taken.filter(|port| pool.contains(*port)).collect();
    gone.extend(used.iter().chain(&released));
    let free = pool.ports().count() - gone.len();
    format!(
        "pool {pool}: {} in use, {} released, {free} free",
        super::ports(used.len()),
        released.difference(&used).count()
    )
}
