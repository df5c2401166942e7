//! Stories of what does not move: each kind's documents, held against the stand-in's own count, and nothing written.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use documents::{Deliverables, index, kb};
use protocol::{
    ArticleReview, BatchState, DocumentEntry, Errand, FailureCode, MigrationState, ObjectKind, Slice, Step,
};
use serde_json::{Value, json};
use simulator::Settings;

use super::stage::Stage;

/// One attempt at a kind's documents.
async fn document(stage: &Stage, kind: ObjectKind) -> protocol::Batch {
    let batch = stage.plan_step(Step::Document, kind, Slice::Whole).await;
    stage.attempt(batch).await
}

/// A stage with the stand-in's own supplements.
async fn supplied() -> Stage {
    let stage = Stage::new().await;
    let folder = tempfile::tempdir().unwrap();
    let mut files = atera::SupplementFiles::default();
    let put = |name: &str, text: String| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Some(path)
    };
    files.sla_policies = put(
        "sla_policies.csv",
        "policy,priority,first response,resolution,contract\nGold,,60,600,BlockHours 3\nBlue,,240,4320,\n"
            .into(),
    );
    files.integrations =
        put("integrations.csv", "name,endpoint,api key\n=1+1,https://a:b@x.example/h?k=1,hunter2\n".into());
    files.automations = put("automations.csv", "name,trigger,actions\nNightly,=1+1,token=abc\n".into());
    files.field_visibility =
        put("field_visibility.csv", "scope,field,roles\nTicket,Cost,Admins\nTicket,Gone,Admins\n".into());
    let supplements = Arc::new(atera::Supplements::load(&files).unwrap());
    stage.with_supplements(supplements)
}

fn part(stage: &Stage, kind: ObjectKind) -> BTreeMap<String, DocumentEntry> {
    let entries = index::part(&stage.cx.papers, kind).unwrap();
    entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect()
}

