//! The keyring of the operating system.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use keyring_core::Entry;
use tripod_core::secret::Secret;

use crate::error::Error;
use crate::seal::RootKey;

const SERVICE: &str = "tripod-vault";

/// Long enough to type the password of a locked keyring; without a desktop nobody answers.
const WAIT: Duration = Duration::from_secs(60);

pub(super) fn load(account: &str) -> Result<RootKey, Error> {
    let text = call(account, |entry| entry.get_password().map(Secret::new))?;
    text.and_then(|text| RootKey::parse(text.expose()))
        .ok_or_else(|| Error::KeyMissing {
            place: format!("the keyring has no “{account}” of {SERVICE}"),
        })
}

/// Puts a key into the keyring, and reads it back: a keyring that forgets is worse than none.
pub(super) fn store(account: &str, key: &RootKey) -> Result<(), Error> {
    let text = key.to_text();
    call(account, move |entry| entry.set_password(text.expose()))?;
    match load(account)?.to_text() == key.to_text() {
        true => Ok(()),
        false => Err(failed("it does not keep what it is given")),
    }
}

pub(super) fn remove(account: &str) {
    let _ = call(account, Entry::delete_credential);
}

/// Calls the keyring on a thread of its own, which is left to itself if nobody answers.
fn call<T: Send + 'static>(
    account: &str,
    work: impl FnOnce(&Entry) -> keyring_core::Result<T> + Send + 'static,
) -> Result<Option<T>, Error> {
    let (answer, answered) = mpsc::channel();
    let account = account.to_owned();
    thread::spawn(move || {
        let entry = open(&account);
        let _ = answer.send(entry.and_then(|entry| work(&entry)));
    });
    match answered.recv_timeout(WAIT) {
        Ok(Ok(value)) => Ok(Some(value)),
        Ok(Err(keyring_core::Error::NoEntry)) => Ok(None),
        Ok(Err(error)) => Err(failed(&reason(&error))),
        Err(_) => Err(failed("it does not answer")),
    }
}

/// Opens an entry of the keyring the program has chosen, or else of the operating system's.
fn open(account: &str) -> keyring_core::Result<Entry> {
    if keyring_core::get_default_store().is_none() {
        // This chooses a keyring, once in a process.
        let _ = keyring::v1::Entry::store_status();
    }
    Entry::new(SERVICE, account)
}

/// What went wrong, without the data that some errors carry.
fn reason(error: &keyring_core::Error) -> String {
    match error {
        keyring_core::Error::BadEncoding(_) | keyring_core::Error::BadDataFormat(..) => {
            "what it holds is not text".to_owned()
        }
        other => other.to_string(),
    }
}

fn failed(reason: &str) -> Error {
    Error::Keyring {
        reason: reason.to_owned(),
    }
}
