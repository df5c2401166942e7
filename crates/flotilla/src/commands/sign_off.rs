//! `flotilla sign-off`: a named person's word for the newest sample, its map and its scope. A run under any other is refused.

use protocol::sample::SignSample;

use crate::{desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `sign-off`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The person who has looked at the sample
    #[arg(long, value_name = "NAME")]
    by: String,
    /// How many records of the sample may differ from what was meant
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    tolerate: u64,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when there is no sample to sign for, or it is not as it was meant.
pub(crate) async fn run(args: &Args, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let by = args.by.trim();
    if by.is_empty() {
        return Err(Failure::new(Exit::Usage, "nobody signs: give the person's name with --by"));
    }
    let asked = SignSample { by: by.to_owned(), tolerate: args.tolerate };
    let signed = desk::of(call, &settings)?.sign_off(&asked).await?;
    call.output.say(&signed, || {
        let terms = &signed.terms;
        format!("{} has signed for map {} and sample {}", signed.by, terms.map, terms.sample)
    })?;
    Ok(Exit::Ok)
}
