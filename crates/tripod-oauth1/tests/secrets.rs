//! No secret is printed, neither by `Debug` nor in the text of an error.

use std::fmt::{Debug, Display};
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use tripod_core::parameters::Parameters;
use tripod_core::random::Random;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::authorization::{AuthorizationRequest, AuthorizationResponse};
use tripod_oauth1::base_string::{BaseString, Difference};
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::message::Message;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::problem::Problem;
use tripod_oauth1::signature_method::{
    RsaPrivateKey, SharedSecretKey, Signature, SignatureMethod, SigningFailed, SigningKey,
    VerifyingKey,
};
use tripod_oauth1::signed_request::SignedRequest;
use tripod_oauth1::signer::Signer;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::temporary_credentials::{
    Callback, TemporaryCredentialsRequest, TemporaryCredentialsResponse,
};
use tripod_oauth1::token_credentials::{
    PasswordRequest, TokenCredentialsRequest, TokenCredentialsResponse,
};
use tripod_oauth1::verifier::{Claimed, Client, Verifier};

const SENTINEL: &str = "s3ntinel";
const NOW: Timestamp = Timestamp::from_unix(137_131_200);
const FORM: &str = "application/x-www-form-urlencoded";

fn secret() -> Secret {
    Secret::from(SENTINEL)
}

fn credentials() -> Credentials {
    Credentials::new("id", SENTINEL)
}

#[track_caller]
fn silent(value: &impl Debug) {
    for printed in [format!("{value:?}"), format!("{value:#?}")] {
        // As text, and as the octets that a slice prints.
        let octets = format!("{:?}", SENTINEL.as_bytes());
        let octets = octets.trim_matches(['[', ']']).replace(' ', "");
        let squeezed: String = printed.split_whitespace().collect();
        assert!(!printed.contains(SENTINEL), "{printed}");
        assert!(!squeezed.contains(&octets), "{printed}");
    }
}

#[track_caller]
fn silent_error(error: &(impl Debug + Display)) {
    silent(error);
    assert!(!error.to_string().contains(SENTINEL), "{error}");
}

/// Has the sentinel as PLAINTEXT signature, verification code, password and value of a query.
fn revealing(placement: Placement) -> Request<Vec<u8>> {
    let signer = Signer::with_secrets(
        &SignatureMethod::Plaintext,
        &credentials(),
        Some(&credentials()),
    );
    let signer = signer.expect("PLAINTEXT is of shared secrets");
    silent(&signer);
    let signer = signer.placement(placement).dangerous_exposed_plaintext();
    let password = PasswordRequest::new("user", SENTINEL);
    let mut request = Request::post(format!("https://example.com/x?q={SENTINEL}"))
        .header("content-type", FORM)
        .body(password.to_parameters().to_form().into_bytes())
        .expect("a request");
    let stamp = Stamp::with_nonce(NOW, "n");
    let verifier = TokenCredentialsRequest::Verifier(secret());
    let mut random = |octets: &mut [u8]| octets.fill(0);
    let signed = signer
        .sign_with(&request, &stamp, &verifier.parameters(), &mut random)
        .expect("it can be signed");
    silent(&signed);
    signed.apply(&mut request);
    request
}

const PLACEMENTS: [Placement; 3] = [Placement::Header, Placement::Body, Placement::Query];

#[test]
fn the_sentinel_would_be_found() {
    let found = |value: &dyn Debug| {
        let value = format!("{value:?}");
        std::panic::catch_unwind(|| silent(&Printed(value))).is_err()
    };
    assert!(found(&SENTINEL));
    assert!(found(&format!("a={SENTINEL}").into_bytes()));
    assert!(found(&Some(SENTINEL)));
    assert!(!found(&secret()));
}

struct Printed(String);

impl Debug for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[test]
fn keys_and_signatures_are_silent() {
    silent(&credentials());
    silent(&Signature::from_secret(secret()));
    silent(&Signature::from_octets(SENTINEL.as_bytes()));
    for method in SignatureMethod::KNOWN {
        let key = SharedSecretKey::for_method(&method, &secret(), Some(&secret()));
        silent(&key);
    }
    let secret = secret();
    silent(&Client::new(&SignatureMethod::KNOWN).with_secret(&secret));
}

#[test]
fn rsa_keys_print_their_size_alone() {
    const PEM: &str = include_str!("../../../vectors/oauth1/keys/rsa-2048.pem");
    let key = RsaPrivateKey::from_pem(&Secret::from(PEM)).unwrap();
    assert_eq!(format!("{key:?}"), "RsaPrivateKey(2048 bits)");
    let signing = key.with_method(SignatureMethod::RsaSha256).unwrap();
    let printed = "RsaSigningKey { hash: Sha256, key: RsaPrivateKey(2048 bits) }";
    assert_eq!(format!("{signing:?}"), printed);
}

