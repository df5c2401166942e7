//! `flotilla seats`: a checklist for a destination with fewer seats than technicians. An admin of the destination does the steps,
//! one account at a time; here they are planned, shown and acknowledged in their order. Nothing is called at either side.

use assess::SeatVerdict;
use comfy_table::{Table, presets};
use protocol::{TargetId, api::PlanSeats};
use scheduler::seat_desk::StandingSeats;

use super::config_show::trimmed;
use crate::{desk, exit::Exit, failure::Failure, invocation::Invocation};

/// What is to be done with the seat cycle.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Deed {
    /// Plans it from what the assessment found; where it is not needed, or there is no way, it says why
    Plan(Plan),
    /// Shows its steps, and which one is next
    Show,
    /// Says that a step is done, under a name
    Done(Done),
}

/// Arguments of `seats plan`.
#[derive(Debug, clap::Args)]
pub(crate) struct Plan {
    /// Seats of the Gorgias plan, which no call tells [default: what was said before]
    #[arg(long, value_name = "N")]
    seats: Option<u64>,
    /// Account that may be disabled to free a seat [default: one that is neither an admin's nor the fallback agent's]
    #[arg(long, value_name = "ID")]
    disable: Option<i64>,
}

/// Arguments of `seats done`.
#[derive(Debug, clap::Args)]
pub(crate) struct Done {
    /// The step, from 1
    #[arg(long, value_name = "N")]
    step: usize,
    /// The person who did it, or saw it done
    #[arg(long, value_name = "NAME")]
    by: String,
}

/// Does it. A cycle without a way ends like a check that failed.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn run(deed: &Deed, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let desk = desk::of(call, &settings)?;
    let standing = match deed {
        Deed::Plan(plan) => {
            let asked = PlanSeats { seats: plan.seats, disable: plan.disable.map(TargetId) };
            desk.plan_seats(&asked).await?
        }
        Deed::Show => desk.seats().await?,
        Deed::Done(done) => {
            let named = (1..=100).contains(&done.by.trim().chars().count());
            if !named || done.by.contains(char::is_control) {
                let what = "--by: give the name of the person who did the step, or saw it done, at most 100 characters";
                return Err(Failure::configuration(what));
            }
            desk.acknowledge_seat(done.step, done.by.trim()).await?
        }
    };
    call.output.say(&standing, || text(&standing))?;
    Ok(match standing.cycle.verdict {
        SeatVerdict::NotNeeded | SeatVerdict::Checklist => Exit::Ok,
        SeatVerdict::AboveSeats | SeatVerdict::NobodyToDisable | SeatVerdict::SeatTaken => Exit::Preflight,
    })
}

fn text(standing: &StandingSeats) -> String {
    if standing.cycle.steps.is_empty() {
        return format!("{}.", standing.says);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let of = format!("of {} seats", standing.cycle.seats);
    table.set_header(["", "step", "what an admin does", &of, "acknowledged by"]);
    let mut used = standing.cycle.used;
    for (at, step) in standing.cycle.steps.iter().enumerate() {
        used = step.deed.after(used);
        let mark = if standing.next == Some(at + 1) { "next" } else { "" };
        let by = step.by.as_deref().unwrap_or_default();
        table.add_row([mark, &(at + 1).to_string(), &step.deed.to_string(), &used.to_string(), by]);
    }
    let next = match standing.next {
        Some(next) => format!("\n\nWhen it is done: flotilla seats done --step {next} --by NAME"),
        None => String::new(),
    };
    format!("{}.\n\n{}{next}", standing.says, trimmed(&table))
}

#[cfg(test)]
mod tests {
    use assess::{SeatNeed, plan_seats};

    use super::*;

    fn standing(seats: u64) -> StandingSeats {
        let newcomers = ["7".into(), "9".into()].into();
        let mut cycle = plan_seats(&SeatNeed {
            seats,
            used: 3,
            newcomers,
            spare: Some(TargetId(12)),
            ..SeatNeed::default()
        });
        if !cycle.steps.is_empty() {
            cycle.acknowledge(1, "Ann").unwrap();
        }
        let (says, in_use, next) = (cycle.says(), cycle.in_use(), cycle.next());
        StandingSeats { version: 1, says, in_use, next, cycle }
    }

    #[test]
    fn the_next_step_is_marked_and_every_step_shows_the_seats_in_use_after_it() {
        let said = text(&standing(3));
        assert!(said.starts_with("3 accounts are active"), "{said}");
        let rows: Vec<String> =
            said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(rows.contains(&"1 disable account 12, which frees a seat 2 Ann".to_owned()), "{rows:#?}");
        assert!(rows.contains(&"next 2 bring in technician 7 3".to_owned()), "{rows:#?}");
        assert!(said.ends_with("flotilla seats done --step 2 --by NAME"), "{said}");
    }

    #[test]
    fn a_cycle_without_steps_is_one_sentence() {
        let said = text(&standing(5));
        assert!(said.starts_with("no cycle is needed: ") && said.lines().count() == 1, "{said}");
    }
}
