//! The spool, told as kills, repeats and merges.

use protocol::{FailureCode, ObjectKind, SourceId};

use super::*;
use crate::{deliverables::Deliverables, line::Document};

fn ticket(id: i64) -> Key {
    Key::new(ObjectKind::Ticket, id)
}

fn value(id: i64, text: &str) -> Line {
    Line::Value {
        scope: "Ticket".into(),
        source_id: id.into(),
        field: "Serial".into(),
        value: text.into(),
        reason: FailureCode::FieldLimit,
    }
}

fn file(id: i64) -> Line {
    Line::File {
        ticket: id.into(),
        file: SourceId(format!("{id}/ab")),
        name: "a.png".into(),
        reason: FailureCode::FileExpired,
    }
}

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn spool(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    fn keep(&self, batch: i64, key: &Key, lines: &[Line]) {
        self.attempt(batch, 1).keep(key, lines).unwrap();
    }

    fn attempt(&self, batch: i64, fence: i64) -> Spool {
        Spool::for_attempt(&self.spool(), BatchId(batch), FenceToken(fence)).unwrap()
    }

    async fn merged(&self, piece_bytes: usize) -> Vec<Merged> {
        let papers = Deliverables::open(&self.folder.path().join("reports")).unwrap();
        Spool::merge_in_pieces(&self.spool(), &papers, "", piece_bytes).await.unwrap()
    }

    async fn companion(&self, piece_bytes: usize) -> String {
        let merged = self.merged(piece_bytes).await;
        fs::read_to_string(&merged[0].path).unwrap()
    }
}

const HEADER: &str = "scope,source_id,field,value,reason\r\n";

#[tokio::test]
async fn a_repeated_attempt_doubles_nothing_and_the_latest_entry_counts() {
    let desk = Desk::new();
    desk.keep(1, &ticket(5), &[value(5, "old")]);
    desk.keep(1, &ticket(5), &[value(5, "new"), value(5, "new")]);
    desk.keep(1, &ticket(6), &[value(6, "moved since")]);
    desk.keep(2, &ticket(6), &[]);
    assert_eq!(desk.companion(1 << 20).await, format!("{HEADER}Ticket,5,Serial,new,field_limit\r\n"));
}

#[tokio::test]
async fn a_dead_workers_notes_are_merged_and_those_of_whoever_took_the_batch_over_count() {
    let desk = Desk::new();
    let (mut dead, mut alive) = (desk.attempt(1, 1), desk.attempt(1, 2));
    dead.keep(&ticket(5), &[value(5, "committed before it died")]).unwrap();
    alive.keep(&ticket(6), &[value(6, "new")]).unwrap();
    // It was only paused, and writes on into its own file.
    dead.keep(&ticket(6), &[value(6, "stale")]).unwrap();
    let expected = format!(
        "{HEADER}Ticket,5,Serial,committed before it died,field_limit\r\nTicket,6,Serial,new,field_limit\r\n"
    );
    assert_eq!(desk.companion(1 << 20).await, expected);
}

#[tokio::test]
async fn a_file_of_an_older_version_is_an_attempt_before_all_others() {
    let desk = Desk::new();
    desk.keep(1, &ticket(5), &[value(5, "old")]);
    let [new, old] = ["batch-000000000001-000000000001.jsonl", "batch-000000000001.jsonl"];
    fs::rename(desk.spool().join(new), desk.spool().join(old)).unwrap();
    assert!(desk.companion(1).await.contains("old"));
    desk.keep(1, &ticket(5), &[value(5, "new")]);
    assert_eq!(desk.companion(1).await, format!("{HEADER}Ticket,5,Serial,new,field_limit\r\n"));
}

#[tokio::test]
async fn lines_are_sorted_by_number_whatever_the_order_and_the_size_of_the_pieces() {
    let desk = Desk::new();
    for (batch, id) in [(3, 100), (1, 20), (2, 3), (1, 1000), (4, 20)] {
        desk.keep(batch, &ticket(id), &[value(id, &format!("b{batch}"))]);
    }
    let expected = format!(
        "{HEADER}Ticket,3,Serial,b2,field_limit\r\nTicket,20,Serial,b4,field_limit\r\n\
         Ticket,100,Serial,b3,field_limit\r\nTicket,1000,Serial,b1,field_limit\r\n"
    );
    for piece_bytes in [1, 200, 1 << 20] {
        assert_eq!(desk.companion(piece_bytes).await, expected);
    }
}

#[tokio::test]
async fn every_document_exists_with_its_header_even_without_a_line() {
    let desk = Desk::new();
    desk.keep(1, &ticket(5), &[file(5)]);
    let merged = desk.merged(1 << 20).await;
    let counts: Vec<(Document, u64)> = merged.iter().map(|m| (m.document, m.lines)).collect();
    assert_eq!(
        counts,
        [
            (Document::Companion, 0),
            (Document::AttachmentsNotMoved, 1),
            (Document::AgentsMissing, 0),
            (Document::Fallbacks, 0)
        ]
    );
    assert_eq!(fs::read_to_string(&merged[0].path).unwrap(), HEADER);
    let not_moved = fs::read_to_string(&merged[1].path).unwrap();
    assert!(not_moved.contains("5,5/ab,a.png,file_expired,"), "{not_moved}");
}

#[tokio::test]
async fn a_line_torn_by_a_kill_is_cut_off_and_the_next_attempt_goes_on() {
    let desk = Desk::new();
    desk.keep(1, &ticket(5), &[value(5, "whole")]);
    let path = desk.spool().join(file_name(BatchId(1), FenceToken(1)));
    let mut torn = OpenOptions::new().append(true).open(&path).unwrap();
    let long = "x".repeat(9000);
    torn.write_all(format!("{{\"kind\":\"ticket\",\"id\":\"6\",\"lines\":[\"{long}").as_bytes()).unwrap();
    assert_eq!(desk.companion(1 << 20).await, format!("{HEADER}Ticket,5,Serial,whole,field_limit\r\n"));
    desk.keep(1, &ticket(6), &[value(6, "again")]);
    let companion = desk.companion(1 << 20).await;
    assert!(
        companion.ends_with("Ticket,5,Serial,whole,field_limit\r\nTicket,6,Serial,again,field_limit\r\n")
    );
}

#[tokio::test]
async fn a_damaged_line_is_an_error_that_names_it() {
    let desk = Desk::new();
    desk.keep(1, &ticket(5), &[value(5, "whole")]);
    let path = desk.spool().join(file_name(BatchId(1), FenceToken(1)));
    fs::write(&path, "{}\n").unwrap();
    let papers = Deliverables::open(&desk.folder.path().join("reports")).unwrap();
    let error = Spool::merge(&desk.spool(), &papers, "").await.unwrap_err();
    assert!(matches!(error, Error::SpoolDamaged { line: 1, .. }), "{error}");
}

#[tokio::test]
async fn merging_twice_gives_the_same_files_and_leaves_nothing_behind() {
    let desk = Desk::new();
    desk.keep(1, &ticket(5), &[value(5, "=formula"), file(5)]);
    let first = desk.companion(1).await;
    assert!(first.contains("'=formula"));
    assert_eq!(desk.companion(1).await, first);
    let left: Vec<_> = fs::read_dir(desk.spool()).unwrap().map(|found| found.unwrap().file_name()).collect();
    assert_eq!(left, ["batch-000000000001-000000000001.jsonl"]);
}

#[tokio::test]
async fn a_spool_without_a_batch_still_gives_headers() {
    let desk = Desk::new();
    assert_eq!(desk.companion(1).await, HEADER);
}
