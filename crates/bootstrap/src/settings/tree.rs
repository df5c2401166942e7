//! All layers laid over each other: for every key the value that counts, and where it came from. Keys that nobody knows
//! and values of the wrong type end here, each as a problem.

use std::{collections::BTreeMap, path::PathBuf};

use protocol::map_spec::fold;
use serde_json::Value;

use super::{
    layers::{Given, Layer},
    origin::Origin,
    schema,
};
use crate::error::{Error, Problem};

/// The value of a key that counts.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub value: Value,
    pub origin: Origin,
    /// The folder relative paths start from, if not the working folder.
    pub folder: Option<PathBuf>,
    /// Number of the layer, from 0 for the defaults; the higher wins.
    pub layer: u32,
}

/// Every key with the value that counts.
#[derive(Debug)]
pub(super) struct Tree {
    pub leaves: BTreeMap<String, Leaf>,
    layers: u32,
}

impl Tree {
    pub(super) fn of_defaults(text: &str) -> Result<Self, Error> {
        let layer = Layer::of_toml(text, &Origin::Default, None)
            .map_err(|place| Error::NotToml { path: PathBuf::from("deploy/default.toml"), place })?;
        let leaf =
            |given: Given| Leaf { value: given.value, origin: Origin::Default, folder: None, layer: 0 };
        let leaves = layer.0.into_iter().map(|given| (given.key.clone(), leaf(given))).collect();
        Ok(Self { leaves, layers: 0 })
    }

    /// Lays one more layer over the others.
    pub(super) fn lay(&mut self, layer: Layer, problems: &mut Vec<Problem>) {
        self.layers += 1;
        for given in layer.0 {
            if let Err(problem) = self.set(given) {
                problems.push(problem);
            }
        }
    }

    fn set(&mut self, given: Given) -> Result<(), Problem> {
        let Given { key, value, origin, folder, is_text } = given;
        let layer = self.layers;
        if let Some(table) = schema::free_table(&key) {
            let value = schema::coerce(&Value::String(String::new()), value, is_text)
                .map_err(|expected| wrong_type(&key, &origin, expected))?;
            // The environment knows no lower case: one key in two spellings is one key.
            let same = |known: &String| schema::free_table(known) == Some(table) && fold(known) == fold(&key);
            let former = self.leaves.keys().find(|known| same(known)).cloned();
            self.leaves.insert(former.unwrap_or(key), Leaf { value, origin, folder, layer });
            return Ok(());
        }
        let Some(known) = self.leaves.get_mut(&key) else {
            return Err(self.unknown(&key, &origin));
        };
        let value = schema::coerce(&known.value, value, is_text)
            .map_err(|expected| wrong_type(&key, &origin, expected))?;
        *known = Leaf { value, origin, folder, layer };
        Ok(())
    }

    fn unknown(&self, key: &str, origin: &Origin) -> Problem {
        let what = format!("there is no such setting ({origin})");
        let name = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
        let namesakes: Vec<&str> =
            self.leaves.keys().filter(|known| name(known) == name(key)).map(String::as_str).collect();
        let section = key.split('.').next().unwrap_or_default();
        let beside: Vec<&str> = self
            .leaves
            .keys()
            .filter_map(|known| known.strip_prefix(section)?.strip_prefix('.'))
            .filter(|rest| !rest.contains('.'))
            .collect();
        let remedy = if !namesakes.is_empty() {
            format!("did you mean {}?", namesakes.join(" or "))
        } else if beside.is_empty() {
            "the sections are migration, source, destination, map, run, storage, fleet, scheduler, worker, log and simulator"
                .to_owned()
        } else {
            format!("[{section}] knows {}", beside.join(", "))
        };
        Problem::new(key, what, remedy)
    }
}

fn wrong_type(key: &str, origin: &Origin, expected: &'static str) -> Problem {
    Problem::new(key, format!("the value is of the wrong type ({origin})"), format!("give {expected}"))
}
