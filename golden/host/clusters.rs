//! Two clusters behind one edge: one of them dies under load, the other takes over, and the first comes back.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::client::{get, until};
use crate::haproxy;
use crate::load::{Load, Tally};
use crate::net::Net;
use crate::pod::Pod;
use crate::site::{Site, web};

const HOST: &str = "shop.example.com";

/// How long it takes at most until checks have said of all servers of a cluster that they are down: `inter` 10 seconds until the
/// first check that fails, `fastinter` 2 seconds until the second (`fall` 2).
const NOTICED: Duration = Duration::from_secs(12);

/// How many requests are lost until servers that refuse connections are taken out: two servers, each after two times ten errors in
/// a row (`observe layer4`, `fall 2`), of which a request that is lost has met four; and as many that the clients have under way.
const REFUSED: usize = 2 * 20 / 4 + 2 * CLIENTS;

/// How long the retries of a request can take: three, a second apart.
const RETRIED: Duration = Duration::from_secs(3);

/// What a slow machine may take besides.
const SLACK: Duration = Duration::from_secs(5);

/// How many clients ask while a cluster dies: so many keep their connections, and so many do not.
const CLIENTS: usize = 4;

fn site(net: &Net, clusters: &str) -> Site {
    let config = format!(
        "version: 1\nlisten: {{http: ['NET.1:8000'], https: [], metrics: []}}\nclusters: {clusters}\n"
    );
    Site::new(
        net,
        &[
            ("ingressc.yaml", &config),
            ("fra/web.yaml", &web(HOST, "web", &[10, 11])),
            ("ams/web.yaml", &web(HOST, "web", &[20, 21])),
        ],
    )
}

fn pods(net: &Net, cluster: &str, first: u8) -> Vec<Pod> {
    let pod = |number| Pod::start(&format!("{cluster}-{number}"), net.at(number, 8080));
    [first, first + 1].map(pod).into()
}

/// How many of the requests the pods of `cluster` answered.
fn share(tally: &Tally, cluster: &str) -> usize {
    let its = |pod: &&String| pod.starts_with(cluster);
    tally
        .pods
        .keys()
        .filter(its)
        .map(|pod| tally.pods[pod])
        .sum()
}

/// Judges what was lost when servers died at `killed`: nothing before, and nothing after checks have noticed; and little until then,
/// since requests notice sooner.
fn judge(tally: &Tally, killed: Instant) {
    if let Some((first, last)) = tally.failing {
        assert!(first >= killed, "{tally:#?}");
        assert!(last - killed <= NOTICED + RETRIED + SLACK, "{tally:#?}");
    }
    // Connections to HAProxy are never refused, and no request is left without an answer for long. A server that dies while it
    // answers is a 502, or for a kept connection its end; one that accepts no connection is a 503.
    let known = ["status 502", "status 503", CUT];
    assert!(
        tally.failed.keys().all(|what| known.contains(&&**what)),
        "{tally:#?}"
    );
    assert!(tally.lost() <= REFUSED, "{tally:#?}");
    assert!(tally.slowest <= RETRIED + SLACK, "{tally:#?}");
}

/// Judges that nothing was lost but what the servers were just answering when they died.
fn judge_strictly(tally: &Tally, killed: Instant) {
    judge(tally, killed);
    assert_eq!(tally.failed.get("status 503"), None, "{tally:#?}");
    assert!(tally.lost() <= 2 * CLIENTS, "{tally:#?}");
}

/// How a kept connection ends whose server died within an answer.
const CUT: &str = "closed without an answer (kept connection: true)";

fn await_cluster(http: SocketAddr, cluster: &str) {
    until(
        &format!("{cluster} answers"),
        NOTICED + RETRIED + SLACK,
        || get(http, HOST, "/").ok().and_then(|answer| answer.pod),
        |pod| pod.as_ref().is_some_and(|pod| pod.starts_with(cluster)),
    );
}

#[test]
fn a_backup_cluster_takes_over_and_gives_back() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let fra = pods(&net, "fra", 10);
    let _ams = pods(&net, "ams", 20);
    let site = site(
        &net,
        "{fra: {inputs: [fra]}, ams: {inputs: [ams], backup: true}}",
    );
    let running = site.start(binary, &net);

    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(300);
    let tally = load.stop();
    assert_eq!(share(&tally, "fra"), tally.asked, "{tally:?}");

    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(100);
    let killed = Instant::now();
    drop(fra);
    await_cluster(running.http, "ams");
    load.wait_for(100);
    let _fra = pods(&net, "fra", 10);
    await_cluster(running.http, "fra");
    load.wait_for(100);
    judge(&load.stop(), killed);

    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(300);
    let tally = load.stop();
    assert_eq!(share(&tally, "fra"), tally.asked, "{tally:?}");
}

#[test]
fn servers_that_are_back_answer_soon() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let fra = pods(&net, "fra", 10);
    let ams = pods(&net, "ams", 20);
    let running = site(&net, "{fra: {inputs: [fra]}, ams: {inputs: [ams]}}").start(binary, &net);
    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(100);
    // Nobody is left who could stand in, and all are taken out.
    drop((fra, ams));
    std::thread::sleep(Duration::from_secs(2));
    let back = Instant::now();
    let _pods = [pods(&net, "fra", 10), pods(&net, "ams", 20)];
    await_cluster(running.http, "");
    // `downinter` 2 seconds, and one check that passes (`rise 1`). With two checks it would be more than five.
    assert!(
        back.elapsed() < Duration::from_secs(4),
        "{:?}",
        back.elapsed()
    );
    load.wait_for(100);
    drop(load);
    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(100);
    assert_eq!(load.stop().lost(), 0);
}

#[test]
fn clusters_share_by_weight_and_stand_in_for_each_other() {
    let Some(binary) = haproxy::binary() else {
        return;
    };
    let net = Net::take();
    let _fra = pods(&net, "fra", 10);
    let mut ams = pods(&net, "ams", 20);
    let clusters = "{fra: {inputs: [fra], weight: 75}, ams: {inputs: [ams], weight: 25}}";
    let running = site(&net, clusters).start(binary, &net);

    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(400);
    let tally = load.stop();
    assert_eq!(tally.lost(), 0, "{tally:?}");
    let percent = 100 * share(&tally, "fra") / tally.asked;
    assert!((70..=80).contains(&percent), "{percent}: {tally:?}");

    // One server of four: the others take its requests, but for those that it is just answering.
    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(100);
    let killed = Instant::now();
    ams.pop();
    load.wait_for(500);
    judge_strictly(&load.stop(), killed);

    // The whole cluster.
    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(100);
    let killed = Instant::now();
    ams.clear();
    while killed.elapsed() < NOTICED + RETRIED {
        load.wait_for(100);
    }
    judge(&load.stop(), killed);
    let load = Load::start(running.http, HOST, CLIENTS, CLIENTS);
    load.wait_for(400);
    let tally = load.stop();
    assert_eq!(share(&tally, "fra"), tally.asked, "{tally:?}");

    // It comes back, and gets its share again.
    let _ams = pods(&net, "ams", 20);
    await_cluster(running.http, "ams");
}
