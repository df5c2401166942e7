//! What every object kind has to say for itself: how it is read, what it points at, what it becomes, and the few calls
//! that write, find, adopt, read back and undo it. The corridor is written once against this trait. An implementation
//! never decides about retries, order or bookkeeping, and `map` can do nothing but map: no client is in its reach.

use serde::Serialize;

use protocol::{Fingerprint, Key, Link, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window};

use crate::{
    AssetRef, Destination, Mapped, MessagePost, PartsPage, Reject, Resolved, Seen, SourceReader, Trait,
    Uploads, View, identity::external_id,
};

/// One page of a listing of the source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourcePage<R> {
    /// The rows, in the source's order.
    pub rows: Vec<R>,
    /// Pages there are, where the source says so.
    pub pages: Option<u32>,
    /// Records the source itself counts, where it does.
    pub declared: Option<u64>,
    /// Whether no page follows.
    pub last: bool,
}

/// What a look for a record at the destination found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    None,
    /// Exactly one.
    One(TargetId),
    /// More than one: a duplicate for a human, lowest id first.
    Several(Vec<TargetId>),
}

impl Found {
    /// Sorts out any number of ids.
    #[must_use]
    pub fn from_ids(ids: impl IntoIterator<Item = i64>) -> Self {
        let mut ids: Vec<_> = ids.into_iter().map(TargetId).collect();
        ids.sort_unstable();
        ids.dedup();
        match ids.as_slice() {
            [] => Self::None,
            [one] => Self::One(*one),
            _ => Self::Several(ids),
        }
    }
}

/// A record of the destination that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Its id.
    pub target: TargetId,
    /// The external id it carries, for kinds that have one.
    pub external_id: Option<String>,
    /// Messages it holds, for tickets, where the destination counts them.
    pub messages: Option<u64>,
}

/// A record that is written after, and because of, another one: a message past the first 500 of a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    /// Its own key in the ledger.
    pub key: Key,
    /// What is to be written.
    pub target: MessagePost,
    /// What is intended, as for any record.
    pub fingerprint: Fingerprint,
}