fn rows(stage: &Stage, name: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(stage.cx.papers.join(name)).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn every_document_has_as_many_rows_as_the_source_has_records_and_nothing_is_written() {
    let stage = supplied().await;
    for kind in ObjectKind::DOCUMENTED {
        let batch = document(&stage, kind).await;
        let troubles = stage.cx.ledger.troubles(&stage.cx.migration, stage.pass()).await.unwrap();
        assert_eq!(batch.state, BatchState::Done, "{kind}: {troubles:?}");
    }
    let truth = stage.admin("GET", "atera/truth", Value::Null).await;
    let count = |name: &str| truth["counts"][name].as_u64().unwrap();
    for (kind, name, wanted) in [
        (ObjectKind::Contract, "contracts.csv", count("contracts")),
        (ObjectKind::Device, "devices.csv", count("agents") + count("devices")),
        (ObjectKind::TimeEntry, "time_entries.csv", count("work_hours")),
        (ObjectKind::Invoice, "invoices.csv", count("invoices")),
        (ObjectKind::Invoice, "invoice_lines.csv", count("invoice_lines")),
        (ObjectKind::Article, "kb/manifest.json", count("articles")),
        (ObjectKind::Article, "kb_review.csv", count("flagged_articles")),
        (ObjectKind::SlaPolicy, "sla_policies.csv", 2),
        (ObjectKind::SlaPolicy, "sla_rules.csv", 6),
        (ObjectKind::Integration, "integrations.csv", 1),
        (ObjectKind::Automation, "automations.csv", 1),
        (ObjectKind::Automation, "macros.csv", 1),
        (ObjectKind::FieldVisibility, "field_visibility.csv", 2),
        (ObjectKind::FieldVisibility, "field_inventory.csv", count("custom_fields")),
        (ObjectKind::FieldVisibility, "field_scopes.csv", 10),
    ] {
        assert_eq!(part(&stage, kind)[name].rows, Some(wanted), "{name}");
    }
    // A ticket without a due date stands there only if its contract names its policy.
    let tickets = rows(&stage, "sla_tickets.csv");
    let with_due = tickets.iter().filter(|row| !row["first_response_due"].is_empty()).count() as u64;
    assert_eq!(with_due, truth["due_tickets"].as_u64().unwrap());
    let asked = stage.admin("GET", "requests?api=gorgias&limit=100000", Value::Null).await;
    let writes = asked.as_array().unwrap().iter().filter(|one| one["method"] != "GET").count();
    assert_eq!(writes, 0, "nothing of these kinds is written to the destination");
    for path in files(&stage.cx.papers) {
        let text = fs::read_to_string(&path).unwrap();
        for secret in ["not-for-any-log", "hunter2", "a:b@", "token=abc"] {
            assert!(!text.contains(secret), "{}: {secret}", path.display());
        }
    }
}

#[tokio::test]
async fn a_policy_is_known_by_contract_or_by_its_thresholds() {
    let stage = supplied().await;
    document(&stage, ObjectKind::SlaPolicy).await;
    let tickets = rows(&stage, "sla_tickets.csv");
    let basis = |wanted: &str| tickets.iter().filter(|row| row["basis"] == wanted).count();
    assert!(basis("due dates") > 0 && basis("not known") == 0, "{tickets:?}");
    assert!(tickets.iter().all(|row| (row["basis"] == "contract") == (row["policy"] == "Gold")));
    assert!(tickets.iter().filter(|row| row["basis"] == "due dates").all(|row| row["policy"] == "Blue"));
}

#[tokio::test]
async fn sums_are_exact_and_a_mismatch_is_listed() {
    let stage = Stage::new().await;
    for kind in [ObjectKind::Invoice, ObjectKind::TimeEntry] {
        document(&stage, kind).await;
    }
    let mismatches = rows(&stage, "invoice_mismatches.csv");
    let told: Vec<(&str, &str)> =
        mismatches.iter().map(|row| (row["number"].as_str(), row["what"].as_str())).collect();
    assert_eq!(told, [("2007", "total"), ("2007", "subtotal"), ("2007", "tax")], "the one without lines");
    let totals = &part(&stage, ObjectKind::Invoice)["invoices.csv"].totals;
    let total = |unit: &str| {
        let of = |one: &&protocol::DocumentTotal| one.what == "total" && one.unit == unit;
        let one = totals.iter().find(of).unwrap();
        (one.stated.clone().unwrap(), one.sum.clone(), one.difference.clone().unwrap())
    };
    assert_eq!(total("ILS"), ("1468.50".into(), "1468.50".into(), "0.00".into()));
    assert_eq!(total("USD"), ("1468.50".into(), "1174.80".into(), "293.70".into()));

    let entries = rows(&stage, "time_entries.csv");
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap_or_default();
    let sum: i64 = entries.iter().map(|row| cents(&row["amount"])).sum();
    let told: i64 = rows(&stage, "time_entry_totals.csv").iter().map(|row| cents(&row["amount"])).sum();
    assert!(sum > 0 && sum == told, "{sum} {told}");
    let totals = &part(&stage, ObjectKind::TimeEntry)["time_entries.csv"].totals;
    assert!(totals.iter().all(|one| one.difference.as_deref() == Some("0.00")), "{totals:?}");
}

/// Every listing answers with these rows.
async fn listings_hold(stage: &Stage, rows: &Value, counted: u64) {
    let body =
        json!({ "items": rows, "totalItemCount": counted, "page": 1, "itemsInPage": 50, "totalPages": 1 });
    let action = json!({ "kind": "status", "status": 200, "body": body.to_string() });
    stage.faults(json!([{ "api": "atera", "path": "/api/v3/", "action": action }])).await;
}

#[tokio::test]
async fn an_empty_source_leaves_headers_and_no_row() {
    let stage = Stage::new().await;
    let nothing = json!({ "items": [], "totalItemCount": 0, "page": 1, "itemsInPage": 50, "totalPages": 0 });
    let answer = |body: &Value| json!({ "kind": "status", "status": 200, "body": body.to_string() });
    stage
        .faults(json!([
            { "api": "atera", "path": "/api/v3/customvalues", "action": answer(&json!([])) },
            { "api": "atera", "path": "/api/v3/", "action": answer(&nothing) },
        ]))
        .await;
    for kind in ObjectKind::DOCUMENTED {
        assert_eq!(document(&stage, kind).await.state, BatchState::Done, "{kind}");
        for (name, entry) in part(&stage, kind) {
            let wanted = match name.as_str() {
                // These say that nobody knows, and which scopes there could be.
                "automations.csv" | "macros.csv" => Some(1),
                "time_entry_totals.csv" => Some(2),
                "field_scopes.csv" => Some(10),
                "sla_checklist.md" | "kb_checklist.md" | "integration_checklist.md" => None,
                _ => Some(0),
            };
            assert_eq!(entry.rows, wanted, "{name}");
            let text = fs::read_to_string(stage.cx.papers.join(&name)).unwrap();
            assert!(!text.is_empty() && entry.bytes == text.len() as u64, "{name}");
        }
    }
    assert_eq!(rows(&stage, "automations.csv")[0]["automation"], "not exposed by the source");
    assert_eq!(rows(&stage, "macros.csv")[0]["name"], "not exposed by the source");
}

#[tokio::test]
async fn a_source_that_shows_less_than_it_counts_halts_the_migration_and_names_the_kind() {
    let stage = Stage::new().await;
    listings_hold(&stage, &json!([{ "ContractID": 1 }, { "ContractID": 1 }]), 2).await;
    let batch = document(&stage, ObjectKind::Contract).await;
    assert_eq!(batch.state, BatchState::Ready);
    let migration = stage.migration().await;
    assert_eq!(
        (migration.state, migration.cause),
        (MigrationState::Halted, Some(FailureCode::SourceIncomplete))
    );
    let why = stage.cx.ledger.audit(&stage.cx.migration).await.unwrap().pop().unwrap().why;
    assert!(why.contains("contract") && why.contains("1 records shown where 2"), "{why}");
    assert!(!stage.cx.papers.join("contracts.csv").exists(), "nothing incomplete is issued");
    assert_eq!(fs::read_dir(stage.cx.papers.join("drafts")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_listing_the_plan_does_not_have_is_said_beside_an_empty_document() {
    let stage = Stage::new().await;
    let action = json!({ "kind": "status", "status": 404 });
    stage.faults(json!([{ "api": "atera", "path": "/api/v3/billing", "action": action }])).await;
    assert_eq!(document(&stage, ObjectKind::Invoice).await.state, BatchState::Done);
    let entry = &part(&stage, ObjectKind::Invoice)["invoices.csv"];
    assert_eq!((entry.rows, entry.source.as_str()), (Some(0), "none: the source has no /billing/invoices"));
}

#[tokio::test]
async fn a_contract_of_any_type_has_its_row_and_money_is_the_sources_own_text() {
    let stage = Stage::new().await;
    let contracts = json!([
        { "ContractID": 1, "ContractType": "Barter", "ContractName": "=1+1", "CustomerID": 5 },
        { "ContractID": 2, "ContractType": "Hourly", "HourlyContract": { "BillingPeriod": "Monthly",
            "PrimaryRate": { "RateID": 1, "Amount": 0.1, "Description": "hour" },
            "AdditionalRates": [{ "RateID": 2, "Amount": 1234567890.12, "Description": "night" }] } },
    ]);
    listings_hold(&stage, &contracts, 2).await;
    document(&stage, ObjectKind::Contract).await;
    let rows = rows(&stage, "contracts.csv");
    let cell = |at: usize, name: &str| rows[at][name].as_str();
    assert_eq!(
        (cell(0, "contract_type"), cell(0, "type_known"), cell(0, "contract")),
        ("Barter", "no", "'=1+1")
    );
    assert_eq!((cell(1, "rate"), cell(1, "additional_rates")), ("0.1", "night: 1234567890.12"));
    assert_eq!((cell(1, "type_known"), cell(1, "billing_period")), ("yes", "Monthly"));
}

#[tokio::test]
async fn an_article_is_held_back_until_its_very_body_was_looked_at_and_its_file_goes_when_it_goes() {
    let stage = Stage::new().await;
    document(&stage, ObjectKind::Article).await;
    let papers = stage.cx.papers.clone();
    let manifest = kb::read(&papers).unwrap().unwrap();
    assert_eq!(manifest.held_back, ["408", "409", "410"]);
    let article = |id: &str| manifest.articles.iter().find(|one| one.id == id).unwrap();
    assert!(article("408").flags.iframe && article("410").flags.external_assets);
    assert_eq!(article("410").attachments, ["http://127.0.0.1/kb/manual.pdf"]);
    assert!(!fs::read_to_string(papers.join(&article("408").path)).unwrap().contains("script"));

    let deed = ArticleReview::deed("408", &article("408").body_sha256);
    stage.cx.ledger.note_once(&stage.cx.migration, "Ruth", &deed, "looked at").await.unwrap();
    let out = Deliverables::open(&papers).unwrap();
    let mut older = manifest.clone();
    older.articles[0].path = "kb/en-US/elsewhere/401.html".to_owned();
    out.put("kb/en-US/elsewhere/401.html", "old").await.unwrap();
    out.put(kb::MANIFEST, serde_json::to_vec(&older).unwrap()).await.unwrap();
    stage.cx.ledger.begin_errand(&stage.cx.migration, &Errand::Document, "Ruth").await.unwrap();
    document(&stage, ObjectKind::Article).await;
    let again = kb::read(&papers).unwrap().unwrap();
    assert_eq!(again.held_back, ["409", "410"]);
    assert!(!papers.join("kb/en-US/elsewhere/401.html").exists(), "the file of a former place is gone");
    let review = rows(&stage, "kb_review.csv");
    assert_eq!((review[0]["state"].as_str(), review[0]["reviewed_by"].as_str()), ("ready", "Ruth"));
    for article in &again.articles {
        let text = fs::read_to_string(papers.join(&article.path)).unwrap();
        assert_eq!(documents::sheet::sha256_of(&text), article.body_sha256, "{}", article.id);
    }
}

#[tokio::test]
async fn language_and_members_are_said_by_the_settings() {
    let stage = Stage::with(Settings::default(), |cx| cx.documents.locale = "de-DE".to_owned()).await;
    document(&stage, ObjectKind::Article).await;
    let manifest = kb::read(&stage.cx.papers).unwrap().unwrap();
    assert!(manifest.articles.iter().all(|article| article.path.starts_with("kb/de-DE/")));
    assert_eq!(manifest.read_as, ["KBProduct", "KBContext", "KBAddress"]);
}
