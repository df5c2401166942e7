//! A migration with a scheduler, reached by its API.

use async_trait::async_trait;
use documents::handoff::Bundle;
use protocol::{
    Account, BeginErrand, Controls, DeadLetter, DocumentIndex, Errand, Key, Leaf, MigrationId,
    MigrationState, Name, UndoScope,
    api::{
        AccountList, CreateMigration, Events, Explanation, Failures, MigrationDetail, Reason, Retried, Retry,
        StartMigration, UndoCount, WaitsFor,
    },
    certificate::Certificate,
    documents::{Articles, ReviewArticle},
    erasure::{Erase, Erasure},
    milestone::Declare,
    report::Reconciliation,
};

use super::{Api, Deed, Fleet, Look, Operator, Which, api::Refused};
use crate::failure::Failure;

/// One migration there.
#[derive(Debug)]
pub(crate) struct Remote {
    api: Api,
    id: MigrationId,
}

impl Remote {
    /// Nothing is asked yet.
    #[must_use]
    pub(crate) fn new(api: Api, id: MigrationId) -> Self {
        Self { api, id }
    }

    /// Where it stands, or why that is not known.
    ///
    /// # Errors
    /// [`Refused`].
    pub(crate) async fn detail(&self) -> Result<MigrationDetail, Refused> {
        self.api.get(&["migrations", self.id.as_str()], &[]).await
    }

    /// Whether a map was put there, beside the one of its settings.
    ///
    /// # Errors
    /// [`Failure`] when nobody answers or the token does not reach.
    pub(crate) async fn map_was_put(&self) -> Result<bool, Failure> {
        let place = ["migrations", self.id.as_str(), "map"];
        Ok(self.api.get::<scheduler::map_desk::Standing>(&place, &[]).await?.version.is_some())
    }

    /// The migration if it is there.
    ///
    /// # Errors
    /// [`Failure`] when nobody answers or the token does not reach.
    pub(crate) async fn found(&self) -> Result<Option<MigrationDetail>, Failure> {
        unless_missing(self.detail().await)
    }

    /// An account there.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn account(&self, name: &Name) -> Result<Option<Account>, Failure> {
        unless_missing(self.api.get(&["accounts", name.as_str()], &[]).await)
    }

    /// Makes an account known.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn admit(&self, account: &Account) -> Result<(), Failure> {
        self.api.post::<Account>(&["accounts"], account, None).await?;
        Ok(())
    }

    /// Creates it; the same request again is answered again.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn create(
        &self,
        asked: &CreateMigration,
        once: &str,
    ) -> Result<MigrationDetail, Failure> {
        Ok(self.api.post(&["migrations"], asked, Some(once)).await?)
    }

    /// Gathers the bundle beside the scheduler's reports.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn hand_off(&self) -> Result<Bundle, Failure> {
        let place = ["migrations", self.id.as_str(), "handoff"];
        Ok(self.api.post(&place, &serde_json::json!({}), None).await?)
    }

    /// Begins an errand.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn errand(&self, errand: &Errand) -> Result<MigrationDetail, Failure> {
        let asked = BeginErrand::from(errand);
        Ok(self.api.post(&["migrations", self.id.as_str(), "errands"], &asked, None).await?)
    }

    /// Starts it, or lets it go on.
    ///
    /// # Errors
    /// [`Failure`].
    pub(crate) async fn start(&self, asked: &StartMigration) -> Result<MigrationDetail, Failure> {
        Ok(self.api.post(&["migrations", self.id.as_str(), "start"], asked, None).await?)
    }
}

#[async_trait(?Send)]
impl Operator for Remote {
    async fn look(&self) -> Result<Look, Failure> {
        let seen = self.detail().await?;
        let due = seen
            .waiting
            .until
            .filter(|_| matches!(seen.waiting.waits_for, WaitsFor::Backoff | WaitsFor::Agents));
        Ok(Look {
            sentence: seen.sentence,
            at: seen.at,
            view: seen.view,
            pulse: None,
            next_attempt_at: due,
            fleet: Some(Fleet {
                waiting: seen.waiting,
                controls: seen.controls,
                rate: seen.rate,
                delta: seen.delta,
            }),
        })
    }

    async fn report(&self) -> Result<Reconciliation, Failure> {
        Ok(self.api.get(&["migrations", self.id.as_str(), "report"], &[]).await?)
    }

    async fn documents(&self) -> Result<DocumentIndex, Failure> {
        Ok(self.api.get(&["migrations", self.id.as_str(), "documents"], &[]).await?)
    }

    async fn articles(&self) -> Result<Articles, Failure> {
        Ok(self.api.get(&["migrations", self.id.as_str(), "articles"], &[]).await?)
    }

