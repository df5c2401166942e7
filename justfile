# Convenience only: everything here is one command that can be typed.

# Moves a realistic account on this machine alone.
demo:
    cargo run --locked -- demo

# Everything that has to be green.
test:
    cargo test --locked --workspace

# What CI looks at besides the tests.
check:
    cargo fmt --all -- --check
    cargo clippy --locked --workspace --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps
    cargo deny check bans licenses sources

# Resident memory of a run of 50,000 tickets against one of 5,000.
bench-memory:
    cargo run --locked --release -p tests --bin bench-memory

# How exactly, and how fully, a fleet uses an account's limit.
bench-limiter:
    cargo run --locked -p tests --bin bench-limiter
