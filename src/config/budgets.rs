//! The `budgets` setting: entries with globs, scales, a baseline, and a limit per metric.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Problem;
use super::files::{Files, globs};
use super::values::wrong;
use crate::budget::{self, Budget, Floor, FloorKind};
use crate::words::{Message, message};

/// One entry of `budgets`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// The budgets, repeated for each scale of the entry.
    pub(super) budgets: Vec<Budget>,
    /// Budgets from below, likewise.
    pub(super) floors: Vec<Floor>,
    /// Model YAML that relative limits refer to.
    pub(super) baseline: Option<PathBuf>,
    files: Option<Files>,
}

impl Entry {
    pub(super) fn in_folder(&mut self, folder: &Path) {
        if let Some(files) = &mut self.files {
            files.in_folder(folder);
        }
        if let Some(baseline) = &mut self.baseline {
            *baseline = folder.join(&baseline);
        }
    }

    pub(super) fn is_for(&self, path: &Path) -> bool {
        self.files.as_ref().is_none_or(|files| files.says(path) == Some(true))
    }
}

/// Reads one entry or a list of entries under `setting`; invalid parts are reported and ignored.
pub(super) fn read(setting: &str, value: &Value, problems: &mut Vec<Problem>) -> Vec<Entry> {
    let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    let is_list = value.is_array();
    let mut entries = Vec::new();
    for (i, value) in values.iter().enumerate() {
        let mut place = Place { name: "budgets".to_owned(), path: vec![setting.to_owned()] };
        if values.len() > 1 {
            place.name = format!("budgets[{i}]");
        }
        if is_list {
            place.path.push(i.to_string());
        }
        match value {
            Value::Object(settings) => entries.extend(entry(&place, settings, problems)),
            other => {
                let message = message!("setting-maps-metrics", name = &place.name, value = other.to_string());
                problems.push(Problem::at(place.path, message));
            }
        }
    }
    entries
}

/// Where an entry stands.
struct Place {
    /// As messages name it: `budgets[1]`.
    name: String,
    path: Vec<String>,
}

impl Place {
    fn problem(&self, name: &str, message: Message) -> Problem {
        Problem::at(self.path.iter().map(String::as_str).chain(name.split('/')), message)
    }
}

/// Reads one entry; none if its `files` or `scale` is invalid, since it could then apply to the wrong files.
fn entry(place: &Place, settings: &Map<String, Value>, problems: &mut Vec<Problem>) -> Option<Entry> {
    let mut is_for_something = true;
    let mut entry = Entry::default();
    let mut scales = Vec::new();
    let mut budgets = Vec::new();
    let mut floors: Vec<FloorKind> = Vec::new();
    for (name, value) in settings.iter().filter(|(_, value)| !value.is_null()) {
        let full = format!("{}.{name}", place.name);
        let mut of_key = false;
        let read = match name.as_str() {
            "files" => globs(&full, value).map(|files| entry.files = Some(files)),
            "scale" => letters(&full, value).map(|letters| scales = letters),
            "baseline" => match value.as_str() {
                Some(path) => {
                    entry.baseline = Some(PathBuf::from(path));
                    Ok(())
                }
                None => Err(wrong(&full, message!("expected-baseline"), value)),
            },
            "min_transferred" => share(&full, value).map(|share| floors.push(FloorKind::Transferred(share))),
            "min_time_ms" => times(&full, value).map(|times| floors.extend(times)),
            "weights" if value.is_object() => {
                for (precision, limit) in value.as_object().into_iter().flatten() {
                    match limit_of(&place.name, &format!("weights.{precision}"), limit) {
                        Ok(budget) => budgets.push(budget),
                        Err(message) => problems.push(place.problem(&format!("weights/{precision}"), message)),
                    }
                }
                Ok(())
            }
            name => {
                // The name is wrong where no limit would do.
                of_key = ["1", "1MB", "+1%"].iter().all(|limit| budget::named(name, limit).is_err());
                match ["files", "scale", "baseline"].into_iter().find(|known| is_like(name, known)) {
                    Some(known) => Err(message!("setting-like", name = full, known)),
                    None => limit_of(&place.name, name, value).map(|budget| budgets.push(budget)),
                }
            }
        };
        is_for_something &= read.is_ok() || !["files", "scale"].into_iter().any(|known| is_like(name, known));
        problems.extend(read.err().map(|message| Problem { of_key, ..place.problem(name, message) }));
    }
    entry.floors = match scales.as_slice() {
        [] => floors.into_iter().map(|kind| Floor { scale: None, kind }).collect(),
        letters => {
            let at = |letter: &String| {
                let letter = letter.clone();
                floors.iter().map(move |kind| Floor { scale: Some(letter.clone()), kind: kind.clone() })
            };
            letters.iter().flat_map(at).collect()
        }
    };
    entry.budgets = match scales.as_slice() {
        [] => budgets,
        letters => {
            let at = |letter: &String| {
                let letter = letter.clone();
                budgets.iter().map(move |budget| Budget { scale: Some(letter.clone()), ..budget.clone() })
            };
            letters.iter().flat_map(at).collect()
        }
    };
    is_for_something.then_some(entry)
}

