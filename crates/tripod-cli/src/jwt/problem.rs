//! What is wrong with a token, as far as it shows without a key.

use serde_json::{Map, Value};
use tripod_core::timestamp::Timestamp;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::jose::claims::Claims;

use super::anatomy::Anatomy;
use super::kind::Kind;
use super::time::{CLAIMS, Moment};

/// One thing that is wrong; the codes are stable.
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) text: String,
}

impl Problem {
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}

/// Judges what was read, after what stood in the way of reading it.
pub(super) fn judge(anatomy: &Anatomy, kind: Kind, now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(header) = &anatomy.header {
        judge_header(header, kind, &mut problems);
        judge_signature(header, anatomy.signature.as_deref(), &mut problems);
    }
    if let Some(claims) = &anatomy.claims {
        judge_times(claims, now, &mut problems);
        judge_claims(claims, kind, &mut problems);
    }
    problems
}

fn judge_header(header: &Map<String, Value>, kind: Kind, problems: &mut Vec<Problem>) {
    let mut add = |code, text: &str| problems.push(Problem::new(code, text));
    match header.get("alg").map(Value::as_str) {
        None => add("alg-missing", "the header has no `alg` (RFC 7515 §4.1.1)"),
        Some(None) => add("alg-missing", "`alg` is not a text (RFC 7515 §4.1.1)"),
        Some(Some(name)) if name.eq_ignore_ascii_case("none") => add(
            "alg-none",
            "`alg` is `none`: it is not signed, so anybody can write it (RFC 8725 §3.2)",
        ),
        // Encrypted tokens have algorithms of another kind.
        Some(Some(name)) if Algorithm::parse(name).is_none() && !header.contains_key("enc") => {
            add(
                "alg-unknown",
                "`alg` is no signature algorithm that is known here",
            );
        }
        Some(Some(_)) => {}
    }
    if header.contains_key("crit") {
        add(
            "crit",
            "`crit` names extensions that must be understood; none are here (RFC 7515 §4.1.11)",
        );
    }
    for (name, code) in [("jku", "header-jku"), ("x5u", "header-x5u")] {
        if header.contains_key(name) {
            let text =
                format!("`{name}` names where to fetch a key: never follow it (RFC 8725 §3.10)");
            add(code, &text);
        }
    }
    if header.contains_key("jwk") && kind != Kind::DpopProof {
        add(
            "header-jwk",
            "`jwk` brings its own key along: whoever believes it believes anybody (RFC 8725 §3.10)",
        );
    }
}

fn judge_signature(
    header: &Map<String, Value>,
    signature: Option<&[u8]>,
    problems: &mut Vec<Problem>,
) {
    let algorithm = header.get("alg").and_then(Value::as_str);
    let (Some(algorithm), Some(signature)) = (algorithm.and_then(Algorithm::parse), signature)
    else {
        return;
    };
    let due = match algorithm {
        Algorithm::Hs256 => 32,
        Algorithm::Hs384 => 48,
        Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Hs512 => 64,
        Algorithm::Es384 => 96,
        Algorithm::Es512 => 132,
        _ => signature.len().max(256), // RSA: as long as the key, 2048 bits at least
    };
    let length = signature.len();
    if length == 0 {
        let text = format!("`alg` is {algorithm}, but there is no signature");
        problems.push(Problem::new("signature-missing", text));
    } else if length != due {
        let der = signature.starts_with(&[0x30]) && algorithm.as_str().starts_with("ES");
        let why = if der {
            "; it looks like DER (RFC 7518 §3.4)"
        } else {
            ""
        };
        let text = format!("the signature has {length} octets, and {algorithm} has {due}{why}");
        problems.push(Problem::new("signature-length", text));
    }
}

fn judge_times(claims: &Claims, now: Timestamp, problems: &mut Vec<Problem>) {
    let mut add = |code, text: String| problems.push(Problem::new(code, text));
    for claim in CLAIMS {
        let Some(moment) = Moment::of(claims, claim) else {
            if claims.value(claim).is_some() {
                add(
                    "time-type",
                    format!("`{claim}` is not a number of seconds (RFC 7519 §2)"),
                );
            }
            continue;
        };
        let relative = moment.relative(now);
        if moment.is_milliseconds() {
            add(
                "time-milliseconds",
                format!("`{claim}` is not in seconds: {relative}"),
            );
            continue;
        }
        match claim {
            "exp" if moment.at <= now => add("expired", format!("it {relative}")),
            "nbf" if moment.at > now => add("not-yet-valid", format!("it {relative}")),
            "iat" if moment.at > now => add(
                "issued-in-future",
                format!("it says it is {relative}: a clock is wrong, or it is forged"),
            ),
            _ => {}
        }
    }
    let seconds = |claim| {
        Moment::of(claims, claim)
            .filter(|moment| !moment.is_milliseconds())
            .map(|moment| moment.at)
    };
    if let (Some(expires), Some(issued)) = (seconds("exp"), seconds("iat"))
        && expires < issued
    {
        add(
            "expires-before-issued",
            "`exp` lies before `iat`".to_owned(),
        );
    }
}

fn judge_claims(claims: &Claims, kind: Kind, problems: &mut Vec<Problem>) {
    for &claim in kind.due() {
        if claims.value(claim).is_some() {
            continue;
        }
        let (code, why) = match claim {
            "aud" => ("missing-aud", "it does not say whom it is for"),
            "exp" => ("missing-exp", "it never expires by itself"),
            "iss" => ("missing-iss", "it does not say who issued it"),
            _ => ("missing-claim", "this kind of token has to have it"),
        };
        problems.push(Problem::new(code, format!("`{claim}` is missing: {why}")));
    }
    if claims.value("aud").is_some() && claims.audiences().is_err() {
        let text = "`aud` is neither a text nor a list of texts (RFC 7519 §4.1.3)";
        problems.push(Problem::new("claim-type", text));
    }
    for claim in ["iss", "sub", "jti"] {
        if claims.optional_text(claim).is_err() {
            let text = format!("`{claim}` is not a text (RFC 7519 §4.1)");
            problems.push(Problem::new("claim-type", text));
        }
    }
}
