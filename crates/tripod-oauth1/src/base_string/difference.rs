use std::fmt;

use super::{BaseString, Parameter};

/// One way in which two base strings differ.
///
/// `Display` shows all of it, `Debug` no URI and no value, as that of [`BaseString`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The methods differ.
    Method {
        /// That of the first base string.
        first: String,
        /// That of the second.
        second: String,
    },
    /// A parameter that only the first base string has.
    OnlyInFirst(Parameter),
    /// A parameter that only the second base string has.
    OnlyInSecond(Parameter),
    /// The same parameters in another order.
    Order,
    /// The base string URIs differ.
    Uri {
        /// That of the first base string.
        first: String,
        /// That of the second.
        second: String,
    },
    /// A parameter with different values.
    Value {
        /// Its name, percent-encoded.
        name: String,
        /// Its value in the first base string.
        first: String,
        /// Its value in the second.
        second: String,
    },
}

impl fmt::Debug for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method { first, second } => f
                .debug_struct("Method")
                .field("first", first)
                .field("second", second)
                .finish(),
            Self::OnlyInFirst(parameter) => f.debug_tuple("OnlyInFirst").field(parameter).finish(),
            Self::OnlyInSecond(parameter) => {
                f.debug_tuple("OnlyInSecond").field(parameter).finish()
            }
            Self::Order => f.write_str("Order"),
            Self::Uri { .. } => f.debug_struct("Uri").finish_non_exhaustive(),
            Self::Value { name, .. } => f
                .debug_struct("Value")
                .field("name", name)
                .finish_non_exhaustive(),
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method { first, second } => {
                write!(
                    f,
                    "method is {first} in the first and {second} in the second"
                )
            }
            Self::OnlyInFirst(parameter) => write!(f, "{parameter} is in the first alone"),
            Self::OnlyInSecond(parameter) => write!(f, "{parameter} is in the second alone"),
            Self::Order => f.write_str("the parameters are the same but in another order"),
            Self::Uri { first, second } => {
                write!(f, "uri is {first} in the first and {second} in the second")
            }
            Self::Value {
                name,
                first,
                second,
            } => {
                write!(
                    f,
                    "{name} is {first} in the first and {second} in the second"
                )
            }
        }
    }
}

pub(super) fn between(first: &BaseString, second: &BaseString) -> Vec<Difference> {
    let mut differences = Vec::new();
    if first.method != second.method {
        let (first, second) = (first.method.clone(), second.method.clone());
        differences.push(Difference::Method { first, second });
    }
    if first.uri != second.uri {
        let (first, second) = (first.uri.clone(), second.uri.clone());
        differences.push(Difference::Uri { first, second });
    }
    let parameters = of_parameters(&first.parameters, &second.parameters);
    let pairs = |base_string: &BaseString| base_string.normalized_parameters();
    if parameters.is_empty() && pairs(first) != pairs(second) {
        differences.push(Difference::Order);
    }
    differences.extend(parameters);
    differences
}

/// Strikes out what both have, and pairs up by name what is left.
fn of_parameters(first: &[Parameter], second: &[Parameter]) -> Vec<Difference> {
    let mut unmatched: Vec<&Parameter> = second.iter().collect();
    let mut strike = |matches: &dyn Fn(&Parameter) -> bool| {
        let at = unmatched.iter().position(|candidate| matches(candidate));
        at.map(|at| unmatched.remove(at))
    };
    let alone: Vec<&Parameter> = first
        .iter()
        .filter(|one| strike(&|two| two.name == one.name && two.value == one.value).is_none())
        .collect();
    let mut differences: Vec<_> = alone
        .into_iter()
        .map(|one| match strike(&|two| two.name == one.name) {
            Some(two) => Difference::Value {
                name: one.name.clone(),
                first: one.value.clone(),
                second: two.value.clone(),
            },
            None => Difference::OnlyInFirst(one.clone()),
        })
        .collect();
    differences.extend(unmatched.into_iter().cloned().map(Difference::OnlyInSecond));
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base_string(parameters: &[(&str, &str)]) -> BaseString {
        let parameter = |&(name, value): &(&str, &str)| Parameter {
            name: name.to_owned(),
            value: value.to_owned(),
            source: None,
        };
        BaseString {
            method: "GET".to_owned(),
            uri: "https://example.com/".to_owned(),
            parameters: parameters.iter().map(parameter).collect(),
        }
    }

    fn printed(first: &BaseString, second: &BaseString) -> Vec<String> {
        first
            .differences(second)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn equal_base_strings_do_not_differ() {
        let base_string = base_string(&[("a", "1"), ("a", "1"), ("b", "")]);
        assert_eq!(base_string.differences(&base_string), []);
    }

    #[test]
    fn each_difference_is_named() {
        let first = base_string(&[("a", "1"), ("b", "2"), ("d", "4")]);
        let mut second = base_string(&[("a", "1"), ("b", "3"), ("c", "")]);
        second.method = "POST".to_owned();
        second.uri = "http://example.com/".to_owned();
        let expected = [
            "method is GET in the first and POST in the second",
            "uri is https://example.com/ in the first and http://example.com/ in the second",
            "b is 2 in the first and 3 in the second",
            "d=4 is in the first alone",
            "c= is in the second alone",
        ];
        assert_eq!(printed(&first, &second), expected);
    }

    #[test]
    fn a_duplicate_that_one_side_lost_is_named() {
        let first = base_string(&[("a", "1"), ("a", "1"), ("a", "2")]);
        let second = base_string(&[("a", "1"), ("a", "2")]);
        assert_eq!(printed(&first, &second), ["a=1 is in the first alone"]);
    }

    #[test]
    fn another_order_is_a_difference() {
        let first = base_string(&[("a", "1"), ("b", "2")]);
        let second = base_string(&[("b", "2"), ("a", "1")]);
        assert_eq!(first.differences(&second), [Difference::Order]);
    }
}
