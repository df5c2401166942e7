//! The table of requirements is whole and true to its word: every promise has its row, and every test a row names exists.

use std::{collections::BTreeMap, fs};

use crate::house_rules::{files, root};

const STATES: [&str; 3] = ["shown", "next best", "open"];

#[test]
fn every_promise_has_its_row_and_every_test_it_names_exists() {
    let table = fs::read_to_string(root().join("REQUIREMENTS.md")).unwrap();
    let code: String = files(".rs").iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let (mut next, mut states) = (1, BTreeMap::new());
    for row in table.lines().filter(|line| line.starts_with("| S")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [number, promise, state, shown_by] = cells[..] else { panic!("{row}") };
        assert_eq!(number, format!("S{next}"), "a number is missing or comes twice");
        next += 1;
        assert!(!promise.is_empty() && STATES.contains(&state), "{row}");
        *states.entry(state).or_insert(0) += 1;
        let named: Vec<&str> = shown_by.split('`').skip(1).step_by(2).collect();
        assert_eq!(named.is_empty(), state == "open", "{number} is {state}");
        assert!(!shown_by.is_empty(), "{number} says nothing");
        for test in named {
            assert!(code.contains(&format!("fn {test}(")), "{number} names {test}, which does not exist");
        }
    }
    assert_eq!(next - 1, 125, "{states:?}");
    println!("{states:?}");
}
