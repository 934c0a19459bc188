//! Measures how long it takes to explain a capture: `time FILE CONSUMER_SECRET TOKEN_SECRET`.

#![expect(clippy::print_stdout, reason = "that is what it is for")]
#![expect(
    clippy::disallowed_methods,
    reason = "a measurement has to look at the clock"
)]

use std::time::Instant;

use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::known::Known;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, file, consumer_secret, token_secret] = arguments.as_slice() else {
        return Err("time FILE CONSUMER_SECRET TOKEN_SECRET".into());
    };
    let input = std::fs::read(file)?;
    let mut times = Vec::new();
    let mut first = None;
    for _ in 0..21 {
        let mut known = Known::default();
        known.consumer_secret = Some(consumer_secret.as_str().into());
        known.token_secret = Some(token_secret.as_str().into());
        let begin = Instant::now();
        let findings = diagnose(&Evidence::read(&input, known), Timestamp::from_unix(0));
        times.push(begin.elapsed());
        first = findings.first().map(|finding| finding.code);
    }
    times.sort();
    println!(
        "median {:?}, slowest {:?}: {}",
        times[10],
        times[20],
        first.unwrap_or("nothing")
    );
    Ok(())
}
