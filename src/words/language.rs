//! The languages, and how one is chosen.

/// A language that yolint speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, in simplified characters.
    Chinese,
    /// Chinese as Taiwan writes it, made from the simplified texts; for Hong Kong and Macau too.
    Traditional,
}

impl Language {
    /// All languages.
    pub const ALL: [Language; 3] = [Language::English, Language::Chinese, Language::Traditional];

    /// Its name in settings: `zh`.
    pub fn name(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh",
            Language::Traditional => "zh-TW",
        }
    }

    /// Its name in pages: `zh-CN`.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Chinese => "zh-CN",
            Language::Traditional => "zh-TW",
        }
    }

    /// The language of a locale as editors (`zh-CN`) and systems (`zh_CN.UTF-8`) name it; none if yolint doesn't speak it.
    pub fn of_locale(locale: &str) -> Option<Language> {
        let locale = locale.to_ascii_lowercase();
        let mut parts = locale.split(['-', '_', '.', '@']);
        match parts.next() {
            Some("en") => Some(Language::English),
            Some("zh") => parts.find_map(Language::of_script).or(Some(Language::Chinese)),
            _ => None,
        }
    }

    /// The Chinese of a script or of a region: what a locale says first counts.
    fn of_script(part: &str) -> Option<Language> {
        match part {
            "hans" | "cn" | "sg" => Some(Language::Chinese),
            "hant" | "tw" | "hk" | "mo" => Some(Language::Traditional),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales() {
        for chinese in
            ["zh", "zh-CN", "zh-Hans", "zh-cn", "zh_CN.UTF-8", "zh_CN", "zh.UTF-8", "ZH-cn", "zh-Hans-HK", "zh_SG"]
        {
            assert_eq!(Language::of_locale(chinese), Some(Language::Chinese), "{chinese}");
        }
        for traditional in
            ["zh-TW", "zh-tw", "zh_TW.UTF-8", "zh_HK.Big5", "zh-Hant", "zh-Hant-CN", "zh-MO", "zh_TW@radical"]
        {
            assert_eq!(Language::of_locale(traditional), Some(Language::Traditional), "{traditional}");
        }
        for language in Language::ALL {
            assert_eq!(Language::of_locale(language.name()), Some(language));
            assert_eq!(Language::of_locale(language.tag()), Some(language));
        }
        for english in ["en", "en-GB", "en_US.UTF-8"] {
            assert_eq!(Language::of_locale(english), Some(Language::English), "{english}");
        }
        for other in ["", "C", "C.UTF-8", "de-DE", "zhx"] {
            assert_eq!(Language::of_locale(other), None, "{other}");
        }
    }
}
