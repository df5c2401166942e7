//! Tags, known from a supplement alone, since the source's API has none. Names are carried as they are: case decides,
//! `VIP` and `vip` are two.

use protocol::{FailureCode, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window};
use serde::Serialize;

use crate::{
    Destination, Fields, Found, Mapped, ObjectType, Presence, Reject, Resolved, Seen, SourcePage,
    SourceReader, View, text,
};

/// Longest name Gorgias takes, in characters.
pub(crate) const MAX_NAME: usize = 256;

/// The tag of every ticket of a sample.
pub const SAMPLE_TAG: &str = "flotilla-sample";

/// Names on one page.
const PAGE: usize = 100;

/// The kind.
#[derive(Debug)]
pub struct Tag;

/// A tag to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagTarget {
    /// Its name, case kept.
    pub name: String,
}

/// The name a tag has at the destination; `None` when it cannot be carried.
pub(crate) fn target_name(name: &str) -> Option<String> {
    let name = text::clean(name);
    let length = name.chars().count();
    (!name.trim().is_empty() && length <= MAX_NAME).then_some(name)
}

impl ObjectType for Tag {
    const KIND: ObjectKind = ObjectKind::Tag;
    type Row = String;
    type Source = String;
    type Target = TagTarget;

    async fn page(
        source: &SourceReader,
        _of: &Window,
        page: u32,
    ) -> Result<SourcePage<String>, atera::Error> {
        let names = names(source);
        let pages = u32::try_from(names.len().div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
        let skip = usize::try_from(page.saturating_sub(1)).unwrap_or(usize::MAX).saturating_mul(PAGE);
        let declared = u64::try_from(names.len()).ok();
        let rows = names.into_iter().skip(skip).take(PAGE).collect();
        Ok(SourcePage { rows, pages: Some(pages), declared, last: page >= pages })
    }

    async fn one(source: &SourceReader, id: &SourceId) -> Result<Option<String>, atera::Error> {
        Ok(names(source).into_iter().find(|name| *name == id.0))
    }

    fn id(row: &String) -> SourceId {
        SourceId(row.clone())
    }

    async fn hydrate(_source: &SourceReader, row: String) -> Result<String, atera::Error> {
        Ok(row)
    }

    fn map(source: &String, _resolved: &Resolved, _spec: &MapSpec) -> Result<Mapped<TagTarget>, Reject> {
        let name = target_name(source)
            .ok_or_else(|| Reject::new(FailureCode::BadValue, "a tag's name has 1 to 256 characters"))?;
        Mapped::new(TagTarget { name }, Vec::new())
    }

    fn mark_itself() -> Option<(SourceId, String)> {
        Some((SourceId::from(SAMPLE_TAG), SAMPLE_TAG.to_owned()))
    }

    fn known(target: &TagTarget, destination: &Destination) -> Option<TargetId> {
        destination.tags.get(&target.name).copied()
    }

    async fn create(gorgias: &gorgias::Client, target: &TagTarget) -> Result<TargetId, gorgias::Error> {
        gorgias.create_tag(&gorgias::NewTag::new(&target.name)).await.map(|row| TargetId(row.id))
    }

    /// By exact name: one call per hundred tags of the account.
    async fn find(gorgias: &gorgias::Client, target: &TagTarget) -> Result<Found, gorgias::Error> {
        let rows = gorgias.tags().await?;
        let same = |row: &&gorgias::TagRow| row.deleted_datetime.is_none() && row.name == target.name;
        Ok(Found::from_ids(rows.iter().filter(same).map(|row| row.id)))
    }

    async fn adopt(
        gorgias: &gorgias::Client,
        target: &TagTarget,
    ) -> Result<Option<TargetId>, gorgias::Error> {
        Ok(match Self::find(gorgias, target).await? {
            Found::None => None,
            Found::One(id) => Some(id),
            Found::Several(ids) => ids.first().copied(),
        })
    }

    fn external_id(_spec: &MapSpec, _id: &SourceId) -> Option<String> {
        None
    }

    /// One call per hundred tags of the account, whatever the number of ids.
    async fn present(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Presence>, gorgias::Error> {
        let rows = gorgias.tags().await?;
        let wanted =
            |row: &&gorgias::TagRow| row.deleted_datetime.is_none() && ids.contains(&TargetId(row.id));
        let present =
            |row: &gorgias::TagRow| Presence { target: TargetId(row.id), external_id: None, messages: None };
        Ok(rows.iter().filter(wanted).map(present).collect())
    }

    fn expected(target: &TagTarget) -> Option<View> {
        Some(view(&target.name))
    }

    /// One call per hundred tags of the account, whatever the number of ids.
    async fn read_back(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Seen>, gorgias::Error> {
        let rows = gorgias.tags().await?;
        let wanted =
            |row: &gorgias::TagRow| row.deleted_datetime.is_none() && ids.contains(&TargetId(row.id));
        let seen = |row: gorgias::TagRow| Seen {
            target: TargetId(row.id),
            external_id: None,
            view: view(&row.name),
            loose_is_fair: Some(false),
            parts: None,
            updated_at: None,
        };
        Ok(rows.into_iter().filter(wanted).map(seen).collect())
    }

    async fn delete(gorgias: &gorgias::Client, id: TargetId, _at: UnixMs) -> Result<(), gorgias::Error> {
        gorgias.delete_tag(id.0).await.map(|_| ())
    }
}

fn view(name: &str) -> View {
    View { fields: Fields::from([("name", serde_json::json!(name))]), ..View::default() }
}

fn names(source: &SourceReader) -> Vec<String> {
    source.supplements.tags.names().into_iter().map(str::to_owned).collect()
}
