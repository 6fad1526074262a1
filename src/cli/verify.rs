//! `--verify`: a real `haproxy -c` judges the bundle, for `compile` before it replaces anything.
//!
//! In: the bundle, and the files it came from. Out: the verdict, with places that outlive the folder it was asked in.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

use super::journey::fault;
use super::settings::refuse;
use super::{Exit, Stop};
use crate::config::Mistake;
use crate::emit::{Bundle, CONFIG, Place};
use crate::ir::Peer;
use crate::report::visible;
use crate::source::{FileKind, Origin, Sourced, Sources};
use crate::write;

/// Writes the bundle to a temporary folder and lets `haproxy` check it there. The bundle is relocatable, so the verdict holds
/// wherever it is written afterwards.
///
/// What it refuses is a mistake of the operator's when only lines of the operator's are to blame, and else a fault of ours.
///
/// Among peers it is asked as the first of them: on a host that is none, HAProxy would warn and leave them out.
pub(super) fn verify(
    haproxy: &Path,
    bundle: &Bundle,
    peers: &[Peer],
    sources: &Sources,
) -> Result<String, Stop> {
    let folder =
        write::lay_out(bundle).map_err(|error| fault("writing a temporary folder", &error))?;
    let version = version(&ask(haproxy, &["-v"])?);
    let cfg = folder.path().join(CONFIG);
    let cfg = cfg.to_string_lossy();
    let mut arguments = vec!["-c", "-f", &cfg];
    if let Some(peer) = peers.first() {
        arguments.extend(["-L", peer.name.as_str()]);
    }
    let output = ask(haproxy, &arguments)?;
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stderr),
        String::from_utf8_lossy(&output.stdout)
    );
    // Some versions exit 0 in spite of an alert.
    let refused = !output.status.success() || said.contains(ALERT);
    let places = if refused || said.contains(&*cfg) {
        bundle.places()
    } else {
        BTreeMap::new()
    };
    let text = bundle.files.get(CONFIG).map(|file| &file.bytes[..]);
    let text = String::from_utf8_lossy(text.unwrap_or_default());
    let translation = Translation {
        cfg: &cfg,
        text: &text,
        places: &places,
        sources,
    };
    if refused {
        if let Some(mistakes) = translation.mistakes(&said, &version) {
            return Err(refuse(&mistakes, sources));
        }
        let said = translation.text(&said);
        let lines: Vec<_> = said.lines().map(visible).collect();
        return Err(Stop::new(
            Exit::Fault,
            format!(
                "error: {version} refuses the configuration\n  {}",
                lines.join("\n  ")
            ),
        ));
    }
    let said = translation.text(&said);
    let warnings: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("[WARNING]"))
        .collect();
    let verdict = match warnings.len() {
        0 => "no warnings".to_owned(),
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    };
    let mut verdict = format!("{version} -c: valid, {verdict}");
    for warning in warnings {
        verdict.push_str("\n    ");
        verdict.push_str(&visible(warning));
    }
    Ok(verdict)
}

const ALERT: &str = "[ALERT]";

/// From lines of a `haproxy.cfg` that is gone when the message is read, to what caused them.
struct Translation<'a> {
    /// The path that HAProxy was given.
    cfg: &'a str,
    /// What stands in it.
    text: &'a str,
    places: &'a BTreeMap<u32, Place>,
    sources: &'a Sources,
}

impl Translation<'_> {
    /// What HAProxy said, with places that a reader can open.
    fn text(&self, said: &str) -> String {
        let mut out = String::with_capacity(said.len());
        let mut rest = said;
        while let Some((before, line, after)) = self.split(rest) {
            out.push_str(before);
            let emitted = format!("{CONFIG}:{line}");
            let shown = match self.places.get(&line) {
                None => emitted,
                // A line of the operator's is there word for word; one of ours is not.
                Some(place) if own(place, self.sources).is_some() => place.to_string(),
                Some(place) => format!("{emitted}, from {place}"),
            };
            out.push_str(&shown);
            rest = after;
        }
        out.push_str(rest);
        let folder = self.cfg.strip_suffix(CONFIG).unwrap_or(self.cfg);
        out.replace(folder, "")
    }

    /// The alerts, when each of them is about a line of the operator's.
    fn mistakes(&self, said: &str, version: &str) -> Option<Vec<Mistake>> {
        // The last ones only sum up.
        let sums_up = |line: &&str| {
            ["rror(s) found in configuration", "Fatal errors found"]
                .iter()
                .any(|sum| line.contains(sum))
        };
        let alerts = said.lines().filter(|line| line.contains(ALERT));
        let mistakes: Vec<Mistake> = alerts
            .filter(|line| !sums_up(line))
            .map(|alert| self.mistake(alert, version))
            .collect::<Option<_>>()?;
        (!mistakes.is_empty()).then_some(mistakes)
    }

    fn mistake(&self, alert: &str, version: &str) -> Option<Mistake> {
        let (line, why) = if let Some((_, line, after)) = self.split(alert) {
            (line, after.trim_start_matches([']', ')', ' ', ':']))
        } else {
            // What is wrong with a section as a whole is told with its name.
            let (_, why) = alert.split_once(") : ")?;
            let why = why.strip_prefix("config : ").unwrap_or(why);
            (self.named(why)?, why)
        };
        let origin = own(self.places.get(&line)?, self.sources)?;
        let message = format!("{version} refuses this: {}", self.text(why));
        Some(Mistake {
            message: Sourced::new(message.trim_end_matches('.').to_owned(), origin),
            help: None,
        })
    }

    /// The line of the proxy that is the first name in quotes.
    fn named(&self, why: &str) -> Option<u32> {
        let name = why.split('\'').nth(1)?;
        let opens = |line: &str| {
            let mut words = line.split(' ');
            matches!(words.next(), Some("frontend" | "backend" | "listen"))
                && words.find(|word| !word.is_empty()) == Some(name)
        };
        let at = self.text.lines().position(opens)?;
        u32::try_from(at + 1).ok()
    }

    /// What stands before and behind the first place, and its line.
    fn split<'t>(&self, said: &'t str) -> Option<(&'t str, u32, &'t str)> {
        let start = said.find(&format!("{}:", self.cfg))?;
        let from = &said[start + self.cfg.len() + 1..];
        let end = from
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(from.len());
        let line = from[..end].parse().ok()?;
        Some((&said[..start], line, &from[end..]))
    }
}

