//! The handoff bundle: a copy of every document and report of a migration with `SHA256SUMS` over all of it. The four lists
//! somebody will work by must be among them. The same papers always give the same bundle.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use protocol::DocumentIndex;
use serde::{Deserialize, Serialize};

use crate::{drafts, error::Error, index, integration_checklist, kb, sheet::measured, sla_checklist};

/// The sums, checkable with `sha256sum --check`.
pub const SUMS: &str = "SHA256SUMS";

/// What no bundle goes without: how to rebuild SLAs, contracts, integrations and the knowledge base.
pub const REQUIRED: [&str; 4] =
    [sla_checklist::FILE, "contracts.csv", integration_checklist::FILE, kb::CHECKLIST];

/// Folders of the papers that are no paper.
const INTERNAL: [&str; 3] = ["spool", drafts::FOLDER, index::FOLDER];

/// A bundle that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bundle {
    /// Where it lies.
    pub folder: PathBuf,
    /// The parts it could not go without.
    pub required: Vec<String>,
    /// Every file of it, by name.
    pub files: Vec<BundleFile>,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BundleFile {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256, in hex.
    pub sha256: String,
}

/// Gathers the papers in a folder: one that is not there yet, is empty, or holds a former bundle. Blocks.
///
/// # Errors
/// [`Error::HandoffIncomplete`] when a required part is missing, [`Error::Changed`] when a document is not as the index
/// has it, [`Error::HandoffFolder`] and [`Error::Draft`] when the folder cannot be used.
pub fn gather(papers: &Path, to: &Path) -> Result<Bundle, Error> {
    let index = complete(papers)?;
    for entry in index.iter().flat_map(|index| &index.documents) {
        let path = papers.join(&entry.name);
        let found = measured(&path).map_err(|source| Error::Draft { path, source })?;
        if found != (entry.bytes, entry.sha256.clone()) {
            return Err(Error::Changed { name: entry.name.clone() });
        }
    }
    make_room(papers, to)?;
    let mut files = Vec::new();
    for name in names(papers).map_err(|source| Error::Draft { path: papers.to_owned(), source })? {
        let path = to.join(&name);
        let copy = || {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::copy(papers.join(&name), &path)?;
            measured(&path)
        };
        let (bytes, sha256) = copy().map_err(|source| Error::Draft { path: path.clone(), source })?;
        files.push(BundleFile { name, bytes, sha256 });
    }
    let path = to.join(SUMS);
    sums(&path, &files).map_err(|source| Error::Draft { path, source })?;
    Ok(Bundle { folder: to.to_owned(), required: REQUIRED.map(str::to_owned).to_vec(), files })
}

/// Whether every required part lies there; the index of what does. Blocks.
///
/// # Errors
/// [`Error::HandoffIncomplete`] with what is missing.
pub fn complete(papers: &Path) -> Result<Option<DocumentIndex>, Error> {
    let index = index::read(papers)?;
    let missing: Vec<&str> =
        REQUIRED.into_iter().filter(|name| !lies(papers, index.as_ref(), name)).collect();
    if missing.is_empty() { Ok(index) } else { Err(Error::HandoffIncomplete { missing: missing.join(", ") }) }
}

fn lies(papers: &Path, index: Option<&DocumentIndex>, name: &str) -> bool {
    let listed = index.is_some_and(|index| index.documents.iter().any(|entry| entry.name == name));
    listed && papers.join(name).is_file()
}

/// A bundle is never mixed with anything else: what a former one left is taken away first, anything else is refused.
fn make_room(papers: &Path, to: &Path) -> Result<(), Error> {
    let unusable = |source| Error::Draft { path: to.to_owned(), source };
    let inside = |folder: &Path| fs::canonicalize(folder).ok().zip(fs::canonicalize(papers).ok());
    fs::create_dir_all(to).map_err(unusable)?;
    if inside(to).is_some_and(|(to, papers)| to.starts_with(&papers) || papers.starts_with(&to)) {
        return Err(Error::HandoffFolder {
            path: to.to_owned(),
            why: "it lies in the folder of reports, or around it",
        });
    }
    let Ok(former) = fs::read_to_string(to.join(SUMS)) else {
        let empty = fs::read_dir(to).map_err(unusable)?.next().is_none();
        let why = "it holds something else";
        return if empty { Ok(()) } else { Err(Error::HandoffFolder { path: to.to_owned(), why }) };
    };
    for name in former.lines().filter_map(|line| line.split_once("  ")).map(|(_, name)| name) {
        let tame = Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if tame
            && let Err(error) = fs::remove_file(to.join(name))
            && error.kind() != io::ErrorKind::NotFound
        {
            return Err(unusable(error));
        }
    }
    fs::remove_file(to.join(SUMS)).map_err(unusable)
}