/// An object kind. The trait's documentation is its specification; the corridor calls the methods in this order.
pub trait ObjectType: Send + Sync + 'static {
    /// The kind.
    const KIND: ObjectKind;

    /// Ids [`ObjectType::present`] is best asked about at once: few calls, and memory stays flat.
    const PRESENT_AT_ONCE: u32 = 100;

    /// What a listing of the source gives.
    type Row: Send + Sync + 'static;

    /// The row with everything that belongs to it.
    type Source: Send + Sync + 'static;

    /// What is to be written. Its JSON is the canonical form behind the fingerprint.
    type Target: Serialize + Send + Sync + 'static;

    /// Reads one page of the listing, counted from 1. A page past the end is empty and `last`.
    ///
    /// # Errors
    /// Whatever the source's client could not mend.
    fn page(
        source: &SourceReader,
        of: &Window,
        page: u32,
    ) -> impl Future<Output = Result<SourcePage<Self::Row>, atera::Error>> + Send;

    /// Reads one named record; `None` when the source no longer has it.
    ///
    /// # Errors
    /// Whatever the source's client could not mend.
    fn one(
        source: &SourceReader,
        id: &SourceId,
    ) -> impl Future<Output = Result<Option<Self::Row>, atera::Error>> + Send;

    /// The record's id.
    fn id(row: &Self::Row) -> SourceId;

    /// What the survey counts: facet to observed value. Never a customer's text.
    fn facets(row: &Self::Row) -> Vec<(&'static str, String)> {
        let _ = row;
        Vec::new()
    }

    /// Whether a filter of the spec leaves the record out. Asked before anything more is fetched.
    fn excluded(row: &Self::Row, spec: &MapSpec) -> bool {
        let _ = (row, spec);
        false
    }

    /// Fetches what belongs to the record and is not in its row.
    ///
    /// # Errors
    /// Whatever the source's client could not mend.
    fn hydrate(
        source: &SourceReader,
        row: Self::Row,
    ) -> impl Future<Output = Result<Self::Source, atera::Error>> + Send;

    /// The parents whose ids `map` wants. Each is expected back in [`Resolved`], as landed or as missing.
    fn links(source: &Self::Source, spec: &MapSpec) -> Vec<Link> {
        let _ = (source, spec);
        Vec::new()
    }

    /// The files that belong to the record. `map` expects the facts of each in [`Resolved::assets`].
    fn assets(source: &Self::Source) -> Vec<AssetRef> {
        let _ = source;
        Vec::new()
    }

    /// What the record becomes. Pure: the same source, ids, facts and spec give the same target and fingerprint.
    ///
    /// # Errors
    /// [`Reject`] when the record cannot be mapped, or is left for a stated reason.
    fn map(
        source: &Self::Source,
        resolved: &Resolved,
        spec: &MapSpec,
    ) -> Result<Mapped<Self::Target>, Reject>;

    /// Puts the uploads' addresses where `map` left placeholders. Done after the fingerprint is taken.
    fn place(target: &mut Self::Target, uploads: &Uploads) {
        let _ = (target, uploads);
    }

    /// Marks a record as one of the sample, so that whoever looks at the destination can tell. Whether it did: a kind that
    /// cannot be marked stays as it is.
    fn mark(target: &mut Self::Target) -> bool {
        let _ = target;
        false
    }

    /// A record beside the source's own that the marks of other kinds need.
    fn mark_itself() -> Option<(SourceId, Self::Source)> {
        None
    }

    /// Why a record would be picked for a sample, as far as its row shows it. Codes and numbers, never a customer's text.
    fn traits(row: &Self::Row) -> Vec<Trait> {
        let _ = row;
        Vec::new()
    }

    /// The same of what belongs to it.
    fn deeper_traits(source: &Self::Source) -> Vec<Trait> {
        let _ = source;
        Vec::new()
    }

    /// A record of the destination that is to be used instead of a new one, known without a call. Asked before the
    /// first write; the record is then adopted.
    fn known(target: &Self::Target, destination: &Destination) -> Option<TargetId> {
        let _ = (target, destination);
        None
    }

    /// Writes the record: at most one POST is applied. A second one may follow only an answer that says the first was
    /// refused (a person whose phone number is another's).
    ///
    /// # Errors
    /// The client's, unchanged: the corridor tells refusal, conflict and doubt apart.
    fn create(
        gorgias: &gorgias::Client,
        target: &Self::Target,
    ) -> impl Future<Output = Result<TargetId, gorgias::Error>> + Send;

    /// What follows the first write. Idempotent, so it may be repeated after any doubt; never called for a record that
    /// was adopted.
    ///
    /// # Errors
    /// The client's.
    fn complete(
        gorgias: &gorgias::Client,
        id: TargetId,
        target: &Self::Target,
    ) -> impl Future<Output = Result<(), gorgias::Error>> + Send {
        let _ = (gorgias, id, target);
        async { Ok(()) }
    }

    /// Looks for the record as we would have written it (by external id or exact name): settles doubt.
    ///
    /// # Errors
    /// The client's.
    fn find(
        gorgias: &gorgias::Client,
        target: &Self::Target,
    ) -> impl Future<Output = Result<Found, gorgias::Error>> + Send;

    /// An existing record that stands in this one's way and may be used instead. Asked after a 409.
    ///
    /// # Errors
    /// The client's.
    fn adopt(
        gorgias: &gorgias::Client,
        target: &Self::Target,
    ) -> impl Future<Output = Result<Option<TargetId>, gorgias::Error>> + Send {
        let _ = (gorgias, target);
        async { Ok(None) }
    }

    /// What is written after the record, each through the same corridor.
    fn follow_ups(target: &Self::Target, id: TargetId) -> Vec<FollowUp> {
        let _ = (target, id);
        Vec::new()
    }

    /// The external id a record of this kind carries; `None` for kinds without one.
    fn external_id(spec: &MapSpec, id: &SourceId) -> Option<String> {
        Some(external_id(spec, Self::KIND, id))
    }

    /// Those of the ids that are there, for the verification by id; what is missing, trashed or archived is left out.
    /// Each implementation states its number of calls.
    ///
    /// # Errors
    /// The client's.
    fn present(
        gorgias: &gorgias::Client,
        ids: &[TargetId],
    ) -> impl Future<Output = Result<Vec<Presence>, gorgias::Error>> + Send;

    /// What is to be read back of a record as it was meant, with its uploads in place; `None` for kinds of which only
    /// presence is checked.
    fn expected(target: &Self::Target) -> Option<View> {
        let _ = target;
        None
    }

    /// Reads records back as listings show them: few calls, and maybe without their parts. What is missing, trashed or
    /// archived is left out.
    ///
    /// # Errors
    /// The client's.
    fn read_back(
        gorgias: &gorgias::Client,
        ids: &[TargetId],
    ) -> impl Future<Output = Result<Vec<Seen>, gorgias::Error>> + Send {
        async move { Ok(Self::present(gorgias, ids).await?.into_iter().map(Seen::from).collect()) }
    }

    /// Reads one record back with all its parts; `None` when it is gone, trashed or archived.
    ///
    /// # Errors
    /// The client's.
    fn read_whole(
        gorgias: &gorgias::Client,
        id: TargetId,
    ) -> impl Future<Output = Result<Option<Seen>, gorgias::Error>> + Send {
        async move { Ok(Self::read_back(gorgias, &[id]).await?.pop()) }
    }

    /// Fields the destination sets once: a record that has them wrong takes a new one in its place.
    const SET_ONCE: &[&str] = &[];

    /// Whether parts come by a listing of their own, over all records of the account.
    const PARTS_ARE_LISTED: bool = false;

    /// A page of that listing.
    ///
    /// # Errors
    /// The client's.
    fn parts(
        gorgias: &gorgias::Client,
        cursor: Option<&str>,
    ) -> impl Future<Output = Result<PartsPage, gorgias::Error>> + Send {
        let _ = (gorgias, cursor);
        async { Ok(PartsPage::default()) }
    }

    /// Brings a record that stands there to what is meant, leaving alone what others added to it. `seen` is how it was
    /// read just before.
    ///
    /// # Errors
    /// The client's.
    fn update(
        gorgias: &gorgias::Client,
        id: TargetId,
        target: &Self::Target,
        seen: &Seen,
    ) -> impl Future<Output = Result<(), gorgias::Error>> + Send {
        let _ = (gorgias, id, target, seen);
        async { Ok(()) }
    }

    /// Undoes a write of ours, at a time the caller names (an archived field keeps it). A record that is already gone is
    /// a success.
    ///
    /// # Errors
    /// The client's.
    fn delete(
        gorgias: &gorgias::Client,
        id: TargetId,
        at: UnixMs,
    ) -> impl Future<Output = Result<(), gorgias::Error>> + Send;
}
