//! The one place that writes to stdout. What a command says is text for a person or JSON for a program, never both; logs
//! and progress go to stderr and are not written here, failures are.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde::Serialize;

use crate::{exit::Exit, failure::Failure};

/// Form of what a command says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For a person.
    #[default]
    Text,
    /// For a program: one object per command, on one line each where a command says several.
    Json,
}

/// Where a command says what it has to say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    format: Format,
    plain: bool,
}

impl Output {
    /// An output; `plain` forbids colours and moving parts.
    #[must_use]
    pub(crate) fn new(format: Format, plain: bool) -> Self {
        Self { format, plain }
    }

    /// Whether progress may be drawn on stderr: only for a person at a terminal.
    #[must_use]
    pub(crate) fn may_draw(self) -> bool {
        self.format == Format::Text && !self.plain && io::stderr().is_terminal()
    }

    /// Whether the screen may be cleared between two looks.
    #[must_use]
    pub(crate) fn may_redraw(self) -> bool {
        self.format == Format::Text && !self.plain && io::stdout().is_terminal()
    }

    /// Says the same thing in the form asked for.
    ///
    /// # Errors
    /// [`Failure`] when stdout cannot be written.
    pub(crate) fn say(self, value: &impl Serialize, text: impl FnOnce() -> String) -> Result<(), Failure> {
        match self.format {
            Format::Text => self.line(&text()),
            Format::Json => self.json(value),
        }
    }

    /// Says one JSON value on a line of its own, whatever the form.
    ///
    /// # Errors
    /// [`Failure`] when stdout cannot be written.
    pub(crate) fn json(self, value: &impl Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string(value).map_err(|error| Failure::new(Exit::Failed, error))?;
        self.line(&json)
    }

    /// Wipes the screen and puts the cursor at its top.
    ///
    /// # Errors
    /// [`Failure`] when stdout cannot be written.
    pub(crate) fn clear(self) -> Result<(), Failure> {
        written(io::stdout().lock().write_all(b"\x1b[2J\x1b[H"))
    }

    /// Says something beside the result, on stderr.
    pub(crate) fn aside(self, text: &str) {
        // Nobody is left to tell when stderr is gone too.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says why a command failed, on stderr.
    pub(crate) fn failure(self, failure: &Failure) {
        let line = match self.format {
            Format::Text => format!("error: {failure}"),
            Format::Json => {
                serde_json::json!({ "error": failure.to_string(), "exit": failure.exit().code() }).to_string()
            }
        };
        self.aside(&line);
    }

    fn line(self, text: &str) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let end = if text.ends_with('\n') { "" } else { "\n" };
        written(write!(stdout, "{text}{end}").and_then(|()| stdout.flush()))
    }
}

/// A reader that has seen enough (`| head`) is no failure.
fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Failed, format!("stdout cannot be written ({error})")))
        }
        _ => Ok(()),
    }
}
