//! The folder of the credentials: one TOML file by the credential's name. Jobs, ledger and API carry the name; what it
//! names is read here and handed to a vendor's client. An error names credential and file, never what is in it.

use std::{fs, path::PathBuf};

use protocol::{FailureCode, Fingerprint, Name};
use secrecy::SecretString;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;
use worker::Trouble;

/// The folder.
#[derive(Debug, Clone)]
pub(crate) struct Credentials(PathBuf);

/// What opens an account of the source.
#[derive(Debug)]
pub(crate) struct SourceCredential {
    pub(crate) token: SecretString,
    pub(crate) auth: atera::AuthScheme,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AteraFile {
    token: String,
    #[serde(default)]
    auth: AteraAuth,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case")]
enum AteraAuth {
    #[default]
    Auto,
    Bearer,
    ApiKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GorgiasFile {
    email: Option<String>,
    api_key: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    refresh_token: Option<String>,
    token_url: Option<String>,
}

impl Credentials {
    pub(crate) fn in_folder(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// What opens an account of the source.
    ///
    /// # Errors
    /// [`FailureCode::SourceAuth`] when the file is not there or is not one.
    pub(crate) fn source(&self, name: &Name) -> Result<SourceCredential, Trouble> {
        let wanted = "give token, and auth where its form does not show: bearer or api_key";
        let file: AteraFile = self.read(name, FailureCode::SourceAuth, wanted)?;
        let auth = match file.auth {
            AteraAuth::Auto => atera::AuthScheme::Auto,
            AteraAuth::Bearer => atera::AuthScheme::Bearer,
            AteraAuth::ApiKey => atera::AuthScheme::ApiKey,
        };
        if file.token.trim().is_empty() {
            return Err(self.refused(name, FailureCode::SourceAuth, "holds no token", wanted));
        }
        Ok(SourceCredential { token: file.token.trim().to_owned().into(), auth })
    }

    /// What opens an account of the destination at `base_url`.
    ///
    /// # Errors
    /// [`FailureCode::TargetAuth`] when the file is not there or is not one.
    pub(crate) fn destination(&self, name: &Name, base_url: &Url) -> Result<gorgias::Auth, Trouble> {
        let wanted = "give email and api_key, or client_id, client_secret and refresh_token";
        let code = FailureCode::TargetAuth;
        let file: GorgiasFile = self.read(name, code, wanted)?;
        let GorgiasFile { email, api_key, client_id, client_secret, refresh_token, token_url } = file;
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        match (
            given(email),
            given(api_key),
            given(client_id),
            given(client_secret),
            given(refresh_token),
            given(token_url),
        ) {
            (Some(email), Some(api_key), None, None, None, None) => {
                Ok(gorgias::Auth::Basic { email, api_key: api_key.into() })
            }
            (None, None, Some(client_id), Some(client_secret), Some(refresh_token), token_url) => {
                let token_url = match token_url {
                    Some(url) => url.parse().ok().filter(crate::vendors::may_carry_secrets),
                    None => base_url.join("/oauth/token").ok(),
                };
                let Some(token_url) = token_url else {
                    return Err(self.refused(
                        name,
                        code,
                        "holds a token_url that is no https address",
                        wanted,
                    ));
                };
                let (client_secret, refresh_token) = (client_secret.into(), refresh_token.into());
                Ok(gorgias::Auth::OAuth { client_id, client_secret, refresh_token, token_url })
            }
            _ => Err(self.refused(name, code, "is not whole, or holds two kinds of credential", wanted)),
        }
    }

    /// The file as it stands, as a hash: another one asks for a new client. Of a missing file: the hash of nothing.
    pub(crate) fn fingerprint(&self, name: &Name) -> Fingerprint {
        Fingerprint::of(&fs::read(self.file(name)).unwrap_or_default())
    }

    fn file(&self, name: &Name) -> PathBuf {
        // A name is a slug: it leads nowhere else.
        self.0.join(format!("{name}.toml"))
    }

    fn read<T: DeserializeOwned>(&self, name: &Name, code: FailureCode, wanted: &str) -> Result<T, Trouble> {
        let text = fs::read_to_string(self.file(name)).map_err(|error| {
            let what = format!("cannot be read ({})", error.kind());
            self.refused(name, code, &what, "put it there, readable for the worker")
        })?;
        // What the parser says would quote the file.
        toml::from_str(&text).map_err(|_| self.refused(name, code, "is not of the right form", wanted))
    }

    fn refused(&self, name: &Name, code: FailureCode, what: &str, remedy: &str) -> Trouble {
        let file = self.file(name);
        let detail = format!("credential {name}: {} {what}; {remedy}, then resume", file.display());
        Trouble::Failure { code, at: "credentials".to_owned(), detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn of(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in files {
                fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
            }
            Self(folder)
        }

        fn credentials(&self) -> Credentials {
            Credentials::in_folder(self.0.path().to_owned())
        }
    }

    fn name(slug: &str) -> Name {
        Name::new(slug).unwrap()
    }

    fn base() -> Url {
        "https://acme.gorgias.com/api".parse().unwrap()
    }

    #[test]
    fn each_kind_of_credential_is_read() {
        let folder = Folder::of(&[
            ("atera", "token = \"t\"\nauth = \"api_key\"\n"),
            ("basic", "email = \"a@b.example\"\napi_key = \"k\"\n"),
            ("app", "client_id = \"c\"\nclient_secret = \"s\"\nrefresh_token = \"r\"\n"),
        ]);
        let credentials = folder.credentials();
        assert_eq!(credentials.source(&name("atera")).unwrap().auth, atera::AuthScheme::ApiKey);
        let basic = credentials.destination(&name("basic"), &base()).unwrap();
        assert!(matches!(basic, gorgias::Auth::Basic { .. }));
        let gorgias::Auth::OAuth { token_url, .. } = credentials.destination(&name("app"), &base()).unwrap()
        else {
            panic!("basic")
        };
        assert_eq!(token_url.as_str(), "https://acme.gorgias.com/oauth/token");
    }

    #[test]
    fn what_is_wrong_is_told_by_credential_and_file_and_never_by_content() {
        let folder = Folder::of(&[
            ("torn", "token = \"s3cret\n"),
            ("other", "token = 's3cret'\ns3cret = 's3cret'\n"),
            ("half", "email = \"s3cret@b.example\"\n"),
            ("both", "email = 'a'\napi_key = 's3cret'\nclient_id = 's3cret'\n"),
            (
                "plain",
                "client_id = 'c'\nclient_secret = 's3cret'\nrefresh_token = 'r'\ntoken_url = 'http://s3cret.example'\n",
            ),
        ]);
        let credentials = folder.credentials();
        for missing in ["torn", "other", "gone", "half"] {
            let trouble = credentials.source(&name(missing)).unwrap_err();
            assert_eq!(trouble.code(), Some(FailureCode::SourceAuth));
            let said = trouble.to_string();
            assert!(
                said.contains(&format!("credential {missing}")) && said.contains(&format!("{missing}.toml"))
            );
            assert!(!said.contains("s3cret"), "{said}");
        }
        for missing in ["torn", "half", "both", "plain", "gone"] {
            let trouble = credentials.destination(&name(missing), &base()).unwrap_err();
            assert_eq!(trouble.code(), Some(FailureCode::TargetAuth));
            assert!(!trouble.to_string().contains("s3cret"), "{trouble}");
        }
    }

    #[test]
    fn a_changed_file_has_another_fingerprint() {
        let folder = Folder::of(&[("a", "token = 't'")]);
        let credentials = folder.credentials();
        let before = credentials.fingerprint(&name("a"));
        assert_eq!(before, credentials.fingerprint(&name("a")));
        fs::write(folder.0.path().join("a.toml"), "token = 'u'").unwrap();
        assert_ne!(before, credentials.fingerprint(&name("a")));
    }
}
