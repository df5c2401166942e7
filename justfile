# Convenience only: everything here is one command that can be typed.

# Moves a realistic account on this machine alone.
demo:
    cargo run --locked -- demo

# A whole fleet on this machine without containers: Redis, PostgreSQL, the simulator, a scheduler and workers.
fleet *arguments:
    cargo run --locked -- fleet {{arguments}}

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

# Processes and servers of a fleet killed, frozen, flushed; minutes.
fleet-harm:
    cargo test --locked -p tests --test it -- --ignored --nocapture fleet_harm

# The crash points of the corridor on the fleet; many minutes.
fleet-crash:
    cargo test --locked -p tests --test it -- --ignored fleet_crash

# A fleet with one worker beside one process, limits lifted.
bench-fleet:
    cargo run --locked --release -p tests --bin bench-fleet

# Ten migrations at once, one of them a hundred times larger.
bench-fairness:
    cargo run --locked --release -p tests --bin bench-fairness
