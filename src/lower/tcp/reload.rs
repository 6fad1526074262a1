//! Connections of TCP services, and the end of the process that has them.

use crate::finding::{Code, Finding};
use crate::ir::{Field, Routing, TcpListener};

/// Says that connections are cut some time after a reload, where the controllers' ConfigMap has it so. Asked when the ports are
/// allocated.
pub(crate) fn cut_by_reloads(routing: &Routing) -> Option<Finding> {
    let limit = routing.global.process.hard_stop_after?;
    let origin = routing.global.origins.get(&Field::HardStopAfter)?;
    routing
        .tcp
        .iter()
        .any(TcpListener::is_bound)
        .then(|| {
            Finding::new(
                Code::CUT_BY_RELOAD,
                format!("`hard-stop-after` cuts connections of TCP services {limit} after each reload"),
            )
            .at(*origin)
            .help("remove `hard-stop-after`: without it the old process stays for as long as it has connections")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::example;
    use crate::ir::{BindAddress, Millis, Port, Target, Wanted};

    #[test]
    fn only_a_limit_and_a_port_together_cut_connections() {
        let listener = |bound: bool| {
            let mut listener = TcpListener::new(
                "Service db/a",
                Wanted::Pool,
                Target::Closed,
                example::origin(1),
            );
            let port = Port::new(26_000).map(BindAddress::Any);
            listener.binds = port.filter(|_| bound).into_iter().collect();
            listener
        };
        for (limit, tcp, said) in [
            (Some(1_800_000), vec![listener(true)], true),
            (Some(1_800_000), vec![listener(false)], false),
            (Some(1_800_000), Vec::new(), false),
            (None, vec![listener(true)], false),
        ] {
            let mut routing = Routing {
                tcp,
                ..Routing::default()
            };
            routing.global.process.hard_stop_after = limit.and_then(Millis::new);
            let origins = &mut routing.global.origins;
            origins.insert(Field::HardStopAfter, example::origin(2));
            let finding = cut_by_reloads(&routing);
            assert_eq!(finding.is_some(), said, "{limit:?}");
            assert!(finding.is_none_or(|it| it.origin() == Some(example::origin(2))));
        }
    }
}
