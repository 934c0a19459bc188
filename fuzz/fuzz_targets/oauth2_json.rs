#![no_main]
//! Documents of metadata, registration, introspection, devices and pushed requests are written as
//! they were read.

use libfuzzer_sys::fuzz_target;
use tripod_oauth2::answer::Answer;
use tripod_oauth2::authorization_details;
use tripod_oauth2::confirmation::Confirmation;
use tripod_oauth2::device::DeviceAuthorizationResponse;
use tripod_oauth2::introspection::IntrospectionResponse;
use tripod_oauth2::json::Members;
use tripod_oauth2::metadata::{Issuer, ProtectedResourceMetadata, ServerMetadata};
use tripod_oauth2::pushed::PushedResponse;
use tripod_oauth2::registration::{
    self, ClientInformation, ClientMetadata, ClientUpdate, RegistrationRequest,
};
use tripod_oauth2::resource::Resource;
use tripod_oauth2::token::Quirks;
use tripod_oauth2::{metadata, revocation};

fuzz_target!(|octets: &[u8]| {
    if let Ok(text) = str::from_utf8(octets) {
        uris(text);
        if let Ok(details) = authorization_details::parse(text) {
            let written = authorization_details::encode(&details);
            assert_eq!(authorization_details::parse(&written), Ok(details));
        }
    }
    if let Ok(members) = Members::parse(octets) {
        documents(&members);
    }
    let Some(answer) = tripod_fuzz::response(octets) else {
        return;
    };
    let answer = Answer::new(answer.status(), answer.headers(), answer.body());
    let _ = ClientInformation::read(&answer);
    let _ = DeviceAuthorizationResponse::read(&answer, &Quirks::default());
    let _ = IntrospectionResponse::read(&answer);
    let _ = PushedResponse::read(&answer);
    let _ = ServerMetadata::dangerous_read(&answer);
    let _ = registration::read_deletion(&answer);
    let _ = revocation::read(&answer);
});

macro_rules! written_as_read {
    ($members:expr; $($message:ty),+) => {
        $(if let Ok(message) = <$message>::parse($members.clone()) {
            assert_eq!(<$message>::parse(message.encode()), Ok(message));
        })+
    };
}

fn documents(members: &Members) {
    let written = members.to_json();
    assert_eq!(Members::parse(written.as_bytes()).as_ref(), Ok(members));
    written_as_read!(members;
        ClientInformation, ClientMetadata, ClientUpdate, DeviceAuthorizationResponse,
        IntrospectionResponse, ProtectedResourceMetadata, PushedResponse, RegistrationRequest,
        ServerMetadata
    );
    if let Ok(metadata) = ServerMetadata::parse(members.clone()) {
        let _ = metadata.check();
    }
    let value = members.clone().into();
    if let Ok(confirmation) = Confirmation::parse(&value) {
        assert_eq!(
            Confirmation::parse(&confirmation.encode()),
            Ok(confirmation)
        );
    }
}

fn uris(text: &str) {
    if let Ok(issuer) = Issuer::parse(text) {
        assert_eq!(issuer.as_str(), text);
        for uri in issuer.candidate_uris() {
            assert!(http::Uri::try_from(&uri).is_ok(), "{uri}");
        }
    }
    if let Ok(resource) = Resource::parse(text) {
        let _ = metadata::protected_resource_uri(&resource);
    }
}