#[test]
fn a_request_that_reveals_its_secrets_is_silent_once_it_is_read() {
    for placement in PLACEMENTS {
        let request = revealing(placement);
        let parsed = SignedRequest::parse(&request).unwrap();
        silent(&parsed);
        let verifier = Verifier::new("https://example.com".parse().unwrap());
        let secret = secret();
        let client = Client::new(&SignatureMethod::KNOWN).with_secret(&secret);
        let authentic = verifier.verify(&parsed, Some(&client), Some(&secret), NOW);
        let authentic = authentic.unwrap();
        silent(&authentic);
        silent(&authentic.nonce_claim());
        silent(&authentic.accept(|_| Claimed::First));

        silent(&TokenCredentialsRequest::parse(&parsed));
        let base_string = verifier.base_string(&parsed);
        silent(&base_string);
        silent(&base_string.parameters);
    }
}

#[test]
fn a_body_that_is_no_form_is_silent() {
    let mut request = revealing(Placement::Header);
    let json = http::HeaderValue::from_static("application/json");
    request.headers_mut().insert("content-type", json);
    silent(&SignedRequest::parse(&request).unwrap());
}

#[test]
fn refusals_are_silent() {
    let request = revealing(Placement::Header);
    let header = request.headers()["authorization"].to_str().unwrap();
    let plaintext = format!("{SENTINEL}%26{SENTINEL}");
    assert!(header.contains(&plaintext), "{header}");
    let headers = [
        header.replace("1.0", SENTINEL),
        header.replace("137131200", SENTINEL),
        header.replace("oauth_nonce=\"n\"", "oauth_nonce=\"n\", oauth_nonce=\"n\""),
        header.replace(
            "oauth_nonce=\"n\"",
            &format!("oauth_nonce=\"{SENTINEL}%FF\""),
        ),
        header.replace("oauth_consumer_key", "oauth_x"),
        header.replace(&plaintext, &plaintext.repeat(300)),
        header.replace(&plaintext, &format!("{SENTINEL}%&")),
        header.replace(&format!("\"{plaintext}\""), &plaintext),
        header.trim_end_matches('"').to_owned(),
        format!("{header}x"),
    ];
    for header in headers {
        let value = http::HeaderValue::try_from(header.as_str()).unwrap();
        let mut request = revealing(Placement::Header);
        request.headers_mut().insert("authorization", value);
        let refused = SignedRequest::parse(&request).map(|_| ()).unwrap_err();
        silent_error(&refused);
    }
    let request = revealing(Placement::Query);
    let parsed = SignedRequest::parse(&request).unwrap();
    let verifier = Verifier::new("https://example.com".parse().unwrap());
    let wrong = Secret::from("wrong");
    let client = Client::new(&SignatureMethod::KNOWN).with_secret(&wrong);
    for client in [None, Some(&client)] {
        for token in [None, Some(&wrong)] {
            let refused = verifier.verify(&parsed, client, token, NOW);
            silent_error(&refused.map(|_| ()).unwrap_err());
        }
    }
}

/// Prints what it is given to sign or to verify.
#[derive(Debug, Default)]
struct Probe(Mutex<String>);

impl SigningKey for Probe {
    fn signature_method(&self) -> SignatureMethod {
        SignatureMethod::parse("PROBE")
    }

    fn sign(&self, message: &Message<'_>, _: &mut dyn Random) -> Result<Signature, SigningFailed> {
        silent(message);
        *self.0.lock().expect("one thread") = format!("{message:?}");
        Ok(Signature::from_secret(secret()))
    }
}

impl VerifyingKey for Probe {
    fn signature_method(&self) -> SignatureMethod {
        SigningKey::signature_method(self)
    }

    fn verify(&self, message: &Message<'_>, _: &[u8]) -> bool {
        silent(message);
        *self.0.lock().expect("one thread") = format!("{message:?}");
        true
    }
}

#[test]
fn a_message_is_silent_whether_it_is_a_template_or_a_list() {
    let probe = Arc::new(Probe::default());
    let printed = |probe: &Probe| probe.0.lock().unwrap().clone();
    let signer = Signer::with_key(probe.clone(), "ck", None);
    let password = PasswordRequest::new("user", SENTINEL);
    for verifier in [None, Some(("oauth_verifier", SENTINEL))] {
        let mut request = Request::post(format!("https://example.com/x?q={SENTINEL}"))
            .header("content-type", FORM)
            .body(password.to_parameters().to_form().into_bytes())
            .unwrap();
        let stamp = Stamp::with_nonce(NOW, "n");
        let mut random = |octets: &mut [u8]| octets.fill(0);
        let signed = signer
            .sign_with(&request, &stamp, verifier.as_slice(), &mut random)
            .unwrap();
        assert!(printed(&probe).contains("x_auth_password"));
        signed.apply(&mut request);
        let keys: [Arc<dyn VerifyingKey>; 1] = [probe.clone()];
        let methods = [SigningKey::signature_method(&*probe)];
        let client = Client::new(&methods).with_keys(&keys);
        let parsed = SignedRequest::parse(&request).unwrap();
        let origin = Verifier::new("https://example.com".parse().unwrap());
        assert!(origin.verify(&parsed, Some(&client), None, NOW).is_ok());
        assert!(printed(&probe).contains("x_auth_password"));
    }
}

