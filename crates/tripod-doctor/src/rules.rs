//! The rules: each looks at the case and answers what it finds.

use crate::case::Case;
use crate::catalogue::{self, RECOMPUTED};
use crate::finding::{Finding, Likelihood};

mod assertion;
mod callback;
mod client_authentication;
mod code;
mod dpop;
mod jws;
mod jwt;
pub(crate) mod meant;
mod oauth1_form;
mod oauth1_signature;
mod oauth1_time;
mod observed;
mod pkce;
pub(crate) mod precedence;
mod redirect_uri;
mod refresh;
mod resource;
mod scope;
mod stated;
mod time;
mod token_answer;
mod token_request;

/// A rule answers nothing, one finding or several.
pub(crate) type Rule = fn(&Case<'_>) -> Vec<Finding>;

/// All of them. Their order does not count: findings are ranked.
pub(crate) const RULES: &[Rule] = &[
    assertion::claims,
    callback::code_altered,
    callback::issuer,
    callback::state,
    client_authentication::basic,
    client_authentication::body_secret,
    client_authentication::methods,
    code::used_twice,
    dpop::proofs,
    dpop::scheme,
    jwt::fresh,
    jwt::keys,
    jwt::parties,
    jwt::times,
    meant::words,
    oauth1_form::clients,
    oauth1_form::credentials,
    oauth1_form::flaws,
    oauth1_form::missing,
    oauth1_form::netsuite,
    oauth1_form::repeated,
    oauth1_form::values,
    oauth1_signature::base_strings,
    oauth1_signature::body_hash,
    oauth1_signature::signature,
    oauth1_form::refused,
    oauth1_time::nonce,
    oauth1_time::timestamp,
    observed::observations,
    pkce::pair,
    redirect_uri::registered,
    redirect_uri::same,
    refresh::browser,
    refresh::canceled,
    refresh::needs_more,
    refresh::seven_days,
    refresh::rotation,
    refresh::refused,
    resource::audience,
    resource::authorization,
    resource::inactive,
    resource::redirect,
    resource::silent,
    scope::granted,
    scope::offline,
    stated::words,
    token_answer::body,
    token_answer::in_text,
    token_answer::issuer,
    token_request::form,
    token_request::placeholders,
    token_request::required,
    token_request::unseen,
];

/// Begins a finding of what was recomputed, or seen with one's own eyes.
fn computed(code: &str, likelihood: Likelihood) -> Finding {
    Finding::new(catalogue::entry(code), likelihood).weighing(RECOMPUTED)
}

/// Certain if the server refused; else it may be what the server wants.
const fn if_refused(refused: bool) -> Likelihood {
    if refused {
        Likelihood::Certain
    } else {
        Likelihood::Likely
    }
}

fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
