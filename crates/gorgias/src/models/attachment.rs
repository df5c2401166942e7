//! Files: what is uploaded, what the upload answers, and how a message refers to it.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::wire::null_as_default;

/// A file of a message, by the address the upload gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Address of the uploaded file.
    pub url: String,
    /// File name.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// Media type.
    #[serde(default, deserialize_with = "null_as_default")]
    pub content_type: String,
    /// Size in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// A file to upload.
#[derive(Clone)]
pub struct UploadFile {
    /// File name.
    pub name: String,
    /// Media type; an unreadable one is sent as `application/octet-stream`.
    pub content_type: String,
    /// The content.
    pub bytes: Bytes,
}

impl std::fmt::Debug for UploadFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UploadFile")
            .field("content_type", &self.content_type)
            .field("size_bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// An uploaded file as answered by `POST /upload`, in the order of the files sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Uploaded {
    /// Address of the file, to be used in [`Attachment::url`].
    pub url: String,
    /// The name Gorgias keeps.
    #[serde(default, deserialize_with = "null_as_default")]
    pub name: String,
    /// The media type Gorgias keeps.
    #[serde(default, deserialize_with = "null_as_default")]
    pub content_type: String,
    /// Size in bytes as Gorgias counts it.
    #[serde(default)]
    pub size: Option<u64>,
}

impl From<Uploaded> for Attachment {
    fn from(uploaded: Uploaded) -> Self {
        let Uploaded { url, name, content_type, size } = uploaded;
        Self { url, name, content_type, size }
    }
}
