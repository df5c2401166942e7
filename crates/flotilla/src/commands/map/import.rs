//! `flotilla map import`: a map from a YAML file becomes the next version, with what that changes.

use std::fs;

use serde_json::json;

use super::{FileArgs, export::of_yaml};
use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `map import`.
pub(crate) type Args = FileArgs;

pub(super) async fn run(args: &Args, desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let text = fs::read_to_string(&args.file).map_err(|error| {
        Failure::configuration(format!("{} cannot be read ({error})", args.file.display()))
    })?;
    let spec = of_yaml(&text)?;
    let standing = desk.put_map(&spec).await?;
    let version = standing.version;
    let object = json!({ "version": version, "hash": standing.hash });
    call.output.say(&object, || {
        format!("{}\nThe map is the file's now; nobody has confirmed it.", super::show::head(&standing))
    })?;
    Ok(Exit::Ok)
}
