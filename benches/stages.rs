//! `just bench`: each stage alone, and all of them in a row, at two sizes.
//!
//! In: generated manifests. Out: divan's table, with the bytes of YAML a second. `decode` is the yardstick: the same documents
//! into their Kubernetes types and nothing else. What a stage needs is made before the clock starts, and freed after it stops.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench puts its manifests on the disk"
)]
#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot be set up has nothing to measure"
)]

mod baseline;
mod generate;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use ingressc::manifest::Manifests;
use ingressc::source::{Document, Inputs, Sources};
use ingressc::{emit, ir, lower, manifest, simulate, source};
use tempfile::TempDir;

/// How many Ingresses.
const SIZES: [usize; 2] = [1_000, 5_000];

/// 2027-01-01, when every certificate of the benches is valid.
const NOW: i64 = 1_798_761_600;

fn main() {
    divan::main();
}

/// The text of `count` applications, in memory and in a folder.
struct Input {
    texts: Vec<String>,
    folder: TempDir,
}

impl Input {
    fn new(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let texts = generate::files(count)
            .map(|(name, text)| {
                std::fs::write(folder.path().join(name), &text).unwrap();
                text
            })
            .collect();
        Self { texts, folder }
    }

    fn bytes(&self) -> BytesCount {
        BytesCount::new(self.texts.iter().map(String::len).sum::<usize>())
    }
}

fn collect(input: &Input) -> (Sources, Vec<Document>) {
    let inputs = Inputs {
        paths: vec![input.folder.path().display().to_string()],
        ..Inputs::default()
    };
    let (sources, _) = source::collect(&inputs).unwrap();
    let (documents, _) = source::documents(&sources);
    (sources, documents)
}

fn read(sources: &Sources, documents: &[Document]) -> Manifests {
    let options = manifest::Options {
        namespace: "default".to_owned(),
    };
    manifest::read(sources, documents, &options).0
}

fn routing(manifests: &Manifests) -> ir::Routing {
    let settings = lower::Settings {
        now: Some(NOW),
        ..lower::Settings::default()
    };
    lower::lower(manifests, &settings).routing
}

fn bundle(routing: &ir::Routing, sources: &Sources) -> emit::Bundle {
    emit::emit(routing, sources, &emit::Settings::default()).unwrap()
}

#[divan::bench(args = SIZES)]
fn decode(bencher: Bencher<'_, '_>, count: usize) {
    let input = Input::new(count);
    bencher
        .counter(input.bytes())
        .bench_local(|| baseline::decode(black_box(&input.texts)).unwrap());
}

#[divan::bench(args = SIZES)]
fn stage_1_source(bencher: Bencher<'_, '_>, count: usize) {
    let input = Input::new(count);
    bencher
        .counter(input.bytes())
        .bench_local(|| collect(black_box(&input)));
}

#[divan::bench(args = SIZES)]
fn stage_2_manifest(bencher: Bencher<'_, '_>, count: usize) {
    let input = Input::new(count);
    let (sources, documents) = collect(&input);
    bencher
        .counter(input.bytes())
        .bench_local(|| read(black_box(&sources), &documents));
}

#[divan::bench(args = SIZES)]
fn stage_3_lower(bencher: Bencher<'_, '_>, count: usize) {
    let input = Input::new(count);
    let (sources, documents) = collect(&input);
    let manifests = read(&sources, &documents);
    bencher
        .counter(input.bytes())
        .bench_local(|| routing(black_box(&manifests)));
}

#[divan::bench(args = SIZES)]
fn stage_4_emit(bencher: Bencher<'_, '_>, count: usize) {
    let input = Input::new(count);
    let (sources, documents) = collect(&input);
    let routing = routing(&read(&sources, &documents));
    bencher
        .counter(input.bytes())
        .bench_local(|| bundle(black_box(&routing), &sources));
}

#[divan::bench(args = SIZES)]
fn whole(bencher: Bencher<'_, '_>, count: usize) {
    let input = Input::new(count);
    bencher.counter(input.bytes()).bench_local(|| {
        let (sources, documents) = collect(black_box(&input));
        bundle(&routing(&read(&sources, &documents)), &sources)
    });
}

/// One request of every host, in the order of the manifests.
#[divan::bench(args = SIZES)]
fn simulate_each_host(bencher: Bencher<'_, '_>, count: usize) {
    let input = Input::new(count);
    let (sources, documents) = collect(&input);
    let routing = routing(&read(&sources, &documents));
    let requests: Vec<simulate::Request> = input
        .texts
        .iter()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.trim().strip_prefix("- host: "))
        .map(|host| {
            simulate::Request::parse(&format!("http://{host}/api/v1/items?page=2")).unwrap()
        })
        .collect();
    assert_eq!(requests.len(), count);
    bencher
        .counter(ItemsCount::new(requests.len()))
        .bench_local(|| {
            for request in &requests {
                black_box(simulate::ask(&routing, request));
            }
        });
}
