//! Custom fields: their definitions, read once and kept, and the values of one record, typed by them. Targets
//! without a definition cost no call.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::client::Client;
use crate::decode::{self, Unreadable};
use crate::error::{Error, ErrorKind};
use crate::models::{CustomFieldDefinition, CustomFieldValue, FieldTarget, RawFieldValue, typed};
use crate::transport::Call;

impl Client {
    /// All custom field definitions, asked for anew; [`Client::custom_field_values`] uses them from then on.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn custom_field_definitions(&self) -> Result<Vec<CustomFieldDefinition>, Error> {
        let call = Call::new("customvalues/customfields", "customvalues/customfields", None);
        let found: Option<Option<Vec<CustomFieldDefinition>>> =
            self.inner.transport.read(&call, decode::value).await?;
        let found = found.ok_or_else(|| call.error(ErrorKind::NotFound).status(404))?.unwrap_or_default();
        *self.inner.definitions.write().await = Some(Arc::new(found.clone()));
        Ok(found)
    }

    /// The custom values of one record, typed by their definitions; an unset field is absent.
    ///
    /// # Errors
    /// See [`ErrorKind`].
    pub async fn custom_field_values(
        &self,
        target: FieldTarget,
        id: i64,
    ) -> Result<Vec<CustomFieldValue>, Error> {
        let mut definitions = self.definitions().await?;
        let Some(word) = target.path_word().filter(|_| definitions.iter().any(|d| d.target == target)) else {
            return Ok(Vec::new());
        };
        let call = Call::new(
            "customvalues/{kind}fields/{id}",
            &format!("customvalues/{word}fields/{id}"),
            Some(format!("{word} {id}")),
        );
        let rows = match self.inner.transport.read(&call, |bytes| self.rows(bytes)).await? {
            Some(rows) => {
                self.inner.all_values_known.store(true, Ordering::Relaxed);
                rows
            }
            None if self.inner.all_values_known.load(Ordering::Relaxed) => Vec::new(),
            None => self.values_by_name(word, &target, id, &definitions).await?,
        };
        let known = |defs: &[CustomFieldDefinition], row: &RawFieldValue| {
            defs.iter().any(|d| d.target == target && row.field_name() == Some(d.name.as_str()))
        };
        if rows.iter().any(|row| !known(&definitions, row)) {
            // A field defined since the definitions were read.
            definitions = Arc::new(self.custom_field_definitions().await?);
        }
        Ok(rows.into_iter().filter_map(|row| typed(row, &target, &definitions, &self.inner.zone)).collect())
    }

    /// One call per field: the only way on accounts whose API lacks the call for all values.
    async fn values_by_name(
        &self,
        word: &str,
        target: &FieldTarget,
        id: i64,
        definitions: &[CustomFieldDefinition],
    ) -> Result<Vec<RawFieldValue>, Error> {
        let mut rows = Vec::new();
        for definition in definitions.iter().filter(|d| d.target == *target) {
            let mut call = Call::new(
                "customvalues/{kind}field/{id}/{fieldName}",
                &format!("customvalues/{word}field/{id}"),
                Some(format!("{word} {id}")),
            );
            call.segments.push(definition.name.clone());
            let found = self.inner.transport.read(&call, |bytes| self.rows(bytes)).await?;
            rows.extend(found.unwrap_or_default());
        }
        Ok(rows)
    }

    fn rows(&self, bytes: &[u8]) -> Result<Vec<RawFieldValue>, Unreadable> {
        let found: Option<Vec<Option<RawFieldValue>>> = decode::value(bytes)?;
        let mut rows: Vec<_> = found.unwrap_or_default().into_iter().flatten().collect();
        for stamp in rows.iter_mut().filter_map(RawFieldValue::stamp_mut) {
            stamp.settle(&self.inner.zone);
        }
        Ok(rows)
    }

    async fn definitions(&self) -> Result<Arc<Vec<CustomFieldDefinition>>, Error> {
        if let Some(known) = self.inner.definitions.read().await.clone() {
            return Ok(known);
        }
        Ok(Arc::new(self.custom_field_definitions().await?))
    }
}