#[test]
fn differences_of_base_strings_are_silent_until_they_are_displayed() {
    let base_string = |parameters: &str| {
        let text = format!("POST&https%3A%2F%2Fexample.com%2F%3F{SENTINEL}&{parameters}");
        BaseString::parse(&text).unwrap()
    };
    let first = base_string(&format!("a%3D{SENTINEL}%26b%3D{SENTINEL}"));
    let mut second = base_string(&format!("a%3D{SENTINEL}2%26c%3D{SENTINEL}"));
    second.uri.push('x');
    let differences = first.differences(&second);
    assert_eq!(differences.len(), 4);
    silent(&differences);
    let value = |difference: &&Difference| matches!(difference, Difference::Value { .. });
    let value = differences.iter().find(value).unwrap();
    assert!(value.to_string().contains(SENTINEL));
    assert!(format!("{value:?}").contains("\"a\""));
}

#[test]
fn the_messages_of_the_three_legs_are_silent() {
    let callback = Callback::Uri("https://client.example/".to_owned());
    silent(&TemporaryCredentialsRequest::new(callback));
    let mut request = AuthorizationRequest::new("t");
    request.additional.push("x", SENTINEL);
    silent(&request);
    let callback = format!("oauth_token=t&oauth_verifier={SENTINEL}");
    silent(&AuthorizationResponse::parse(&callback, "t"));
    for request in [
        TokenCredentialsRequest::Verifier(secret()),
        TokenCredentialsRequest::SessionHandle(secret()),
    ] {
        silent(&request);
    }
    silent(&PasswordRequest::new("user", SENTINEL));
    let form = PasswordRequest::new("user", SENTINEL).to_parameters();
    silent(&form);
    silent(&PasswordRequest::parse(&form));
}

fn answer(status: u16, body: String) -> Response<Vec<u8>> {
    let answer = Response::builder().status(status).body(body.into_bytes());
    answer.expect("an answer")
}

#[test]
fn answers_are_silent() {
    let granted = format!(
        "oauth_token=t&oauth_token_secret={SENTINEL}&oauth_session_handle={SENTINEL}\
         &oauth_callback_confirmed=true&more={SENTINEL}"
    );
    silent(&TemporaryCredentialsResponse::parse(&answer(200, granted.clone())).unwrap());
    silent(&TokenCredentialsResponse::parse(&answer(200, granted)).unwrap());
}

#[test]
fn errors_of_answers_are_silent_even_if_the_answer_holds_credentials() {
    let secrets = format!("oauth_token_secret={SENTINEL}&oauth_session_handle={SENTINEL}");
    let cases = [
        (200, secrets.clone()),
        (
            200,
            format!("{secrets}&oauth_token=t&oauth_callback_confirmed=false"),
        ),
        (200, format!("{secrets}&oauth_token=t&oauth_token=t")),
        (200, format!("{secrets}&oauth_token=%FF")),
        (200, format!("{secrets}&oauth_problem=token_rejected")),
        (500, format!("{secrets}&oauth_token=t")),
        (303, format!("oauth_token=t&{secrets}")),
        (401, format!("oauth_token=%FF&{secrets}")),
    ];
    for (status, body) in cases {
        let refused = TemporaryCredentialsResponse::parse(&answer(status, body));
        silent_error(&refused.unwrap_err());
    }
}

#[test]
fn errors_of_callbacks_are_silent() {
    let callbacks = [
        format!("oauth_verifier={SENTINEL}"),
        format!("oauth_token=t&oauth_verifier={SENTINEL}&oauth_verifier=x"),
        format!("oauth_token=u&oauth_verifier={SENTINEL}"),
        format!("denied=t&oauth_verifier={SENTINEL}"),
        format!("oauth_token=t&oauth_verifier={SENTINEL}%FF"),
    ];
    for callback in callbacks {
        let refused = AuthorizationResponse::parse(&callback, "t");
        silent_error(&refused.unwrap_err());
    }
}

#[test]
fn rejected_values_of_a_problem_are_not_kept() {
    let rejected = format!("oauth_verifier%3D{SENTINEL}%26x%3D{SENTINEL}");
    let form = format!("oauth_problem=parameter_rejected&oauth_parameters_rejected={rejected}");
    let problem = Problem::parse(&Parameters::parse(form.as_bytes()).unwrap()).unwrap();
    assert_eq!(problem.parameters_rejected, ["oauth_verifier", "x"]);
    silent_error(&problem);
}