fn is_like(name: &str, known: &str) -> bool {
    strsim::jaro_winkler(name, known) > 0.85
}

fn letters(name: &str, value: &Value) -> Result<Vec<String>, Message> {
    let letters = match value {
        Value::String(letter) => Some(vec![letter.clone()]),
        value => serde_json::from_value(value.clone()).ok(),
    };
    letters.ok_or_else(|| wrong(name, message!("expected-letters"), value))
}

/// Reads a share: `80%` or 0.8.
fn share(name: &str, value: &Value) -> Result<f64, Message> {
    let share = match value {
        Value::String(text) => {
            text.strip_suffix('%').and_then(|text| text.trim().parse::<f64>().ok()).map(|n| n / 100.0)
        }
        value => value.as_f64(),
    };
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| wrong(name, message!("expected-percent"), value))
}

/// Reads milliseconds for devices: `{orin-nano: 33}`.
fn times(name: &str, value: &Value) -> Result<Vec<FloorKind>, Message> {
    let time = |(device, ms): (&String, &Value)| {
        let ms = ms.as_f64().filter(|ms| *ms > 0.0)?;
        Some(FloorKind::TimeMs { device: device.clone(), ms })
    };
    let times = value.as_object().and_then(|times| times.iter().map(time).collect());
    times.ok_or_else(|| message!("setting-maps-devices", name, value = value.to_string()))
}

fn limit_of(place: &str, name: &str, value: &Value) -> Result<Budget, Message> {
    let full = format!("{place}.{name}");
    let limit = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        other => return Err(wrong(&full, message!("expected-limit"), other)),
    };
    budget::named(name, &limit).map_err(|problem| message!("setting-of", name = full, problem))
}

/// Parts of the schema that can't be derived.
#[cfg(test)]
pub(super) mod schema {
    use schemars::{Schema, SchemaGenerator, json_schema};

