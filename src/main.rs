//! The binary: hands the arguments to the library and ends with its exit code.

use std::process::ExitCode;

/// Reading manifests is allocating small strings on all processors at once. This allocator takes a third off the later
/// stages with glibc, and more with musl, whose own has one lock.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ingressc::cli::main(std::env::args_os())
}
