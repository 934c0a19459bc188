#![no_main]
//! What authenticates a client is written as it was read, and no input knows its secret.

use std::sync::LazyLock;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use libfuzzer_sys::fuzz_target;
use tripod_core::parameters::Parameters;
use tripod_core::secret::Secret;
use tripod_oauth2::client_authentication::{CertificateThumbprint, ClientAuthentication};

static ISSUED: LazyLock<Secret> = LazyLock::new(tripod_fuzz::unguessable);

fuzz_target!(|octets: &[u8]| {
    if let Some(text) = str::from_utf8(octets).ok()
        && let Ok(thumbprint) = CertificateThumbprint::parse(text)
    {
        assert_eq!(
            CertificateThumbprint::parse(&thumbprint.to_string()),
            Ok(thumbprint)
        );
    }
    let Some(request) = tripod_fuzz::request(octets) else {
        return;
    };
    let Ok(body) = Parameters::parse(request.body()) else {
        return;
    };
    let _ = ClientAuthentication::refuse_in_query(&body);
    let Ok(Some(shown)) = ClientAuthentication::parse(request.headers(), &body) else {
        return;
    };
    assert!(shown.verify_secret(&ISSUED).is_err());
    assert!(shown.verify_secret(&"".into()).is_err());
    let credentials = shown.encode();
    let mut headers = HeaderMap::new();
    if let Some(authorization) = &credentials.authorization {
        let value = authorization.expose().parse().expect("a header holds it");
        headers.insert(AUTHORIZATION, value);
    }
    let again = ClientAuthentication::parse(&headers, &credentials.parameters);
    assert_eq!(again, Ok(Some(shown)));
});
