//! Rich authorization requests: what a client asks for, in full (RFC 9396).

use serde_json::Value;

use crate::error::{Fault, Malformed};
use crate::fields::Fields;
use crate::json::{MAX_OCTETS, Members};

/// More details than this in one request are refused.
pub const MAX_DETAILS: usize = 256;

const NAME: &str = "authorization_details";
const RULE: &str = "RFC 9396 §2";

/// What a client asks for, or a token is good for, beyond scopes ([RFC 9396 §2]).
///
/// ```
/// use tripod_oauth2::authorization_details::AuthorizationDetail;
///
/// let mut payment = AuthorizationDetail::new("payment_initiation");
/// payment.actions.push("initiate".to_owned());
/// payment.extra.put("creditorName", "Merchant A");
/// # assert_eq!(payment.kind, "payment_initiation");
/// ```
///
/// [RFC 9396 §2]: https://www.rfc-editor.org/rfc/rfc9396#section-2
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthorizationDetail {
    /// `type`: what the other members mean.
    pub kind: String,
    /// What is to be done.
    pub actions: Vec<String>,
    /// Which kinds of data are meant.
    pub datatypes: Vec<String>,
    /// Which single resource is meant.
    pub identifier: Option<String>,
    /// Where the resources are.
    pub locations: Vec<String>,
    /// Which privileges are asked for.
    pub privileges: Vec<String>,
    /// What the type adds.
    pub extra: Members,
}

impl AuthorizationDetail {
    /// Takes a type; what is optional stays empty.
    #[must_use]
    pub fn new(kind: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            actions: Vec::new(),
            datatypes: Vec::new(),
            identifier: None,
            locations: Vec::new(),
            privileges: Vec::new(),
            extra: Members::new(),
        }
    }

    /// Reads the members of one detail.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if `type` is missing or a common member is not what RFC 9396 §2.2 says.
    pub fn parse(mut members: Members) -> Result<Self, Malformed> {
        let mut texts = |name| -> Result<Vec<String>, Malformed> {
            let texts = members.take_as(name, "a list of texts", "RFC 9396 §2.2")?;
            Ok(texts.unwrap_or_default())
        };
        let (actions, datatypes) = (texts("actions")?, texts("datatypes")?);
        let (locations, privileges) = (texts("locations")?, texts("privileges")?);
        Ok(Self {
            actions,
            datatypes,
            locations,
            privileges,
            // RFC 9396 §2: `type` is REQUIRED.
            kind: members
                .take_text("type", RULE)?
                .ok_or_else(|| Malformed::missing("type", RULE))?,
            identifier: members.take_text("identifier", "RFC 9396 §2.2")?,
            extra: members,
        })
    }

    /// Writes the members of one detail.
    #[must_use]
    pub fn encode(&self) -> Members {
        let mut members = self.extra.clone();
        members.put("type", self.kind.as_str());
        members.put_some("identifier", self.identifier.as_deref());
        for (name, texts) in [
            ("actions", &self.actions),
            ("datatypes", &self.datatypes),
            ("locations", &self.locations),
            ("privileges", &self.privileges),
        ] {
            members.put_some(name, (!texts.is_empty()).then(|| texts.clone()));
        }
        members
    }
}

/// Reads the value of the parameter `authorization_details`: a JSON array of objects.
///
/// # Errors
///
/// [`Malformed`] if it is something else; a provider answers `invalid_authorization_details`.
pub fn parse(json: &str) -> Result<Vec<AuthorizationDetail>, Malformed> {
    if json.len() > MAX_OCTETS {
        let limit = MAX_OCTETS;
        return Err(Malformed::new(NAME, Fault::TooLong { limit }, RULE));
    }
    let value = serde_json::from_str(json).map_err(|_| not_an_array())?;
    from_value(value)
}

/// Writes the value of the parameter `authorization_details`.
#[must_use]
pub fn encode(details: &[AuthorizationDetail]) -> String {
    to_value(details).to_string()
}

pub(crate) fn from_value(value: Value) -> Result<Vec<AuthorizationDetail>, Malformed> {
    let Value::Array(details) = value else {
        return Err(not_an_array());
    };
    if details.len() > MAX_DETAILS {
        let limit = MAX_DETAILS;
        return Err(Malformed::new(NAME, Fault::TooLong { limit }, RULE));
    }
    details
        .into_iter()
        .map(|detail| match detail {
            Value::Object(members) => AuthorizationDetail::parse(members.into()).map_err(within),
            _ => Err(not_an_array()),
        })
        .collect()
}

pub(crate) fn to_value(details: &[AuthorizationDetail]) -> Value {
    details
        .iter()
        .map(|detail| Value::from(detail.encode()))
        .collect()
}

pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Option<Vec<AuthorizationDetail>>, Malformed> {
    fields.optional(NAME)?.map(parse).transpose()
}

/// Names the member by its place in the parameter.
fn within(mut fault: Malformed) -> Malformed {
    fault.parameter = format!("{NAME}/{}", fault.parameter).into();
    fault
}

fn not_an_array() -> Malformed {
    Malformed::not(NAME, "an array of JSON objects", RULE)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_rfc_9396_is_read() {
        let json = include_str!(
            "../../../vectors/oauth2/rar/payment-and-accounts/authorization-details.json"
        );
        let details = parse(json).unwrap();
        assert_eq!(details[0].kind, "account_information");
        assert_eq!(
            details[0].actions,
            ["list_accounts", "read_balances", "read_transactions"]
        );
        assert_eq!(details[1].kind, "payment_initiation");
        assert_eq!(details[1].locations, ["https://example.com/payments"]);
        assert_eq!(
            details[1].extra.value("creditorName").unwrap(),
            "Merchant A"
        );
        assert_eq!(parse(&encode(&details)), Ok(details));
    }

    #[test]
    fn what_is_no_array_of_typed_objects_is_refused() {
        for json in [
            "",
            "{}",
            "null",
            "[1]",
            "[[]]",
            "[{}]",
            "[{\"type\":1}]",
            "{\"type\":\"a\"}",
            "[{\"type\":\"a\",\"actions\":\"b\"}]",
            "[{\"type\":\"a\",\"locations\":[1]}]",
            "[{\"type\":\"a\",\"identifier\":[]}]",
            "[{\"type\":\"a\"}",
        ] {
            assert!(parse(json).is_err(), "{json}");
        }
    }

    #[test]
    fn too_many_details_are_refused() {
        let json = format!("[{}]", vec!["{\"type\":\"a\"}"; MAX_DETAILS + 1].join(","));
        let limit = MAX_DETAILS;
        assert_eq!(parse(&json).unwrap_err().fault, Fault::TooLong { limit });
    }

    pub(crate) fn details() -> impl Strategy<Value = Vec<AuthorizationDetail>> {
        let texts = || proptest::collection::vec("[ -~]{0,9}", 0..3);
        let detail = (
            ".{0,9}",
            texts(),
            texts(),
            texts(),
            proptest::option::of(".{0,9}"),
            "x[a-z]{0,5}",
        );
        let detail = detail.prop_map(|(kind, actions, locations, privileges, identifier, name)| {
            let mut detail = AuthorizationDetail::new(kind);
            (detail.actions, detail.locations) = (actions, locations);
            (detail.privileges, detail.identifier) = (privileges, identifier);
            detail.extra.put(name, 7);
            detail
        });
        proptest::collection::vec(detail, 1..4)
    }

    proptest! {
        #[test]
        fn parsing_undoes_writing(details in details()) {
            prop_assert_eq!(parse(&encode(&details)), Ok(details));
        }
    }
}
