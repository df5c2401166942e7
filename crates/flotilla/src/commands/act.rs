//! `flotilla pause`, `resume`, `cancel` and `throttle`: what an operator does to a migration that is under way.

use protocol::Controls;

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::{self, Deed},
};

/// Arguments of `pause` and `cancel`.
#[derive(Debug, clap::Args)]
pub(crate) struct Why {
    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// Arguments of `throttle`. What is not given stands as the account has it.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Throttle {
    /// Requests per window, at most what the account allows
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Share of the limit left to others, 0.0 to 0.99
    #[arg(long, value_parser = share)]
    reserve: Option<f64>,
    /// Batches of this migration on the queue at once
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    window: Option<u32>,
}

/// Pauses.
///
/// # Errors
/// [`Failure`] when it does not stand where this is possible, or nobody answers.
pub(crate) async fn pause(args: Why, call: &Invocation) -> Result<Exit, Failure> {
    act(Deed::Pause, args.why, call, "It waits for `flotilla resume`").await
}

/// Cancels.
///
/// # Errors
/// As [`pause`].
pub(crate) async fn cancel(args: Why, call: &Invocation) -> Result<Exit, Failure> {
    act(Deed::Cancel, args.why, call, "What was written stays at the destination").await
}

/// Resumes.
///
/// # Errors
/// As [`pause`].
pub(crate) async fn resume(call: &Invocation) -> Result<Exit, Failure> {
    act(Deed::Resume, None, call, "").await
}

async fn act(deed: Deed, why: Option<String>, call: &Invocation, then: &str) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let operator = operator::of(call, &settings)?;
    let id = &settings.migration.id;
    let state = operator.act(deed, why).await?;
    let then = if deed == Deed::Resume { operator.goes_on_by() } else { then };
    let said = serde_json::json!({ "migration": id, "state": state });
    call.output.say(&said, || format!("{id} is {state}. {then}"))?;
    Ok(Exit::Ok)
}

/// Throttles.
///
/// # Errors
/// As [`pause`].
pub(crate) async fn throttle(args: &Throttle, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let operator = operator::of(call, &settings)?;
    let controls = Controls { limit: args.limit, reserve: args.reserve, window: args.window };
    let set = operator.throttle(&controls).await?;
    let id = &settings.migration.id;
    let said = serde_json::json!({ "migration": id, "controls": set });
    call.output.say(&said, || {
        let shown = |name: &str, value: Option<String>| {
            format!("{name} {}", value.unwrap_or_else(|| "as the account has it".to_owned()))
        };
        format!(
            "{id}: {}, {}, {}",
            shown("limit", set.limit.map(|limit| limit.to_string())),
            shown("reserve", set.reserve.map(|reserve| reserve.to_string())),
            shown("window", set.window.map(|window| window.to_string())),
        )
    })?;
    Ok(Exit::Ok)
}

fn share(text: &str) -> Result<f64, String> {
    let share: Option<f64> = text.parse().ok();
    share
        .filter(|share| (0.0..=0.99).contains(share))
        .ok_or_else(|| "give a share from 0.0 to 0.99".to_owned())
}
