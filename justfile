# The verbs of the project. `just` alone lists them.

# List the verbs
[private]
default:
    @just --list --unsorted

# Run every test; what needs HAProxy is skipped without one
test *ARGS:
    cargo test --locked {{ ARGS }}

# Run the golden cases and review what changed (needs cargo-insta)
golden:
    cargo insta test --test golden --review --unreferenced=delete

# Check format, lints, dependencies and scripts
lint:
    cargo fmt --check
    cargo clippy --locked --all-targets -- -D warnings
    ! command -v cargo-deny >/dev/null || cargo deny --locked check
    ! command -v shellcheck >/dev/null || shellcheck .ci/run tools/haproxy-matrix tools/rehearse-edge tools/rehearse-gates tools/fuzz-seeds docs/deploy/edge-pull

# Build and open the documentation of the crate
docs:
    RUSTDOCFLAGS="--deny warnings" cargo doc --locked --no-deps --document-private-items --open

# Time each stage at 1,000 and 5,000 Ingresses
bench *ARGS:
    cargo bench --locked --bench stages -- {{ ARGS }}

# Time the program at 1,000, 5,000 and 20,000 Ingresses against its budgets
ladder:
    cargo bench --locked --bench ladder

# Time the program with 500 to 4,000 exposed Services against its budgets
ports:
    cargo bench --locked --bench tcp

# Load and question every case on HAProxy 2.6, 3.0, 3.2 and 3.4, or on those named
haproxy *VERSIONS:
    tools/haproxy-matrix check {{ VERSIONS }}

# Run the pre-commit hooks in a repository made for it; `--rust` builds them from the source, too
gates *ARGS:
    tools/rehearse-gates {{ ARGS }}

# Fuzz `check` for so many seconds, beginning with the cases of testdata (needs cargo-fuzz and a nightly compiler)
fuzz SECONDS="600":
    tools/fuzz-seeds fuzz/corpus/seeds
    mkdir -p fuzz/corpus/check
    cargo +nightly fuzz run check fuzz/corpus/check fuzz/corpus/seeds -- -max_total_time={{ SECONDS }} -timeout=10 -max_len=20000

# Rehearse docs/deploy.md: two hosts with keepalived, nodes and a client in namespaces of this machine (as root)
rehearse:
    cargo build --locked
    tools/rehearse-edge

# Everything CI asks for, on this machine
ci:
    .ci/run

# Build the binary that is shipped
release:
    cargo build --locked --release
