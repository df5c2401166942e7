//! Files of a record: fetched from the source at copy time, uploaded to the destination, each recorded with size and
//! SHA-256 before the record that uses it, so that a retry reuses the upload. An upload has no id and cannot be looked
//! for or deleted; one whose outcome stayed unknown is made again, and the orphan is the destination's to keep.

use std::collections::HashMap;

use bytes::Bytes;
use gorgias::UploadFile;
use ledger::Commit;
use objects::{AssetFacts, AssetRef, AssetSource, MovedFile, Uploads};
use protocol::{Entry, FailureCode, Key, ObjectKind, Outcome, Pass, SourceId, StepPoint};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{Context, Held, Trouble, corridor::nested};

/// Files in one upload call.
const FILES_PER_CALL: usize = 10;

/// Times an upload whose outcome is unknown is made.
const ROUNDS: u32 = 3;

/// The facts the ledger keeps of an uploaded file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    name: String,
    content_type: String,
    size: u64,
    sha256: String,
    url: String,
}

struct File {
    key: Key,
    facts: AssetFacts,
    bytes: Option<Bytes>,
    url: Option<String>,
    /// The pass that last accounted for it.
    pass: Option<Pass>,
}

/// The files of one record.
pub(crate) struct Files(Vec<File>);

/// Looks up or fetches every file of a record.
pub(crate) async fn facts(cx: &Context, held: &Held, assets: Vec<AssetRef>) -> Result<Files, Trouble> {
    let ids: Vec<SourceId> = assets.iter().map(|asset| asset.key.clone()).collect();
    if ids.is_empty() {
        return Ok(Files(Vec::new()));
    }
    cx.ledger.note_seen(&cx.migration, held.batch().pass, ObjectKind::Attachment, &ids).await?;
    let mut files: Vec<File> = Vec::with_capacity(assets.len());
    for asset in assets {
        let key = Key { kind: ObjectKind::Attachment, id: asset.key.clone() };
        if files.iter().any(|file| file.key == key) {
            continue;
        }
        let entry = cx.ledger.entry(&cx.migration, &key).await?;
        let file = match entry.as_ref().and_then(kept) {
            Some((kept, pass)) => known(key, kept, pass),
            None => fetch(cx, held, key, asset).await?,
        };
        files.push(file);
    }
    Ok(Files(files))
}

/// The files of a record as the ledger knows them, without fetching any.
pub(crate) async fn recalled(cx: &Context, assets: Vec<AssetRef>) -> Result<Files, Trouble> {
    let ids: Vec<SourceId> = assets.iter().map(|asset| asset.key.clone()).collect();
    let entries = cx.ledger.entries(&cx.migration, ObjectKind::Attachment, &ids).await?;
    let mut files: Vec<File> = Vec::with_capacity(assets.len());
    for AssetRef { key: id, .. } in assets {
        let key = Key { kind: ObjectKind::Attachment, id };
        if files.iter().any(|file| file.key == key) {
            continue;
        }
        let entry = entries.get(&key.id);
        files.push(match entry.and_then(kept) {
            Some((kept, pass)) => known(key, kept, pass),
            None => {
                let cause = entry.and_then(|entry| entry.cause).unwrap_or(FailureCode::FileMissing);
                File { key, facts: AssetFacts::NotMoved(cause), bytes: None, url: None, pass: None }
            }
        });
    }
    Ok(Files(files))
}

fn kept(entry: &Entry) -> Option<(Kept, Option<Pass>)> {
    let kept = serde_json::from_value(entry.facts.clone()?).ok()?;
    let settled = matches!(entry.state, protocol::EntryState::Settled { .. });
    Some((kept, settled.then_some(entry.pass)))
}

fn known(key: Key, kept: Kept, pass: Option<Pass>) -> File {
    let Kept { name, content_type, size, sha256, url } = kept;
    let facts = AssetFacts::Moved(MovedFile { name, content_type, size, sha256 });
    File { key, facts, bytes: None, url: Some(url), pass }
}

