//! The JSON Web Tokens of a case, read and not believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tripod_core::secret::Secret;

use super::Call;
use crate::evidence::{Evidence, Place};

/// A token and where it was found.
pub(crate) struct Jwt {
    pub(crate) text: Secret,
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) origin: Origin,
    /// The call it went with.
    pub(crate) call: Option<usize>,
    pub(crate) place: Place,
}

/// What a token was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was sent to a resource.
    AccessToken,
    /// It stands alone.
    Alone,
    /// It was sent to get a token.
    Assertion,
    /// It was answered as an access token.
    Given,
    /// It is a DPoP proof.
    Proof,
    /// It was answered as an ID token.
    IdToken,
}

impl Jwt {
    pub(crate) fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    pub(crate) fn time(&self, claim: &str) -> Option<i64> {
        let value = self.claims.get(claim)?;
        value.as_i64().or_else(|| {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "it saturates, which is far enough"
            )]
            value.as_f64().map(|seconds| seconds as i64)
        })
    }

    /// Returns the audiences, one or many.
    pub(crate) fn audiences(&self) -> Vec<&str> {
        match self.claims.get("aud") {
            Some(Value::String(audience)) => vec![audience],
            Some(Value::Array(audiences)) => audiences.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

/// No more tokens are looked at.
const MAX_TOKENS: usize = 64;

pub(super) fn collect(evidence: &Evidence, calls: &[Call<'_>]) -> Vec<Jwt> {
    let mut tokens = Vec::new();
    for excerpt in &evidence.tokens {
        tokens.extend(read(
            excerpt.text.expose(),
            Origin::Alone,
            None,
            excerpt.place.clone(),
        ));
    }
    for call in calls {
        let mut take = |text: Option<&str>, origin, part: &str| {
            let place = call.place().within(part);
            tokens.extend(text.and_then(|text| read(text, origin, Some(call.index), place)));
        };
        take(
            call.authorization("bearer"),
            Origin::AccessToken,
            "header Authorization",
        );
        take(
            call.authorization("dpop"),
            Origin::AccessToken,
            "header Authorization",
        );
        let proof = call.request.and_then(|request| request.header("dpop"));
        take(proof, Origin::Proof, "header DPoP");
        for name in ["client_assertion", "assertion"] {
            take(call.parameter(name), Origin::Assertion, name);
        }
        take(call.answered("access_token"), Origin::Given, "access_token");
        take(call.answered("id_token"), Origin::IdToken, "id_token");
    }
    tokens.truncate(MAX_TOKENS);
    tokens
}

fn read(text: &str, origin: Origin, call: Option<usize>, place: Place) -> Option<Jwt> {
    let mut parts = text.split('.');
    let mut object = || {
        let part = parts.next()?.trim_end_matches('=');
        let octets = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice::<Map<String, Value>>(&octets).ok()
    };
    let header = object()?;
    let claims = object()?;
    Some(Jwt {
        text: text.into(),
        header,
        claims,
        origin,
        call,
        place,
    })
}
