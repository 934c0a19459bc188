//! What is known of a provider that speaks OAuth 1.0a.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};
use tripod_core::secret::Secret;
use tripod_oauth1::credentials::Credentials;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::signature_method::{RsaSigningKey, SignatureMethod};
use tripod_oauth1::signer::{SignError, Signer};

mod flow;

pub use flow::{CallbackStep, Flow, FlowError, Verifier};

use super::Template;

/// How a provider speaks OAuth 1.0a (RFC 5849).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct OAuth1 {
    /// The signature methods that are accepted, best first.
    #[serde(deserialize_with = "signature_methods")]
    pub signature_methods: Vec<SignatureMethod>,
    /// Where the signature goes.
    #[serde(default, deserialize_with = "placement")]
    pub placement: Placement,
    /// What the header names as realm.
    #[serde(default)]
    pub realm: Option<Realm>,
    /// Bodies that are no forms need `oauth_body_hash`.
    #[serde(default)]
    pub body_hash: bool,
    /// Requests without a token carry an empty `oauth_token`.
    #[serde(default)]
    pub empty_token: bool,
    /// How tokens are had; without it, the provider's pages give them, or there are none.
    #[serde(default)]
    pub flow: Option<Flow>,
    /// Whether a request needs a token.
    #[serde(default)]
    pub token: TokenUse,
    /// How long a token lives, in seconds.
    #[serde(default)]
    pub token_lifetime: Option<u64>,
    /// Headers without which the API answers nothing, in words.
    #[serde(default)]
    pub headers: Option<String>,
    /// What errors of the provider's own mean, by the text that tells them.
    #[serde(default)]
    pub errors: BTreeMap<String, String>,
}

impl OAuth1 {
    /// Begins a provider of which only the signature method is known.
    #[must_use]
    pub fn new(method: SignatureMethod) -> Self {
        Self {
            signature_methods: vec![method],
            placement: Placement::default(),
            realm: None,
            body_hash: false,
            empty_token: false,
            flow: None,
            token: TokenUse::default(),
            token_lifetime: None,
            headers: None,
            errors: BTreeMap::new(),
        }
    }

    /// Makes a signer by the best method that works with secrets.
    ///
    /// # Errors
    ///
    /// [`SignError::NeedsKey`] if the provider accepts RSA alone.
    pub fn signer(
        &self,
        client: &Credentials,
        token: Option<&Credentials>,
    ) -> Result<Signer, SignError> {
        let by_secret = |method: &&SignatureMethod| !is_rsa(method);
        let method = self.signature_methods.iter().find(by_secret);
        let method = method.or_else(|| self.signature_methods.first());
        let empty = Credentials::new("", Secret::from(""));
        let token = token.or_else(|| self.empty_token.then_some(&empty));
        let signer =
            Signer::with_secrets(method.unwrap_or(&SignatureMethod::HmacSha1), client, token)?;
        self.dress(signer)
    }

    /// Makes a signer with an RSA key; [`rsa_method`](Self::rsa_method) says for which method.
    ///
    /// # Errors
    ///
    /// [`SignError::InvalidRealm`] if the realm holds control characters.
    pub fn rsa_signer(
        &self,
        key: RsaSigningKey,
        consumer_key: &str,
        token: Option<&str>,
    ) -> Result<Signer, SignError> {
        let token = token.or_else(|| self.empty_token.then_some(""));
        self.dress(Signer::with_rsa(key, consumer_key, token))
    }

    /// Returns the best RSA method that the provider accepts.
    #[must_use]
    pub fn rsa_method(&self) -> Option<&SignatureMethod> {
        self.signature_methods.iter().find(|method| is_rsa(method))
    }

    fn dress(&self, signer: Signer) -> Result<Signer, SignError> {
        let mut signer = signer.placement(self.placement);
        if let Some(realm) = &self.realm {
            signer = signer.realm(realm.as_str())?;
        }
        if self.body_hash {
            signer = signer.with_body_hash();
        }
        Ok(signer)
    }

    pub(super) fn templates_mut(&mut self) -> Vec<(&'static str, &mut Template)> {
        let Some(flow) = &mut self.flow else {
            return Vec::new();
        };
        let mut templates = vec![
            (
                "temporary_credentials_endpoint",
                &mut flow.temporary_credentials_endpoint,
            ),
            ("token_endpoint", &mut flow.token_endpoint),
        ];
        let page = flow.authorization_endpoint.as_mut();
        templates.extend(page.map(|page| ("authorization_endpoint", page)));
        templates
    }
}

const fn is_rsa(method: &SignatureMethod) -> bool {
    matches!(
        method,
        SignatureMethod::RsaSha1 | SignatureMethod::RsaSha256 | SignatureMethod::RsaSha512
    )
}

/// Whether a request needs a token beside the client's credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenUse {
    /// There are no tokens: the client acts for itself.
    Absent,
    /// What concerns no user works without.
    Optional,
    /// Every request needs one.
    #[default]
    Required,
}

/// What the header names as realm (RFC 5849 §3.5.1).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Realm {
    /// The account of a variable as NetSuite writes it: `1234567_SB1` for `1234567-sb1`.
    NetsuiteAccount(String),
    /// Always the same.
    Text(String),
}

impl Realm {
    /// Returns the realm; of one that is not filled in yet, its variable in braces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::NetsuiteAccount(variable) => variable,
            Self::Text(text) => text,
        }
    }

    pub(super) fn variable(&self) -> Option<&str> {
        match self {
            Self::NetsuiteAccount(variable) => Some(variable),
            Self::Text(_) => None,
        }
    }

    pub(super) fn fill(&mut self, values: &BTreeMap<&str, &str>) {
        if let Some(value) = self.variable().and_then(|name| values.get(name)) {
            *self = Self::Text(value.to_uppercase().replace('-', "_"));
        }
    }
}

fn placement<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Placement, D::Error> {
    match String::deserialize(deserializer)?.as_str() {
        "body" => Ok(Placement::Body),
        "header" => Ok(Placement::Header),
        "query" => Ok(Placement::Query),
        other => Err(de::Error::unknown_variant(
            other,
            &["body", "header", "query"],
        )),
    }
}

fn signature_methods<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<SignatureMethod>, D::Error> {
    const KNOWN: &[&str] = &[
        "HMAC-SHA1",
        "HMAC-SHA256",
        "HMAC-SHA512",
        "PLAINTEXT",
        "RSA-SHA1",
        "RSA-SHA256",
        "RSA-SHA512",
    ];
    let names = Vec::<String>::deserialize(deserializer)?;
    if names.is_empty() {
        return Err(de::Error::custom("at least one signature method is needed"));
    }
    let known = |name: &String| match SignatureMethod::parse(name) {
        SignatureMethod::Other(_) => Err(de::Error::unknown_variant(name, KNOWN)),
        method => Ok(method),
    };
    names.iter().map(known).collect()
}
