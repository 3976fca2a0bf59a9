//! The threads that are loaded right now.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use super::actor::Handle;

/// The loaded threads by id, in the order of their ids.
#[derive(Debug, Default)]
pub struct Registry(Mutex<BTreeMap<String, Handle>>);

impl Registry {
    /// The loaded thread of that id.
    pub fn get(&self, id: &str) -> Option<Handle> {
        self.lock().get(id).cloned()
    }

    /// Registers a thread; gives back the one that is already loaded under that id, if another request was faster.
    pub fn insert(&self, handle: Handle) -> Result<(), Handle> {
        let mut loaded = self.lock();
        match loaded.get(&handle.facts.id) {
            Some(other) => Err(other.clone()),
            None => {
                loaded.insert(handle.facts.id.clone(), handle);
                Ok(())
            }
        }
    }

    /// Forgets a thread that was unloaded.
    pub fn remove(&self, id: &str) {
        self.lock().remove(id);
    }

    /// The ids, sorted.
    pub fn ids(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }

    /// All of them.
    pub fn all(&self) -> Vec<Handle> {
        self.lock().values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Handle>> {
        self.0.lock().expect("no code panics while it holds the registry")
    }
}
