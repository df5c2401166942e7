//! Stories over the map: proposed, changed, previewed, confirmed; and a run that moves under the confirmed one alone.

use std::fs;

use serde_json::{Value, json};
use tests::{Stack, StackOptions};

use super::PROGRAM;

async fn said(stack: &Stack, arguments: &[&str]) -> Value {
    let ended = stack.command(&[arguments, &["--output", "json"]].concat()).await;
    assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
    ended.summary.unwrap()
}

/// A stack that was assessed, every word given but those about groups.
async fn assessed(tickets: u32) -> (Stack, Value) {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(tickets)).await;
    let ended = stack.command(&["assess", "--output", "json"]).await;
    let found = ended.summary.unwrap();
    for one in found["preflight"].as_array().unwrap().iter().filter(|one| one["blocks"] == true) {
        if one["acknowledgeable"] == true {
            said(&stack, &["assess", "ack", one["rule"].as_str().unwrap(), "--by", "Ann"]).await;
        }
    }
    (stack, found)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_is_proposed_changed_and_confirmed_and_no_other_one_moves_a_record() {
    let (stack, _) = assessed(60).await;
    let proposed = said(&stack, &["map", "propose"]).await;
    let fields = proposed["suggestion"]["fields"].as_array().unwrap();
    assert!(fields.len() >= 30, "{}", fields.len());
    for field in fields {
        let first = &field["candidates"][0];
        assert!(first["confidence"].as_f64().is_some() && first["reasons"][0].is_string(), "{field}");
    }
    assert_eq!(proposed["version"], 1);

    let truth = stack.admin_get("atera/truth").await;
    let pending = truth["statuses"]["Pending"].as_u64().unwrap();
    let touched = said(&stack, &["map", "preview", "status.Pending=closed"]).await;
    assert_eq!((&touched["tickets"], &touched["exact"]), (&json!(pending), &json!(true)));
    assert_eq!(said(&stack, &["map", "show"]).await["version"], 1, "a preview changes nothing");

    said(&stack, &["map", "set", "status.Pending=closed", "group.all=keep"]).await;
    let diff = said(&stack, &["map", "diff", "1", "2"]).await;
    let places: Vec<&str> =
        diff["changes"].as_array().unwrap().iter().map(|one| one["at"].as_str().unwrap()).collect();
    assert!(places.contains(&"status.values.Pending"), "{places:?}");
    assert_eq!(stack.run().await.code, Some(5), "nobody has confirmed it");
    let confirmed = said(&stack, &["map", "confirm", "--by", "Ann"]).await;
    assert_eq!((&confirmed["by"], &confirmed["version"]), (&json!("Ann"), &json!(2)));
    let _ = stack.run().await.well();
    let closed = stack.snapshot(false)["tickets"]
        .as_object()
        .unwrap()
        .values()
        .filter(|one| one["status"] == "closed")
        .count();
    let wanted: u64 = ["Pending", "Resolved", "Closed"]
        .map(|status| truth["statuses"][status].as_u64().unwrap())
        .iter()
        .sum();
    assert_eq!(closed as u64, wanted);

    said(&stack, &["map", "set", "status.Pending=open"]).await;
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert!(refused.stderr.contains("status.values.Pending: closed -> open"), "{}", refused.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_goes_out_as_yaml_and_comes_back_as_the_same() {
    let (stack, _) = assessed(20).await;
    said(&stack, &["map", "set", "role.Night Lead=agent", "field.Ticket/Room=companion", "group.all=merge"])
        .await;
    let before = said(&stack, &["map", "show"]).await;
    said(&stack, &["map", "export", "map.yaml"]).await;
    let text = fs::read_to_string(stack.folder().join("map.yaml")).unwrap();
    assert!(!text.contains('@'), "an address is there as its hash: {text}");
    said(&stack, &["map", "set", "field.Ticket/Room="]).await;
    let after = said(&stack, &["map", "import", "map.yaml"]).await;
    assert_eq!((&after["hash"], &after["version"]), (&before["hash"], &json!(3)));
    fs::write(stack.folder().join("bad.yaml"), text.replace("prefix: atera", "prefix: two words")).unwrap();
    let refused = stack.command(&["map", "import", "bad.yaml"]).await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert_eq!(stack.command(&["map", "set", "status.Open=pending"]).await.code, Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configured_map_that_changes_beside_the_dossiers_is_no_longer_guessed_at() {
    let (mut stack, _) = assessed(20).await;
    said(&stack, &["map", "set", "group.all=keep"]).await;
    said(&stack, &["map", "confirm", "--by", "Ann"]).await;
    stack.set("map.company_field", "Firm");
    let refused = stack.run().await;
    assert_eq!(refused.code, Some(5), "{}", refused.stderr);
    assert!(refused.stderr.contains("company_field: Company -> Firm"), "{}", refused.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_customers_land_as_one_and_kept_ones_each_for_itself() {
    for (decision, merged) in [("merge", true), ("keep", false)] {
        let (stack, found) = assessed(60).await;
        let finding = found["preflight"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["rule"] == "duplicate-customers")
            .unwrap();
        assert_eq!(finding["blocks"], true);
        let refused = stack.run().await;
        assert!(
            refused.code == Some(5) && refused.stderr.contains("duplicate-customers"),
            "{}",
            refused.stderr
        );
        let list = fs::read_to_string(
            std::path::Path::new(found["lists"].as_str().unwrap()).join("duplicate-customers.csv"),
        )
        .unwrap();
        let mut groups: std::collections::BTreeMap<String, Vec<String>> = std::collections::BTreeMap::new();
        for row in list.lines().skip(1) {
            let cells: Vec<&str> = row.trim().split(',').collect();
            groups.entry(cells[2].to_owned()).or_default().push(cells[1].to_owned());
        }
        assert!(groups.values().all(|ids| ids.len() > 1), "{groups:?}");
        said(&stack, &["map", "set", &format!("group.all={decision}")]).await;
        said(&stack, &["map", "confirm", "--by", "Ann"]).await;
        let summary = stack.run().await.well().clone();
        let away: usize = if merged { groups.values().map(|ids| ids.len() - 1).sum() } else { 0 };
        let customers = &summary["records"]["customer"];
        assert_eq!(customers["excluded"], json!(away), "{customers}");
        assert_eq!(customers["difference"], 0);
        // Whoever worked for one of them names the first of them now, or still their own.
        let snapshot = stack.snapshot(false);
        let people: Vec<&Value> = snapshot["customers"].as_object().unwrap().values().collect();
        let company = |one: &Value, key: &str| one["data"]["atera"]["company"][key].clone();
        let mut gone = 0;
        for ids in groups.values() {
            for id in &ids[1..] {
                let own = people.iter().filter(|one| company(one, "id") == json!(id)).count();
                let moved: Vec<_> =
                    people.iter().filter(|one| company(one, "merged_from") == json!(id)).collect();
                assert!(if merged { own == 0 } else { moved.is_empty() }, "{decision} {id}");
                assert!(moved.iter().all(|one| company(one, "id") == json!(ids[0])), "{decision} {id}");
                gone += moved.len();
            }
        }
        assert_eq!(merged, gone > 0, "people came along: {gone}");
    }
}
