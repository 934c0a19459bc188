//! What is known stands in nothing that is shown, whatever is pasted around it.
//!
//! The fuzz target `doctor` does the same for as long as one lets it.

#![expect(
    clippy::unwrap_used,
    reason = "an unwrap that fails is a test that fails"
)]

use proptest::prelude::*;
use tripod_core::timestamp::Timestamp;
use tripod_doctor::diagnose::diagnose;
use tripod_doctor::evidence::Evidence;
use tripod_doctor::known::Known;

const NOW: Timestamp = Timestamp::from_unix(1_795_262_400);

/// Nothing that is drawn holds it by chance.
const SENTINEL: &str = "kD94hF93k423kF44pfKkdHi9sL3r4S00-Qx7Zt2Lm8Nv5Bc1";

/// In what is drawn, this stands for the secret.
const MARK: &str = "@@";

/// Eight octets of it in a row are a leak.
fn leaks(output: &str) -> bool {
    let octets = SENTINEL.as_bytes();
    let mut parts = octets.windows(8);
    parts.any(|part| output.contains(std::str::from_utf8(part).unwrap()))
}

fn shown(text: &str) -> String {
    let input = text.replace(MARK, SENTINEL);
    let mut known = Known::default();
    known.consumer_secret = Some(SENTINEL.into());
    known.token_secret = Some(SENTINEL.into());
    known.client_secret = Some(SENTINEL.into());
    known.code_verifier = Some(SENTINEL.into());
    known.state = Some(SENTINEL.into());
    let evidence = Evidence::read(input.as_bytes(), known);
    let findings = diagnose(&evidence, NOW);
    let findings = findings.iter().map(|finding| finding.to_json().to_string());
    findings.chain([format!("{evidence:?}")]).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_octets_bring_a_secret_out(octets: Vec<u8>) {
        let text = String::from_utf8_lossy(&octets).into_owned();
        let output = shown(&[MARK, &text, MARK].concat());
        prop_assert!(!leaks(&output), "{}", output);
    }

    #[test]
    fn no_message_brings_a_secret_out(
        text in "(@@|OAuth |Basic |Bearer |curl |GET https://a.example/|HTTP/1.1 401 x\n|> |< |https://|\\{|\\}|\"|'|=|&|%|:|,|\\.|\\\\|\n|\r|é|eyJ|oauth_[a-z]{0,5}|client_secret=|code=|error=|error_description=|invalid_grant|redirect_uri|Location: |[a-z0-9 ]{0,9}){0,60}",
    ) {
        let output = shown(&text);
        prop_assert!(!leaks(&output), "{}", output);
    }
}

/// A quotation is cut where it is long, be it in the middle of a secret.
#[test]
fn no_quotation_ends_in_a_secret() {
    for before in 0..500 {
        let filler = "x".repeat(before);
        for text in [
            format!(
                "HTTP/1.1 400 No\n\n{{\"error\":\"invalid_grant\",\"error_description\":\"{filler}@@ redirect_uri mismatch\"}}"
            ),
            format!("{filler} @@ AADSTS50011 {filler} @@"),
        ] {
            let output = shown(&text);
            assert!(!leaks(&output), "{before}: {output}");
        }
    }
}

/// How programs show what they sent and got; `@` stands for a line, and each line is put so.
const TRANSCRIPTS: [&str; 14] = [
    "@",
    "> @",
    "< @",
    "    @",
    "<- \"@\\r\\n\"",
    "send: b'@\\r\\n'",
    "api-1  | @",
    "Nov 21 21:19:40 web1 shop[2117]: @",
    "2026-11-21T21:19:56.1234567Z @",
    "I, [2026-11-21T21:17:02.156363 #19204]  INFO -- request: @",
    "21:17:02.123 [main] DEBUG o.a.http.wire - http-outgoing-0 >> \"@[\\r][\\n]\"",
    "{\"level\":\"debug\",\"ts\":1,\"msg\":\"@\"}",
    "\u{1b}[32m@\u{1b}[0m",
    "  | @",
];

/// Where a secret stands in HTTP, and in which form.
fn messages(secret: &str) -> Vec<String> {
    use base64::Engine as _;
    let encoded = tripod_core::percent::encode(secret);
    let twice = tripod_core::percent::encode(&encoded);
    let pair = base64::engine::general_purpose::STANDARD.encode(format!("client:{secret}"));
    let head = "Host: as.example\nContent-Type: application/x-www-form-urlencoded";
    let refused = "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n{\"error\":\"invalid_client\",\"message\":\"signature refused\"}";
    let line = "POST /token HTTP/1.1";
    let oauth = format!(
        "OAuth oauth_consumer_key=\"k\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_nonce=\"n\", oauth_signature=\"{encoded}\""
    );
    vec![
        format!("{line}\n{head}\n\ngrant_type=refresh_token&refresh_token={encoded}\n{refused}"),
        format!("{line}\n{head}\nAuthorization: Basic {pair}\n\ngrant_type=x\n{refused}"),
        format!("{line}\n{head}\nAuthorization: Bearer {secret}\n\n{refused}"),
        format!("{line}\n{head}\nAuthorization: {oauth}\n\n{refused}"),
        format!("Authorization: {oauth}\n{refused}"),
        format!("authorization: '{oauth}'\n401 {{ error: 'invalid_token' }}"),
        format!(
            "[sbs] => POST&https%3A%2F%2Fas.example%2Ft&oauth_token%3D{twice}%26oauth_signature%3D{twice}\n{refused}"
        ),
        format!(
            "GET https://as.example/cb?oauth_token={encoded}&oauth_signature={encoded} -> 401: {{\"message\":\"signature {encoded}\"}}"
        ),
        format!(
            "{{\"error\":\"invalid_grant\",\"message\":\"signature\",\"refresh_token\":\"{secret}\"}}"
        ),
        format!("401 {{'access_token': '{secret}', 'error': 'invalid_token', 'message': 'x'}}"),
    ]
}

/// A secret that is nowhere but in the transcript: nobody told the doctor of it.
fn shown_of(text: &str) -> String {
    let evidence = Evidence::read(text.as_bytes(), Known::default());
    let findings = diagnose(&evidence, NOW);
    let findings = findings.iter().map(|finding| finding.to_json().to_string());
    findings
        .chain([evidence.to_json().to_string(), format!("{evidence:?}")])
        .collect()
}

#[test]
fn no_transcript_brings_a_secret_out() {
    for secret in [SENTINEL, "a/B+c8dE=fGh2/jKl+mN4oPq5rS=", "Zq7/tR+9xK=="] {
        let encoded = tripod_core::percent::encode(secret);
        for message in messages(secret) {
            for form in TRANSCRIPTS {
                let lines = message.lines().map(|line| {
                    let is_quoted = form.contains("\"@") || form.contains("'@");
                    let line = if is_quoted {
                        line.replace('\\', "\\\\").replace('"', "\\\"")
                    } else {
                        line.to_owned()
                    };
                    form.replace('@', &line)
                });
                let text = lines.collect::<Vec<_>>().join("\n");
                let output = shown_of(&text);
                let is_out = output.contains(secret) || output.contains(&encoded);
                assert!(!is_out, "{text}\n{output}");
            }
        }
    }
}
