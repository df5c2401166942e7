//! What is shipped for clusters and containers, read as those who run it would: every overlay is built, every field is one
//! that Kubernetes knows, the house's own rules are kept, and what it says agrees with the program.

use std::path::{Path, PathBuf};

mod agreement;
mod fields;
mod foreign;
mod image;
mod network;
mod pod;
mod policy;
mod rendered;
mod secrets;
mod typed;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}