async fn fetch(cx: &Context, held: &Held, key: Key, asset: AssetRef) -> Result<File, Trouble> {
    let not_moved =
        |key, code| File { key, facts: AssetFacts::NotMoved(code), bytes: None, url: None, pass: None };
    if let Some(code) = asset.unfetchable() {
        return Ok(not_moved(key, code));
    }
    let (bytes, name, content_type) = match asset.from {
        AssetSource::Url(url) => match cx.source.atera.fetch_file(&url).await {
            Ok(file) => {
                (Bytes::from(file.bytes), file.name.or_else(|| objects::name_of_url(&url)), file.content_type)
            }
            Err(error) => {
                let code = objects::file_code(&error);
                let last_attempt = held.batch().attempts + 1 >= cx.knobs.max_attempts;
                return match code.decision() {
                    // The file's host may recover: the batch is tried again, and only the last attempt goes on without.
                    protocol::Decision::Retry if !last_attempt => {
                        Err(Trouble::of(code, &key, error.to_string()))
                    }
                    _ => Ok(not_moved(key, code)),
                };
            }
        },
        AssetSource::Data { content_type, bytes } => (Bytes::from(bytes), None, Some(content_type)),
        AssetSource::Cid(_) | AssetSource::Unreadable => return Ok(not_moved(key, FailureCode::FileMissing)),
    };
    if bytes.len() as u64 > cx.knobs.max_file_bytes {
        return Ok(not_moved(key, FailureCode::FileTooLarge));
    }
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let content_type = content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
    let name = name.unwrap_or_else(|| objects::name_of_bytes(&sha256, &content_type));
    let facts = AssetFacts::Moved(MovedFile { name, content_type, size: bytes.len() as u64, sha256 });
    Ok(File { key, facts, bytes: Some(bytes), url: None, pass: None })
}

impl Files {
    /// What a mapping needs to know.
    pub(crate) fn facts(&self) -> HashMap<SourceId, AssetFacts> {
        self.0.iter().map(|file| (file.key.id.clone(), file.facts.clone())).collect()
    }

    /// Addresses of the uploaded files.
    pub(crate) fn uploads(&self) -> Uploads {
        let address = |file: &File| match (&file.facts, &file.url) {
            (AssetFacts::Moved(moved), Some(url)) => Some((moved.sha256.clone(), url.clone())),
            _ => None,
        };
        Uploads(self.0.iter().filter_map(address).collect())
    }

    /// Uploads what is not yet uploaded, several files a call, and records each. True: the destination refused a file,
    /// and the record must be mapped again without it.
    pub(crate) async fn upload(&mut self, cx: &Context, held: &Held) -> Result<bool, Trouble> {
        let mut refused = false;
        let waiting: Vec<usize> = (0..self.0.len()).filter(|at| self.0[*at].bytes.is_some()).collect();
        for group in waiting.chunks(FILES_PER_CALL) {
            match self.upload_group(cx, held, group).await? {
                Sent::Done => {}
                Sent::Refused(code) if group.len() == 1 => {
                    self.0[group[0]].facts = AssetFacts::NotMoved(code);
                    self.0[group[0]].bytes = None;
                    refused = true;
                }
                // Which of them it was is found out one by one.
                Sent::Refused(_) => {
                    for at in group {
                        if let Sent::Refused(code) = self.upload_group(cx, held, &[*at]).await? {
                            self.0[*at].facts = AssetFacts::NotMoved(code);
                            self.0[*at].bytes = None;
                            refused = true;
                        }
                    }
                }
            }
        }
        Ok(refused)
    }

