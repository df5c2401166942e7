//! The wire format, held still: each type has a golden file. A type that writes something else than its file, cannot read
//! its file, or stumbles over a field it does not know, is red here before it is red in somebody's fleet.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{collections::BTreeMap, fmt::Debug, fs, path::Path};

use protocol::{
    Batch, BatchId, BatchState, DeadLetter, DocumentEntry, DocumentIndex, DocumentSettings, DocumentTotal,
    Entry, EntryState, FailureCode, FenceToken, FieldMap, Fingerprint, Job, Key, Lease, MapSpec, Migration,
    MigrationId, MigrationState, Name, NewBatch, ObjectKind, Outcome, Pass, Slice, Step, StepPoint, Survey,
    Tally, TargetId, UnixMs, ValueMap, Window,
    api::{CreateMigration, MigrationView, Problem, StepProgress, Waiting, WaitsFor},
    job::{BadJob, JOB_VERSION},
    map_spec::FieldDestination,
    migration::AuditLine,
    report::{Reconciliation, Row},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// Compares with the golden file, reads the file back, and reads it with a field nobody knows.
fn golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name).with_extension("json");
    let written = serde_json::to_value(value).unwrap();
    let text = fs::read_to_string(&path).unwrap_or_else(|_| {
        let text = serde_json::to_string_pretty(&written).unwrap() + "\n";
        fs::write(&path, &text).unwrap();
        panic!("{} was missing and is made; look at it and commit it", path.display());
    });
    let kept: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(written, kept, "{name} writes something else than its golden file");
    assert_eq!(&serde_json::from_value::<T>(kept.clone()).unwrap(), value, "{name} reads something else");
    if let Value::Object(mut fields) = kept
        && !["map_spec", "create_migration", "document_settings"].contains(&name)
    {
        fields.insert("of_a_later_version".to_owned(), json!({ "is": ["tolerated"] }));
        assert_eq!(
            &serde_json::from_value::<T>(Value::Object(fields)).unwrap(),
            value,
            "{name} stumbles over a new field"
        );
    }
}

fn migration_id() -> MigrationId {
    MigrationId::new("acme-2026").unwrap()
}

fn key() -> Key {
    Key::new(ObjectKind::Ticket, 4711)
}

fn batch() -> Batch {
    Batch {
        id: BatchId(17),
        migration: migration_id(),
        pass: Pass(1),
        step: Step::Copy,
        kind: ObjectKind::Ticket,
        slice: Slice::Pages { of: Window::Status { status: "Open".to_owned() }, first: 1, last: 2 },
        state: BatchState::Leased,
        attempts: 1,
        not_before: UnixMs(1_790_000_000_000),
        checkpoint: Some(2),
    }
}

fn migration() -> Migration {
    Migration {
        id: migration_id(),
        state: MigrationState::Halted,
        cause: Some(FailureCode::TargetAuth),
        pass: Pass(2),
        errand: protocol::Errand::Move,
        came_from: MigrationState::Draft,
        map_hash: Some(Fingerprint([7; 16]).to_hex()),
        created_at: UnixMs(1_790_000_000_000),
        since: UnixMs(1_790_000_100_000),
    }
}

fn reconciliation() -> Reconciliation {
    let tally = Tally { source: 10, created: 7, adopted: 1, rejected: 1, ..Tally::default() };
    Reconciliation {
        migration: migration_id(),
        pass: Pass(1),
        state: MigrationState::Running,
        cause: None,
        records: BTreeMap::from([(ObjectKind::Ticket, Row { verified: 8, ..Row::from(tally) })]),
        unaccounted: vec![key()],
        causes: BTreeMap::from([(FailureCode::TargetRejected, 1)]),
    }
}

#[test]
fn jobs_batches_and_leases() {
    let job = Job {
        v: JOB_VERSION,
        migration: migration_id(),
        batch: BatchId(17),
        step: Step::Copy,
        kind: ObjectKind::Ticket,
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned()),
    };
    golden("job", &job);
    assert_eq!(Job::decode(&job.encode()).unwrap(), job);
    golden("batch", &batch());
    golden("new_batch", &NewBatch { step: Step::Survey, kind: ObjectKind::Tag, slice: Slice::Whole });
    golden("lease", &Lease { batch: batch(), fence: FenceToken(3), until: UnixMs(1_790_000_030_000) });
    let changed = Window::ChangedSince { since: UnixMs(1_790_000_000_000) };
    let slices = vec![
        Slice::Whole,
        Slice::Pages { of: Window::All, first: 3, last: u32::MAX },
        Slice::Pages { of: changed, first: 1, last: 1 },
        Slice::Ids { ids: vec!["1".into(), "2".into()] },
    ];
    golden("slices", &slices);
    golden("step_points", &StepPoint::ALL.to_vec());
}

#[test]
fn a_job_of_another_version_kind_or_step_is_a_typed_error() {
    let good = json!({ "v": 1, "migration": "acme-2026", "batch": 17, "step": "copy", "kind": "ticket" });
    assert!(Job::decode(&good.to_string()).is_ok());
    let with = |field: &str, value: Value| {
        let mut job = good.clone();
        job[field] = value;
        Job::decode(&job.to_string())
    };
    assert!(matches!(with("v", json!(2)), Err(BadJob::UnknownVersion { found: 2 })));
    assert!(matches!(with("kind", json!("macro")), Err(BadJob::Malformed(_))));
    assert!(matches!(with("step", json!("dance")), Err(BadJob::Malformed(_))));
    assert!(matches!(with("migration", json!("Not A Slug")), Err(BadJob::Malformed(_))));
    assert!(matches!(Job::decode("half a j"), Err(BadJob::Malformed(_))));
}

