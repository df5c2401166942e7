//! `flotilla certificate`: what shows that no customer was e-mailed, and what is missing for it.

use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Prints it. Exit code 4 where it does not show silence.
///
/// # Errors
/// [`Failure`] when the migration cannot be looked at.
pub(crate) async fn run(call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let certificate = operator::of(call, &settings)?.certificate().await?;
    call.output.say(&certificate, || documents::certificate::text(&certificate))?;
    Ok(if certificate.silent { Exit::Ok } else { Exit::Preflight })
}
