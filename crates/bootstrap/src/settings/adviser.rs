//! Section `[adviser]`: who is asked for a second opinion on proposals for the map. Nobody, unless an address is set.

use secrecy::SecretString;
use url::Url;

use super::reader::Reader;

/// Who is asked.
#[derive(Debug, Clone)]
pub struct Adviser {
    /// Base address of an API with chat completions; none: nobody is asked.
    pub address: Option<Url>,
    /// The model.
    pub model: String,
    /// The key, where one is needed.
    pub api_key: Option<SecretString>,
}

impl Adviser {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let key = "adviser.address";
        let text = reader.optional_text(key);
        let url = |text: &str| Url::parse(text).ok().filter(|url| url.has_host() && url.password().is_none());
        let address = text.as_deref().and_then(url);
        if text.is_some() && address.is_none() {
            reader.wrong(key, "this is no address", "give one such as https://api.example/v1");
        }
        let model = reader.text("adviser.model");
        if address.is_some() && model.is_empty() {
            reader.wrong("adviser.model", "no model is named", "name the one that is asked");
        }
        Self { address, model, api_key: reader.secret("adviser.api_key") }
    }
}
