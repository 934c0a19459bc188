//! What stands behind the `=` of a fault.

use std::time::Duration;

use http::StatusCode;
use tripod_oauth1::origin::Origin;
use tripod_oauth2::jose::algorithm::Algorithm;
use tripod_oauth2::metadata::Issuer;
use tripod_oauth2::scope::Scope;

use super::Unknown;
use super::kind::{Kind, Takes};
use crate::keys::ALGORITHMS;

/// A value, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Algorithm(Algorithm),
    Duration(Duration),
    Issuer(Issuer),
    None,
    Origin(Origin),
    Scope(Scope),
    /// How far a clock is off.
    Seconds(i64),
    Status(StatusCode),
    Text(String),
}

impl Value {
    pub(super) fn parse(kind: &'static Kind, text: Option<&str>) -> Result<Self, Unknown> {
        let refuse = |text: &str| Unknown::Value {
            name: kind.name,
            takes: kind.takes.words(),
            value: text.to_owned(),
        };
        let Some(text) = text else {
            return match kind.takes {
                Takes::Nothing | Takes::Origin | Takes::Scope => Ok(Self::None),
                _ => Err(refuse("nothing")),
            };
        };
        let read = match kind.takes {
            Takes::Nothing => None,
            Takes::Algorithm => Algorithm::parse(text)
                .filter(|algorithm| ALGORITHMS.contains(algorithm))
                .map(Self::Algorithm),
            Takes::Duration => duration(text).map(Self::Duration),
            Takes::Issuer => Issuer::parse(text).ok().map(Self::Issuer),
            Takes::Origin => text.parse().ok().map(Self::Origin),
            Takes::Scope => Scope::parse(text).ok().map(Self::Scope),
            Takes::Seconds => text.parse().ok().map(Self::Seconds),
            Takes::Status { from } => {
                let status = text.parse::<StatusCode>().ok();
                let is_meant = |status: &StatusCode| (from..600).contains(&status.as_u16());
                status.filter(is_meant).map(Self::Status)
            }
            Takes::Text => (!text.is_empty()).then(|| Self::Text(text.to_owned())),
        };
        read.ok_or_else(|| refuse(text))
    }
}

/// Reads `500ms`, `2s` or `2`.
fn duration(text: &str) -> Option<Duration> {
    match text.strip_suffix("ms") {
        Some(number) => number.parse().ok().map(Duration::from_millis),
        None => {
            let number = text.strip_suffix('s').unwrap_or(text);
            number.parse().ok().map(Duration::from_secs)
        }
    }
}
