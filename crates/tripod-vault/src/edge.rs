//! Where time, chance and the environment come in. Nothing else in the crate asks for them.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use tripod_core::clock::Clock;
use tripod_core::random::Random;
use tripod_core::timestamp::Timestamp;

/// The clock and the random source of the operating system.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge;

impl Clock for Edge {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the clock"
    )]
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_unix(since_epoch.as_secs().try_into().unwrap_or(i64::MAX))
    }
}

impl Random for Edge {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that draws from chance"
    )]
    fn fill(&mut self, octets: &mut [u8]) {
        getrandom::fill(octets).expect("the operating system has a random source");
    }
}

/// Where the programs of this user keep their data: `~/.local/share`, or what XDG says.
pub(crate) fn user_data_directory() -> Option<PathBuf> {
    use etcetera::BaseStrategy;

    Some(etcetera::choose_base_strategy().ok()?.data_dir())
}

/// What this host calls itself.
pub(crate) fn host_name() -> Option<String> {
    #[cfg(unix)]
    return Some(
        rustix::system::uname()
            .nodename()
            .to_string_lossy()
            .into_owned(),
    );
    #[cfg(not(unix))]
    return None;
}

/// The number of the user this process acts for.
#[cfg(unix)]
pub(crate) fn user() -> u32 {
    rustix::process::geteuid().as_raw()
}
