use super::*;

#[tokio::test]
async fn three_legs_lead_to_the_api_by_every_method_and_from_every_place() {
    let fixture = ready().await;
    for method in SignatureMethod::KNOWN {
        for placement in [Placement::Header, Placement::Query, Placement::Body] {
            // A signature that consists of the secrets is not for a query that lands in logs.
            if method == SignatureMethod::Plaintext && placement == Placement::Query {
                continue;
            }
            let signing = |token: Option<&Credentials>| Signing {
                method: method.clone(),
                placement,
                token: token.cloned(),
                ..Signing::new()
            };
            let leg = |path| match placement {
                Placement::Body => form(path, ""),
                _ => empty(Method::POST, path),
            };
            let added = [("oauth_callback", CALLBACK)];
            let request = signing(None).sign(&fixture, leg(REQUEST_TOKEN), &added);
            let answer = http_answer(&fixture.send(request).await);
            let temporary = TemporaryCredentialsResponse::parse(&answer).unwrap();
            let temporary = temporary.credentials;

            let verifier = approve(&fixture, &temporary).await;
            let added = [("oauth_verifier", verifier.expose())];
            let signed = signing(Some(&temporary));
            let request = signed.sign(&fixture, leg(ACCESS_TOKEN), &added);
            let token = granted(&fixture.send(request).await);
            assert_eq!(token.session_handle, None);
            assert_eq!(token.expires_in, None);

            let me = match placement {
                Placement::Body => continue,
                _ => empty(Method::GET, "/api/me"),
            };
            let request = signing(Some(&token.credentials)).sign(&fixture, me, &[]);
            let answer = fixture.send(request).await;
            answer.assert_ok();
            assert_eq!(answer.member("sub"), ALICE);
            assert_eq!(answer.member("username"), "alice");
            assert_eq!(answer.member("client_id"), KEY);
            assert_eq!(answer.member("protocol"), "oauth1");
            assert_eq!(answer.member("scope"), "read");
        }
    }
}
