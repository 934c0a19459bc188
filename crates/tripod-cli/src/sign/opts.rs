use std::path::PathBuf;

use clap::{Args, ValueEnum};
use tripod_core::secret::Secret;
use tripod_oauth1::placement::Placement;
use tripod_oauth1::signature_method::SignatureMethod;

use crate::secret_source::{self, SecretSource};

/// Sign a request by OAuth 1.0a (RFC 5849) and show what to add to it.
///
/// Everything is explicit, so that a signature can be compared with that of another
/// implementation: give the same --nonce and --timestamp, and look at --show base-string.
#[derive(Args)]
#[command(after_help = "\
Example, the last request of RFC 5849 §1.2:
  tripod sign GET 'http://photos.example.net/photos?file=vacation.jpg&size=original' \\
    --consumer-key dpf43f3p2l4k3l03 --consumer-secret kd94hf93k423kf44 \\
    --token nnch734d00sl2jdk --token-secret pfkkdhi9sl3r4s00 \\
    --timestamp 137131202 --nonce chapoH --no-version --show base-string,signature")]
pub(crate) struct Opts {
    /// The HTTP method
    #[arg(value_name = "METHOD")]
    pub(crate) http_method: String,

    /// The absolute URL; what no URL can hold (spaces, non-ASCII) is percent-encoded
    pub(crate) url: String,

    /// The client's identifier (`oauth_consumer_key`)
    #[arg(
        long,
        value_name = "KEY",
        env = "TRIPOD_CONSUMER_KEY",
        help_heading = "Credentials"
    )]
    pub(crate) consumer_key: String,

    /// The client's secret; better in a file or the variable
    #[arg(long, value_name = "SECRET", env = "TRIPOD_CONSUMER_SECRET", hide_env_values = true, value_parser = secret_source::parse, help_heading = "Credentials")]
    consumer_secret: Option<Secret>,

    /// A file that holds the client's secret (`-` is standard input)
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    consumer_secret_file: Option<PathBuf>,

    /// The token (`oauth_token`), temporary or not; leave it out for two-legged requests
    #[arg(
        long,
        value_name = "TOKEN",
        env = "TRIPOD_TOKEN",
        help_heading = "Credentials"
    )]
    pub(crate) token: Option<String>,

    /// The token's secret; better in a file or the variable
    #[arg(long, value_name = "SECRET", env = "TRIPOD_TOKEN_SECRET", hide_env_values = true, value_parser = secret_source::parse, help_heading = "Credentials")]
    token_secret: Option<Secret>,

    /// A file that holds the token's secret (`-` is standard input)
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    token_secret_file: Option<PathBuf>,

    /// The RSA private key, PEM or DER, PKCS#1 or PKCS#8
    #[arg(long, value_name = "FILE", help_heading = "Credentials")]
    pub(crate) rsa_key: Option<PathBuf>,

    /// The signature method [default: HMAC-SHA1, or RSA-SHA1 with --rsa-key]
    #[arg(
        long,
        value_name = "NAME",
        ignore_case = true,
        value_enum,
        help_heading = "Signature"
    )]
    method: Option<Method>,

    /// Where the parameters go
    #[arg(
        long,
        value_name = "PLACE",
        value_enum,
        default_value_t,
        help_heading = "Signature"
    )]
    pub(crate) placement: Place,

    /// The realm of the header; NetSuite wants the account there
    #[arg(long, help_heading = "Signature")]
    pub(crate) realm: Option<String>,

    /// Add `oauth_body_hash` if the body is no form
    #[arg(long, help_heading = "Signature")]
    pub(crate) body_hash: bool,

    /// Leave `oauth_version` out
    #[arg(long, help_heading = "Signature")]
    pub(crate) no_version: bool,

    /// `oauth_nonce` [default: drawn at random]
    #[arg(long, help_heading = "Signature")]
    pub(crate) nonce: Option<String>,

    /// `oauth_timestamp`, in seconds since 1970 [default: now]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i64).range(1..), help_heading = "Signature")]
    pub(crate) timestamp: Option<i64>,

    /// `oauth_callback`: an absolute URI, or `oob`
    #[arg(long, value_name = "URI", help_heading = "Signature")]
    pub(crate) callback: Option<String>,

    /// `oauth_verifier`: the code that the user brought back
    #[arg(long, value_name = "CODE", help_heading = "Signature")]
    pub(crate) verifier: Option<String>,

    /// `oauth_session_handle`: what renews a token
    #[arg(long, value_name = "HANDLE", help_heading = "Signature")]
    pub(crate) session_handle: Option<String>,

    /// A further `oauth_*` parameter; may be repeated
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Signature")]
    pub(crate) parameter: Vec<String>,

    /// Form data for the body, encoded as it is to be sent; may be repeated
    #[arg(short, long, value_name = "DATA", help_heading = "Request")]
    pub(crate) data: Vec<String>,

    /// A file that is the body (`-` is standard input)
    #[arg(
        long,
        value_name = "FILE",
        requires = "content_type",
        conflicts_with = "data",
        help_heading = "Request"
    )]
    pub(crate) data_file: Option<PathBuf>,

    /// The type of the body [default with --data: application/x-www-form-urlencoded]
    #[arg(long, value_name = "TYPE", help_heading = "Request")]
    pub(crate) content_type: Option<String>,

    /// The `Host` header, where it is not the host of the URL
    #[arg(long, value_name = "HOST", help_heading = "Request")]
    pub(crate) host: Option<String>,

    /// What to print; several are printed with their names
    #[arg(
        long,
        value_name = "WHAT",
        value_enum,
        value_delimiter = ',',
        help_heading = "Output"
    )]
    pub(crate) show: Vec<Show>,

    /// Print all of it as JSON
    #[arg(long, conflicts_with = "show", help_heading = "Output")]
    pub(crate) json: bool,

    /// Sign with an RSA key of less than 2048 bits
    #[arg(long, help_heading = "Danger")]
    pub(crate) dangerous_short_rsa_key: bool,

    /// Let PLAINTEXT show the secrets in cleartext HTTP or in a URL
    #[arg(long, help_heading = "Danger")]
    pub(crate) dangerous_exposed_plaintext: bool,
}

