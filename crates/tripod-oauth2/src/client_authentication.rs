//! How a client proves who it is.

/// The parameters of a request body that authenticate the client; each family leaves them to here.
pub(crate) const PARAMETERS: [&str; 4] = [
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
];
