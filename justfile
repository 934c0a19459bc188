# What CI runs, one by one: `just check`. `just` alone lists everything.
default:
    @just --list

check: format lint test doc pure deny

format:
    cargo fmt --all --check

lint:
    cargo clippy --workspace --all-targets --all-features --locked -- -D warnings

test:
    cargo test --workspace --all-features --locked

doc:
    RUSTDOCFLAGS='-D warnings' cargo doc --workspace --all-features --no-deps --document-private-items --locked

# The pure crates name nothing that reads a clock, a socket, a file or a random source.
pure:
    tools/pure

# Fields that are named like secrets but are plain text.
secrets:
    grep -rnE '(secret|password|verifier|assertion)\w*: (Option<)?(String|&str)' crates/*/src || true

deny:
    cargo deny --offline check bans licenses sources

advisories:
    cargo deny check advisories

bench:
    cargo bench --manifest-path benches/Cargo.toml

# The interpreter with oauthlib that the differential test compares with.
python:
    tools/python-env
