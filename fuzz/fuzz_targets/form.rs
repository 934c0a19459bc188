#![no_main]
//! Forms are read without loss, octet for octet, and never panic.

use libfuzzer_sys::fuzz_target;
use tripod_core::form;
use tripod_core::parameters::{Error, Parameters};

fuzz_target!(|octets: &[u8]| {
    let mut rewritten = String::new();
    for pair in form::pairs(octets) {
        let (name, value) = pair.decode();
        assert!(pair.name.octets().eq(name.iter().copied()));
        assert!(pair.value.octets().eq(value.iter().copied()));
        rewritten.push_str(&format!(
            "{}={}&",
            form::encode(&name),
            form::encode(&value)
        ));
    }
    let decoded = |form| {
        form::pairs(form)
            .map(form::Pair::decode)
            .collect::<Vec<_>>()
    };
    assert_eq!(decoded(octets), decoded(rewritten.as_bytes()));

    match Parameters::parse(octets) {
        Ok(parameters) => {
            assert_eq!(
                Parameters::parse(parameters.to_form().as_bytes()).as_ref(),
                Ok(&parameters)
            );
            assert_eq!(parameters.iter().count(), decoded(octets).len());
            for (name, _) in parameters.iter() {
                let repeated = parameters.all(name).count() > 1;
                assert_eq!(parameters.single(name).is_err(), repeated);
            }
        }
        Err(error) => assert!(matches!(error, Error::NotUtf8 { .. })),
    }
});
