//! `flotilla init`: writes a commented configuration file. Every key is there with its explanation; those that have to
//! be filled in are open, the others are commented out, so that a later default still counts.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bootstrap::settings;
use serde_json::json;

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Keys an operator fills in; all others are commented out.
const TO_FILL_IN: [&str; 6] =
    ["signed_off_by", "base_url = \"\"", "email", "fallback_agent", "fallback_customer", "tags = "];

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to write it
    #[arg(default_value = settings::FILE_NAME)]
    file: PathBuf,
    /// Replaces a file that is there
    #[arg(long)]
    force: bool,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the file is there already or cannot be written.
pub(crate) fn run(args: &Args, invocation: &Invocation) -> Result<Exit, Failure> {
    write(&args.file, &commented(settings::DEFAULTS), args.force)?;
    let file = args.file.display();
    invocation.output.say(&json!({ "written": args.file }), || {
        format!(
            "{file} is written. Fill in its open lines, give the two secrets as FLOTILLA__SOURCE__TOKEN and \
             FLOTILLA__DESTINATION__API_KEY (or as files, with _FILE behind the name), then:\n\n  \
             flotilla doctor --config {file}"
        )
    })?;
    Ok(Exit::Ok)
}

/// Writes a file only its owner may read: it may come to hold secrets.
///
/// # Errors
/// [`Failure`] when it is there and may not be replaced, or cannot be written.
pub(crate) fn write(path: &Path, text: &str, replace: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    if replace {
        options.truncate(true)
    } else {
        options.create_new(true)
    };
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::new(
            Exit::Refused,
            format!("{} is there already; name another file, or give --force to replace it", path.display()),
        ),
        _ => Failure::new(Exit::Failed, format!("{} cannot be written ({error})", path.display())),
    })
}

/// Comments out every key but those to be filled in.
fn commented(defaults: &str) -> String {
    let line = |line: &str| {
        let is_key = !line.is_empty() && !line.starts_with(['#', '[']);
        let open = TO_FILL_IN.iter().any(|key| line.starts_with(key));
        if is_key && !open { format!("#{line}\n") } else { format!("{line}\n") }
    };
    defaults.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use bootstrap::{Environment, Settings, settings::Origin};

    use super::*;

    #[test]
    fn the_file_written_is_sound_and_opens_only_what_has_to_be_filled_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("flotilla.toml");
        write(&file, &commented(settings::DEFAULTS), false).unwrap();
        let read = Settings::load(Some(&file), &Environment::default(), &BTreeMap::new()).unwrap();
        let open: Vec<&str> = read
            .sources()
            .iter()
            .filter(|source| matches!(source.origin, Origin::File(_)))
            .map(|source| source.key.as_str())
            .collect();
        assert_eq!(
            open,
            [
                "destination.base_url",
                "destination.email",
                "map.fallback_agent",
                "map.fallback_customer",
                "migration.signed_off_by",
                "source.supplements.tags",
            ]
        );
    }

    #[test]
    fn a_file_that_is_there_is_not_replaced_without_leave() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("flotilla.toml");
        write(&file, "mine, and rather long", false).unwrap();
        assert_eq!(write(&file, "other", false).unwrap_err().exit(), Exit::Refused);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine, and rather long");
        write(&file, "other", true).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "other");
    }
}
