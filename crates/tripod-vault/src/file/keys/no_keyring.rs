//! What stands for the keyring in programs that are built without it.

use crate::error::Error;
use crate::seal::RootKey;

pub(super) fn load(_: &str) -> Result<RootKey, Error> {
    Err(absent())
}

pub(super) fn store(_: &str, _: &RootKey) -> Result<(), Error> {
    Err(absent())
}

pub(super) fn remove(_: &str) {}

fn absent() -> Error {
    Error::Keyring {
        reason: "this program was built without it".to_owned(),
    }
}
