#![no_main]
//! A problem is written as it is read, in a body and in a header.

use libfuzzer_sys::fuzz_target;
use tripod_core::parameters::Parameters;
use tripod_oauth1::problem::Problem;

fuzz_target!(|octets: &[u8]| {
    let parameters = Parameters::parse(octets).ok();
    let in_body = parameters.as_ref().and_then(Problem::parse);
    let in_header = Problem::parse_header(octets);
    for problem in in_body.into_iter().chain(in_header) {
        let body = problem.to_parameters();
        assert_eq!(Problem::parse(&body).as_ref(), Some(&problem));
        let header = problem.to_header(&String::from_utf8_lossy(octets));
        assert!(http::HeaderValue::from_str(&header).is_ok() || !header.is_ascii());
        assert_eq!(Problem::parse_header(header.as_bytes()), Some(problem));
    }
});
