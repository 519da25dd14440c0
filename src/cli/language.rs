//! The language of the command line.

use std::sync::OnceLock;

use crate::project::Variables;
use crate::words::Language;

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

/// Reads the value of `--lang`.
pub(super) fn parse(text: &str) -> Result<Language, String> {
    Language::of_locale(text).ok_or_else(|| format!("`{text}` is not a language: write en or zh"))
}
