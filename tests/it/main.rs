//! The integration tests: one binary, each module a story about the whole.

mod house_rules;
