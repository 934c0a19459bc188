//! Reading and changing a vault file.

use std::panic;
use std::sync::Arc;
use std::time::Duration;

use tripod_core::secret::Secret;
use tripod_core::timestamp::Timestamp;

use crate::backoff::Backoff;
use crate::edge::Edge;
use crate::entry::Entry;
use crate::error::{Damage, Error};
use crate::file::contents::Contents;
use crate::file::keys::Keys;
use crate::file::lock_file::LockFile;
use crate::file::place::Place;
use crate::file::private;
use crate::file::replacement::Replacement;
use crate::file::{FileOptions, KeySource};
use crate::key::Key;
use crate::seal::{Seal, Sealed};
use crate::turns::{Turn, Turns};
use crate::wait::{Contended, Holder};

/// How long the file as a whole is waited for. Others hold it for as long as a file is written; it
/// is the last step of an update, so it is worth some patience.
const WHOLE: Duration = Duration::from_secs(30);

/// Room for what an exchange adds to the vault, beside what is in it already.
const ROOM: u64 = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Store {
    place: Place,
    keys: Keys,
    source: KeySource,
    turns: Turns,
}

impl Store {
    pub(crate) fn new(options: &FileOptions) -> Self {
        let place = Place::new(&options.path);
        Self {
            keys: Keys::new(options, &place),
            place,
            source: options.key,
            turns: Turns::default(),
        }
    }

    pub(crate) async fn read(self: &Arc<Self>, key: &Key) -> Result<Option<Entry>, Error> {
        let (store, key) = (Arc::clone(self), key.clone());
        blocking(move || store.load_entry(&key)).await
    }

    pub(crate) async fn list(self: &Arc<Self>) -> Result<Vec<Key>, Error> {
        let store = Arc::clone(self);
        blocking(move || {
            let opened = store.load()?;
            Ok(opened.map_or_else(Vec::new, |opened| {
                opened.contents.entries.into_keys().collect()
            }))
        })
        .await
    }

    pub(crate) async fn lock(
        self: &Arc<Self>,
        key: &Key,
        contended: &Contended,
    ) -> Result<Held, Error> {
        let turn = self.turns.take(key, contended).await;
        let store = Arc::clone(self);
        blocking(move || store.place.prepare()).await?;
        let mut backoff = Backoff::default();
        loop {
            let path = self.place.lock(key);
            if let Some(lock) = blocking(move || LockFile::try_lock(&path)).await? {
                return Ok(Held {
                    next: None,
                    _lock: lock,
                    _turn: turn,
                    store: Arc::clone(self),
                    key: key.clone(),
                });
            }
            contended.see();
            backoff.pause().await;
        }
    }

    pub(crate) async fn holder(&self, key: &Key) -> Option<Holder> {
        let path = self.place.lock(key);
        blocking(move || LockFile::holder(&path))
            .await
            .or_else(|| self.turns.is_taken(key).then(Holder::this_process))
    }

    /// Locks the vault with a new key, which comes from where it is told to.
    pub(crate) async fn rekey(self: &Arc<Self>, source: KeySource) -> Result<(), Error> {
        let store = Arc::clone(self);
        blocking(move || store.rekey_now(source)).await
    }

    fn rekey_now(&self, source: KeySource) -> Result<(), Error> {
        self.place.prepare()?;
        let _whole = self.lock_whole()?;
        let Some(opened) = self.load()? else {
            return self.create(source);
        };
        let seal = self.keys.renew(source)?;
        let next = Replacement::create(self.place.whole_next())?;
        self.save(&opened.contents, &seal, next)?;
        self.keys.forget(&opened.seal, &seal);
        Ok(())
    }

    fn load_entry(&self, key: &Key) -> Result<Option<Entry>, Error> {
        let opened = self.load()?;
        Ok(opened.and_then(|mut opened| opened.contents.entries.remove(key)))
    }

    /// Reads the vault; nothing if there is none yet.
    fn load(&self) -> Result<Option<Opened>, Error> {
        match self.load_once() {
            // It may have been locked with a new key, and the old one removed, in between.
            Err(Error::WrongKey { .. } | Error::KeyMissing { .. }) => self.load_once(),
            loaded => loaded,
        }
    }

