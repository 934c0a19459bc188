//! Writes `docs/faults.md` to standard output.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

fn main() {
    print!("{}", tripod_provider::fault::markdown());
}
