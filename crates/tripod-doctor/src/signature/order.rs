//! The second axis: in which order the parameters are signed.

use super::Mistake;
use crate::case::oauth1::{Parameter, Where};

/// A way to put parameters in order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By encoded name, then by encoded value.
    Due,
    AsSent([Where; 3]),
    ByDecoded,
    ByJoined,
    ByNameAlone,
    ByValue,
    IgnoringCase,
}

const UNSORTED: &str = "oauth1/signature/parameters-unsorted";
const MISSORTED: &str = "oauth1/signature/parameters-missorted";

/// All of them; the first is the right one.
pub(super) const ORDERS: [Order; 12] = [
    Order::Due,
    Order::AsSent([Where::Header, Where::Query, Where::Body]),
    Order::AsSent([Where::Query, Where::Header, Where::Body]),
    Order::AsSent([Where::Query, Where::Body, Where::Header]),
    Order::AsSent([Where::Body, Where::Header, Where::Query]),
    Order::AsSent([Where::Body, Where::Query, Where::Header]),
    Order::AsSent([Where::Header, Where::Body, Where::Query]),
    Order::ByDecoded,
    Order::ByNameAlone,
    Order::ByJoined,
    Order::IgnoringCase,
    Order::ByValue,
];

/// A parameter beside what it is encoded to.
pub(super) struct Encoded<'a> {
    pub(super) parameter: &'a Parameter,
    pub(super) name: String,
    pub(super) value: String,
}

impl Order {
    pub(super) fn mistake(self) -> Option<Mistake> {
        let (code, words) = match self {
            Self::Due => return None,
            Self::AsSent(_) => (UNSORTED, "the parameters not sorted"),
            Self::ByDecoded => (MISSORTED, "the parameters sorted before they were encoded"),
            Self::ByJoined => (
                MISSORTED,
                "the parameters sorted as `name=value`, not by name and then by value",
            ),
            Self::ByNameAlone => (
                MISSORTED,
                "parameters with the same name not sorted by value",
            ),
            Self::ByValue => (MISSORTED, "the parameters sorted by value"),
            Self::IgnoringCase => (MISSORTED, "the parameters sorted without regard to case"),
        };
        Some(Mistake::new(code, words))
    }

    pub(super) fn apply(self, encoded: &mut [Encoded<'_>]) {
        match self {
            // RFC 5849 §3.4.1.3.2, 2: by name in ascending byte value order, then by value.
            Self::Due => {
                encoded.sort_by(|one, two| (&one.name, &one.value).cmp(&(&two.name, &two.value)));
            }
            Self::AsSent(places) => encoded.sort_by_key(|one| {
                places
                    .iter()
                    .position(|place| *place == one.parameter.place)
            }),
            Self::ByDecoded => encoded.sort_by(|one, two| {
                let key =
                    |one: &Encoded<'_>| (one.parameter.name.clone(), one.parameter.value.clone());
                key(one).cmp(&key(two))
            }),
            Self::ByJoined => encoded.sort_by_key(|one| format!("{}={}", one.name, one.value)),
            Self::ByNameAlone => encoded.sort_by(|one, two| one.name.cmp(&two.name)),
            Self::ByValue => {
                encoded.sort_by(|one, two| (&one.value, &one.name).cmp(&(&two.value, &two.name)));
            }
            Self::IgnoringCase => encoded.sort_by_key(|one| {
                (
                    one.name.to_ascii_lowercase(),
                    one.value.to_ascii_lowercase(),
                )
            }),
        }
    }
}
