//! The commands about servers.

use std::net::SocketAddr;

use super::server::Server;
use super::{Answer, ReadBack, Step, escape};

pub(super) fn address(backend: &str, server: &str, socket: SocketAddr) -> Option<Step> {
    let path = format!("{backend}/{server}");
    let (ip, port) = (socket.ip().to_string(), socket.port().to_string());
    let command = escape::command(["set", "server", &path, "addr", &ip, "port", &port])?;
    let check = there(backend, server, socket);
    Some(Step::new(command, Answer::Says("change")).checked(check))
}

/// Shows that a server has an address.
fn there(backend: &str, server: &str, socket: SocketAddr) -> ReadBack {
    ReadBack {
        command: format!("show servers state {backend}"),
        has: vec![format!("{server} {}", socket.ip())],
        lacks: Vec::new(),
    }
}

/// A new server takes requests at once, and its checks go on from there, as after a start.
pub(super) fn adding(
    backend: &str,
    server: &Server<'_>,
    words: &[String],
) -> Result<Vec<Step>, String> {
    let path = format!("{backend}/{}", server.name);
    let unsaid = || "no command can say this line".to_owned();
    let socket = server.socket().ok_or_else(unsaid)?;
    let line = ["add", "server", &path].into_iter();
    // A command has 64 words at most.
    if words.len() > 60 {
        return Err("a command has no room for so many options".to_owned());
    }
    let add = escape::command(line.chain(words.iter().map(String::as_str))).ok_or_else(unsaid)?;
    let mut steps = vec![Step::new(add, Answer::Says("New server registered."))];
    let checks = words.iter().any(|word| word == "check");
    for what in ["health", "server"] {
        if what == "server" || checks {
            let command = escape::command(["enable", what, &path]).ok_or_else(unsaid)?;
            steps.push(Step::new(command, Answer::Silence));
        }
    }
    if let Some(last) = steps.last_mut() {
        last.check = Some(there(backend, server.name, socket));
    }
    Ok(steps)
}

pub(super) fn removing(backend: &str, server: &str) -> Option<Vec<Step>> {
    let path = format!("{backend}/{server}");
    let check = ReadBack {
        command: format!("show servers state {backend}"),
        has: Vec::new(),
        lacks: vec![server.to_owned()],
    };
    Some(vec![
        Step::new(
            escape::command(["disable", "server", &path])?,
            Answer::Silence,
        ),
        Step::new(
            escape::command(["del", "server", &path])?,
            Answer::Says("Server deleted."),
        )
        .waiting()
        .checked(check),
    ])
}
