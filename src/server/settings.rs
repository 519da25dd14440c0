//! Settings that a client pushes.

use serde_json::Value;

use crate::config;

/// The part of pushed settings that is meant for this server: the section `yolint`, or all of them where they are bare. An
/// object of other names isn't.
pub(super) fn section(settings: &Value) -> Option<&Value> {
    let entries = settings.as_object()?;
    match entries.get("yolint") {
        Some(section) => Some(section),
        None => entries.keys().any(|name| config::is_setting(name)).then_some(settings),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sections() {
        let ours = json!({ "imgsz": 320 });
        assert_eq!(section(&json!({ "yolint": { "imgsz": 320 }, "yaml": {} })), Some(&ours));
        assert_eq!(section(&ours), Some(&ours));
        assert_eq!(section(&json!({ "yaml": { "validate": true } })), None);
        assert_eq!(section(&Value::Null), None);
    }

    #[test]
    fn bare_settings_of_any_name() {
        for name in config::names() {
            let bare = json!({ name: { "no": [] } });
            assert_eq!(section(&bare), Some(&bare));
            let problems = config::read(&bare).1;
            assert!(!problems[0].message.english().contains("unknown setting"), "{problems:?}");
        }
        let share = json!({ "dominant_share": 0.5 });
        assert_eq!(section(&share), Some(&share));
    }
}