/// Every paper, by name.
fn names(papers: &Path) -> io::Result<Vec<String>> {
    let (mut found, mut folders) = (Vec::new(), vec![papers.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let Some(name) = path.strip_prefix(papers).ok().and_then(Path::to_str) else { continue };
            if path.is_dir() {
                if !INTERNAL.contains(&name) {
                    folders.push(path);
                }
            } else {
                found.push(name.to_owned());
            }
        }
    }
    found.sort_unstable();
    Ok(found)
}

fn sums(path: &Path, files: &[BundleFile]) -> io::Result<()> {
    let mut to = fs::File::create(path)?;
    for file in files {
        writeln!(to, "{}  {}", file.sha256, file.name)?;
    }
    to.sync_all()
}

#[cfg(test)]
mod tests {
    use protocol::MigrationId;

    use super::*;
    use crate::Deliverables;

    async fn papers(folder: &Path) -> Deliverables {
        let out = Deliverables::open(&folder.join("reports/acme")).unwrap();
        let mut entries = Vec::new();
        for name in REQUIRED {
            out.put(name, format!("of {name}\n")).await.unwrap();
            entries.push(index::entry_of(out.root(), name, None, "none").unwrap());
        }
        for name in ["reconciliation.txt", "kb/en-US/a/1.html", "spool/batch.jsonl"] {
            out.put(name, "x").await.unwrap();
        }
        out.put("index/contract.json", "[]").await.unwrap();
        index::write(&out, &MigrationId::new("acme").unwrap(), entries).await.unwrap();
        out
    }

    fn tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
        let names = names(folder).unwrap();
        names.into_iter().map(|name| (name.clone(), fs::read(folder.join(name)).unwrap())).collect()
    }

    #[tokio::test]
    async fn the_bundle_holds_the_four_parts_and_sums_that_hold() {
        let folder = tempfile::tempdir().unwrap();
        let out = papers(folder.path()).await;
        let to = folder.path().join("handoff");
        let bundle = gather(out.root(), &to).unwrap();
        assert_eq!(bundle.required, REQUIRED);
        let names: Vec<&str> = bundle.files.iter().map(|file| file.name.as_str()).collect();
        let wanted = [
            "contracts.csv",
            "documents.json",
            "integration_checklist.md",
            "kb/en-US/a/1.html",
            "kb_checklist.md",
            "reconciliation.txt",
            "sla_checklist.md",
        ];
        assert_eq!(names, wanted, "no spool, no draft, no part of the index");
        let told = fs::read_to_string(to.join(SUMS)).unwrap();
        assert_eq!(told.lines().count(), wanted.len());
        for line in told.lines() {
            let (sum, name) = line.split_once("  ").unwrap();
            assert_eq!(measured(&to.join(name)).unwrap().1, sum);
        }
    }

    #[tokio::test]
    async fn the_same_papers_give_the_same_bundle_also_over_a_former_one() {
        let folder = tempfile::tempdir().unwrap();
        let out = papers(folder.path()).await;
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        gather(out.root(), &one).unwrap();
        out.put("gone_later.csv", "x").await.unwrap();
        gather(out.root(), &two).unwrap();
        fs::remove_file(out.root().join("gone_later.csv")).unwrap();
        gather(out.root(), &two).unwrap();
        assert_eq!(tree(&one), tree(&two));
    }

    #[tokio::test]
    async fn without_a_required_part_there_is_no_bundle() {
        let folder = tempfile::tempdir().unwrap();
        let out = papers(folder.path()).await;
        for name in REQUIRED {
            let kept = fs::read(out.root().join(name)).unwrap();
            fs::remove_file(out.root().join(name)).unwrap();
            let error = gather(out.root(), &folder.path().join("to")).unwrap_err();
            assert!(matches!(&error, Error::HandoffIncomplete { missing } if missing == name), "{error}");
            fs::write(out.root().join(name), kept).unwrap();
        }
        assert!(!folder.path().join("to").exists());
    }

    #[tokio::test]
    async fn a_document_somebody_changed_is_not_handed_over() {
        let folder = tempfile::tempdir().unwrap();
        let out = papers(folder.path()).await;
        fs::write(out.root().join("contracts.csv"), "changed").unwrap();
        let error = gather(out.root(), &folder.path().join("to")).unwrap_err();
        assert!(matches!(&error, Error::Changed { name } if name == "contracts.csv"), "{error}");
    }

    #[tokio::test]
    async fn a_folder_with_something_else_in_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let out = papers(folder.path()).await;
        let to = folder.path().join("to");
        fs::create_dir(&to).unwrap();
        fs::write(to.join("mine.txt"), "mine").unwrap();
        assert!(matches!(gather(out.root(), &to), Err(Error::HandoffFolder { .. })));
        assert!(matches!(gather(out.root(), &out.root().join("in")), Err(Error::HandoffFolder { .. })));
        assert!(to.join("mine.txt").exists());
    }
}