    async fn review(&self, article: &str, by: &str) -> Result<Articles, Failure> {
        let place = ["migrations", self.id.as_str(), "articles", article, "review"];
        Ok(self.api.post(&place, &ReviewArticle { by: by.to_owned() }, None).await?)
    }

    async fn explain(&self, key: Key) -> Result<Explanation, Failure> {
        let place = ["migrations", self.id.as_str(), "records", key.kind.name(), key.id.0.as_str()];
        if let Some(explanation) = unless_missing(self.api.get(&place, &[]).await)? {
            return Ok(explanation);
        }
        // Either the record or the whole migration is unknown there; the latter says so itself.
        let _ = self.detail().await?;
        let says = scheduler::never_seen(&self.id, &key);
        Ok(Explanation { key, says, entry: None, dead_letter: None, nested: Vec::new() })
    }

    async fn failures(
        &self,
        which: Which,
        after: Option<&Key>,
        limit: u32,
    ) -> Result<Vec<DeadLetter>, Failure> {
        let mut query = vec![("limit", limit.to_string())];
        query.extend(which.cause.map(|cause| ("cause", cause.name().to_owned())));
        query.extend(which.kind.map(|kind| ("kind", kind.name().to_owned())));
        if let Some(after) = after {
            query.push(("after_kind", after.kind.name().to_owned()));
            query.push(("after_id", after.id.0.clone()));
        }
        let page: Failures = self.api.get(&["migrations", self.id.as_str(), "failures"], &query).await?;
        Ok(page.failures.into_iter().map(|failure| failure.letter).collect())
    }

    async fn retry(&self, which: &Retry) -> Result<Retried, Failure> {
        if let Some(kind) = which.kind.filter(|kind| kind.is_nested()) {
            return Err(scheduler::Error::Nested { kind }.into());
        }
        Ok(self.api.post(&["migrations", self.id.as_str(), "retry"], which, None).await?)
    }

    async fn events(&self, after: i64, limit: u32) -> Result<Events, Failure> {
        let query = [("after", after.to_string()), ("limit", limit.to_string())];
        Ok(self.api.get(&["migrations", self.id.as_str(), "events"], &query).await?)
    }

    async fn act(&self, deed: Deed, why: Option<String>) -> Result<MigrationState, Failure> {
        let (name, body) = match deed {
            Deed::Pause => ("pause", serde_json::json!(Reason { why })),
            Deed::Cancel => ("cancel", serde_json::json!(Reason { why })),
            Deed::Resume => ("resume", serde_json::json!(StartMigration::default())),
        };
        let seen: MigrationDetail =
            self.api.post(&["migrations", self.id.as_str(), name], &body, None).await?;
        Ok(seen.view.migration.state)
    }

    async fn throttle(&self, controls: &Controls) -> Result<Controls, Failure> {
        let place = ["migrations", self.id.as_str(), "throttle"];
        let seen: MigrationDetail = self.api.post(&place, controls, None).await?;
        Ok(seen.controls)
    }

    async fn declare(&self, asked: &Declare) -> Result<MigrationState, Failure> {
        let place = ["migrations", self.id.as_str(), "milestones"];
        let seen: MigrationDetail = self.api.post(&place, asked, None).await?;
        Ok(seen.view.migration.state)
    }

    async fn undo_count(&self, scope: &UndoScope) -> Result<UndoCount, Failure> {
        Ok(self.api.post(&["migrations", self.id.as_str(), "undo-count"], scope, None).await?)
    }

    async fn leaf(&self, name: &str, version: Option<u32>) -> Result<Option<Leaf>, Failure> {
        let query: Vec<(&str, String)> =
            version.map(|version| ("version", version.to_string())).into_iter().collect();
        unless_missing(self.api.get(&["migrations", self.id.as_str(), "dossier", name], &query).await)
    }

    async fn certificate(&self) -> Result<Certificate, Failure> {
        Ok(self.api.get(&["migrations", self.id.as_str(), "certificate"], &[]).await?)
    }

    async fn erase(&self, asked: &Erase) -> Result<Erasure, Failure> {
        Ok(self.api.post(&["migrations", self.id.as_str(), "erase"], asked, None).await?)
    }

    async fn accounts(&self) -> Result<Vec<Account>, Failure> {
        Ok(self.api.get::<AccountList>(&["accounts"], &[]).await?.accounts)
    }

    fn goes_on_by(&self) -> &'static str {
        "The fleet goes on with it"
    }
}

/// What is not there is no failure.
pub(crate) fn unless_missing<T>(answer: Result<T, Refused>) -> Result<Option<T>, Failure> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Refused::Problem(problem))
            if problem.status == 404 && problem.r#type == "urn:flotilla:not_found" =>
        {
            Ok(None)
        }
        Err(refused) => Err(refused.into()),
    }
}
