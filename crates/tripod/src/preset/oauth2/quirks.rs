//! The quirks of a token endpoint as a preset writes them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};
use tripod_oauth2::scope::Separator;
use tripod_oauth2::token::{LifetimeUnit, Quirks, TokenType};

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    camel_case: bool,
    lifetime_unit: Unit,
    nested_token: Option<String>,
    renamed: BTreeMap<String, String>,
    #[serde(deserialize_with = "super::separator")]
    scope_separator: Option<Separator>,
    token_type: Option<String>,
    zero_means_endless: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Milliseconds,
    #[default]
    Seconds,
}

pub(super) fn quirks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Quirks, D::Error> {
    let written = Written::deserialize(deserializer)?;
    let mut quirks = Quirks::default();
    quirks.camel_case = written.camel_case;
    quirks.lifetime_unit = match written.lifetime_unit {
        Unit::Milliseconds => LifetimeUnit::Milliseconds,
        Unit::Seconds => LifetimeUnit::Seconds,
    };
    quirks.nested_token = written.nested_token;
    quirks.renamed = written.renamed.into_iter().collect();
    quirks.scope_separator = written.scope_separator;
    quirks.token_type = written.token_type.as_deref().map(TokenType::from);
    quirks.zero_means_endless = written.zero_means_endless;
    Ok(quirks)
}
