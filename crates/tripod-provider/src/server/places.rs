//! How many connections one address has, so that it does not take those of all others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts connections by address.
#[derive(Clone, Debug)]
pub(super) struct Places {
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
    share: usize,
}

/// A place that a connection has until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    address: IpAddr,
}

impl Places {
    /// Gives every address so many at once.
    pub(super) fn new(share: usize) -> Self {
        Self {
            taken: Arc::default(),
            share,
        }
    }

    /// Takes a place; this machine has as many as it likes.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= self.share && !address.is_loopback() {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place {
            places: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let taken = &self.places.taken;
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_and_no_more() {
        let places = Places::new(2);
        let stranger = [192, 0, 2, 1].into();
        let first = places.take(stranger).unwrap();
        let _second = places.take(stranger).unwrap();
        assert!(places.take(stranger).is_none());
        assert!(places.take([192, 0, 2, 2].into()).is_some());
        drop(first);
        assert!(places.take(stranger).is_some());
        let own: Vec<_> = (0..5).map(|_| places.take([127, 0, 0, 1].into())).collect();
        assert!(own.iter().all(Option::is_some));
    }

    #[test]
    fn nothing_is_remembered_of_who_left() {
        let places = Places::new(1);
        drop(places.take([192, 0, 2, 1].into()));
        assert!(places.taken.lock().unwrap().is_empty());
    }
}
