//! One entry as the file holds it, and the moves it can make: intended, withdrawn, settled, reopened. The moves are pure: they
//! change the row in memory and say what changes in the counts; reading and putting stand beside them.

use protocol::{
    Entry, EntryState, FailureCode, Fingerprint, Key, Lease, ObjectKind, Outcome, Pass, TargetId, UnixMs,
};

use super::{counts::Change, guard::Place, rows};
use crate::session::{Row, Session, query};
use crate::{Commit, Error, Result, Verdict, sql};

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Seen,
    Intended,
    Settled(Outcome),
}

impl State {
    /// The state by its name.
    pub(crate) fn parse(name: &str) -> Result<Self> {
        match name {
            "seen" => Ok(Self::Seen),
            "intended" => Ok(Self::Intended),
            outcome => rows::outcome(outcome).map(Self::Settled),
        }
    }

    /// The state's name in the ledger.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Intended => "intended",
            Self::Settled(outcome) => outcome.name(),
        }
    }
}

/// A lease as an entry names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Under {
    /// The batch.
    pub(crate) batch: i64,
    /// The fence token.
    pub(crate) fence: i64,
}

impl Under {
    fn read(row: &Row) -> Result<Option<Self>> {
        let batch: Option<i64> = row.get("intended_by")?;
        let fence: Option<i64> = row.get("intended_fence")?;
        Ok(batch.zip(fence).map(|(batch, fence)| Self { batch, fence }))
    }
}

/// One row of the entries.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) key: Key,
    pub(crate) pass: i64,
    pub(crate) state: State,
    pub(crate) target: Option<i64>,
    pub(crate) written: Option<Fingerprint>,
    pub(crate) meant: Option<Fingerprint>,
    pub(crate) intended_at: Option<i64>,
    /// The lease under which it was meant, until it is settled.
    pub(crate) intended_under: Option<Under>,
    pub(crate) cause: Option<FailureCode>,
    pub(crate) facts: Option<String>,
    pub(crate) at: i64,
}

impl Line {
    /// A record nobody has seen: of no pass yet.
    pub(crate) fn unseen(key: Key) -> Self {
        Self {
            key,
            pass: -1,
            state: State::Seen,
            target: None,
            written: None,
            meant: None,
            intended_at: None,
            intended_under: None,
            cause: None,
            facts: None,
            at: 0,
        }
    }

