//! The switches of the Gorgias stand-in: one for each thing the vendor's documents leave unknown, each with
//! the sane default, all movable while the simulator runs (`PUT /_sim/settings`). What is documented has no
//! switch.

use serde::{Deserialize, Serialize};

/// Behaviour that the documents leave open. A partial JSON object changes only what it names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Lists and filters do not show a record until this long after its creation, in milliseconds.
    pub visibility_lag_ms: u64,
    /// Extra lag of the `external_id` filters alone, in milliseconds.
    pub external_id_lag_ms: u64,
    /// `GET` by id obeys the visibility lag too.
    pub get_by_id_lags: bool,
    /// `imported` is a known field of tickets and messages; when false it is answered with 400.
    pub accept_imported: bool,
    /// A second tag of the same name is answered with 409; when false the existing one is returned.
    pub duplicate_tag_conflict: bool,
    /// A tag name on a ticket that no tag has makes the tag; when false it is answered with 400.
    pub tags_auto_create: bool,
    /// Lists are bare arrays instead of `{data, meta}`.
    pub bare_lists: bool,
    /// A second record with an `external_id` already used is answered with 409.
    pub unique_external_ids: bool,
    /// A phone channel that another customer holds is answered with 409.
    pub phone_conflict: bool,
    /// E-mails that differ only in letter case are the same.
    pub emails_fold_case: bool,
    /// `note` is a known field when a customer is created or changed.
    pub customer_note_accepted: bool,
    /// `custom_fields` is a known field when a customer is created.
    pub customer_fields_on_create: bool,
    /// Deleting a customer deletes its tickets too.
    pub customer_delete_cascades: bool,
    /// `via` must be present on tickets and messages.
    pub via_required: bool,
    /// The sender of an internal note must be given as `{id}`.
    pub note_sender_needs_id: bool,
    /// A message whose `message_id` is already known on the ticket is answered with 409.
    pub message_ids_unique: bool,
    /// A closed ticket without a value for a `required` field is answered with 400.
    pub required_fields_block_close: bool,
    /// A client's `updated_datetime` is kept; when false the server's clock wins.
    pub keep_updated_datetime: bool,
    /// Rules act on records flagged as imported.
    pub rules_fire_for_imported: bool,
    /// Closing sends satisfaction surveys for records flagged as imported.
    pub surveys_for_imported: bool,
    /// Attachments may point anywhere; when false only at our uploads.
    pub foreign_attachments_accepted: bool,
    /// `<script>`, `<style>` and `<iframe>` elements are cut out of `body_html`.
    pub html_sanitised: bool,
    /// A throttled write was applied all the same before the 429 was answered.
    pub throttled_write_applied: bool,
    /// Status of a field definition over the limit of active ones.
    pub over_field_limit_status: u16,
    /// Active ticket fields an account may hold.
    pub max_ticket_fields: usize,
    /// Active customer fields an account may hold.
    pub max_customer_fields: usize,
    /// Bytes of one uploaded file; above it the upload is answered with 413.
    pub max_upload_bytes: u64,
    /// Characters of one message body; above it the message is answered with 400. 0 means no limit.
    pub max_body_chars: usize,
    /// Ids in one bulk delete or job; above it the call is answered with 400.
    pub max_bulk_ids: usize,
    /// Life of an access token, in seconds.
    pub token_lifetime_s: u64,
    /// Refreshing gives a new refresh token and voids the old one.
    pub refresh_token_rotates: bool,
    /// Life of a list cursor, in milliseconds; 0 means for ever.
    pub cursor_lifetime_ms: u64,
    /// Date-times in answers end in `+00:00`; when false they carry no offset, as in the reference's examples.
    pub answers_carry_offset: bool,
    /// Shape of the body of a 401.
    pub unauthorized_shape: UnauthorizedShape,
}

/// The two shapes of a 401 that circulate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnauthorizedShape {
    /// `{"error":{"msg":..}}`, as every other error.
    Error,
    /// `{"message":"Unauthorized"}`.
    Message,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            visibility_lag_ms: 0,
            external_id_lag_ms: 0,
            get_by_id_lags: false,
            accept_imported: true,
            duplicate_tag_conflict: true,
            tags_auto_create: true,
            bare_lists: false,
            unique_external_ids: false,
            phone_conflict: true,
            emails_fold_case: true,
            customer_note_accepted: false,
            customer_fields_on_create: false,
            customer_delete_cascades: false,
            via_required: true,
            note_sender_needs_id: false,
            message_ids_unique: false,
            required_fields_block_close: false,
            keep_updated_datetime: true,
            rules_fire_for_imported: false,
            surveys_for_imported: false,
            foreign_attachments_accepted: true,
            html_sanitised: false,
            throttled_write_applied: false,
            over_field_limit_status: 400,
            max_ticket_fields: 25,
            max_customer_fields: 4,
            max_upload_bytes: 25_000_000,
            max_body_chars: 0,
            max_bulk_ids: 500,
            token_lifetime_s: 3600,
            refresh_token_rotates: false,
            cursor_lifetime_ms: 0,
            answers_carry_offset: true,
            unauthorized_shape: UnauthorizedShape::Error,
        }
    }
}
