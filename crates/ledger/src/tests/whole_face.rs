//! Every method of the face is called by the suite that runs on both dialects.

/// The face, part by part.
const FACE: [&str; 6] = [
    include_str!("../accounts.rs"),
    include_str!("../dossier.rs"),
    include_str!("../fleet.rs"),
    include_str!("../migrations.rs"),
    include_str!("../plan.rs"),
    include_str!("../records.rs"),
];

/// The suite: every story of these files is run on both dialects.
const SUITE: [&str; 9] = [
    include_str!("batches.rs"),
    include_str!("closing.rs"),
    include_str!("dossier.rs"),
    include_str!("fleet.rs"),
    include_str!("leases.rs"),
    include_str!("letters.rs"),
    include_str!("migrations.rs"),
    include_str!("stage.rs"),
    include_str!("verdicts.rs"),
];

#[test]
fn every_method_of_the_ledger_is_in_the_suite_of_both_dialects() {
    let methods = FACE.iter().flat_map(|part| part.split("    async fn ").skip(1));
    let methods: Vec<&str> = methods.filter_map(|rest| rest.split('(').next()).collect();
    assert!(methods.len() > 40, "the face was not understood: {methods:?}");
    let missing: Vec<&&str> = methods
        .iter()
        .filter(|method| !SUITE.iter().any(|story| story.contains(&format!(".{method}("))))
        .collect();
    assert!(missing.is_empty(), "no story calls {missing:?}");
}

#[test]
fn every_story_of_the_suite_is_run() {
    for story in SUITE {
        let listed = story.split("on_every_backend! {").nth(1).and_then(|rest| rest.split('}').next());
        let listed = listed.unwrap_or_default();
        for claim in story.split("\nasync fn ").skip(1) {
            let (name, takes) = claim.split_once('(').unwrap();
            let is_a_story = takes.starts_with("stage: Stage)");
            assert!(!is_a_story || listed.contains(&format!("{name},")), "{name} is never run");
        }
    }
}
