//! What a group has changed, put back: entries, dead letters, counts, one statement each.

use std::collections::BTreeMap;

use protocol::{FailureCode, Outcome};
use sqlx::{PgConnection, Postgres, postgres::PgArguments, query::Query};

use super::grouped::{self, At};
use crate::{
    Error, Result,
    book::{Change, Letter, Line},
    session,
    sql::postgres as sql,
};

/// Puts everything back, in the order in which everybody locks.
pub(super) async fn outcome(conn: &mut PgConnection, outcome: grouped::Outcome) -> Result<()> {
    let (known, new): (Vec<_>, Vec<_>) = outcome.lines.into_iter().partition(|(_, (_, stood))| *stood);
    if !known.is_empty() {
        session::execute(conn, lines(sql::SET_ENTRIES, known)).await?;
    }
    let wanted = new.len() as u64;
    if wanted > 0 && session::execute(conn, lines(sql::ADD_ENTRIES, new)).await? < wanted {
        // Another process has just added one of them: it must be read before anything is said of it.
        return Err(Error::Busy);
    }
    letters(conn, outcome.letters.into_iter().collect()).await?;
    counts(conn, outcome.changes).await
}

/// Adds changes to the counts. Every call wants these few rows: they are locked last, and in one order.
async fn counts(conn: &mut PgConnection, changes: BTreeMap<(i64, i64, &'static str), Change>) -> Result<()> {
    let mut causes: BTreeMap<(i64, i64, &'static str), i64> = BTreeMap::new();
    for ((migration, pass, _), change) in &changes {
        for (cause, by) in change.causes() {
            *causes.entry((*migration, *pass, cause)).or_default() += by;
        }
    }
    let figures: Vec<_> =
        changes.iter().filter_map(|(at, change)| change.figures().map(|figures| (*at, figures))).collect();
    if !figures.is_empty() {
        let mut count = placed(sql::COUNTS, figures.iter().map(|(at, _)| *at));
        count = count.bind(figures.iter().map(|(_, (source, _))| *source).collect::<Vec<_>>());
        for column in 0..Outcome::ALL.len() {
            count = count.bind(figures.iter().map(|(_, (_, by))| by[column]).collect::<Vec<_>>());
        }
        session::execute(conn, count).await?;
    }
    causes.retain(|_, by| *by != 0);
    if !causes.is_empty() {
        let count = placed(sql::COUNT_CAUSES, causes.keys().copied());
        session::execute(conn, count.bind(causes.values().copied().collect::<Vec<_>>())).await?;
    }
    Ok(())
}

/// A statement that begins with migrations, passes and names.
fn placed(
    statement: &'static str,
    at: impl Iterator<Item = (i64, i64, &'static str)> + Clone,
) -> Query<'static, Postgres, PgArguments> {
    sqlx::query(statement)
        .bind(at.clone().map(|(migration, _, _)| migration).collect::<Vec<_>>())
        .bind(at.clone().map(|(_, pass, _)| pass).collect::<Vec<_>>())
        .bind(at.map(|(_, _, name)| name).collect::<Vec<_>>())
}

/// A statement over whole entries.
fn lines(statement: &'static str, lines: Vec<(At, (Line, bool))>) -> Query<'static, Postgres, PgArguments> {
    let (at, lines): (Vec<At>, Vec<Line>) = lines.into_iter().map(|(at, (line, _))| (at, line)).unzip();
    let column = |of: fn(&Line) -> Option<i64>| lines.iter().map(of).collect::<Vec<_>>();
    sqlx::query(statement)
        .bind(at.iter().map(|(migration, _)| *migration).collect::<Vec<_>>())
        .bind(at.iter().map(|(_, key)| key.kind.name()).collect::<Vec<_>>())
        .bind(at.iter().map(|(_, key)| key.id.0.clone()).collect::<Vec<_>>())
        .bind(column(|line| Some(line.pass)))
        .bind(lines.iter().map(|line| line.state.name()).collect::<Vec<_>>())
        .bind(column(|line| line.target))
        .bind(lines.iter().map(|line| line.written.map(|print| print.0.to_vec())).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.meant.map(|print| print.0.to_vec())).collect::<Vec<_>>())
        .bind(column(|line| line.intended_at))
        .bind(column(|line| line.intended_under.map(|under| under.batch)))
        .bind(column(|line| line.intended_under.map(|under| under.fence)))
        .bind(lines.iter().map(|line| line.cause.map(FailureCode::name)).collect::<Vec<_>>())
        .bind(lines.iter().map(|line| line.facts.clone()).collect::<Vec<_>>())
        .bind(column(|line| Some(line.at)))
}

async fn letters(conn: &mut PgConnection, letters: Vec<(At, Letter)>) -> Result<()> {
    let (put, gone): (Vec<_>, Vec<_>) =
        letters.into_iter().partition(|(_, letter)| matches!(letter, Letter::Put { .. }));
    if !gone.is_empty() {
        session::execute(conn, keyed(sql::REMOVE_LETTERS, &gone)).await?;
    }
    if put.is_empty() {
        return Ok(());
    }
    let written = put.iter().filter_map(|(_, letter)| match letter {
        Letter::Put { cause, detail, at } => Some((cause.name(), detail.as_str(), at.0)),
        _ => None,
    });
    let (mut causes, mut details, mut times) = (Vec::new(), Vec::new(), Vec::new());
    for (cause, detail, at) in written {
        causes.push(cause);
        details.push(detail);
        times.push(at);
    }
    session::execute(conn, keyed(sql::PUT_LETTERS, &put).bind(causes).bind(details).bind(times)).await?;
    Ok(())
}

/// A statement that begins with migrations, kinds and source ids.
fn keyed<'q>(statement: &'static str, of: &[(At, Letter)]) -> Query<'q, Postgres, PgArguments> {
    sqlx::query(statement)
        .bind(of.iter().map(|((migration, _), _)| *migration).collect::<Vec<_>>())
        .bind(of.iter().map(|((_, key), _)| key.kind.name()).collect::<Vec<_>>())
        .bind(of.iter().map(|((_, key), _)| key.id.0.clone()).collect::<Vec<_>>())
}
