use tripod_core::percent;

use super::Signer;
use crate::authorization_header::REALM;
use crate::message::twice_encoded;
use crate::pair::{Pair, Piece};
use crate::placement::Placement;

/// What every request of a signer carries, encoded ahead.
#[derive(Clone, Debug, Default)]
pub(super) struct Fixed {
    pub(super) parameters: Vec<(&'static str, String)>,
    /// The `Authorization` header as far as it is the same for all.
    pub(super) header: String,
    /// The base string before, between and behind nonce and timestamp.
    pub(super) template: [String; 3],
}

impl Fixed {
    pub(super) fn new(signer: &Signer) -> Self {
        let parameters = [
            ("oauth_consumer_key", Some(signer.consumer_key.as_str())),
            ("oauth_token", signer.token.as_deref()),
            ("oauth_signature_method", Some(signer.method.as_str())),
            // RFC 5849 §3.1: if present, MUST be set to "1.0".
            ("oauth_version", signer.version.then_some("1.0")),
        ];
        let parameters: Vec<_> = parameters
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.to_owned())))
            .collect();
        let mut header = "OAuth ".to_owned();
        if let Some(realm) = &signer.realm {
            header.push_str(&format!("{REALM}=\"{realm}\", "));
        }
        for (name, value) in &parameters {
            header.push_str(&format!("{name}=\"{}\", ", percent::encode(value)));
        }
        let template = Self::template(&parameters);
        Self {
            parameters,
            header,
            template,
        }
    }

    fn template(parameters: &[(&'static str, String)]) -> [String; 3] {
        const SLOT: &str = "*"; // never stands in what is encoded
        let mut all: Vec<_> = parameters
            .iter()
            .map(|(name, value)| twice_encoded(name, value))
            .collect();
        all.push(format!("oauth_nonce%3D{SLOT}"));
        all.push(format!("oauth_timestamp%3D{SLOT}"));
        all.sort_unstable();
        let text = all.join("%26");
        let mut parts = text.splitn(3, SLOT).map(str::to_owned);
        std::array::from_fn(|_| parts.next().unwrap_or_default())
    }

    pub(super) fn pairs(&self, source: Placement) -> impl Iterator<Item = Pair<'_>> {
        self.parameters.iter().map(move |(name, value)| {
            Pair::new(
                Piece::known(name.as_bytes()),
                Piece::plain(value.as_bytes()),
                source,
            )
        })
    }
}
