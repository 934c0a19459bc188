use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use http::Request;
use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::signature_method::RsaPrivateKey;
use tripod_oauth1::stamp::Stamp;
use tripod_oauth2::authorization::AuthorizationRequest;
use tripod_oauth2::client_authentication::ClientAuthentication;
use tripod_oauth2::pkce::CodeVerifier;
use tripod_oauth2::token::{AuthorizationCodeGrant, RefreshTokenGrant, TokenRequest};

use super::*;

/// Fills in what each variable shows as an example.
fn filled(preset: &Preset) -> Preset {
    let example = |(name, variable): (&String, &Variable)| {
        let shown = variable
            .default
            .clone()
            .or_else(|| variable.example.clone());
        let value = shown.unwrap_or_else(|| panic!("{}: {name} shows no value", preset.name));
        (name.clone(), value)
    };
    let values: Vec<_> = preset.variables.iter().map(example).collect();
    let values = values
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    preset.fill(values).unwrap()
}

fn oauth2(preset: &Preset) -> Option<OAuth2> {
    match filled(preset).protocol {
        Protocol::OAuth1(_) => None,
        Protocol::OAuth2(oauth2) => Some(*oauth2),
    }
}

#[test]
fn each_built_in_preset_can_be_read() {
    for (name, text) in built_in::TABLE {
        if let Err(error) = Preset::parse(name, text) {
            panic!("{name}.toml: {error}");
        }
    }
}

#[test]
fn the_table_names_each_file_and_nothing_else() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("presets");
    let files: BTreeSet<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let table: Vec<_> = built_in::TABLE.iter().map(|(name, _)| *name).collect();
    assert!(table.is_sorted());
    assert_eq!(table, files.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn both_protocols_are_there_in_number() {
    let oauth1 = all()
        .iter()
        .filter(|preset| matches!(preset.protocol, Protocol::OAuth1(_)));
    assert!(oauth1.count() >= 20);
    assert!(all().len() >= 80);
}

#[test]
fn no_name_and_no_alias_occurs_twice() {
    let mut seen = BTreeSet::new();
    for preset in all() {
        for name in std::iter::once(&preset.name).chain(&preset.aliases) {
            assert!(seen.insert(name), "{name}");
        }
    }
}

#[test]
fn each_fact_has_a_source_and_each_source_a_fact() {
    for preset in all() {
        assert!(!preset.facts.is_empty(), "{}", preset.name);
        for fact in &preset.facts {
            assert!(!fact.sources.is_empty(), "{}: {}", preset.name, fact.name);
        }
        for (at, source) in preset.sources.iter().enumerate() {
            assert!(!source.read_in.trim().is_empty(), "{}", preset.name);
            let is_used = preset.facts.iter().any(|fact| fact.sources.contains(&at));
            assert!(is_used, "{}: {}", preset.name, source.read_in);
        }
        assert!(
            !preset.tried_live,
            "{}: nobody here has logged in",
            preset.name
        );
        assert_eq!(preset.origin, Origin::BuiltIn);
    }
}

#[test]
fn each_address_is_https() {
    for preset in all() {
        let mut preset = filled(preset);
        for page in preset.documentation.iter().chain(&preset.registration) {
            assert!(page.starts_with("https://"), "{}: {page}", preset.name);
        }
        for (name, template) in preset.protocol.templates_mut() {
            let uri: http::Uri = template.uri().unwrap().parse().unwrap();
            assert_eq!(uri.scheme_str(), Some("https"), "{}: {name}", preset.name);
            assert!(uri.host().unwrap().contains('.'), "{}: {name}", preset.name);
        }
    }
}

#[test]
fn each_oauth_2_preset_writes_an_authorization_request_that_can_be_read() {
    for (preset, access) in all()
        .iter()
        .flat_map(|preset| [(preset, Access::Offline), (preset, Access::Online)])
    {
        let Some(oauth2) = oauth2(preset) else {
            continue;
        };
        let mut request = oauth2
            .authorization_request("client", None, access)
            .unwrap();
        request.state = Some("state".into());
        request.redirect_uri = Some("http://127.0.0.1:8080/callback".to_owned());
        let mut chance = |octets: &mut [u8]| octets.fill(7);
        request.code_challenge = Some(CodeVerifier::generate(&mut chance).challenge());
        assert_eq!(
            AuthorizationRequest::parse(&request.encode()).as_ref(),
            Ok(&request),
            "{}",
            preset.name
        );
        let Some(endpoint) = &oauth2.authorization_endpoint else {
            let error = oauth2.authorization_uri(&request).unwrap_err();
            assert_eq!(error, RequestError::NoAuthorizationEndpoint);
            continue;
        };
        let uri = oauth2.authorization_uri(&request).unwrap();
        assert!(
            uri.starts_with(&format!("{}?", endpoint.uri().unwrap())),
            "{uri}"
        );
        let name = oauth2.parameter_names.get("client_id");
        let name = name.map_or("client_id", String::as_str);
        assert!(uri.contains(&format!("&{name}=client&")), "{uri}");
    }
}

#[test]
fn each_oauth_2_preset_writes_token_requests_without_repeating_a_parameter() {
    let code = AuthorizationCodeGrant::new("code");
    let requests = [
        TokenRequest::new(code),
        TokenRequest::new(RefreshTokenGrant::new("refresh")),
    ];
    for preset in all() {
        let Some(oauth2) = oauth2(preset) else {
            continue;
        };
        let secret = Secret::from("s:e/c+r%t");
        let client = oauth2
            .client_authentication("client", Some(&secret))
            .unwrap();
        for request in &requests {
            let call = oauth2.token_call(request, &client).unwrap();
            let json = oauth2.token_request_body == RequestBody::Json;
            assert_eq!(call.body.expose().starts_with('{'), json, "{}", preset.name);
            assert!(!call.uri.contains("client"), "{}", preset.name);
            if !json {
                let body = call.body.expose().as_bytes();
                let body = tripod_core::parameters::Parameters::parse(body).unwrap();
                let names: Vec<_> = body.iter().map(|(name, _)| name).collect();
                let once: BTreeSet<_> = names.iter().collect();
                assert_eq!(names.len(), once.len(), "{}: {names:?}", preset.name);
            }
            assert!(!format!("{call:?}").contains("s:e"), "{}", preset.name);
        }
    }
}

#[test]
fn each_oauth_1_preset_makes_a_signer() {
    let client = Credentials::new("key", "secret");
    let token = Credentials::new("token", "token secret");
    let stamp = Stamp::with_nonce(Timestamp::from_unix(1_700_000_000), "nonce");
    let mut random = |octets: &mut [u8]| octets.fill(7);
    let pem = Secret::from(include_str!("../../../../vectors/oauth1/keys/rsa-2048.pem"));
    for preset in all() {
        let preset = filled(preset);
        let Protocol::OAuth1(oauth1) = &preset.protocol else {
            continue;
        };
        let signer = match oauth1.rsa_method() {
            Some(method) => {
                let key = RsaPrivateKey::from_pem(&pem).unwrap();
                let key = key.with_method(method.clone()).unwrap();
                oauth1.rsa_signer(key, "key", Some("token"))
            }
            None => oauth1.signer(&client, Some(&token)),
        };
        let mut request = Request::get("https://api.example.com/")
            .body(Vec::new())
            .unwrap();
        let signed = signer.unwrap().sign(&request, &stamp, &mut random).unwrap();
        signed.apply(&mut request);
        let text = format!(
            "{:?} {}",
            request.headers().get("authorization"),
            request.uri()
        );
        assert!(
            request.headers().contains_key("authorization") || text.contains("oauth_signature=")
        );
    }
}

#[test]
fn presets_are_found_by_name_and_alias_whatever_the_case() {
    assert_eq!(find("GitHub").unwrap().name, "github");
    assert_eq!(find(" intuit ").unwrap().name, "quickbooks");
    assert_eq!(find("x").unwrap().name, "x");
    let error = find("githbu").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no provider is called `githbu`; the nearest names are `github`, `gitlab`"
    );
    assert_eq!(find("").unwrap_err().nearest, [""; 0]);
    assert_eq!(
        find("qqqqqqqqqqqq").unwrap_err().to_string(),
        "no provider is called `qqqqqqqqqqqq`"
    );
}