    fn load_once(&self) -> Result<Option<Opened>, Error> {
        let path = self.place.vault();
        private::check_directory(self.place.directory())?;
        let Some(octets) = private::read(path)? else {
            return Ok(None);
        };
        let damaged = |damage: Damage| Error::damaged(path, damage);
        let sealed = Sealed::parse(&octets).map_err(damaged)?;
        let seal = self.keys.find(&sealed.header)?;
        let plain = seal.open(&sealed, CONTEXT).map_err(damaged)?;
        let contents = Contents::decode(&plain).map_err(damaged)?;
        Ok(Some(Opened {
            contents,
            seal,
            length: octets.len() as u64,
        }))
    }

    /// Makes an empty vault; the caller holds the lock of the whole.
    fn create(&self, source: KeySource) -> Result<(), Error> {
        let next = Replacement::reserve(self.place.whole_next(), ROOM)?;
        let seal = self.keys.create(source)?;
        self.save(&Contents::EMPTY, &seal, next)
    }

    fn save(&self, contents: &Contents, seal: &Arc<Seal>, next: Replacement) -> Result<(), Error> {
        let sealed = seal.close(&contents.encode(), CONTEXT, &mut Edge);
        next.commit(self.place.vault(), &sealed)?;
        self.keys.remember(seal);
        Ok(())
    }

    fn lock_whole(&self) -> Result<LockFile, Error> {
        let path = self.place.whole_lock();
        LockFile::lock(&path, WHOLE)?.ok_or_else(|| Error::Stuck {
            holder: LockFile::holder(&path),
            path: self.place.vault().to_owned(),
        })
    }
}

/// A vault file is the same wherever it is moved to.
const CONTEXT: &[u8] = b"file";

#[derive(Debug)]
struct Opened {
    contents: Contents,
    seal: Arc<Seal>,
    length: u64,
}

/// An entry that this task alone may change.
///
/// The order of the fields is that of letting go: the next vault first, since its path belongs to
/// whoever holds the lock.
#[derive(Debug)]
pub(crate) struct Held {
    next: Option<Replacement>,
    _lock: LockFile,
    _turn: Turn,
    store: Arc<Store>,
    key: Key,
}

impl Held {
    /// Reads the entry, and makes sure that the vault can be opened and another one written.
    ///
    /// It goes through the closure as a whole, so that a task that is cancelled meanwhile does not
    /// let go of the lock while the work goes on.
    pub(crate) async fn read(mut self) -> Result<(Self, Option<Entry>), Error> {
        blocking(move || {
            let entry = self.read_now()?;
            Ok((self, entry))
        })
        .await
    }

    pub(crate) async fn write(
        mut self,
        document: Option<Secret>,
        now: Timestamp,
    ) -> Result<Option<Entry>, Error> {
        blocking(move || self.write_now(document, now)).await
    }

    fn read_now(&mut self) -> Result<Option<Entry>, Error> {
        let store = &self.store;
        let mut opened = store.load()?;
        if opened.is_none() {
            let _whole = store.lock_whole()?;
            // Somebody else may have been faster.
            if store.load()?.is_none() {
                store.create(store.source)?;
            }
            opened = store.load()?;
        }
        let length = opened.as_ref().map_or(0, |opened| opened.length);
        let room = length.saturating_add(ROOM);
        self.next = Some(Replacement::reserve(store.place.next(&self.key), room)?);
        Ok(opened.and_then(|mut opened| opened.contents.entries.remove(&self.key)))
    }

    fn write_now(
        &mut self,
        document: Option<Secret>,
        now: Timestamp,
    ) -> Result<Option<Entry>, Error> {
        let store = &self.store;
        let _whole = store.lock_whole()?;
        let next = match self.next.take() {
            Some(next) => next,
            None => Replacement::create(store.place.next(&self.key))?,
        };
        let (mut contents, seal) = match store.load()? {
            Some(opened) => (opened.contents, opened.seal),
            // Somebody moved it away meanwhile.
            None => (Contents::EMPTY, store.keys.create(store.source)?),
        };
        let entry = contents.put(&self.key, document, now);
        store.save(&contents, &seal, next)?;
        Ok(entry)
    }
}

/// Does what blocks on a thread that may; once begun, it is done even if nobody waits for it.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(payload) => panic::resume_unwind(payload),
            // The runtime is being shut down, and this future with it.
            Err(_) => std::future::pending().await,
        },
    }
}
