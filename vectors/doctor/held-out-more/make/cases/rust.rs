#### rust-oauth2-github-anyhow
#: expected: oauth2/token-answer/error-with-status-200 oauth2/token-answer/no-access-token
#: made: an old code; crate oauth2 5 with anyhow, GitHub answers 200 with an error that the crate hides; stub
#: serve: POST https://github.com/login/oauth/access_token 200
#| {"error":"bad_verification_code","error_description":"The code passed is incorrect or expired.","error_uri":"https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code"}
#< Logging in with GitHub stopped working for half of our users. This is all that the `oauth2` crate tells me (token URL is https://github.com/login/oauth/access_token):
#<
use oauth2::{basic::BasicClient, *};
use anyhow::Context;
pub async fn run() -> Result<()> {
    let client = BasicClient::new(ClientId::new("Iv1.8a61f9b3a7aba766".into()))
        .set_client_secret(ClientSecret::new("0f6c1a3b5d7e9f1a3b5c7d9e1f3a5b7c9d1e3f5a".into()))
        .set_auth_uri(AuthUrl::new("https://github.com/login/oauth/authorize".into())?)
        .set_token_uri(TokenUrl::new("https://github.com/login/oauth/access_token".into())?);
    let http = reqwest::Client::new();
    client.exchange_code(AuthorizationCode::new("3f2c7a1d9e8b4c5a6d7e".into())).request_async(&http).await.context("exchanging the code with GitHub")?;
    Ok(())
}
#### rust-oauth2-bytes-slack
#: expected: oauth2/code/expired-or-unknown oauth2/token-answer/error-with-status-200
#: made: a code that was redeemed too late; crate oauth2 5, `{:?}` shows the body of Slack as a list of bytes; stub
#: serve: POST https://slack.com/api/oauth.v2.access 200
#| {"ok":false,"error":"invalid_code"}
use oauth2::{basic::BasicClient, *};
pub async fn run() -> Result<()> {
    let client = BasicClient::new(ClientId::new("2345678901.3456789012".into()))
        .set_client_secret(ClientSecret::new("a1b2c3d4e5f60718293a4b5c6d7e8f90".into()))
        .set_token_uri(TokenUrl::new("https://slack.com/api/oauth.v2.access".into())?).set_auth_type(AuthType::RequestBody);
    let http = reqwest::Client::new();
    let token = client.exchange_code(AuthorizationCode::new("2345678901.8765432109.ab12".into())).request_async(&http).await;
    println!("slack install failed: {:?}", token.unwrap_err());
    Ok(())
}
#### rust-oauth2-expires-text
#: expected: oauth2/token-answer/expires-in-text
#: made: the v1 endpoint of Entra writes expires_in as text; crate oauth2 5; stub
#: serve: POST https://login.microsoftonline.com/7d1f0c3e-52b4-4a86-9f0e-1b2c3d4e5f60/oauth2/token 200
#| {"token_type":"Bearer","expires_in":"3599","ext_expires_in":"3599","expires_on":"1763760000","not_before":"1763756100","resource":"https://management.azure.com/","access_token":"opaque-token-of-entra-0123456789"}
use oauth2::{basic::BasicClient, *};
pub async fn run() -> Result<()> {
    let client = BasicClient::new(ClientId::new("b0d5f1a2-1111-4c5d-8e9f-000011112222".into()))
        .set_client_secret(ClientSecret::new("Gx8Q~abcdefghijklmnopqrstuvwxyz0123456".into()))
        .set_token_uri(TokenUrl::new("https://login.microsoftonline.com/7d1f0c3e-52b4-4a86-9f0e-1b2c3d4e5f60/oauth2/token".into())?);
    let http = reqwest::Client::new();
    client.exchange_client_credentials().add_extra_param("resource", "https://management.azure.com/").request_async(&http).await?;
    Ok(())
}
#### rust-oauth2-token-type
#: expected: oauth2/token-answer/token-type
#: made: the answer has no token_type; crate oauth2 5; stub (a shop's home-grown server)
#: serve: POST https://id.shop.example/oauth/token 200
#| {"access_token":"Zk3v8sQ1x0T5r9wL2m7n","expires_in":7200}
#: prefix: actions
use oauth2::{basic::BasicClient, *};
pub async fn run() -> Result<()> {
    let client = BasicClient::new(ClientId::new("sync".into())).set_client_secret(ClientSecret::new("n0t-so-secret-value".into()))
        .set_token_uri(TokenUrl::new("https://id.shop.example/oauth/token".into())?);
    let http = reqwest::Client::new();
    if let Err(e) = client.exchange_client_credentials().request_async(&http).await {
        println!("##[error]could not get a token: {e}");
        let mut source = std::error::Error::source(&e);
        while let Some(s) = source { println!("##[error]  caused by: {s}"); source = s.source(); }
    }
    Ok(())
}
#### rust-openidconnect-issuer
#: expected: oauth2/issuer/mismatch
#: certain: oauth2/issuer/mismatch
#: made: Keycloak is reached by its name inside the cluster and calls itself by its public one; crate openidconnect 4; stub
#: serve: GET http://keycloak:80/realms/shop/.well-known/openid-configuration 200
#| {"issuer":"https://login.shop.example/realms/shop","authorization_endpoint":"https://login.shop.example/realms/shop/protocol/openid-connect/auth","token_endpoint":"https://login.shop.example/realms/shop/protocol/openid-connect/token","jwks_uri":"https://login.shop.example/realms/shop/protocol/openid-connect/certs","response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}
#: hosts: keycloak
use openidconnect::{core::*, *};
pub async fn run() -> Result<()> {
    let http = reqwest::Client::new();
    CoreProviderMetadata::discover_async(IssuerUrl::new("http://keycloak/realms/shop".into())?, &http).await?;
    Ok(())
}
#### rust-openidconnect-audience
#: expected: oauth2/id-token/audience
#: certain: oauth2/id-token/audience
#: made: Zitadel puts the id of the project into aud; crate openidconnect 4, verifier; no server
use openidconnect::{core::*, *};
use std::str::FromStr;
pub async fn run() -> Result<()> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let secret = "9pQz7xLwT2vN4bR6cY8d";
    let claims = serde_json::json!({"iss": "https://acme-x1y2z3.zitadel.cloud", "sub": "281234567890123456", "aud": ["281111111111111111@calendar", "281111111111111112@web", "281111111111111000"], "exp": now + 3600, "iat": now, "nonce": "n-0S6_WzA2Mj"});
    let jwt = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &jsonwebtoken::EncodingKey::from_secret(secret.as_bytes()))?;
    let verifier = CoreIdTokenVerifier::new_confidential_client(ClientId::new("281111111111111111@calendar".into()), ClientSecret::new(secret.into()),
        IssuerUrl::new("https://acme-x1y2z3.zitadel.cloud".into())?, CoreJsonWebKeySet::new(vec![])).set_allowed_algs([CoreJwsSigningAlgorithm::HmacSha256]);
    let token = CoreIdToken::from_str(&jwt)?;
    if let Err(e) = token.claims(&verifier, &Nonce::new("n-0S6_WzA2Mj".into())) {
        tracing_subscriber::fmt().with_writer(std::io::stdout).with_ansi(false).init();
        tracing::error!(error = %e, error.debug = ?e, "login failed");
    }
    Ok(())
}
#### rust-openidconnect-nonce
#: expected: oauth2/id-token/nonce
#: made: the nonce of another tab; crate openidconnect 4 in an axum-like log; no server
#: prefix: compose web-1
use openidconnect::{core::*, *};
use std::str::FromStr;
pub async fn run() -> Result<()> {
    tracing_subscriber::fmt().json().with_writer(std::io::stdout).init();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let secret = "9pQz7xLwT2vN4bR6cY8d";
    let claims = serde_json::json!({"iss": "https://accounts.example.org", "sub": "1093", "aud": "web", "exp": now + 3600, "iat": now, "nonce": "b7Zk"});
    let jwt = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &jsonwebtoken::EncodingKey::from_secret(secret.as_bytes()))?;
    let verifier = CoreIdTokenVerifier::new_confidential_client(ClientId::new("web".into()), ClientSecret::new(secret.into()),
        IssuerUrl::new("https://accounts.example.org".into())?, CoreJsonWebKeySet::new(vec![])).set_allowed_algs([CoreJwsSigningAlgorithm::HmacSha256]);
    let token = CoreIdToken::from_str(&jwt)?;
    tracing::info!(path = "/auth/callback", "callback received");
    if let Err(e) = token.claims(&verifier, &Nonce::new("Qe91".into())) {
        tracing::error!(error = %e, "ID token rejected");
    }
    tracing::info!(status = 500, latency_ms = 212, "response");
    Ok(())
}
#### rust-jsonwebtoken-expired
#: expected: oauth2/jwt/expired oauth2/access-token/expired
#: certain: oauth2/jwt/expired oauth2/access-token/expired
#: made: a token that is used after its hour; crate jsonwebtoken 9 in an API; no server
use jsonwebtoken::*;
pub async fn run() -> Result<()> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let jwt = encode(&Header::default(), &serde_json::json!({"sub": "svc-reports", "exp": now - 900, "iat": now - 4500}), &EncodingKey::from_secret(b"k"))?;
    let claims = decode::<serde_json::Value>(&jwt, &DecodingKey::from_secret(b"k"), &Validation::default()).expect("token of the request");
    println!("{:?}", claims.claims);
    Ok(())
}
#### rust-jsonwebtoken-key
#: expected: oauth2/jwt/signature
#: certain: oauth2/jwt/signature
#: made: the API verifies with the key of another environment; crate jsonwebtoken 9 with tracing; no server
use jsonwebtoken::*;
pub async fn run() -> Result<()> {
    tracing_subscriber::fmt().with_ansi(true).with_writer(std::io::stdout).init();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let jwt = encode(&Header::default(), &serde_json::json!({"sub": "svc-reports", "exp": now + 900}), &EncodingKey::from_secret(b"staging"))?;
    tracing::info!("listening on 0.0.0.0:8080");
    if let Err(e) = decode::<serde_json::Value>(&jwt, &DecodingKey::from_secret(b"production"), &Validation::default()) {
        tracing::warn!(error = ?e, uri = "/v1/reports", "rejecting request: bearer token does not verify");
    }
    Ok(())
}
#### rust-reqwest-untrusted
#: expected: network/tls-untrusted
#: certain: network/tls-untrusted
#: made: a company's proxy with its own CA; reqwest 0.12 with rustls, Debug of the error; stub
#: tls: oauth2.googleapis.com untrusted
#: serve: POST https://oauth2.googleapis.com/token 200
pub async fn run() -> Result<()> {
    reqwest::Client::new().post("https://oauth2.googleapis.com/token").form(&[("grant_type", "refresh_token")]).send().await.expect("refresh");
    Ok(())
}
#### rust-reqwest-dns
#: expected: network/name-unknown
#: certain: network/name-unknown
#: made: a name with a typing mistake; reqwest 0.12 with anyhow's chain; nothing there
use anyhow::Context;
pub async fn run() -> Result<()> {
    reqwest::Client::new().post("https://dev-4f7yq.eu.auht0.com/oauth/token").form(&[("grant_type", "client_credentials"), ("client_id", "x")]).send().await.context("token request")?;
    Ok(())
}
#### rust-ureq-404
#: expected: oauth2/token-answer/wrong-url
#: made: /oauth/tokens in place of /oauth/token; ureq 2; stub
#: serve: POST https://www.strava.com/oauth/token 200
pub async fn run() -> Result<()> {
    let answer = ureq::post("https://www.strava.com/oauth/tokens").send_form(&[("grant_type", "authorization_code"), ("client_id", "84213"), ("code", "ab12")]);
    if let Err(e) = answer { println!("Error: could not exchange the authorization code: {e}"); }
    Ok(())
}
#### rust-oauth1-query
#: expected: oauth1/signature/query-parameters-left-out
#: certain: oauth1/signature/query-parameters-left-out
#: made: the query is put on the URL after signing; crate oauth1-request 0.6 with ureq; X's answer from a stub
#: known: {"consumer_secret": "kd94hf93k423kf44kd94hf93k423kf44kd94hf93", "token_secret": "pfkkdhi9sl3r4s00pfkkdhi9sl3r4s00pfkkdhi9"}
#: serve: GET https://api.twitter.com/1.1/statuses/user_timeline.json 401
#| {"errors":[{"code":32,"message":"Could not authenticate you."}]}
pub async fn run() -> Result<()> {
    let token = oauth1_request::Token::from_parts("xvz1evFS4wEEPTGEFPHBogXvz", "kd94hf93k423kf44kd94hf93k423kf44kd94hf93", "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb", "pfkkdhi9sl3r4s00pfkkdhi9sl3r4s00pfkkdhi9");
    let header = oauth1_request::get("https://api.twitter.com/1.1/statuses/user_timeline.json", &(), &token, oauth1_request::HMAC_SHA1);
    let url = "https://api.twitter.com/1.1/statuses/user_timeline.json?screen_name=rustlang&count=5";
    println!("> GET {url}\n> Authorization: {header}");
    if let Err(ureq::Error::Status(code, response)) = ureq::get(url).set("Authorization", &header).call() {
        println!("< {code} {}\n< {}", response.status_text().to_string(), response.into_string()?);
    }
    Ok(())
}
#### rust-tungstenite-closed
#: expected: network/closed
#: made: the gateway breaks off in the handshake; tokio-tungstenite 0.24 with a bearer; stub resets
#: serve: GET https://gateway.chat.example/socket reset
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
pub async fn run() -> Result<()> {
    tracing_subscriber::fmt().with_writer(std::io::stdout).with_ansi(false).init();
    let mut request = "wss://gateway.chat.example/socket".into_client_request()?;
    request.headers_mut().insert("Authorization", "Bearer 7f1c0a9e5b2d4c6f8a0b".parse()?);
    tracing::info!(url = %request.uri(), "connecting");
    if let Err(e) = tokio_tungstenite::connect_async(request).await {
        tracing::error!("gateway: {e}");
    }
    Ok(())
}
#### rust-hyper-log-fine
#: expected: none
#: healthy: true
#: made: nothing is wrong; reqwest/hyper-util log of a token request and a call; stub
#: serve: POST https://api.box.com/oauth2/token 200
#| {"access_token":"T9cE5asGnuyYCCqIZFoWjFHvNbvVqHjl","expires_in":3785,"restricted_to":[],"token_type":"bearer"}
#: serve: GET https://api.box.com/2.0/users/me 200
#| {"type":"user","id":"17738362","name":"sean rose"}
pub async fn run() -> Result<()> {
    env_logger::Builder::new().filter_level(log::LevelFilter::Debug).write_style(env_logger::WriteStyle::Never).target(env_logger::Target::Stdout).init();
    let http = reqwest::Client::new();
    let token: serde_json::Value = http.post("https://api.box.com/oauth2/token").form(&[("grant_type", "client_credentials")]).send().await?.json().await?;
    log::info!("token of type {} for {} s", token["token_type"], token["expires_in"]);
    let me = http.get("https://api.box.com/2.0/users/me").bearer_auth(token["access_token"].as_str().unwrap()).send().await?;
    log::info!("{} {}", me.status(), me.text().await?);
    Ok(())
}
#### rust-unrelated-panic
#: expected: none
#: healthy: true
#: made: a JSON file of the app lacks a field; serde_json; nothing to do with OAuth
pub async fn run() -> Result<()> {
    #[derive(Debug)]
    struct Settings;
    let tokens: std::collections::HashMap<String, u32> = serde_json::from_str(r#"{"lexer": 12, "parser": "many"}"#)?;
    println!("{tokens:?}");
    Ok(())
}
#### rust-oauth2-device-expired
#: expected: oauth2/device/expired
#: certain: oauth2/device/expired
#: made: the user came back after a quarter of an hour; crate oauth2 5, device flow; GitLab's answer from a stub
#: serve: POST https://gitlab.com/oauth/token 400
#| {"error":"expired_token","error_description":"The device_code expired."}
#: serve: POST https://gitlab.com/oauth/authorize_device 200
#| {"device_code":"GmRh","user_code":"0A44L90H","verification_uri":"https://gitlab.com/oauth/device","expires_in":300,"interval":1}
use oauth2::{basic::BasicClient, *};
pub async fn run() -> Result<()> {
    let client = BasicClient::new(ClientId::new("3fb4".into())).set_token_uri(TokenUrl::new("https://gitlab.com/oauth/token".into())?)
        .set_device_authorization_url(DeviceAuthorizationUrl::new("https://gitlab.com/oauth/authorize_device".into())?);
    let http = reqwest::Client::new();
    let details: StandardDeviceAuthorizationResponse = client.exchange_device_code().request_async(&http).await?;
    println!("Open {} and enter {}", details.verification_uri().to_string(), details.user_code().secret());
    client.exchange_device_access_token(&details).request_async(&http, tokio::time::sleep, None).await?;
    Ok(())
}
