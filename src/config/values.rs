//! The values of settings: what each may be, and what is said of others.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use super::{MAX_CHANNELS, MAX_FROZEN, MAX_SIDE, Part};
use crate::cost::Convention;
use crate::rules::{self, Level};
use crate::words::{Language, Message, comma, message};

pub(super) fn scale(value: &Value) -> Result<Option<String>, Message> {
    let text = value.as_str().ok_or_else(|| wrong("scale", message!("expected-scale"), value))?;
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

pub(super) fn imgsz(value: &Value) -> Result<Option<[i64; 2]>, Message> {
    let side = |value: &Value| value.as_i64().filter(|n| (1..=MAX_SIDE).contains(n));
    let sides = match value.as_array().map(Vec::as_slice) {
        None => side(value).map(|n| [n, n]),
        Some([height, width]) => side(height).zip(side(width)).map(|(height, width)| [height, width]),
        Some(_) => None,
    };
    Ok(Some(sides.ok_or_else(|| wrong("imgsz", message!("expected-imgsz"), value))?))
}

pub(super) fn channels(value: &Value) -> Result<Option<i64>, Message> {
    let channels = value.as_i64().filter(|n| (1..=MAX_CHANNELS).contains(n));
    Ok(Some(channels.ok_or_else(|| wrong("channels", message!("expected-channels"), value))?))
}

pub(super) fn convention(value: &Value) -> Result<Option<Convention>, Message> {
    let names: Vec<&str> = Convention::ALL.iter().map(|c| c.name()).collect();
    let parsed = value.as_str().and_then(|name| name.parse().ok());
    Ok(Some(parsed.ok_or_else(|| wrong("convention", message!("expected-one-of", names = comma(names)), value))?))
}

pub(super) fn language(value: &Value) -> Result<Option<Language>, Message> {
    let language = value.as_str().and_then(Language::of_locale);
    Ok(Some(language.ok_or_else(|| wrong("language", message!("expected-language"), value))?))
}

pub(super) fn fused(value: &Value) -> Result<Option<bool>, Message> {
    Ok(Some(value.as_bool().ok_or_else(|| wrong("fused", message!("expected-bool"), value))?))
}

pub(super) fn freeze(value: &Value) -> Result<Option<i64>, Message> {
    let rows = value.as_i64().filter(|n| (0..=MAX_FROZEN).contains(n));
    Ok(Some(rows.ok_or_else(|| wrong("freeze", message!("expected-rows"), value))?))
}

pub(super) fn hints(value: &Value) -> Result<Option<Vec<Part>>, Message> {
    let parts = serde_json::from_value(value.clone());
    Ok(Some(parts.map_err(|_| wrong("hints", message!("expected-hints"), value))?))
}

pub(super) fn levels(value: &Value) -> Result<BTreeMap<String, Level>, Message> {
    levels_of("rules", value)
}

/// Reads a mapping of rules to levels, which is called `setting`.
pub(super) fn levels_of(setting: &str, value: &Value) -> Result<BTreeMap<String, Level>, Message> {
    let expected = message!("expected-levels");
    let entries = value.as_object().ok_or_else(|| wrong(setting, expected, value))?;
    let mut levels = BTreeMap::new();
    for (rule, level) in entries {
        if rules::find(rule).is_none() {
            return Err(match rules::suggestion(rule) {
                Some(known) => message!("setting-unknown-rule-like", setting, rule, known),
                None => message!("setting-unknown-rule", setting, rule),
            });
        }
        let level = match level {
            // YAML 1.1 reads a bare `off` as false.
            Value::Bool(false) => Level::Off,
            level => serde_json::from_value(level.clone())
                .map_err(|_| wrong(&format!("{setting}.{rule}"), message!("expected-level"), level))?,
        };
        levels.insert(rule.clone(), level);
    }
    Ok(levels)
}

pub(super) fn extend(value: &Value) -> Result<Option<PathBuf>, Message> {
    let path = value.as_str().ok_or_else(|| wrong("extend", message!("expected-settings-file"), value))?;
    Ok(Some(PathBuf::from(path)))
}

pub(super) fn share(value: &Value) -> Result<Option<f64>, Message> {
    let share = value.as_f64().filter(|share| *share > 0.0 && *share <= 1.0);
    Ok(Some(share.ok_or_else(|| wrong("dominant_share", message!("expected-share"), value))?))
}

pub(super) fn wrong(name: &str, expected: Message, value: &Value) -> Message {
    message!("setting-must-be", name, expected, value = value.to_string())
}
