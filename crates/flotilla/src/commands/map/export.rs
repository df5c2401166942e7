//! `flotilla map export`: the map as YAML, as it may be kept: an address is there as its hash.

use std::{fs, path::PathBuf};

use protocol::MapSpec;

use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `map export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Into this file instead of stdout
    file: Option<PathBuf>,
}

pub(super) async fn run(args: &Args, desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let standing = desk.map().await?;
    let text = yaml(&standing.spec)?;
    let Some(file) = &args.file else {
        call.output.say(&standing.spec.at_rest(), || text)?;
        return Ok(Exit::Ok);
    };
    let head = super::show::head(&standing);
    fs::write(file, format!("{head}\n{text}")).map_err(|error| {
        Failure::new(Exit::Failed, format!("{} cannot be written ({error})", file.display()))
    })?;
    let object = serde_json::json!({ "file": file, "hash": standing.hash, "version": standing.version });
    call.output.say(&object, || format!("written: {}", file.display()))?;
    Ok(Exit::Ok)
}

/// The map as YAML.
///
/// # Errors
/// [`Failure`] when it cannot be written so.
pub(super) fn yaml(spec: &MapSpec) -> Result<String, Failure> {
    serde_saphyr::to_string(&spec.at_rest())
        .map_err(|error| Failure::new(Exit::Failed, format!("the map cannot be written as YAML ({error})")))
}

/// A map from YAML; a key nobody knows is refused.
///
/// # Errors
/// [`Failure`] with line and column.
pub(super) fn of_yaml(text: &str) -> Result<MapSpec, Failure> {
    serde_saphyr::from_str(text).map_err(|error| Failure::configuration(format!("this is no map: {error}")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use protocol::map_spec::{CustomerGroup, GroupDecision};

    use super::*;

    #[test]
    fn a_map_comes_back_from_yaml_as_it_went() {
        let group = CustomerGroup { decision: GroupDecision::Merge, ids: vec!["3".into(), "8".into()] };
        let mut spec =
            MapSpec { customer_groups: BTreeMap::from([("ab".to_owned(), group)]), ..MapSpec::default() };
        spec.status.values.insert("no: \"yes\" #".to_owned(), "open".to_owned());
        spec.roles.values.insert("Lead".to_owned(), "admin".to_owned());
        let text = yaml(&spec).unwrap();
        assert_eq!(of_yaml(&text).unwrap(), spec);
        let wrong = of_yaml("prefix: atera\ncolour: red\n").unwrap_err().to_string();
        assert!(wrong.contains("colour"), "{wrong}");
    }
}
