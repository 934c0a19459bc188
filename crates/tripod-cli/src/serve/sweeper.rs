//! Has what is over removed from the database, little by little.

use std::time::Duration;

use tripod_provider::provider::Provider;

/// How many records a step removes: few, so that requests come in between.
const STEP: usize = 500;

/// How long it rests once nothing is left to remove.
const REST: Duration = Duration::from_secs(30);

/// How long it rests between steps.
const BREATH: Duration = Duration::from_millis(20);

/// Sweeps for ever.
pub(super) async fn sweep(provider: Provider) {
    loop {
        let rest = match provider.store().sweep(STEP).await {
            Ok(removed) => {
                provider.metrics().swept(removed);
                if removed < STEP { REST } else { BREATH }
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "cannot sweep; it is tried again");
                provider.metrics().storage_failed();
                REST
            }
        };
        tokio::time::sleep(rest).await;
    }
}
