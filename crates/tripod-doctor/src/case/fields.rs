//! Names and values, read as leniently as they are written.

use serde_json::{Map, Value};
use tripod_core::form;

/// Names and values in order; what is not UTF-8 is replaced. No `Debug`: they may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Fields(Vec<(String, String)>);

/// No request has more.
const MAX_FIELDS: usize = 2000;

impl Fields {
    pub(crate) fn form(text: &str) -> Self {
        let pairs = form::pairs(text.as_bytes()).take(MAX_FIELDS).map(|pair| {
            let (name, value) = pair.decode();
            (
                String::from_utf8_lossy(&name).into_owned(),
                String::from_utf8_lossy(&value).into_owned(),
            )
        });
        Self(pairs.collect())
    }

    pub(crate) fn json(text: &str) -> Self {
        let members: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
        Self(
            members
                .into_iter()
                .map(|(name, value)| match value {
                    Value::String(text) => (name, text),
                    value => (name, value.to_string()),
                })
                .collect(),
        )
    }

    /// Reads the fields of a multipart body that hold short text.
    pub(crate) fn multipart(text: &str) -> Self {
        let mut fields = Vec::new();
        for part in text
            .split("Content-Disposition: form-data;")
            .skip(1)
            .take(MAX_FIELDS)
        {
            let name = part
                .split("name=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next());
            let value = part
                .split_once("\r\n\r\n")
                .or_else(|| part.split_once("\n\n"));
            let value = value.and_then(|(_, rest)| rest.split("\n--").next());
            if let (Some(name), Some(value)) = (name, value)
                && !part.contains("filename=")
            {
                fields.push((name.to_owned(), value.trim_end().to_owned()));
            }
        }
        Self(fields)
    }

    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(own, _)| own == name);
        pair.map(|(_, value)| value.as_str())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub(crate) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn to_json(&self) -> Value {
        let members = self
            .0
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        Value::Object(members.collect())
    }
}