    pub(in crate::config) fn budgets(_: &mut SchemaGenerator) -> Schema {
        let texts = json_schema!({ "anyOf": [
            { "type": "string" },
            { "type": "array", "items": { "type": "string" } },
        ] });
        let limit = json_schema!({
            "description": "Largest allowed value: 6.5, 3M, 4MB, or +5% relative to the baseline; with `<` in front, the value must stay below it.",
            "type": ["number", "string"],
        });
        let metric = "(gflops|params|layers|activations|(weights\\.)?(int8|fp16|fp32))";
        let name = format!("^((backbone|head|row|row\\[[0-9]+\\])\\.)?{metric}$");
        let entry = json_schema!({
            "type": "object",
            "properties": {
                "files": {
                    "description": "Globs of the files that the entry applies to, relative to the settings' folder; all files \
                                    if omitted.",
                    "anyOf": texts.get("anyOf"),
                },
                "scale": {
                    "description": "Scales that the entry applies to; all if omitted.",
                    "anyOf": texts.get("anyOf"),
                },
                "baseline": {
                    "description": "Model YAML that limits like +5% are relative to; its path is relative to the settings' \
                                    folder.",
                    "type": "string",
                },
                "min_transferred": {
                    "description": "Share of its items that the weights named by `pretrained` must fill: 80%.",
                    "type": "string",
                },
                "min_time_ms": {
                    "description": "For each device the milliseconds in which it must be able to run the model on one image.",
                    "type": "object",
                    "additionalProperties": { "type": "number", "exclusiveMinimum": 0 },
                },
                "weights": {
                    "description": "Limits on the total size of the weights, by the data type they are stored in.",
                    "type": "object",
                    "properties": { "int8": limit, "fp16": limit, "fp32": limit },
                    "additionalProperties": false,
                },
            },
            "patternProperties": { name: limit },
            "additionalProperties": false,
        });
        json_schema!({ "anyOf": [entry, { "type": "array", "items": entry }] })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{Config, parse};
    use super::*;

    fn budgets(config: &Config, path: &str) -> String {
        let budgets = config.budgets(Path::new(path));
        let settings: Vec<String> = budgets.settings.iter().map(Budget::to_string).collect();
        let baseline = budgets.baseline_path.map(|path| format!(" against {}", path.display()));
        settings.join(" ") + &baseline.unwrap_or_default()
    }

    #[test]
    fn entries_are_for_files_and_scales() {
        let (config, problems) = parse(
            "\
budgets:
  - files: 'models/**'
    scale: n
    gflops: 6.5
    head.gflops: < 2
    weights: {int8: 4MB}
  - files: ['models/**', '!models/old/*']
    scale: [n, s]
    params: 3e6
  - baseline: yolo11.yaml
    gflops: <= +5%
    row[22].params: 1M
",
        );
        assert_eq!(problems, [""; 0]);
        let config = config.in_folder(Path::new("/project"));
        let all = "gflops<=+5% row[22].params<=1M against /project/yolo11.yaml";
        assert_eq!(budgets(&config, "/elsewhere/m.yaml"), all);
        let of_n = "n: gflops<=6.5 n: head.gflops<2 n: int8<=4MB";
        assert_eq!(budgets(&config, "/project/models/old/m.yaml"), format!("{of_n} {all}"));
        let of_both = "n: params<=3M s: params<=3M";
        assert_eq!(budgets(&config, "/project/models/a/m.yaml"), format!("{of_n} {of_both} {all}"));
    }

    #[test]
    fn one_entry_needs_no_list() {
        let (config, problems) = parse("budgets:\n  params: 3M\n  activations: 20 MB\n");
        assert_eq!((budgets(&config, "m.yaml").as_str(), problems.len()), ("params<=3M activations<=20MB", 0));
        // The editor's entries come before the project's.
        let (editor, _) = parse("budgets: {params: 2M}");
        assert_eq!(budgets(&editor.or(&config), "m.yaml"), "params<=2M params<=3M activations<=20MB");
    }

    #[test]
    fn invalid_budgets_are_reported_and_ignored() {
        let (config, problems) = parse(
            "\
budgets:
  - gflop: 6
    params: [3]
    layers: 200
    int8: 4
  - 7
  - row.gflops: +5%
    baseline: 3
    weights: {int4: 2MB, fp16: 8MB}
  - files: '['
    params: 1
  - file: models/*
    params: 1
",
        );
        let said = [
            "`budgets[0].gflop`: unknown metric `gflop`: did you mean `gflops`?",
            "`budgets[0].params` must be a limit like 6.5, 3M or +5%, but is [3]",
            "`budgets[0].int8`: `4` has no unit: write a number of bytes like 4MB or 4MiB",
            "`budgets[1]` must map metrics to limits, like gflops: 6.5, but is 7",
            "`budgets[2].row.gflops`: `row.gflops` can't be relative, because the baseline has other rows: write a \
             number, as in `row.gflops<=500k`",
            "`budgets[2].baseline` must be the path of a model YAML, but is 3",
            "`budgets[2].weights.int4`: unknown metric `int4`: did you mean `int8`?",
            "`budgets[3].files`: error parsing glob '[': unclosed character class; missing ']'",
            "`budgets[4].file`: did you mean `files`?",
        ];
        assert_eq!(problems, said);
        assert_eq!(budgets(&config, "m.yaml"), "layers<=200 fp16<=8MB");
    }
}
