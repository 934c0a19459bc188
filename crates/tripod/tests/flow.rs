//! The three steps of OAuth 1 as providers want them.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Response};
use tripod::preset::{self, Flow, FlowError, OAuth1};
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::answer::AnswerError;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth1::temporary_credentials::Callback;

fn oauth1(name: &str, values: &[(&str, &str)]) -> OAuth1 {
    let preset = preset::find(name)
        .unwrap()
        .fill(values.iter().copied())
        .unwrap();
    preset.protocol.oauth1().unwrap().clone()
}

fn flow(name: &str, values: &[(&str, &str)]) -> Flow {
    oauth1(name, values).flow.unwrap()
}

fn callback() -> Callback {
    Callback::parse("http://127.0.0.1:8080/callback").unwrap()
}

#[test]
fn the_callback_is_told_at_the_step_the_provider_wants() {
    let (trello, launchpad) = (flow("trello", &[]), flow("launchpad", &[]));
    let callback = callback();
    assert_eq!(
        trello.callback_parameters(&callback),
        [("oauth_callback", "http://127.0.0.1:8080/callback")]
    );
    assert_eq!(launchpad.callback_parameters(&callback), []);
    assert_eq!(
        trello.authorization_uri("t", &callback).unwrap(),
        "https://trello.com/1/OAuthAuthorizeToken?oauth_token=t&expiration=never&scope=read%2Cwrite"
    );
    let uri = launchpad.authorization_uri("t", &callback).unwrap();
    assert_eq!(
        uri,
        "https://launchpad.net/+authorize-token?oauth_token=t\
         &oauth_callback=http%3A%2F%2F127.0.0.1%3A8080%2Fcallback"
    );
    let uri = launchpad
        .authorization_uri("t", &Callback::OutOfBand)
        .unwrap();
    assert_eq!(uri, "https://launchpad.net/+authorize-token?oauth_token=t");
}

#[test]
fn the_first_request_is_signed_with_what_the_provider_wants_beside() {
    let usos = oauth1("usos", &[("site", "https://usosapps.amu.edu.pl")]);
    let flow = usos.flow.as_ref().unwrap();
    let mut request = flow.temporary_credentials_request().unwrap();
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.body(), b"scopes=studies");
    assert_eq!(
        request.headers()[CONTENT_TYPE],
        "application/x-www-form-urlencoded"
    );
    let signer = usos
        .signer(&Credentials::new("key", "secret"), None)
        .unwrap();
    let stamp = Stamp::with_nonce(Timestamp::from_unix(1_700_000_000), "nonce");
    let callback = callback();
    let parameters = flow.callback_parameters(&callback);
    let base_string = signer.base_string(&request, &stamp, &parameters).unwrap();
    assert!(base_string.to_string().contains("%26scopes%3Dstudies"));
    let mut random = |octets: &mut [u8]| octets.fill(7);
    let signed = signer
        .sign_with(&request, &stamp, &parameters, &mut random)
        .unwrap();
    signed.apply(&mut request);
    let header = request.headers()[AUTHORIZATION].to_str().unwrap();
    assert!(header.contains("oauth_callback="), "{header}");
}

#[test]
fn a_request_by_get_has_its_parameters_in_the_query() {
    let text = "title = \"x\"\n[oauth1]\nsignature_methods = [\"HMAC-SHA1\"]\n[oauth1.flow]\n\
                temporary_credentials_endpoint = \"https://a.example/t?x=y\"\n\
                token_endpoint = \"https://a.example/a\"\nrequest_method = \"GET\"\n\
                temporary_credentials_parameters = { scope = \"a b\" }\n";
    let preset = preset::Preset::parse("own", text).unwrap();
    let flow = preset.protocol.oauth1().unwrap().flow.clone().unwrap();
    let request = flow.temporary_credentials_request().unwrap();
    assert_eq!(request.uri(), "https://a.example/t?x=y&scope=a+b");
    assert!(request.body().is_empty());
    assert_eq!(flow.token_request().unwrap().uri(), "https://a.example/a");
}

#[test]
fn an_answer_without_confirmation_is_read_only_where_that_is_known() {
    let answer = Response::new("oauth_token=t&oauth_token_secret=s");
    assert_eq!(
        flow("trello", &[]).read_temporary_credentials(&answer),
        Err(AnswerError::CallbackNotConfirmed)
    );
    let read = flow("launchpad", &[])
        .read_temporary_credentials(&answer)
        .unwrap();
    assert_eq!(read.credentials.identifier, "t");
}

#[test]
fn a_verifier_is_needed_unless_the_provider_gives_none() {
    let verifier = Secret::from("v");
    let trello = flow("trello", &[]);
    let parameters = trello.verifier_parameters(Some(&verifier)).unwrap();
    assert_eq!(parameters, [("oauth_verifier", "v")]);
    assert_eq!(
        trello.verifier_parameters(None),
        Err(FlowError::NeedsVerifier)
    );
    let launchpad = flow("launchpad", &[]);
    assert_eq!(launchpad.verifier_parameters(Some(&verifier)).unwrap(), []);
    assert_eq!(launchpad.verifier_parameters(None).unwrap(), []);
}

#[test]
fn a_provider_that_begins_by_itself_has_no_page() {
    let magento = flow("magento", &[("site", "https://shop.example.com/")]);
    assert_eq!(
        magento.authorization_uri("t", &callback()),
        Err(FlowError::NoAuthorizationEndpoint)
    );
    assert_eq!(
        magento.token_request().unwrap().uri(),
        "https://shop.example.com/oauth/token/access"
    );
    assert_eq!(magento.callback_parameters(&callback()), []);
}

#[test]
fn an_address_that_is_not_filled_in_is_not_asked() {
    let preset = preset::find("magento").unwrap();
    let flow = preset.protocol.oauth1().unwrap().flow.as_ref().unwrap();
    assert!(matches!(flow.token_request(), Err(FlowError::Unfilled(_))));
    assert!(matches!(
        flow.temporary_credentials_request(),
        Err(FlowError::Unfilled(_))
    ));
}
