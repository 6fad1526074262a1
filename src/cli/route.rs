//! `ingressc route`: which way a request or a connection takes, and why; all ways as a table or a picture.

mod asked;
mod expected;
mod picture;
mod tcp;

use self::asked::Asked;
use self::expected::Expected;
use super::args::{Route, RouteFormat};
use super::compile::header;
use super::journey::{Journey, caveats, settle};
use super::settings::{Settings, Typed};
use super::streams::Streams;
use super::{Exit, Stop};
use crate::emit::{self, Bundle};
use crate::manifest::Manifests;
use crate::report::visible;
use crate::simulate::{self, Request};
use crate::trace::{self, Doubt, Http, Subject, Table, Trace, View};

pub(super) fn run(typed: &Route, streams: &mut Streams) -> Result<Exit, Stop> {
    let settings = settle(
        &Typed {
            paths: &typed.paths,
            inputs: &typed.inputs,
            rules: None,
            config: &typed.config,
            annotations: &typed.annotations,
            now: typed.now.map(|date| date.unix),
            haproxy: typed.haproxy,
            placeholders: true,
        },
        streams,
    )?;
    let Some(mut settings) = settings else {
        return Ok(Exit::Clean);
    };
    let asked = typed
        .url
        .as_deref()
        .map(|url| Asked::read(url, typed))
        .transpose()?;
    let expected = typed.expect.as_deref().map(Expected::parse).transpose()?;
    let doubted = typed.why_not.as_deref().map(subject).transpose()?;
    let picture = typed.graph.as_deref().map(picture::Kind::of).transpose()?;
    let journey = Journey::run(&mut settings, streams)?;
    if let Some(why) = journey.nothing(true) {
        return Err(Stop::new(Exit::Nothing, why));
    }
    caveats(&journey, streams);
    let unread = if journey.judged.unread {
        Exit::No
    } else {
        Exit::Clean
    };
    let bundle = asked.as_ref().and_then(|_| bundle(&journey, &settings));
    let view = View {
        routing: &journey.routing,
        sources: &journey.sources,
        bundle: bundle.as_ref(),
        findings: &journey.judged.findings,
        now: typed.now.map(|date| date.unix),
        haproxy: settings.stages.emit.target,
    };
    let answer = match asked {
        None => {
            if let Some(kind) = picture {
                picture::draw(&kind, &view, streams)?
            } else {
                table(&view, typed.format, streams);
                Exit::Clean
            }
        }
        Some(Asked::Connection(connection)) => {
            if doubted.is_some() {
                return Err(Stop::usage(
                    "error: `--why-not` is about requests, and a connection to a port has none",
                ));
            }
            tcp::answer(&connection, &view, typed.format, expected.as_ref(), streams)
        }
        Some(Asked::Request(request, http)) => {
            let manifests: Vec<&Manifests> = journey.manifests().collect();
            let doubt = Doubt {
                manifests: &manifests,
                lower: &settings.stages.lower,
            };
            let doubted = doubted.as_ref().map(|subject| (subject, doubt));
            let asked = (&*request, http);
            answer(
                asked,
                &view,
                (typed.format, doubted),
                expected.as_ref(),
                streams,
            )?
        }
    };
    Ok(unread.worst(answer))
}

/// Tells what becomes of a request, and whether that is what was expected.
fn answer(
    (request, http): (&Request, Http),
    view: &View<'_>,
    (format, doubted): (RouteFormat, Option<(&Subject, Doubt<'_>)>),
    expected: Option<&Expected>,
    streams: &mut Streams,
) -> Result<Exit, Stop> {
    let verdict = simulate::ask(view.routing, request);
    let mut trace = trace::request(view, (request, http), &verdict);
    if let Some((subject, doubt)) = doubted {
        trace::why_not(&mut trace, view, (request, &verdict), subject, doubt)
            .map_err(|why| Stop::usage(format!("error: {}", lines(&why))))?;
    }
    show(&trace, format, streams);
    let Some(expected) = expected else {
        return Ok(Exit::Clean);
    };
    if trace.answer.uncertain {
        streams.note("note: chance or raw lines may decide otherwise than what was expected\n");
    }
    Ok(match expected::missed(expected, &verdict) {
        None => Exit::Clean,
        Some(found) => {
            streams.error(&format!("expected {}, {found}", visible(&expected.text)));
            Exit::No
        }
    })
}

/// Writes a trace in the format that is asked for.
fn show(trace: &Trace<'_>, format: RouteFormat, streams: &mut Streams) {
    streams.product(&match format {
        RouteFormat::Human => trace::human(trace, Streams::terminal_width()),
        RouteFormat::Json => trace::json(trace),
        RouteFormat::Markdown => trace::markdown(trace),
    });
}

/// Writes the table of all routes.
fn table(view: &View<'_>, format: RouteFormat, streams: &mut Streams) {
    let table = Table::new(view);
    let text = match format {
        RouteFormat::Human => {
            let (text, left_out) = table.human(Streams::terminal_width());
            streams.product(&text);
            if !left_out.is_empty() {
                streams.note(&format!(
                    "note: no room for {}; a wider terminal, a pipe and `--format json` have all columns",
                    left_out.join(", ")
                ));
            }
            return;
        }
        RouteFormat::Json => table.json(),
        RouteFormat::Markdown => table.markdown(),
    };
    streams.product(&text);
}

/// What would be written. What cannot be written has no lines, and is told by the commands that write.
fn bundle(journey: &Journey, settings: &Settings) -> Option<Bundle> {
    let settings = emit::Settings {
        header: header(journey),
        ..settings.stages.emit.clone()
    };
    journey.emit(&settings).ok()
}

fn subject(text: &str) -> Result<Subject, Stop> {
    Subject::parse(text).ok_or_else(|| {
        Stop::usage(format!(
            "error: `{}` is no Ingress and no Service\n  help: write NAMESPACE/INGRESS, NAMESPACE/INGRESS:/PATH or NAMESPACE/SERVICE:PORT",
            visible(text)
        ))
    })
}

/// Text of several lines, each of them made harmless.
fn lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(visible).collect();
    lines.join("\n")
}
