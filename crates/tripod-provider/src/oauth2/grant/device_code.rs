//! Device codes ([RFC 8628 §3.4](https://www.rfc-editor.org/rfc/rfc8628#section-3.4)).

use std::time::Duration;

use tripod_core::timestamp::Timestamp;
use tripod_oauth2::error::ErrorCode;
use tripod_oauth2::token::{DeviceCodeGrant, TokenResponse};

use super::{Authorized, Call, MOST_TRIES, Refreshable, busy, give};
use crate::artefact::{Authentication, Client, DeviceGrant, DeviceState};
use crate::browser::automatic;
use crate::handle::Handle;
use crate::oauth2::failure::{Failure, Refusal};
use crate::oauth2::{access_token, audience, refresh_token};
use crate::store::{Changes, Stored};

/// Tells a device how far its user is, and gives it tokens once the user allowed it.
pub(in crate::oauth2) async fn redeem(
    call: &Call<'_>,
    grant: &DeviceCodeGrant,
) -> Result<TokenResponse, Failure> {
    let handle = Handle::of(&grant.device_code);
    for _ in 0..MOST_TRIES {
        let device = call.provider.store().load::<DeviceGrant>(handle).await?;
        let device = device.ok_or_else(unknown)?;
        match decide(&device, call.client, call.now)? {
            Step::Give(authentication) => {
                if let Some(response) = exchange(call, &device, authentication).await? {
                    return Ok(response);
                }
            }
            Step::Wait { interval, answer } => {
                let is_pending = answer.code == ErrorCode::AuthorizationPending;
                // In development there may be one who allows everything, without a page.
                if is_pending && let Some(signed_in) = automatic(call.provider).await? {
                    let authentication = signed_in.authentication();
                    match exchange(call, &device, &authentication).await? {
                        Some(response) => return Ok(response),
                        None => continue,
                    }
                }
                let mut polled = DeviceGrant::clone(&device);
                polled.polled = Some(call.now);
                polled.interval = interval;
                let changes = Changes::new().replace(&device, &polled);
                if call.once.apply(call.provider, changes).await?.is_ok() {
                    return Err(answer.into());
                }
            }
        }
    }
    Err(busy().into())
}

/// What is to be done with a device that asks.
#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    /// The user allowed it.
    Give(&'a Authentication),
    /// The user has said nothing: it is noted when the device asked.
    Wait { interval: u64, answer: Refusal },
}

/// How much longer a device has to wait that came too early (RFC 8628 §3.5).
const SLOWER: u64 = 5;

fn decide<'a>(
    device: &'a DeviceGrant,
    client: &Client,
    now: Timestamp,
) -> Result<Step<'a>, Refusal> {
    if device.client != client.id {
        return Err(unknown());
    }
    if now >= device.expires {
        let description = "the device code has expired; begin anew";
        return Err(Refusal::new(ErrorCode::ExpiredToken, description));
    }
    match &device.state {
        DeviceState::Approved(authentication) => Ok(Step::Give(authentication)),
        DeviceState::Denied => {
            let description = "the user refused";
            Err(Refusal::new(ErrorCode::AccessDenied, description))
        }
        DeviceState::Pending => Ok(wait(device, now)),
        // Its tokens stay: a device code travels to no browser, and a device that polls once too
        // often is not a thief.
        DeviceState::Redeemed => Err(unknown()),
    }
}

fn wait(device: &DeviceGrant, now: Timestamp) -> Step<'static> {
    // The clock counts whole seconds and networks jitter: one second early is in time.
    let due = Duration::from_secs(device.interval.saturating_sub(1));
    let is_early = device.polled.is_some_and(|polled| now < polled.plus(due));
    if is_early {
        // RFC 8628 §3.5: the interval MUST be increased by 5 seconds for this and all to come.
        let description = "the device asks too often: wait 5 seconds longer each time";
        return Step::Wait {
            interval: device.interval.saturating_add(SLOWER),
            answer: Refusal::new(ErrorCode::SlowDown, description),
        };
    }
    let description = "the user has not answered yet";
    Step::Wait {
        interval: device.interval,
        answer: Refusal::new(ErrorCode::AuthorizationPending, description),
    }
}