/// The line of an included file; `None` for a manifest's.
fn own(place: &Place, sources: &Sources) -> Option<Origin> {
    let (id, file) = sources
        .iter()
        .find(|(_, file)| file.kind == FileKind::Fragment && file.name == place.file)?;
    let starts = file.line_starts();
    let line = usize::try_from(place.line).ok()?;
    let start = *starts.get(line.checked_sub(1)?)? as usize;
    let end = starts
        .get(line)
        .map_or(file.text.len(), |&next| next as usize);
    let text = file.text.get(start..end)?.trim_end();
    let indent = text.len() - text.trim_start().len();
    Some(Origin::new(id, start + indent..start + text.len()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the place that runs haproxy"
)]
fn ask(haproxy: &Path, arguments: &[&str]) -> Result<Output, Stop> {
    Command::new(haproxy).args(arguments).output().map_err(|error| {
        let name = haproxy.to_string_lossy();
        let name = visible(&name);
        match error.kind() {
            io::ErrorKind::NotFound => Stop::usage(format!(
                "error: `{name}` is not installed\n  help: install HAProxy, or name the binary: --verify=PATH"
            )),
            io::ErrorKind::PermissionDenied => Stop::usage(format!("error: `{name}` cannot be run: permission denied")),
            _ => fault(&format!("running {name}"), &error),
        }
    })
}

/// `2.6.12` of `HAProxy version 2.6.12-1+deb12u3 2025/10/03 - https://haproxy.org/`; nothing of anything else.
fn version(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut words = text
        .split_whitespace()
        .skip_while(|word| *word != "version");
    let number: String = words
        .nth(1)
        .unwrap_or_default()
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '.')
        .collect();
    format!("haproxy {number}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::File;

    fn places() -> BTreeMap<u32, Place> {
        let place = |file: &str, line| Place {
            file: file.to_owned(),
            line,
            column: 3,
        };
        BTreeMap::from([(5, place("own.cfg", 2)), (7, place("web.yaml", 1))])
    }

    fn sources() -> Sources {
        let mut sources = Sources::default();
        sources.add(File::new("web.yaml", "a: b\n"));
        sources.add(File::new("own.cfg", "# own\n  bogus x \n").kind(FileKind::Fragment));
        sources
    }

    const CFG: &str = "/tmp/x/bundle/haproxy.cfg";
    const TEXT: &str = "#\n#\n#\n\nlisten own from d_base\n\nbackend a_b_80 from d_http\n";

    #[test]
    fn places_outlive_the_temporary_folder() {
        let (places, sources) = (places(), sources());
        let translation = Translation {
            cfg: CFG,
            text: TEXT,
            places: &places,
            sources: &sources,
        };
        for (said, expected) in [
            (
                "parsing [/tmp/x/bundle/haproxy.cfg:5] : a",
                "parsing [own.cfg:2:3] : a",
            ),
            (
                "(/tmp/x/bundle/haproxy.cfg:7), /tmp/x/bundle/haproxy.cfg:55",
                "(haproxy.cfg:7, from web.yaml:1:3), haproxy.cfg:55",
            ),
            (
                "in /tmp/x/bundle/haproxy.cfg, /tmp/x/bundle/maps/a.map",
                "in haproxy.cfg, maps/a.map",
            ),
            ("/tmp/x/bundle/haproxy.cfg:", "haproxy.cfg:"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(translation.text(said), expected);
        }
    }

    #[test]
    fn alerts_about_lines_of_the_operator_are_mistakes() {
        let (places, sources) = (places(), sources());
        let translation = Translation {
            cfg: CFG,
            text: TEXT,
            places: &places,
            sources: &sources,
        };
        let own = format!("[ALERT]    (1) : config : parsing [{CFG}:5] : unknown keyword 'bogus'.");
        let ours = format!("[ALERT]    (1) : config : parsing [{CFG}:7] : no.");
        let sum = format!("[ALERT]    (1) : config : Error(s) found in configuration file : {CFG}");
        let mistakes = |said: &str| translation.mistakes(said, "haproxy 2.6");
        let told = mistakes(&format!("[NOTICE] x\n{own}\n{sum}\n")).expect("a mistake");
        assert_eq!(told.len(), 1);
        let message = &told[0].message;
        assert_eq!(
            message.value,
            "haproxy 2.6 refuses this: unknown keyword 'bogus'"
        );
        assert_eq!(sources.text(message.origin), "bogus x");
        let whole = "[ALERT]    (1) : config : Proxy 'own': no default_backend: 'a_b_80'.";
        let told = mistakes(whole).expect("a mistake");
        let why = "haproxy 2.6 refuses this: Proxy 'own': no default_backend: 'a_b_80'";
        assert_eq!(told[0].message.value, why);
        for fault in [
            whole.replace("own", "a_b_80"),
            whole.replace("own", "gone"),
            format!("{own}\n{ours}"),
            format!("{own}\n[ALERT] (1) : out of memory"),
            sum,
            "[NOTICE] killed".to_owned(),
        ] {
            assert_eq!(mistakes(&fault), None, "{fault}");
        }
    }
}
