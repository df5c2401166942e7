//! `documents.json`: every document of a migration with its size, hash, origin and sums. Each kind's writer keeps a part of
//! it below `index/`, so that writers never meet; whoever concludes a run puts the parts together.

use std::{fs, io, path::Path};

use protocol::{DocumentEntry, DocumentIndex, MigrationId, ObjectKind};
use serde::de::DeserializeOwned;

use crate::{deliverables::Deliverables, error::Error, sheet::measured};

/// Its name.
pub const INDEX: &str = "documents.json";

/// The folder of its parts.
pub(crate) const FOLDER: &str = "index";

/// Keeps a kind's part.
pub(crate) async fn put_part(
    out: &Deliverables,
    kind: ObjectKind,
    entries: &[DocumentEntry],
) -> Result<(), Error> {
    out.put(&format!("{FOLDER}/{kind}.json"), serde_json::to_vec_pretty(entries)?).await?;
    Ok(())
}

/// A kind's part; empty before its documents were written.
///
/// # Errors
/// [`Error::Unreadable`].
pub fn part(papers: &Path, kind: ObjectKind) -> Result<Vec<DocumentEntry>, Error> {
    Ok(json_of(&papers.join(FOLDER).join(format!("{kind}.json")))?.unwrap_or_default())
}

/// Puts the parts together, with what belongs to no kind, and stores the index.
///
/// # Errors
/// [`Error::Unreadable`] or [`Error::Store`].
pub async fn write(
    out: &Deliverables,
    migration: &MigrationId,
    others: Vec<DocumentEntry>,
) -> Result<DocumentIndex, Error> {
    let mut documents = others;
    for kind in ObjectKind::DOCUMENTED {
        documents.extend(part(out.root(), kind)?);
    }
    documents.sort_by(|a, b| a.name.cmp(&b.name));
    let index = DocumentIndex { migration: migration.clone(), documents };
    let mut json = serde_json::to_vec_pretty(&index)?;
    json.push(b'\n');
    out.put(INDEX, json).await?;
    Ok(index)
}

/// Puts the parts together anew, with what the index that lies there says of the whole migration.
///
/// # Errors
/// As [`write()`].
pub async fn refresh(out: &Deliverables) -> Result<Option<DocumentIndex>, Error> {
    let Some(former) = read(out.root())? else { return Ok(None) };
    let others = former.documents.into_iter().filter(|entry| entry.kind.is_none()).collect();
    write(out, &former.migration, others).await.map(Some)
}

/// The index that lies there; none before the first run was concluded.
///
/// # Errors
/// [`Error::Unreadable`].
pub fn read(papers: &Path) -> Result<Option<DocumentIndex>, Error> {
    json_of(&papers.join(INDEX))
}

/// The entry of a file that lies there already.
///
/// # Errors
/// [`Error::Draft`] when it cannot be read.
pub fn entry_of(papers: &Path, name: &str, rows: Option<u64>, source: &str) -> Result<DocumentEntry, Error> {
    let path = papers.join(name);
    let (bytes, sha256) = measured(&path).map_err(|source| Error::Draft { path, source })?;
    Ok(DocumentEntry {
        name: name.to_owned(),
        kind: None,
        rows,
        bytes,
        sha256,
        source: source.to_owned(),
        counted: None,
        totals: Vec::new(),
    })
}

/// The JSON of a file; none when there is no such file.
pub(crate) fn json_of<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
    match fs::read(path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map(Some).map_err(|error| unreadable(io::Error::from(error)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unreadable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        drafts::{Drafts, Origin},
        sla_policies::SlaPolicy,
    };

    #[tokio::test]
    async fn every_document_stands_in_the_index_as_it_lies_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let out = Deliverables::open(folder.path()).unwrap();
        let mut drafts = Drafts::begin(out.root(), ObjectKind::SlaPolicy, "1-1").unwrap();
        let mut sheet = drafts.sheet().unwrap();
        sheet.row(&SlaPolicy::filled("=1+1")).unwrap();
        drafts.keep(sheet, Origin::of("supplement sla_policies.csv").counted(1)).unwrap();
        drafts.write("list.md", "# List\n", Origin::of("none")).unwrap();
        drafts.issue(&out).await.unwrap();
        out.put("fallbacks.csv", "a\r\n").await.unwrap();
        let other = entry_of(out.root(), "fallbacks.csv", Some(0), "this migration").unwrap();
        let id = MigrationId::new("acme").unwrap();
        let index = write(&out, &id, vec![other]).await.unwrap();
        assert_eq!(read(out.root()).unwrap(), Some(index.clone()));
        let names: Vec<&str> = index.documents.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["fallbacks.csv", "list.md", "sla_policies.csv"]);
        for entry in &index.documents {
            assert_eq!(measured(&out.root().join(&entry.name)).unwrap(), (entry.bytes, entry.sha256.clone()));
        }
        assert_eq!((index.documents[2].rows, index.documents[2].counted), (Some(1), Some(1)));
        assert_eq!(fs::read_dir(out.root().join("drafts")).unwrap().count(), 0, "no draft is left");
        let drafts = Drafts::begin(out.root(), ObjectKind::SlaPolicy, "2-1").unwrap();
        drafts.issue(&out).await.unwrap();
        let refreshed = refresh(&out).await.unwrap().unwrap();
        assert_eq!(refreshed.documents, index.documents[..1], "what belongs to no kind stays");
    }

    #[test]
    fn no_index_is_no_error_and_a_broken_one_is() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()).unwrap(), None);
        fs::write(folder.path().join(INDEX), "{").unwrap();
        assert!(read(folder.path()).unwrap_err().to_string().contains(INDEX));
    }
}
