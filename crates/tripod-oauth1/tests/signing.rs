//! Requests that hold parameters of the protocol by themselves before they are signed.

use http::Request;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::signature_method::SignatureMethod;
use tripod_oauth1::signer::{SignError, Signed, Signer};
use tripod_oauth1::stamp::Stamp;

fn sign(uri: &str) -> Result<Signed, SignError> {
    let request = Request::get(uri).body("").expect("a request");
    let client = Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44");
    let signer = Signer::with_secrets(&SignatureMethod::HmacSha1, &client, None)?;
    let signer = signer.without_version().placement(Placement::Query);
    let stamp = Stamp::with_nonce(Timestamp::from_unix(137_131_200), "wIjqoxSySbA");
    signer.sign(&request, &stamp, &mut |octets: &mut [u8]| octets.fill(0))
}

#[test]
fn what_the_signer_decides_is_refused_in_the_request_even_where_the_signer_leaves_it_out() {
    for name in ["oauth_body_hash", "oauth_token", "oauth_version"] {
        let refused = sign(&format!("https://example.com/?a=b&{name}=1.0"));
        let expected = SignError::AlreadySigned {
            name: name.to_owned(),
            placement: Placement::Query,
        };
        assert_eq!(refused, Err(expected));
    }
}

#[test]
fn a_parameter_that_is_none_of_the_signers_is_signed_where_it_stands() {
    assert!(sign("https://example.com/?oauth_callback=oob").is_ok());
}

#[test]
fn a_header_that_is_signed_already_is_no_company_for_a_signed_query() {
    let client = Credentials::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44");
    let stamp = Stamp::with_nonce(Timestamp::from_unix(137_131_200), "wIjqoxSySbA");
    let signer = Signer::with_secrets(&SignatureMethod::HmacSha1, &client, None).expect("HMAC");
    let sign = |signer: &Signer, header: &str| {
        let request = Request::get("https://example.com/").header("authorization", header);
        let request = request.body("").expect("a request");
        signer.sign(&request, &stamp, &mut |octets: &mut [u8]| octets.fill(0))
    };
    let elsewhere = signer.clone().placement(Placement::Query);
    let refused = sign(&elsewhere, r#"OAuth oauth_signature="""#);
    let placement = Placement::Header;
    let name = "oauth_signature".to_owned();
    assert_eq!(refused, Err(SignError::AlreadySigned { name, placement }));
    assert!(sign(&elsewhere, "Bearer of something else").is_ok());
    assert!(
        sign(&signer, r#"OAuth oauth_signature="""#).is_ok(),
        "a retry replaces its header"
    );
}
