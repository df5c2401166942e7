//! Takes typed values out of the tree and remembers every problem instead of stopping at the first. What it returns
//! beside a problem is never used.

use std::{
    net::{Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::{
    layers::first_line,
    origin::{Origin, SettingSource},
    schema,
    tree::{Leaf, Tree},
};
use crate::error::Problem;

/// Reads settings by key.
#[derive(Debug)]
pub(super) struct Reader<'t> {
    tree: &'t Tree,
    problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(tree: &'t Tree, problems: Vec<Problem>) -> Self {
        Self { tree, problems }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(super) fn blame(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Reports what is wrong with the value of a key.
    pub(super) fn wrong(&mut self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let origin = self.leaf(key).map_or(Origin::Default, |leaf| leaf.origin.clone());
        self.blame(Problem::new(key, format!("{} ({origin})", what.into()), remedy));
    }

    pub(super) fn text(&mut self, key: &str) -> String {
        match self.leaf(key).map(|leaf| &leaf.value) {
            Some(Value::String(text)) => text.trim().to_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn optional_text(&mut self, key: &str) -> Option<String> {
        Some(self.text(key)).filter(|text| !text.is_empty())
    }

    pub(super) fn whole(&mut self, key: &str, range: RangeInclusive<u64>) -> u64 {
        let found = self.leaf(key).and_then(|leaf| leaf.value.as_i64());
        if let Some(number) =
            found.and_then(|number| u64::try_from(number).ok()).filter(|n| range.contains(n))
        {
            return number;
        }
        self.wrong(
            key,
            "the number is out of range",
            format!("give a whole number from {} to {}", range.start(), range.end()),
        );
        *range.start()
    }

    pub(super) fn whole_u32(&mut self, key: &str, range: RangeInclusive<u32>) -> u32 {
        let number = self.whole(key, u64::from(*range.start())..=u64::from(*range.end()));
        u32::try_from(number).unwrap_or(*range.end())
    }

    pub(super) fn number(&mut self, key: &str, range: RangeInclusive<f64>) -> f64 {
        let found = self.leaf(key).and_then(|leaf| leaf.value.as_f64());
        if let Some(number) = found.filter(|number| range.contains(number)) {
            return number;
        }
        self.wrong(
            key,
            "the number is out of range",
            format!("give a number from {} to {}", range.start(), range.end()),
        );
        *range.start()
    }

    pub(super) fn flag(&mut self, key: &str) -> bool {
        self.leaf(key).and_then(|leaf| leaf.value.as_bool()).unwrap_or(false)
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)], otherwise: T) -> T {
        let given = self.text(key);
        if let Some((_, choice)) = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(&given)) {
            return *choice;
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.wrong(key, "the word is unknown", format!("give one of {}", known.join(", ")));
        otherwise
    }

    pub(super) fn optional_url(&mut self, key: &str) -> Option<Url> {
        let text = self.optional_text(key)?;
        let url =
            Url::parse(&text).ok().filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
        let Some(mut url) = url else {
            self.wrong(key, "this is no address", "give one that begins with https://");
            return None;
        };
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        if url.scheme() == "http" && !is_loopback(&url) {
            self.wrong(key, "credentials would travel readable over http", "give the https:// address");
        }
        if !url.username().is_empty() || url.password().is_some() {
            self.wrong(key, "the address carries credentials", "set them by their own keys");
        }
        Some(url)
    }

    /// An address to listen on.
    pub(super) fn socket(&mut self, key: &str) -> SocketAddr {
        self.text(key).parse().unwrap_or_else(|_| {
            self.wrong(key, "this is no address to listen on", "give ADDRESS:PORT, such as 127.0.0.1:0");
            (Ipv4Addr::LOCALHOST, 0).into()
        })
    }

    pub(super) fn optional_path(&mut self, key: &str) -> Option<PathBuf> {
        let text = self.optional_text(key)?;
        let folder = self.leaf(key).and_then(|leaf| leaf.folder.as_deref());
        Some(folder.map_or_else(|| PathBuf::from(&text), |folder| tidy(&folder.join(&text))))
    }

    pub(super) fn path(&mut self, key: &str) -> PathBuf {
        let path = self.optional_path(key);
        path.unwrap_or_else(|| {
            self.wrong(key, "no path is given", "give one, or leave the key out for the default");
            PathBuf::new()
        })
    }

    /// A secret from its key or from the file its sister names; the higher layer wins.
    pub(super) fn secret(&mut self, key: &str) -> Option<SecretString> {
        let file_key = format!("{key}_file");
        let value = self.optional_text(key);
        let path = self.optional_path(&file_key);
        let layer_of = |key: &str| self.leaf(key).map_or(0, |leaf| leaf.layer);
        match (value, path) {
            (Some(_), Some(_)) if layer_of(key) == layer_of(&file_key) => {
                self.wrong(key, format!("both this and {file_key} are set"), "set only one of them");
                None
            }
            (Some(value), path) if path.is_none() || layer_of(key) > layer_of(&file_key) => {
                Some(value.into())
            }
            (_, Some(path)) => self.secret_of_file(&file_key, &path),
            _ => None,
        }
    }

    pub(super) fn list(&self, key: &str) -> Vec<Value> {
        self.leaf(key).and_then(|leaf| leaf.value.as_array()).cloned().unwrap_or_default()
    }

    /// The entries of a free table.
    pub(super) fn table(&self, table: &str) -> impl Iterator<Item = (&'t str, &'t Value)> {
        let entries = self.tree.leaves.iter();
        let prefix = format!("{table}.");
        entries.filter_map(move |(key, leaf)| Some((key.strip_prefix(&prefix)?, &leaf.value)))
    }

    /// Every key with its value, secrets masked.
    pub(super) fn sources(&self) -> Vec<SettingSource> {
        let shown = |key: &str, leaf: &Leaf| match leaf.value.as_str() {
            Some(text) if schema::is_secret(key) && !text.is_empty() => json!("***"),
            _ => leaf.value.clone(),
        };
        let source = |(key, leaf): (&String, &Leaf)| SettingSource {
            key: key.clone(),
            value: shown(key, leaf),
            origin: leaf.origin.clone(),
        };
        self.tree.leaves.iter().map(source).collect()
    }

    fn leaf(&self, key: &str) -> Option<&'t Leaf> {
        self.tree.leaves.get(key)
    }

    fn secret_of_file(&mut self, file_key: &str, path: &Path) -> Option<SecretString> {
        match first_line(path).map(|text| text.trim().to_owned()) {
            Ok(text) if !text.is_empty() => Some(text.into()),
            Ok(_) => {
                self.wrong(file_key, "the file is empty", "write the secret into it");
                None
            }
            Err(error) => {
                let what = format!("{} cannot be read: {error}", path.display());
                self.wrong(file_key, what, "name a file this user can read");
                None
            }
        }
    }
}

/// Drops the `.` parts that joining leaves behind.
fn tidy(path: &Path) -> PathBuf {
    path.components().collect()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
