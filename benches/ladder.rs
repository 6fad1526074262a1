//! `just ladder`: the whole program at three sizes, against its budgets.
//!
//! In: nothing. Out: a table of time and memory of `ingressc compile` and `ingressc check`, of the bare decode of the same files, and
//! of `haproxy -c` on the result; exit 1 when a budget is exceeded. Each runs as a process of its own. The runs are interleaved,
//! so that a busy moment of the machine meets all of them, and the best of each counts.
#![expect(clippy::print_stdout, reason = "the table is the product")]
#![expect(
    clippy::disallowed_methods,
    reason = "a bench runs programs and looks at the clock"
)]

mod baseline;
mod child;
mod generate;
mod table;

use std::error::Error;
use std::path::Path;
use std::process::{Command, ExitCode};

use child::Cost;
use rayon::prelude::*;
use table::{budget, milliseconds, ratio, row, thousands};

/// How many Ingresses the rungs have.
const RUNGS: [usize; 3] = [1_000, 5_000, 20_000];

/// How often each program runs.
const ROUNDS: usize = 5;

/// The flag with which the ladder calls itself: decode the files of a directory and stop.
const DECODE: &str = "--decode";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [DECODE, directory] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        decode(Path::new(directory))?;
        return Ok(ExitCode::SUCCESS);
    }
    let rungs = RUNGS
        .map(climb)
        .into_iter()
        .collect::<Result<Vec<_>, _>>()?;
    let rungs = <[Rung; 3]>::try_from(rungs).map_err(|_| "as many results as rungs")?;
    Ok(if print(&rungs) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The other half of the comparison. The objects stay until the process ends, as those of a compiler do.
fn decode(directory: &Path) -> Result<(), Box<dyn Error>> {
    let mut paths = std::fs::read_dir(directory)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    let files = paths
        .par_iter()
        .map(std::fs::read_to_string)
        .collect::<Result<Vec<_>, _>>()?;
    let objects = baseline::decode(&files)?;
    println!("{} objects", objects.len());
    std::mem::forget((objects, files));
    Ok(())
}

/// What was measured at one size.
struct Rung {
    input: u64,
    whole: Cost,
    check: Cost,
    decode: Cost,
    haproxy: Cost,
}

/// Where the files lie: in memory where the machine has such a place, so that it is the program and not the disk that is
/// measured. `TMPDIR` names another place; on a disk, syncing the bundle adds what the disk makes of it.
fn place() -> std::io::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    if std::env::var_os("TMPDIR").is_none() && memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
}

fn climb(count: usize) -> Result<Rung, Box<dyn Error>> {
    let place = place()?;
    let (manifests, bundle) = (place.path().join("manifests"), place.path().join("bundle"));
    std::fs::create_dir(&manifests)?;
    let mut input = 0;
    for (name, text) in generate::files(count) {
        input += u64::try_from(text.len())?;
        std::fs::write(manifests.join(name), text)?;
    }
    let (mut whole, mut check) = (Cost::WORST, Cost::WORST);
    let (mut decode, mut haproxy) = (Cost::WORST, Cost::WORST);
    for _ in 0..ROUNDS {
        // Every run writes the bundle anew; a second one would find its files unchanged.
        std::fs::remove_dir_all(&bundle).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(error),
        })?;
        let mut compile = Command::new(env!("CARGO_BIN_EXE_ingressc"));
        compile.args([
            "compile",
            "--quiet",
            "--no-config",
            "--now",
            "2027-01-01",
            // The generated applications share their certificates, which is all that there is to say of them.
            "--ignore",
            "duplicate-cert-load",
            "-o",
        ]);
        whole = whole.best(child::run(compile.arg(&bundle).arg(&manifests))?);

        let mut lint = Command::new(env!("CARGO_BIN_EXE_ingressc"));
        lint.args(["check", "--quiet", "--no-config", "--now", "2027-01-01"]);
        lint.args(["--ignore", "duplicate-cert-load"]);
        check = check.best(child::run(lint.arg(&manifests))?);

        let mut again = Command::new(std::env::current_exe()?);
        decode = decode.best(child::run(again.arg(DECODE).arg(&manifests))?);

        let program = std::env::var_os("HAPROXY").unwrap_or_else(|| "haproxy".into());
        let mut judge = Command::new(program);
        haproxy = haproxy.best(child::run(
            judge.args(["-c", "-f"]).arg(bundle.join("haproxy.cfg")),
        )?);
    }
    Ok(Rung {
        input,
        whole,
        check,
        decode,
        haproxy,
    })
}

/// Prints the table, and says whether every budget was kept.
fn print(rungs: &[Rung; 3]) -> bool {
    let threads = rayon::current_num_threads();
    println!("\nbest of {ROUNDS} interleaved runs, {threads} threads\n");
    row("Ingresses", RUNGS.map(thousands), "");
    row(
        "input",
        rungs.each_ref().map(|rung| megabytes(rung.input)),
        "",
    );
    println!("\ntime");
    let time = |of: fn(&Rung) -> &Cost| rungs.each_ref().map(|rung| milliseconds(of(rung).time));
    row("  ingressc compile", time(|rung| &rung.whole), "");
    let work = rungs.each_ref().map(|rung| milliseconds(rung.whole.work));
    row("    all threads together", work, "");
    row("  ingressc check", time(|rung| &rung.check), "");
    row("  bare decode", time(|rung| &rung.decode), "");
    row("  haproxy -c", time(|rung| &rung.haproxy), "");
    println!("\npeak memory");
    let peak = |of: fn(&Rung) -> &Cost| rungs.each_ref().map(|rung| megabytes(of(rung).peak));
    row("  ingressc compile", peak(|rung| &rung.whole), "");
    row("  bare decode", peak(|rung| &rung.decode), "");
    println!("\nbudgets");
    let decode = rungs
        .each_ref()
        .map(|rung| Some(ratio(rung.whole.time, rung.decode.time)));
    let [_, middle, last] = rungs;
    let haproxy = ratio(middle.whole.time, middle.haproxy.time);
    let growth = ratio(last.whole.time, middle.whole.time);
    let memory = rungs
        .each_ref()
        .map(|rung| Some(float(rung.whole.peak) / (4.0 * float(rung.input) + 30e6)));
    let check = rungs
        .each_ref()
        .map(|rung| Some(ratio(rung.check.time, rung.whole.time)));
    [
        budget("  time / bare decode", decode, 1.6),
        budget("  check / compile", check, 1.3),
        budget("  time / haproxy -c", [None, Some(haproxy), None], 1.5),
        budget(
            "  growth from the rung before",
            [None, None, Some(growth)],
            4.4,
        ),
        budget("  peak / (4 x input + 30 MB)", memory, 1.0),
    ]
    .into_iter()
    .all(|kept| kept)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "megabytes, shown with one digit"
)]
fn float(bytes: u64) -> f64 {
    bytes as f64
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", float(bytes) / 1e6)
}
