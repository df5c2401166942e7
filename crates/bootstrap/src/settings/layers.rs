//! One layer of settings as it was given: a file, the environment, flags. Nothing is checked against the list of keys
//! here; that is the tree's work.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use config::{File, FileFormat, Source, ValueKind};
use serde_json::Value;

use super::{
    origin::Origin,
    schema::{self, VARIABLE_PREFIX},
};
use crate::{
    environment::Environment,
    error::{Error, Problem},
};

/// A value of a layer and where it came from.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub key: String,
    pub value: Value,
    pub origin: Origin,
    /// The folder relative paths start from, if not the working folder.
    pub folder: Option<PathBuf>,
    /// Whether numbers, flags and lists have to be read from text.
    pub is_text: bool,
}

/// All that one layer gives, keys dotted.
#[derive(Debug, Default)]
pub(super) struct Layer(pub Vec<Given>);

impl Layer {
    pub(super) fn of_file(path: &Path) -> Result<Self, Error> {
        let unreadable = |source| Error::Unreadable { path: path.to_owned(), source };
        let text = fs::read_to_string(path).map_err(unreadable)?;
        let folder = std::path::absolute(path).ok().and_then(|full| full.parent().map(Path::to_owned));
        let origin = Origin::File(path.to_owned());
        Self::of_toml(&text, &origin, folder.as_deref())
            .map_err(|place| Error::NotToml { path: path.to_owned(), place })
    }

    /// Reads TOML; the error is its place (line and column) without the line's content, which may be a secret.
    pub(super) fn of_toml(text: &str, origin: &Origin, folder: Option<&Path>) -> Result<Self, String> {
        let table = File::from_str(text, FileFormat::Toml).collect().map_err(|error| place(&error))?;
        let mut leaves = Vec::new();
        for (key, value) in table {
            flatten(key, value, &mut leaves);
        }
        leaves.sort_by(|one, other| one.0.cmp(&other.0));
        let given = leaves.into_iter().map(|(key, value)| Given {
            key,
            value,
            origin: origin.clone(),
            folder: folder.map(Path::to_owned),
            is_text: false,
        });
        Ok(Self(given.collect()))
    }

    /// Variables `FLOTILLA__SECTION__KEY`; with `_FILE` behind a key that has no sister of that name, its value is the
    /// file's content.
    pub(super) fn of_environment(environment: &Environment, problems: &mut Vec<Problem>) -> Self {
        let ours = environment.iter().filter(|(name, value)| {
            !value.is_empty()
                && name.starts_with(VARIABLE_PREFIX)
                && name[VARIABLE_PREFIX.len()..].starts_with("__")
        });
        let mut layer = Self::default();
        for (name, value) in ours {
            let key = name[VARIABLE_PREFIX.len() + 2..].to_lowercase().replace("__", ".");
            let origin = Origin::Environment(name.to_owned());
            let (key, value) = match key.strip_suffix("_file") {
                Some(stem) if !schema::is_secret(stem) => match first_line(Path::new(value)) {
                    Ok(content) => (stem.to_owned(), content),
                    Err(error) => {
                        problems.push(unreadable_value(&key, name, &error));
                        continue;
                    }
                },
                _ => (key, value.to_owned()),
            };
            layer.0.push(Given { key, value: Value::String(value), origin, folder: None, is_text: true });
        }
        layer
    }

    pub(super) fn of_flags(overrides: &BTreeMap<String, String>, problems: &mut Vec<Problem>) -> Self {
        let mut layer = Self::default();
        for (key, value) in overrides {
            if schema::is_secret(key) {
                let variable = schema::variable(key);
                problems.push(Problem::new(
                    key,
                    "a secret on the command line can be read by every user of the machine",
                    format!("set {variable}, or {variable}_FILE to a file that holds it"),
                ));
                continue;
            }
            let value = Value::String(value.clone());
            layer.0.push(Given {
                key: key.clone(),
                value,
                origin: Origin::Flag,
                folder: None,
                is_text: true,
            });
        }
        layer
    }
}

/// A file's content without the line end that editors add.
pub(super) fn first_line(path: &Path) -> std::io::Result<String> {
    fs::read_to_string(path).map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
}

fn unreadable_value(key: &str, variable: &str, error: &std::io::Error) -> Problem {
    Problem::new(
        key,
        format!("the file that {variable} names cannot be read ({error})"),
        "name a file this user can read",
    )
}

fn flatten(path: String, value: config::Value, leaves: &mut Vec<(String, Value)>) {
    match value.kind {
        ValueKind::Table(table) => {
            for (key, inner) in table {
                flatten(format!("{path}.{key}"), inner, leaves);
            }
        }
        _ => leaves.push((path, value.try_deserialize().unwrap_or(Value::Null))),
    }
}

/// `line 3, column 7` out of a parser's message, which would quote the line itself.
fn place(error: &config::ConfigError) -> String {
    let message = error.to_string();
    let found = message.split_once(" at ").map(|(_, rest)| rest.lines().next().unwrap_or_default().trim());
    found
        .filter(|place| place.starts_with("line "))
        .unwrap_or("at a place the parser does not name")
        .to_owned()
}
