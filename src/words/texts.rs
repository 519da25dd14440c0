//! The words of each language, read once.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use super::language::Language;

/// The files of a language, by name and text.
type Files = &'static [(&'static str, &'static str)];

/// The files that every language has.
macro_rules! files {
    ($language:literal) => {
        files!($language: "budget", "cli", "config", "dialect", "fit", "ide", "rules", "server", "syntax", "torch", "weights", "words")
    };
    ($language:literal: $($name:literal),+) => {
        &[$(($name, include_str!(concat!($language, "/", $name, ".ftl")))),+]
    };
}

const ENGLISH: Files = files!("en");
const CHINESE: Files = files!("zh");

/// Puts the message of an id into words.
pub(super) fn say(language: Language, id: &str, args: &FluentArgs<'_>) -> String {
    static BUNDLES: [LazyLock<FluentBundle<FluentResource>>; 2] =
        [LazyLock::new(|| bundle(Language::English)), LazyLock::new(|| bundle(Language::Chinese))];
    let bundle = &*BUNDLES[language as usize];
    let mut errors = Vec::new();
    let pattern = bundle.get_message(id).and_then(|message| message.value());
    let said = pattern.map(|pattern| bundle.format_pattern(pattern, Some(args), &mut errors).into_owned());
    debug_assert!(said.is_some() && errors.is_empty(), "{id} in {language:?}: {errors:?}");
    said.unwrap_or_else(|| id.to_owned())
}

fn files(language: Language) -> Files {
    match language {
        Language::English => ENGLISH,
        Language::Chinese => CHINESE,
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let identifier: LanguageIdentifier = language.name().parse().expect("a language's name");
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // The marks around values that keep directions of writing apart are none that terminals and editors show rightly.
    bundle.set_use_isolating(false);
    bundle.add_function("SENTENCE", |values, _| sentence(values)).expect("the only function");
    for (name, text) in files(language) {
        let resource = FluentResource::try_new((*text).to_owned());
        let resource = resource.unwrap_or_else(|(resource, errors)| {
            debug_assert!(false, "{name}.ftl of {language:?}: {errors:?}");
            resource
        });
        let added = bundle.add_resource(resource);
        debug_assert!(added.is_ok(), "{name}.ftl of {language:?}: {added:?}");
    }
    bundle
}

/// `SENTENCE($words)`: the words as the start of a sentence. Names keep their spelling (`nn.Conv2d`, `end2end`).
fn sentence<'a>(values: &[FluentValue<'a>]) -> FluentValue<'a> {
    let Some(FluentValue::String(words)) = values.first() else { return FluentValue::Error };
    FluentValue::String(Cow::Owned(capitalised(words)))
}

fn capitalised(message: &str) -> String {
    let mut chars = message.chars();
    let is_name = message.split(' ').next().is_some_and(|word| word.contains(|c: char| ".=_0123456789".contains(c)));
    match chars.next() {
        Some(first) if first.is_ascii_lowercase() && !is_name => {
            first.to_ascii_uppercase().to_string() + chars.as_str()
        }
        _ => message.to_owned(),
    }
}
