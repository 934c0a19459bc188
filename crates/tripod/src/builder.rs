//! Where a program begins.

mod oauth1;
mod oauth2;

pub use oauth1::OAuth1;
pub use oauth2::OAuth2;
pub(crate) use oauth2::Source;