    pub(crate) fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            key: rows::key(row)?,
            pass: row.get("pass")?,
            state: State::parse(row.get("state")?)?,
            target: row.get("target")?,
            written: rows::fingerprint(row, "written")?,
            meant: rows::fingerprint(row, "meant")?,
            intended_at: row.get("intended_at")?,
            intended_under: Under::read(row)?,
            cause: rows::cause(row)?,
            facts: row.get("facts")?,
            at: row.get("at")?,
        })
    }

    /// Reads an entry for a change in the pass of `place`: a record the pass has not seen yet is counted as seen.
    pub(crate) async fn of(
        session: &mut Session<'_>,
        place: Place,
        key: &Key,
        change: &mut Change,
    ) -> Result<Self> {
        let one = query(sql::entries::ONE).bind(place.migration).bind(key.kind.name()).bind(&key.id.0);
        let found = one.for_update().optional(session).await?.as_ref().map(Self::read).transpose()?;
        let mut line = found.unwrap_or_else(|| Self::unseen(key.clone()));
        line.enter(place.pass, change);
        Ok(line)
    }

    /// Moves the entry to a pass, where it is not accounted for yet and counted as seen.
    pub(crate) fn enter(&mut self, pass: i64, change: &mut Change) {
        if self.pass < pass {
            self.pass = pass;
            self.state = self.open();
            self.cause = None;
            change.seen(1);
        }
    }

    /// The state of an entry that is not accounted for.
    fn open(&self) -> State {
        if self.intended_at.is_some() { State::Intended } else { State::Seen }
    }

    /// The lease of another batch under which a write of the record is meant: while it holds, the record is in its hands.
    pub(crate) fn in_hands_of(&self, other_than: &Lease) -> Option<Under> {
        let under = self.intended_under.filter(|_| self.state == State::Intended);
        under.filter(|under| under.batch != other_than.batch.id.0)
    }

    /// Says what is about to be written; the verdict is what the worker may do.
    pub(crate) fn intend(
        &mut self,
        lease: &Lease,
        fingerprint: Fingerprint,
        now: UnixMs,
        change: &mut Change,
    ) -> Verdict {
        if self.state == State::Settled(Outcome::Undone) {
            // What was taken back may be written again.
            change.unsettled(Outcome::Undone, self.cause);
            self.state = State::Seen;
        }
        let last = UnixMs(self.at);
        let in_doubt = self.intended_at.map(UnixMs);
        let same = self.written == Some(fingerprint) && in_doubt.is_none();
        let verdict = match (self.state, self.target.map(TargetId)) {
            (State::Settled(_), _) => return Verdict::Settled,
            (_, target) if same => Verdict::Same { target },
            (_, Some(target)) => Verdict::Changed { target, before: self.written },
            (_, None) => in_doubt.map_or(Verdict::New, |since| Verdict::InDoubt { since, last }),
        };
        if let Verdict::Same { .. } = verdict {
            self.state = State::Settled(Outcome::Unchanged);
            change.settled(Outcome::Unchanged, None);
        } else {
            self.state = State::Intended;
            self.meant = Some(fingerprint);
            self.intended_at.get_or_insert(now.0);
            self.intended_under = Some(Under { batch: lease.batch.id.0, fence: lease.fence.0 });
        }
        self.cause = None;
        self.at = now.0;
        verdict
    }

    /// Takes an intent of this lease back; true: there was one. The record is as if nothing had been said of it.
    pub(crate) fn withdraw(&mut self, lease: &Lease, now: UnixMs) -> bool {
        let ours = Under { batch: lease.batch.id.0, fence: lease.fence.0 };
        if self.state != State::Intended || self.intended_under != Some(ours) || self.target.is_some() {
            return false;
        }
        self.state = State::Seen;
        self.meant = None;
        self.intended_at = None;
        self.intended_under = None;
        self.at = now.0;
        true
    }

    /// Puts the record in a column, taking it out of the one it was in.
    pub(crate) fn settle(&mut self, commit: &Commit, now: UnixMs, change: &mut Change) {
        if let State::Settled(former) = self.state {
            change.unsettled(former, self.cause);
        }
        change.settled(commit.outcome, commit.cause);
        let landed = commit.outcome.landed();
        if landed {
            self.written = commit.fingerprint.or(self.meant).or(self.written);
        }
        if landed || commit.cause.is_some_and(nothing_was_written) {
            self.meant = None;
            self.intended_at = None;
        }
        self.intended_under = None;
        self.state = State::Settled(commit.outcome);
        self.target = commit.target.map(|target| target.0).or(self.target);
        self.cause = commit.cause;
        self.facts = commit.facts.as_ref().map(ToString::to_string).or(self.facts.take());
        if commit.outcome == Outcome::Undone || commit.let_go {
            // Nothing of it stands any more, or it is another's: the next pass that meets it begins anew.
            self.target = None;
            self.written = None;
            self.meant = None;
            self.intended_at = None;
            self.facts = None;
        }
        self.at = now.0;
    }

    /// Makes a dead letter's record unaccounted for again.
    pub(crate) fn reopen(&mut self, now: UnixMs, change: &mut Change) {
        if let State::Settled(former) = self.state {
            change.unsettled(former, self.cause);
            self.state = self.open();
            self.cause = None;
            self.at = now.0;
        }
    }

    /// Writes the entry back.
    pub(crate) async fn put(&self, session: &mut Session<'_>, place: Place) -> Result<()> {
        query(sql::entries::PUT)
            .bind(place.migration)
            .bind(self.key.kind.name())
            .bind(&self.key.id.0)
            .bind(self.pass)
            .bind(self.state.name())
            .bind(self.target)
            .bind(self.written.as_ref().map(|fingerprint| &fingerprint.0[..]))
            .bind(self.meant.as_ref().map(|fingerprint| &fingerprint.0[..]))
            .bind(self.intended_at)
            .bind(self.intended_under.map(|under| under.batch))
            .bind(self.intended_under.map(|under| under.fence))
            .bind(self.cause.map(FailureCode::name))
            .bind(self.facts.as_deref())
            .bind(self.at)
            .execute(session)
            .await?;
        Ok(())
    }

    /// The entry in protocol's words.
    pub(crate) fn entry(self) -> Result<Entry> {
        let state = match (self.state, self.intended_at) {
            (State::Seen, _) => EntryState::Seen,
            (State::Intended, at) => EntryState::Intended { at: UnixMs(at.unwrap_or(self.at)) },
            (State::Settled(outcome), _) => EntryState::Settled { outcome },
        };
        let facts = self.facts.map(|facts| serde_json::from_str(&facts)).transpose();
        Ok(Entry {
            key: self.key,
            state,
            pass: Pass(self.pass),
            target: self.target.map(TargetId),
            fingerprint: self.meant.or(self.written),
            cause: self.cause,
            facts: facts.map_err(Error::corrupt)?,
            at: UnixMs(self.at),
        })
    }
}

/// Whether a cause says for certain that an open intent wrote nothing: the destination refused it, or the copy was left
/// as it is. Any other cause says nothing about an earlier attempt, whose write may have happened.
fn nothing_was_written(cause: FailureCode) -> bool {
    matches!(
        cause,
        FailureCode::TargetRejected
            | FailureCode::ChangedSinceCopy
            | FailureCode::TargetTouched
            | FailureCode::NotOurs
    )
}

/// The entries of a kind that are there, of those named.
pub(crate) async fn named(
    session: &mut Session<'_>,
    migration: i64,
    kind: ObjectKind,
    ids: &[&str],
) -> Result<Vec<Line>> {
    let list = serde_json::json!(ids).to_string();
    let text = match session {
        Session::Sqlite(_) => sql::entries::NAMED,
        Session::Postgres(_) => sql::postgres::NAMED,
    };
    let rows = query(text).bind(migration).bind(kind.name()).bind(list).all(session).await?;
    rows.iter().map(Line::read).collect()
}

/// One entry, if it is there.
pub(crate) async fn find(session: &mut Session<'_>, migration: i64, key: &Key) -> Result<Option<Line>> {
    let one = query(sql::entries::ONE).bind(migration).bind(key.kind.name()).bind(&key.id.0);
    one.optional(session).await?.as_ref().map(Line::read).transpose()
}