/// Exchanges an approved code; `None` if somebody else was first.
async fn exchange(
    call: &Call<'_>,
    device: &Stored<DeviceGrant>,
    authentication: &Authentication,
) -> Result<Option<TokenResponse>, Failure> {
    let user = call.user(&authentication.user).await?;
    let config = call.provider.config();
    let mut access =
        access_token::Grant::to(&call.client.id, device.scope.clone()).for_user(authentication);
    access.audience = audience::narrowed(config, &device.resources, call.resource)?;
    access.jkt = call.jkt.map(str::to_owned);
    access.family = Some(device.family.clone());
    let is_refreshable = refresh_token::is_due(call.provider, call.client);
    let authorized = Authorized {
        access,
        user: &user,
        nonce: None,
        code: None,
        refresh: is_refreshable.then_some(Refreshable {
            scope: &device.scope,
            audience: &device.resources,
        }),
        grant_type: "device_code",
    };
    let mut minted = call.authorize(authorized).await?;
    let mut redeemed = DeviceGrant::clone(device);
    redeemed.state = DeviceState::Redeemed;
    minted.changes = Changes::new()
        .replace(device, &redeemed)
        .and(minted.changes);
    give(call, minted).await
}

fn unknown() -> Refusal {
    Refusal::invalid_grant("the device code is unknown, used, or another client's")
}

#[cfg(test)]
mod tests {
    use tripod_oauth2::registration::ClientMetadata;
    use tripod_oauth2::scope::Scope;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

    fn device(state: DeviceState) -> DeviceGrant {
        let expires = NOW.plus(Duration::from_secs(900));
        let mut device = DeviceGrant::new("tv", Scope::new(), "family", NOW, expires, 5);
        device.state = state;
        device
    }

    fn client(id: &str) -> Client {
        Client::new(id, ClientMetadata::new(), NOW)
    }

    fn code_of(device: &DeviceGrant, seconds: u64) -> (ErrorCode, u64) {
        let now = NOW.plus(Duration::from_secs(seconds));
        match decide(device, &client("tv"), now) {
            Ok(Step::Wait { interval, answer }) => (answer.code, interval),
            Ok(Step::Give(_)) => panic!("tokens"),
            Err(refusal) => (refusal.code, 0),
        }
    }

    #[test]
    fn who_comes_too_early_waits_longer() {
        let mut device = device(DeviceState::Pending);
        assert_eq!(code_of(&device, 0), (ErrorCode::AuthorizationPending, 5));
        device.polled = Some(NOW);
        assert_eq!(code_of(&device, 3), (ErrorCode::SlowDown, 10));
        assert_eq!(code_of(&device, 4), (ErrorCode::AuthorizationPending, 5));
        device.interval = 10;
        assert_eq!(code_of(&device, 8), (ErrorCode::SlowDown, 15));
        device.interval = u64::MAX;
        assert_eq!(code_of(&device, 800), (ErrorCode::SlowDown, u64::MAX));
    }

    #[test]
    fn a_code_that_has_expired_says_so_whatever_the_user_said() {
        let authentication = Authentication::new("alice", NOW);
        for state in [
            DeviceState::Pending,
            DeviceState::Denied,
            DeviceState::Approved(authentication),
        ] {
            let expired = code_of(&device(state), 900);
            assert_eq!(expired, (ErrorCode::ExpiredToken, 0));
        }
    }

    #[test]
    fn a_denial_is_told_and_a_second_use_refused() {
        let denied = code_of(&device(DeviceState::Denied), 0);
        assert_eq!(denied, (ErrorCode::AccessDenied, 0));
        let used = code_of(&device(DeviceState::Redeemed), 0);
        assert_eq!(used, (ErrorCode::InvalidGrant, 0));
    }

    #[test]
    fn a_code_is_of_use_to_its_client_alone() {
        let approved = device(DeviceState::Approved(Authentication::new("alice", NOW)));
        assert!(decide(&approved, &client("tv"), NOW).is_ok());
        let refused = decide(&approved, &client("other"), NOW).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InvalidGrant);
    }
}
