//! What every command is handed: the output, and the way to the settings. Read once; no command reads the environment or
//! the command line itself.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use bootstrap::{Environment, Settings, settings, telemetry};

use crate::{cli::Global, failure::Failure, output::Output};

/// How the program was called.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// Where the command says what it has to say.
    pub output: Output,
    /// Address of the scheduler to ask, if one is named.
    pub server: Option<String>,
    /// File with the token to ask it with.
    pub token_file: Option<PathBuf>,
    file: Option<PathBuf>,
    environment: Environment,
    overrides: BTreeMap<String, String>,
}

impl Invocation {
    /// Takes the global flags and the environment together.
    #[must_use]
    pub(crate) fn new(global: &Global, environment: Environment) -> Self {
        let mut overrides: BTreeMap<String, String> = global.set.iter().cloned().collect();
        if let Some(level) = global.level() {
            overrides.insert("log.level".to_owned(), level.to_owned());
        }
        let named =
            global.config.clone().or_else(|| environment.get(settings::FILE_VARIABLE).map(PathBuf::from));
        let beside = PathBuf::from(settings::FILE_NAME);
        let file = named.or_else(|| beside.exists().then_some(beside));
        Self {
            output: Output::new(global.output, environment.wants_plain_output()),
            server: global.server.clone(),
            token_file: global.token_file.clone(),
            file,
            environment,
            overrides,
        }
    }

    /// The configuration file, if one was named or stands in the working folder.
    #[must_use]
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// The settings.
    ///
    /// # Errors
    /// [`Failure`] with every problem found.
    pub(crate) fn load(&self) -> Result<Settings, Failure> {
        Ok(Settings::load(self.file(), &self.environment, &self.overrides)?)
    }

    /// The settings, with the log started as they say.
    ///
    /// # Errors
    /// [`Failure`] with every problem found.
    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let settings = self.load()?;
        telemetry::start(&settings.log, &settings.telemetry)?;
        Ok(settings)
    }
}
