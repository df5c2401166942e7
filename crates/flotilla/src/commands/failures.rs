//! `flotilla failures`: rejected and failed records with their cause and what to do about it, one by one or by cause.
//! Nothing is changed.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};
use protocol::{DeadLetter, Decision, FailureCode, ObjectKind};
use scheduler::moments::when;
use serde::Serialize;

use super::config_show::trimmed;
use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::{self, Operator, Which},
};

/// Records asked for at a time.
const PAGE: u32 = 500;

/// Arguments of `failures`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Counts them by cause instead of listing them
    #[arg(long)]
    by_cause: bool,
    /// Only with this cause
    #[arg(long)]
    cause: Option<FailureCode>,
    /// Only of this kind
    #[arg(long)]
    kind: Option<ObjectKind>,
    /// How many to list; 0 lists all
    #[arg(long, default_value_t = 100)]
    limit: u64,
}

/// A rejected or failed record as it is listed.
#[derive(Debug, Serialize)]
struct Listed {
    #[serde(flatten)]
    letter: DeadLetter,
    advice: &'static str,
}

/// A cause and how often it came.
#[derive(Debug, Serialize)]
struct Counted {
    cause: FailureCode,
    count: u64,
    kinds: BTreeMap<ObjectKind, u64>,
    decision: Decision,
    advice: &'static str,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration cannot be looked up.
pub(crate) async fn run(args: &Args, invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.settings()?;
    let operator = operator::of(invocation, &settings)?;
    let which = Which { cause: args.cause, kind: args.kind };
    if args.by_cause {
        let counted = by_cause(&*operator, which).await?;
        invocation.output.say(&serde_json::json!({ "causes": counted }), || causes_text(&counted))?;
        return Ok(Exit::Ok);
    }
    let limit = if args.limit == 0 { u64::MAX } else { args.limit };
    let mut listed = Vec::new();
    let more = walk(&*operator, which, |letter| {
        let room = (listed.len() as u64) < limit;
        if room {
            let advice = letter.cause.advice();
            listed.push(Listed { letter, advice });
        }
        room
    })
    .await?;
    let object = serde_json::json!({ "failures": listed, "more": more });
    invocation.output.say(&object, || list_text(&listed, more))?;
    Ok(Exit::Ok)
}

/// Hands over one dead letter after the other until there is none or `take` has had enough; answers whether it had.
async fn walk(
    operator: &dyn Operator,
    which: Which,
    mut take: impl FnMut(DeadLetter) -> bool,
) -> Result<bool, Failure> {
    let mut after = None;
    loop {
        let page = operator.failures(which, after.as_ref(), PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(false);
        };
        after = Some(last.key.clone());
        for letter in page {
            if !take(letter) {
                return Ok(true);
            }
        }
    }
}

async fn by_cause(operator: &dyn Operator, which: Which) -> Result<Vec<Counted>, Failure> {
    let mut counts: BTreeMap<FailureCode, BTreeMap<ObjectKind, u64>> = BTreeMap::new();
    walk(operator, which, |letter| {
        *counts.entry(letter.cause).or_default().entry(letter.key.kind).or_default() += 1;
        true
    })
    .await?;
    let mut counted: Vec<Counted> = counts
        .into_iter()
        .map(|(cause, kinds)| Counted {
            cause,
            count: kinds.values().sum(),
            kinds,
            decision: cause.decision(),
            advice: cause.advice(),
        })
        .collect();
    counted.sort_by_key(|counted| std::cmp::Reverse(counted.count));
    Ok(counted)
}

fn list_text(listed: &[Listed], more: bool) -> String {
    if listed.is_empty() {
        return "No record was rejected and none failed.".to_owned();
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["kind", "id", "cause", "detail", "when"]);
    for Listed { letter, .. } in listed {
        table.add_row([
            letter.key.kind.name(),
            &letter.key.id.0,
            letter.cause.name(),
            &letter.detail,
            &when(letter.at),
        ]);
    }
    let mut text = trimmed(&table);
    if more {
        text += "\n\nThere are more: --limit 0 lists all, --by-cause counts them.";
    }
    text
}

fn causes_text(counted: &[Counted]) -> String {
    if counted.is_empty() {
        return "No record was rejected and none failed.".to_owned();
    }
    let mut text = String::new();
    for Counted { cause, count, kinds, advice, .. } in counted {
        let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        text += &format!("{count:>8}  {cause} ({})\n          {advice}\n", kinds.join(", "));
    }
    text
}
