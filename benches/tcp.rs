//! `just ports`: the whole program with exposed Services, up to 4,000 of them.
//!
//! In: nothing. Out: a table of the time of `ingressc compile` with a lock that is written (a first run) and one that holds (all
//! others), and of `haproxy -c` on the result; exit 1 when a budget is exceeded. The budgets are ratios: what twice as many ports
//! cost, in the time of all threads together, which does not depend on what else the machine does; and how long the program takes
//! beside HAProxy. The best of some interleaved runs counts.
#![expect(clippy::print_stdout, reason = "the table is the product")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench runs programs and looks at the clock"
)]

mod child;
mod table;

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use child::Cost;
use table::{budget, milliseconds, ratio, row, thousands};

/// How many Services the rungs have, each with one port.
const RUNGS: [usize; 4] = [500, 1_000, 2_000, 4_000];

/// How often each program runs.
const ROUNDS: usize = 7;

/// Services in a file.
const SERVICES_PER_FILE: usize = 20;

/// A pool that is large enough for all.
const CONFIG: &str = "version: 1\ninputs: [manifests]\ntcp: {pool: 20000-29999}\n";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let rungs = RUNGS
        .map(climb)
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let rungs = <[Rung; 4]>::try_from(rungs).map_err(|_| "as many results as rungs")?;
    Ok(if print(&rungs) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What was measured at one size.
struct Rung {
    /// Every port is allocated.
    first: Cost,
    /// The lock has every port.
    again: Cost,
    haproxy: Cost,
}

fn climb(count: usize) -> Result<Rung, Box<dyn Error>> {
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() {
        tempfile::tempdir_in(memory)?
    } else {
        tempfile::tempdir()?
    };
    let at = |name: &str| place.path().join(name);
    std::fs::create_dir(at("manifests"))?;
    std::fs::write(at("ingressc.yaml"), CONFIG)?;
    for first in (0..count).step_by(SERVICES_PER_FILE) {
        let last = count.min(first + SERVICES_PER_FILE);
        let text: String = (first..last).map(service).collect();
        std::fs::write(at(&format!("manifests/{first:06}.yaml")), text)?;
    }
    let mut rung = Rung {
        first: Cost::WORST,
        again: Cost::WORST,
        haproxy: Cost::WORST,
    };
    for _ in 0..ROUNDS {
        if at("ports.lock").exists() {
            std::fs::remove_file(at("ports.lock"))?;
        }
        for cost in [&mut rung.first, &mut rung.again] {
            // Every run writes the bundle anew; a second one would find its files unchanged.
            if at("bundle").exists() {
                std::fs::remove_dir_all(at("bundle"))?;
            }
            let mut compile = Command::new(env!("CARGO_BIN_EXE_ingressc"));
            compile.args(["compile", "--quiet", "-o", "bundle"]);
            *cost = cost.best(child::run(compile.current_dir(place.path()))?);
        }
        let program = std::env::var_os("HAPROXY").unwrap_or_else(|| "haproxy".into());
        let mut check = Command::new(program);
        check
            .args(["-c", "-dW", "-f"])
            .arg(at("bundle/haproxy.cfg"));
        rung.haproxy = rung.haproxy.best(child::run(&mut check)?);
    }
    // Every Service has its port, or the rest is of no interest.
    let lock = std::fs::read_to_string(at("ports.lock"))?;
    let entries = lock.lines().filter(|line| line.starts_with("team-"));
    if entries.count() != count {
        return Err(format!("the lock of {count} Services is:\n{lock}").into());
    }
    Ok(rung)
}

/// An exposed Service as an operator of databases leaves it, with an EndpointSlice of two endpoints.
fn service(index: usize) -> String {
    let team = index % 20;
    let host = |endpoint: usize| {
        let number = 2 * index + endpoint + 1;
        format!(
            "10.{}.{}.{}",
            64 + number / 65_536,
            number / 256 % 256,
            number % 256
        )
    };
    let mut text = String::new();
    let _ = write!(
        text,
        r#"---
apiVersion: v1
kind: Service
metadata:
  name: orders-{index:06}
  namespace: team-{team:02}
  labels:
    app.kubernetes.io/name: postgresql
    app.kubernetes.io/instance: orders-{index:06}
    app.kubernetes.io/managed-by: database-operator
  annotations:
    ingressc/expose: "true"
    ingressc/check: pgsql health
spec:
  type: ClusterIP
  ports:
    - name: postgres
      port: 5432
      targetPort: postgres
      protocol: TCP
  selector:
    app.kubernetes.io/instance: orders-{index:06}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: orders-{index:06}-x7k2p
  namespace: team-{team:02}
  labels:
    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
    kubernetes.io/service-name: orders-{index:06}
addressType: IPv4
ports:
  - name: postgres
    port: 5432
    protocol: TCP
endpoints:
  - addresses: [{}]
    conditions: {{ready: true, serving: true, terminating: false}}
  - addresses: [{}]
    conditions: {{ready: true, serving: true, terminating: false}}
"#,
        host(0),
        host(1)
    );
    text
}

/// Prints the table, and says whether every budget was kept.
fn print(rungs: &[Rung; 4]) -> bool {
    println!("\nbest of {ROUNDS} interleaved runs\n");
    row("exposed Services", RUNGS.map(thousands), "");
    let cells = |what: fn(&Cost) -> String, of: fn(&Rung) -> &Cost| {
        rungs.each_ref().map(|rung| what(of(rung)))
    };
    println!("\ntime");
    let time = |cost: &Cost| milliseconds(cost.time);
    row("  compile, new ports", cells(time, |rung| &rung.first), "");
    row("  compile, same ports", cells(time, |rung| &rung.again), "");
    row("  haproxy -c", cells(time, |rung| &rung.haproxy), "");
    println!("\nall threads together");
    let work = |cost: &Cost| milliseconds(cost.work);
    row("  compile, new ports", cells(work, |rung| &rung.first), "");
    row("  compile, same ports", cells(work, |rung| &rung.again), "");
    row("  haproxy -c", cells(work, |rung| &rung.haproxy), "");
    println!("\npeak memory");
    let peak = |cost: &Cost| format!("{} MB", cost.peak / 1_000_000);
    row("  compile, new ports", cells(peak, |rung| &rung.first), "");
    row("  haproxy -c", cells(peak, |rung| &rung.haproxy), "");
    println!("\nbudgets");
    let growth = |of: fn(&Rung) -> &Cost| {
        let mut growth = [None; 4];
        for (at, pair) in rungs.windows(2).enumerate() {
            if let [before, after] = pair {
                growth[at + 1] = Some(ratio(of(after).work, of(before).work));
            }
        }
        growth
    };
    let beside = rungs
        .each_ref()
        .map(|rung| Some(ratio(rung.first.time, rung.haproxy.time)));
    [
        // Twice as many ports; what is quadratic would cost four times as much.
        budget("  growth, new ports", growth(|rung| &rung.first), 2.6),
        budget("  growth, same ports", growth(|rung| &rung.again), 2.6),
        budget("  compile / haproxy -c", beside, 1.5),
    ]
    .into_iter()
    .all(|kept| kept)
}
