//! The language of the command line.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::sync::OnceLock;

use crate::project::Variables;
use crate::words::{Language, Message, message};

/// What `--lang` said.
static FLAG: OnceLock<Language> = OnceLock::new();

/// Takes what `--lang` says.
pub(super) fn set_flag(language: Language) {
    let _ = FLAG.set(language);
}

/// The language that `--lang` names; it wins over all settings.
pub(super) fn flag() -> Option<Language> {
    FLAG.get().copied()
}

/// The language where no settings count: that of the flag, or else of the system.
pub(super) fn spoken() -> Language {
    static SPOKEN: OnceLock<Language> = OnceLock::new();
    *SPOKEN.get_or_init(|| flag().or(Variables::of_process().language).unwrap_or_default())
}

/// Puts something into words, where no settings count.
pub(super) fn say(message: &Message) -> String {
    spoken().say(message)
}

/// Puts an error into words, where no settings count.
pub(super) fn said(why: Message) -> String {
    say(&why)
}

/// Tells the user something that isn't a result.
pub(super) fn tell(message: &Message) {
    warn(say(message));
}

/// Prints what isn't a result. Whoever doesn't read it, as `2>&1 | head`, isn't a failure.
pub(super) fn warn(text: impl Display) {
    let _ = writeln!(io::stderr(), "yolint: {text}");
}

/// Says that a file can't be written.
pub(super) fn cant_be_written(path: &Path, error: &io::Error) -> String {
    say(&message!("cant-be-written", path = path.display(), error))
}

/// Reads the value of `--lang`.
pub(super) fn parse(text: &str) -> Result<Language, String> {
    Language::of_locale(text).ok_or_else(|| say(&message!("not-a-language", text)))
}
