//! Who may read what is counted.

/// Who may read `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricsAccess {
    /// Everybody: what is counted is no secret, but tells how much is going on.
    Everybody,
    /// Who comes from this machine or from a private network.
    #[default]
    Local,
    /// Nobody: there is no such page.
    Nobody,
}
