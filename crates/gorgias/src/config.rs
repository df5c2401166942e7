//! What a client must be told: where, as whom, how patiently. Where the vendor's behaviour is not documented, the
//! choice stands here with its default. Nothing is read from the environment or from a file.

use secrecy::SecretString;
use url::Url;

/// Everything one account's client needs.
#[derive(Debug, Clone)]
pub struct Config {
    /// `https://{account}.gorgias.com/api`, no slash at the end needed.
    pub base_url: Url,
    /// As whom to call.
    pub auth: Auth,
    /// The longest one call may take from leaving to its whole answer, in milliseconds.
    pub timeout_ms: u64,
    /// A call leaves only when at least this long remains before its deadline, in milliseconds; never more than the
    /// time-out counts. It keeps a late call from being cut off and its outcome from being unknown.
    pub least_answer_ms: u64,
    /// Names us to the vendor; its firewall refuses some default names (reference section 1.1).
    pub user_agent: String,
    /// How the import flag is used.
    pub imported: ImportedFlag,
    /// How often a read is tried in all; 429 does not count.
    pub read_attempts: u32,
    /// The first pause between two tries of a read, in milliseconds; it doubles, with jitter.
    pub read_pause_ms: u64,
    /// How long a 429 without a readable `Retry-After` pauses everybody, in milliseconds.
    pub default_retry_after_ms: u64,
    /// Whether a write answered 429 may have been applied all the same. Not documented; the default is no.
    pub throttled_write_may_apply: bool,
    /// The form field name of uploaded files.
    pub upload_field: UploadField,
    /// Who can read uploaded files.
    pub upload_kind: UploadKind,
}

impl Config {
    /// The defaults for this account.
    pub fn new(base_url: Url, auth: Auth) -> Self {
        Self {
            base_url,
            auth,
            timeout_ms: 30_000,
            least_answer_ms: 2_000,
            user_agent: concat!("flotilla/", env!("CARGO_PKG_VERSION")).to_owned(),
            imported: ImportedFlag::Auto,
            read_attempts: 4,
            read_pause_ms: 500,
            default_retry_after_ms: 20_000,
            throttled_write_may_apply: false,
            upload_field: UploadField::Fixed("file".to_owned()),
            upload_kind: UploadKind::Attachment,
        }
    }
}

/// As whom to call. Secrets never appear in its `Debug`.
#[derive(Debug, Clone)]
pub enum Auth {
    /// Private use: a user's e-mail and API key.
    Basic {
        /// The user who owns the key; what is written is written by them.
        email: String,
        /// The key.
        api_key: SecretString,
    },
    /// An app of the vendor's store: bearer tokens that expire, with a refresh token (scope `offline`).
    OAuth {
        /// The app's id.
        client_id: String,
        /// The app's secret.
        client_secret: SecretString,
        /// The refresh token of this account.
        refresh_token: SecretString,
        /// Where tokens are fetched: `https://{account}.gorgias.com/oauth/token`.
        token_url: Url,
    },
}

/// Whether new tickets and messages are flagged as made by a historical import (reference section 2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImportedFlag {
    /// Flag them until the account answers 400 naming the flag, then go on without it.
    #[default]
    Auto,
    /// Never flag them.
    Never,
}

/// The form field name of an uploaded file; the reference has two accounts of it (section 2.8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadField {
    /// This name for every file, the file's own name beside it.
    Fixed(String),
    /// The file's own name.
    FileName,
}

/// Who can read an uploaded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UploadKind {
    /// Users of the account.
    #[default]
    Attachment,
    /// Whoever knows the address.
    PublicAttachment,
}

impl UploadKind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Attachment => "attachment",
            Self::PublicAttachment => "public_attachment",
        }
    }
}
