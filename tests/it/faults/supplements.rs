//! A supplement file that cannot be read ends a run before anything is written anywhere, and says where it is wrong.

use std::fs;

use serde_json::json;
use tests::Stack;

use super::{account::small, ends::complete_as_undisturbed};
use crate::PROGRAM;

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_supplement_is_named_with_line_and_column_and_nothing_is_written() {
    let stack = Stack::start(PROGRAM, small()).await;
    let before = stack.snapshot(false);
    let file = stack.folder().join("supplements/tags.csv");
    let sound = fs::read_to_string(&file).unwrap();
    let header = sound.lines().next().unwrap();
    let cells = header.split(',').count();
    let short = vec!["\"open"; cells].join(",");
    for (what, text) in [
        ("a cell without its closing quote", format!("{header}\n{short}")),
        ("a row without a ticket", format!("{header}\n{}\n", ",".repeat(cells - 1) + "loose")),
    ] {
        fs::write(&file, text).unwrap();
        let ended = stack.run().await;
        assert_eq!(ended.code, Some(2), "{what}: {}", ended.stderr);
        let last = ended.stderr.lines().last().unwrap();
        assert!(
            last.contains("tags.csv") && last.contains("line 2") && last.contains("column "),
            "{what}: {last}"
        );
        assert!(!last.contains("loose") && !last.contains("open\""), "{what}: a cell is quoted: {last}");
    }
    assert_eq!(stack.snapshot(false), before, "nothing was written");
    assert_eq!(stack.admin_get("state").await["requests"], json!({ "atera": 0, "gorgias": 0 }));
    assert!(!stack.ledger_file().exists(), "no migration was begun");

    fs::write(&file, sound).unwrap();
    complete_as_undisturbed("supplement mended", &stack, &stack.run().await).await;
}