#[test]
fn entries_tallies_and_dead_letters() {
    let entry = Entry {
        key: key(),
        state: EntryState::Settled { outcome: Outcome::Created },
        pass: Pass(1),
        target: Some(TargetId(99)),
        fingerprint: Some(Fingerprint::of(b"what was meant")),
        cause: None,
        facts: Some(json!({ "size": 12 })),
        at: UnixMs(1_790_000_000_000),
    };
    golden("entry", &entry);
    golden(
        "entry_in_doubt",
        &Entry { state: EntryState::Intended { at: UnixMs(5) }, facts: None, target: None, ..entry },
    );
    golden("tally", &Tally { source: 3, created: 1, skipped: 1, excluded: 1, ..Tally::default() });
    let letter = DeadLetter {
        key: key(),
        cause: FailureCode::TargetRejected,
        detail: "POST /tickets [subject]".to_owned(),
        at: UnixMs(1_790_000_000_000),
    };
    golden("dead_letter", &letter);
    golden("failure_codes", &FailureCode::ALL.to_vec());
    golden("outcomes", &Outcome::ALL.to_vec());
    golden("object_kinds", &ObjectKind::ALL.to_vec());
    golden("documented_kinds", &ObjectKind::DOCUMENTED.to_vec());
    golden("steps", &Step::ALL.to_vec());
    let total = DocumentTotal {
        what: "total".to_owned(),
        unit: "USD".to_owned(),
        sum: "293.70".to_owned(),
        stated: Some("293.70".to_owned()),
        difference: Some("0.00".to_owned()),
    };
    let entry = DocumentEntry {
        name: "invoices.csv".to_owned(),
        kind: Some(ObjectKind::Invoice),
        rows: Some(1),
        bytes: 210,
        sha256: "ab".repeat(32),
        source: "/billing/invoices".to_owned(),
        counted: Some(1),
        totals: vec![total],
    };
    golden("document_index", &DocumentIndex { migration: migration_id(), documents: vec![entry] });
    golden("document_settings", &DocumentSettings::default());
}

#[test]
fn migrations_maps_surveys_and_reports() {
    golden("migration", &migration());
    golden("migration_states", &protocol::migration::MOVES.map(|(state, _)| state).to_vec());
    let line = AuditLine {
        seq: 1,
        at: UnixMs(1_790_000_000_000),
        who: "A. Person".to_owned(),
        what: "signed_off".to_owned(),
        why: "sample is good".to_owned(),
        hash: "00".repeat(32),
    };
    golden("audit_line", &line);
    let field =
        |name: &str, destination| FieldMap { scope: "Ticket".to_owned(), name: name.to_owned(), destination };
    let spec = MapSpec {
        status: ValueMap::new(&[("Open", "open")], None),
        fallback_agent: Some("lead@example.com".to_owned()),
        fallback_customer: Some("1".into()),
        fields: vec![
            field("Site", FieldDestination::Field { label: "Site".to_owned() }),
            field("Secret", FieldDestination::Companion),
        ],
        ..MapSpec::default()
    };
    golden("map_spec", &spec);
    let observed = BTreeMap::from([("status".to_owned(), BTreeMap::from([("Open".to_owned(), 2)]))]);
    golden("survey", &Survey { kind: ObjectKind::Ticket, count: 2, declared: Some(2), pages: 1, observed });
    golden("reconciliation", &reconciliation());
}

#[test]
fn bodies_of_the_internal_api() {
    let create = CreateMigration {
        id: migration_id(),
        source: Name::new("acme-atera").unwrap(),
        destination: Name::new("acme-gorgias").unwrap(),
        map: MapSpec::default(),
        signed_off_by: Some("Ruth".to_owned()),
        signed_map: None,
        batch_pages: Some(4),
        error_budget: None,
        documents: None,
        delta: None,
    };
    golden("create_migration", &create);
    let step =
        StepProgress { step: Step::Copy, kind: ObjectKind::Ticket, done: 3, leased: 1, ready: 7, dead: 0 };
    let view = MigrationView {
        migration: migration(),
        pass: Pass(2),
        progress: vec![step],
        reconciliation: reconciliation(),
    };
    golden("migration_view", &view);
    let rate = Waiting {
        waits_for: WaitsFor::Rate,
        since: Some(UnixMs(1_700_000_000_000)),
        until: None,
        cause: None,
        agents: None,
    };
    golden("waiting_for_rate", &rate);
    let backoff = Waiting {
        waits_for: WaitsFor::Backoff,
        since: None,
        until: Some(UnixMs(1_700_000_000_000)),
        cause: Some(FailureCode::SourceUnavailable),
        agents: None,
    };
    golden("waiting_for_backoff", &backoff);
    let agents = Waiting {
        waits_for: WaitsFor::Agents,
        since: None,
        until: Some(UnixMs(1_700_000_000_000)),
        cause: Some(FailureCode::AgentsAwaited),
        agents: Some(3),
    };
    golden("waiting_for_agents", &agents);
    let problem = Problem {
        r#type: "unknown-kind".to_owned(),
        title: "object kind is unknown".to_owned(),
        status: 422,
        detail: Some("use one of the kinds listed".to_owned()),
        problems: Vec::new(),
    };
    golden("problem", &problem);
}
