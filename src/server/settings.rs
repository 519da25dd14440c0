//! Where settings come from: `initializationOptions`, the editor's section `yolint`, and `.yolint.yaml` files.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::budget::{Baselines, Budgets};
use crate::config::{self, Config};

/// The largest `.yolint.yaml` that is read.
const MAX_BYTES: u64 = 1 << 20;

/// The part of pushed settings that is meant for this server: the section `yolint`, or all of them where they are bare. An
/// object of other names isn't.
pub(super) fn section(settings: &Value) -> Option<&Value> {
    let entries = settings.as_object()?;
    match entries.get("yolint") {
        Some(section) => Some(section),
        None => entries.keys().any(|name| config::names().contains(&name.as_str())).then_some(settings),
    }
}

/// The settings of the nearest `.yolint.yaml` of a file, and what is wrong with it.
pub(super) fn of_project(file: &Path) -> (Config, Vec<String>) {
    let nearest = file.parent().and_then(|folder| config::find(folder, Path::is_file));
    let Some(path) = nearest else { return (Config::default(), Vec::new()) };
    let text = match fs::metadata(&path) {
        Ok(metadata) if metadata.len() > MAX_BYTES => Err("the file is too large".to_owned()),
        _ => fs::read_to_string(&path).map_err(|error| error.to_string()),
    };
    let (read, problems) = match text {
        Ok(text) => config::parse(&text),
        Err(problem) => (Config::default(), vec![problem]),
    };
    let problems = problems.into_iter().map(|problem| format!("{}: {problem}", path.display())).collect();
    (read.in_folder(path.parent().unwrap_or(Path::new(""))), problems)
}

/// What a file may cost whose settings are known, and what is wrong with that.
pub(super) fn budgets(config: &Config, file: &Path, baselines: &mut Baselines) -> (Budgets, Vec<String>) {
    let mut budgets = config.budgets(file);
    let read = |path: &Path| match fs::metadata(path) {
        Ok(metadata) if metadata.len() > MAX_BYTES => Err(format!("{} is too large", path.display())),
        _ => fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display())),
    };
    let unusable = baselines.resolve(&mut budgets, &config.options(), read).err();
    let problems = unusable.into_iter().chain(budgets.problem()).collect();
    (budgets, problems)
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
            let bare = json!({ *name: { "no": 1 } });
            assert_eq!(section(&bare), Some(&bare));
            let problems = config::read(&bare).1;
            assert!(!problems[0].contains("unknown field"), "{problems:?}");
        }
        let share = json!({ "dominant_share": 0.5 });
        assert_eq!(section(&share), Some(&share));
    }
}
