//! What a mapping is told about the world: ids of parents, facts of files and the state of the destination, all looked
//! up beforehand. Nothing is looked up from here.

use std::{collections::HashMap, sync::Arc};

use protocol::{FailureCode, Link, ObjectKind, SourceId, TargetId};

use crate::{AssetFacts, Destination};

/// Everything beside the source record itself that a mapping may use.
#[derive(Debug, Clone, Default)]
pub struct Resolved {
    /// Parents that landed.
    pub parents: HashMap<Link, TargetId>,
    /// Parents that did not: with a cause when they were tried, without one when the source does not have them.
    pub missing: HashMap<Link, Option<FailureCode>>,
    /// Facts of the record's files by [`crate::AssetRef::key`].
    pub assets: HashMap<SourceId, AssetFacts>,
    /// The destination as it stands.
    pub destination: Arc<Destination>,
}

/// What is known of one parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parent {
    Landed(TargetId),
    /// It was tried and did not land.
    Failed(FailureCode),
    /// The source does not have it.
    Unknown,
}

impl Resolved {
    /// What is known of a parent.
    pub(crate) fn parent(&self, kind: ObjectKind, id: impl Into<SourceId>) -> Parent {
        let link = Link::new(kind, id);
        if let Some(target) = self.parents.get(&link) {
            return Parent::Landed(*target);
        }
        match self.missing.get(&link) {
            Some(Some(cause)) => Parent::Failed(*cause),
            Some(None) | None => Parent::Unknown,
        }
    }

    /// The facts of a file; one nobody looked at counts as missing.
    pub(crate) fn asset(&self, key: &SourceId) -> AssetFacts {
        self.assets.get(key).cloned().unwrap_or(AssetFacts::NotMoved(FailureCode::FileMissing))
    }
}