impl Opts {
    pub(crate) const fn consumer_secret(&self) -> SecretSource<'_> {
        SecretSource {
            flag: "consumer-secret",
            variable: "TRIPOD_CONSUMER_SECRET",
            value: self.consumer_secret.as_ref(),
            file: self.consumer_secret_file.as_ref(),
        }
    }

    pub(crate) const fn token_secret(&self) -> SecretSource<'_> {
        SecretSource {
            flag: "token-secret",
            variable: "TRIPOD_TOKEN_SECRET",
            value: self.token_secret.as_ref(),
            file: self.token_secret_file.as_ref(),
        }
    }

    pub(crate) fn signature_method(&self) -> SignatureMethod {
        match self.method {
            Some(Method::HmacSha1) => SignatureMethod::HmacSha1,
            Some(Method::HmacSha256) => SignatureMethod::HmacSha256,
            Some(Method::HmacSha512) => SignatureMethod::HmacSha512,
            Some(Method::Plaintext) => SignatureMethod::Plaintext,
            Some(Method::RsaSha1) => SignatureMethod::RsaSha1,
            Some(Method::RsaSha256) => SignatureMethod::RsaSha256,
            Some(Method::RsaSha512) => SignatureMethod::RsaSha512,
            None if self.rsa_key.is_some() => SignatureMethod::RsaSha1,
            None => SignatureMethod::HmacSha1,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum Method {
    #[value(name = "HMAC-SHA1")]
    HmacSha1,
    #[value(name = "HMAC-SHA256")]
    HmacSha256,
    #[value(name = "HMAC-SHA512")]
    HmacSha512,
    #[value(name = "PLAINTEXT")]
    Plaintext,
    #[value(name = "RSA-SHA1")]
    RsaSha1,
    #[value(name = "RSA-SHA256")]
    RsaSha256,
    #[value(name = "RSA-SHA512")]
    RsaSha512,
}

/// Where the parameters go.
#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum Place {
    /// The `Authorization` header
    #[default]
    Header,
    /// The query of the URL
    Query,
    /// The form body
    Body,
}

impl From<Place> for Placement {
    fn from(place: Place) -> Self {
        match place {
            Place::Header => Self::Header,
            Place::Query => Self::Query,
            Place::Body => Self::Body,
        }
    }
}

/// What to print.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Show {
    /// The `Authorization` header, name included
    Header,
    /// The URL
    Url,
    /// The body
    Body,
    /// The signature base string
    BaseString,
    /// The parts of the base string, each with where it came from
    Parts,
    /// The signature, in base64
    Signature,
    /// A curl command that sends the request
    Curl,
}