    async fn upload_group(&mut self, cx: &Context, held: &Held, group: &[usize]) -> Result<Sent, Trouble> {
        let parts: Vec<UploadFile> = group.iter().filter_map(|at| part(&self.0[*at])).collect();
        let mut round = 1;
        let uploaded = loop {
            held.check()?;
            let error = match cx.gorgias.until(held.deadline()).upload(parts.clone()).await {
                Ok(uploaded) => break uploaded,
                Err(error) => error,
            };
            match objects::target_code(&error) {
                FailureCode::TargetUncertain if round < ROUNDS => round += 1,
                FailureCode::TargetRejected if error.status() == Some(413) => {
                    return Ok(Sent::Refused(FailureCode::FileTooLarge));
                }
                FailureCode::TargetRejected => return Ok(Sent::Refused(FailureCode::TargetRejected)),
                code => return Err(Trouble::of(code, &self.0[group[0]].key, error.to_string())),
            }
        };
        cx.probe.reached(ObjectKind::Attachment, StepPoint::Uploaded);
        for (at, uploaded) in group.iter().zip(uploaded) {
            self.record(cx, held, *at, uploaded.url).await?;
        }
        cx.probe.reached(ObjectKind::Attachment, StepPoint::UploadRecorded);
        Ok(Sent::Done)
    }

    async fn record(&mut self, cx: &Context, held: &Held, at: usize, url: String) -> Result<(), Trouble> {
        let file = &mut self.0[at];
        let AssetFacts::Moved(moved) = &file.facts else {
            return Ok(());
        };
        let MovedFile { name, content_type, size, sha256 } = moved.clone();
        let kept = Kept { name, content_type, size, sha256, url: url.clone() };
        let commit = Commit {
            outcome: Outcome::Created,
            cause: None,
            facts: Some(serde_json::json!(kept)),
            ..Commit::left(file.key.clone(), Outcome::Created, None)
        };
        cx.ledger.commit(&held.lease(), &commit).await?;
        (file.url, file.bytes, file.pass) = (Some(url), None, Some(held.batch().pass));
        Ok(())
    }

    /// Accounts for every file: those an earlier pass uploaded, those that could not be moved, and, with `otherwise`,
    /// those whose record goes no further.
    pub(crate) async fn account(
        &self,
        cx: &Context,
        held: &Held,
        of: &Key,
        otherwise: (Outcome, FailureCode),
    ) -> Result<(), Trouble> {
        // A file that an earlier attempt met and the record no longer has.
        let still: Vec<&Key> = self.0.iter().map(|file| &file.key).collect();
        let gone = (Outcome::Skipped, FailureCode::SourceGone);
        nested::close_kind(cx, held, of, ObjectKind::Attachment, gone, &still).await?;

        for file in &self.0 {
            if file.pass == Some(held.batch().pass) {
                continue;
            }
            let lease = held.lease();
            match (&file.facts, &file.url) {
                (AssetFacts::Moved(_), Some(_)) => {
                    cx.ledger
                        .commit(&lease, &Commit::left(file.key.clone(), Outcome::Unchanged, None))
                        .await?;
                }
                (AssetFacts::Moved(_), None) => {
                    let left = Commit::left(file.key.clone(), otherwise.0, Some(otherwise.1));
                    cx.ledger.dead_letter(&lease, &left, "the record it belongs to goes no further").await?;
                }
                (AssetFacts::NotMoved(cause), _) => {
                    let left = Commit::left(file.key.clone(), Outcome::Rejected, Some(*cause));
                    cx.ledger.dead_letter(&lease, &left, cause.advice()).await?;
                }
            }
        }
        Ok(())
    }
}

enum Sent {
    Done,
    Refused(FailureCode),
}

fn part(file: &File) -> Option<UploadFile> {
    let (AssetFacts::Moved(moved), Some(bytes)) = (&file.facts, &file.bytes) else {
        return None;
    };
    Some(UploadFile {
        name: moved.name.clone(),
        content_type: moved.content_type.clone(),
        bytes: bytes.clone(),
    })
}
