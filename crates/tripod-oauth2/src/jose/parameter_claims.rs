//! Parameters as the claims of a JWT ([RFC 9101 §4], JARM §2.1).
//!
//! [RFC 9101 §4]: https://www.rfc-editor.org/rfc/rfc9101#section-4

use serde_json::{Map, Value};
use tripod_core::parameters::Parameters;

use super::claims::Claims;
use super::{Malformed, json};

/// What a JWT says of itself, and not to whoever reads the parameters (RFC 7519 §4.1).
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// Writes parameters; of one that repeats, the values become an array ([RFC 8707 §2]).
///
/// Numbers become JSON numbers and JSON becomes JSON, where the parameter is one of those.
///
/// [RFC 8707 §2]: https://www.rfc-editor.org/rfc/rfc8707#section-2
pub(crate) fn write(parameters: &Parameters) -> Claims {
    let mut claims: Map<String, Value> = Map::new();
    let mut repeated = Vec::new();
    for (name, value) in parameters.iter() {
        let value = to_json(name, value);
        match claims.get_mut(name) {
            None => {
                claims.insert(name.to_owned(), value);
            }
            Some(Value::Array(values)) if repeated.contains(&name) => values.push(value),
            Some(first) => {
                *first = Value::from(vec![first.take(), value]);
                repeated.push(name);
            }
        }
    }
    Claims::from(claims).without(&REGISTERED)
}

/// Reads parameters, in the order of their names.
///
/// An array of texts is a parameter that repeats; other arrays and objects stay JSON.
pub(crate) fn read(claims: &Claims) -> Result<Parameters, Malformed> {
    let mut parameters = Parameters::new();
    for (name, value) in claims.iter().filter(|(name, _)| !REGISTERED.contains(name)) {
        match value {
            Value::Array(values) if !values.is_empty() && values.iter().all(Value::is_string) => {
                for value in values.iter().filter_map(Value::as_str) {
                    parameters.push(name, value);
                }
            }
            Value::String(text) => parameters.push(name, text),
            Value::Null => return Err(Malformed::ParameterNull),
            Value::Array(_) | Value::Bool(_) | Value::Number(_) | Value::Object(_) => {
                parameters.push(name, value.to_string());
            }
        }
    }
    Ok(parameters)
}

fn to_json(name: &str, value: &str) -> Value {
    let text = || Value::from(value);
    match name {
        // RFC 9101 §4: numerical values MUST be JSON numbers.
        "expires_in" | "max_age" => match value.parse::<u64>() {
            Ok(number) if number.to_string() == value => number.into(),
            _ => text(),
        },
        // OpenID Connect Core §6.1 and RFC 9396 §3: JSON stays JSON. One that names a member twice
        // is refused by whoever reads it, and stays the text it is.
        "authorization_details" | "claims" => {
            let wrapped = format!(r#"{{"value":{value}}}"#);
            match json::parse(wrapped.as_bytes()) {
                Ok(mut members) if members.len() == 1 => {
                    members.remove("value").unwrap_or_else(text)
                }
                _ => text(),
            }
        }
        _ => text(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn written(parameters: &Parameters) -> Value {
        Value::from(Map::from(write(parameters)))
    }

    #[test]
    fn values_have_the_json_types_they_must_have() {
        let parameters = Parameters::new()
            .with("max_age", "86400")
            .with("state", "86400")
            .with("resource", "https://a")
            .with("resource", "https://b")
            .with("claims", r#"{"userinfo": {"email": null}}"#)
            .with("authorization_details", r#"[{"type":"x"}]"#);
        let expected = json!({
            "max_age": 86400, "state": "86400", "resource": ["https://a", "https://b"],
            "claims": {"userinfo": {"email": null}}, "authorization_details": [{"type": "x"}],
        });
        assert_eq!(written(&parameters), expected);
        let read = read(&Claims::parse(expected.to_string().as_bytes()).unwrap()).unwrap();
        assert_eq!(read.single("max_age"), Ok(Some("86400")));
        assert_eq!(read.all("resource").count(), 2);
        assert_eq!(
            read.single("claims"),
            Ok(Some(r#"{"userinfo":{"email":null}}"#))
        );
        assert_eq!(
            read.single("authorization_details"),
            Ok(Some(r#"[{"type":"x"}]"#))
        );
    }

    #[test]
    fn what_is_not_of_its_type_stays_text() {
        for (name, value) in [
            ("max_age", "086400"),
            ("max_age", "-1"),
            ("max_age", "1e3"),
            ("claims", "{"),
            ("claims", r#"{"a":1,"a":2}"#),
            ("claims", r#"1},"x":{"y":2"#),
        ] {
            let parameters = Parameters::new().with(name, value);
            assert_eq!(written(&parameters), json!({name: value}));
        }
    }

    #[test]
    fn what_the_token_says_of_itself_is_no_parameter() {
        let claims =
            json!({"iss": "a", "sub": "b", "aud": "c", "exp": 1, "nbf": 1, "iat": 1, "jti": "d"});
        let claims = Claims::parse(claims.to_string().as_bytes()).unwrap();
        assert!(read(&claims).unwrap().is_empty());
        assert_eq!(
            written(&Parameters::new().with("iss", "a").with("exp", "1")),
            json!({})
        );
    }

    #[test]
    fn nothing_is_no_parameter() {
        let claims = Claims::parse(br#"{"state":null}"#).unwrap();
        assert_eq!(read(&claims), Err(Malformed::ParameterNull));
    }

    fn some_parameters() -> impl Strategy<Value = BTreeMap<String, Vec<String>>> {
        let values = collection::vec(any::<String>(), 0..4);
        collection::btree_map(any::<String>(), values, 0..6)
    }

    proptest! {
        #[test]
        fn reading_undoes_writing(values in some_parameters()) {
            let pairs = values.iter().filter(|(name, _)| !REGISTERED.contains(&name.as_str()));
            let pairs = pairs.flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
            let parameters: Parameters = pairs.collect();
            prop_assert_eq!(read(&write(&parameters)), Ok(parameters));
        }
    }
}
