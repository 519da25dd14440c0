//! The languages, and how one is chosen.

/// A language that yolint speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, in simplified characters; for readers of traditional ones too. Tables could turn the characters around, but not the
    /// terms, which differ in Taiwan (a 批归一化 is a 批次正規化), and the program would hold a third language.
    Chinese,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 2] = [Language::English, Language::Chinese];

    /// Its name in settings: `zh`.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh",
        }
    }

    /// Its name in pages: `zh-CN`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        }
    }

    /// The language of a locale as editors (`zh-CN`) and systems (`zh_CN.UTF-8`) name it; none if yolint doesn't speak it.
    pub fn of_locale(locale: &str) -> Option<Language> {
        let primary = locale.split(['-', '_', '.', '@']).next().unwrap_or_default();
        Language::ALL.into_iter().find(|language| language.name().eq_ignore_ascii_case(primary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        for chinese in ["zh", "zh-CN", "zh-Hans", "zh-TW", "zh-cn", "zh_CN.UTF-8", "zh_CN", "zh.UTF-8", "ZH-cn"] {
            assert_eq!(Language::of_locale(chinese), Some(Language::Chinese), "{chinese}");
        }
        for english in ["en", "en-GB", "en_US.UTF-8"] {
            assert_eq!(Language::of_locale(english), Some(Language::English), "{english}");
        }
        for other in ["", "C", "C.UTF-8", "de-DE", "zhx"] {
            assert_eq!(Language::of_locale(other), None, "{other}");
        }
    }
}