#[test]
fn a_search_wants_every_word() {
    let names = |text| {
        search(text)
            .iter()
            .map(|preset| preset.name.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("jira"),
        ["atlassian", "jira-data-center", "jira-data-center-oauth2"]
    );
    assert_eq!(names("jira oauth1"), ["jira-data-center"]);
    assert_eq!(names("SLACK user"), ["slack-user"]);
    assert_eq!(names("").len(), all().len());
    assert_eq!(names("zzz"), [""; 0]);
}

#[test]
fn values_that_would_lead_elsewhere_are_refused_and_not_repeated() {
    let shopify = find("shopify").unwrap();
    for value in ["evil.example/", "a.b", "a@evil.example", "", "a#", "-a"] {
        let error = shopify.fill([("shop", value)]).unwrap_err();
        assert!(matches!(error, VariableError::Refused { .. }), "{value}");
        assert!(!error.to_string().contains("evil"), "{error}");
    }
    let error = shopify.fill([("shp", "a")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`shp` is no variable of this preset; did you mean `shop`?"
    );
    let error = shopify.fill([]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`shop` is needed: what stands before .myshopify.com"
    );
    let error = find("zoho").unwrap().fill([("dc", "example")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the value of `dc` is refused: it has to be one of the values that are listed: com, eu, in, \
         com.au, jp, com.cn, sa"
    );
}

#[test]
fn a_preset_that_is_not_filled_in_gives_no_address() {
    let Protocol::OAuth2(shopify) = &find("shopify").unwrap().protocol else {
        panic!("Shopify speaks OAuth 2");
    };
    let request = shopify
        .authorization_request("client", None, Access::Online)
        .unwrap();
    let error = shopify.authorization_uri(&request).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`shop` has no value yet: fill the preset in first"
    );
    let refresh = TokenRequest::new(RefreshTokenGrant::new("token"));
    let client = ClientAuthentication::id("client");
    assert!(matches!(
        shopify.token_call(&refresh, &client),
        Err(RequestError::Unfilled(_))
    ));
}

#[test]
fn defaults_are_taken_and_can_be_replaced() {
    let gitlab = find("gitlab").unwrap();
    let token_endpoint = |preset: Preset| match preset.protocol {
        Protocol::OAuth2(oauth2) => oauth2.token_endpoint.to_string(),
        Protocol::OAuth1(_) => panic!("GitLab speaks OAuth 2"),
    };
    let own = gitlab
        .fill([("site", "https://git.example.com/gitlab/")])
        .unwrap();
    assert_eq!(
        token_endpoint(own),
        "https://git.example.com/gitlab/oauth/token"
    );
    let default = gitlab.fill([]).unwrap();
    assert_eq!(token_endpoint(default), "https://gitlab.com/oauth/token");
}
