//! Settings, as `.yolint.yaml` and editors give them: each that can't be used is told of and passed over.

mod budgets;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use self::budgets::Entry;
use crate::analysis::Options;
use crate::budget::Budgets;
use crate::check::Request;
use crate::cost::Convention;
use crate::rules::{self, Level, Lint};

/// The file that holds a project's settings; it counts for the files in its folder and below.
pub const FILE_NAME: &str = ".yolint.yaml";

/// The largest side of an image.
const MAX_SIDE: i64 = 100_000;

/// Settings; what isn't set is as without them.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The scale to look at where a file has it: "n". Without it a `# yolint: scale n` comment, the file's name or the
    /// first scale decides.
    #[serde(deserialize_with = "scale")]
    pub scale: Option<String>,
    /// The image's size: 640, or [480, 640] for height and width.
    #[serde(deserialize_with = "imgsz")]
    #[cfg_attr(test, schemars(schema_with = "schema::imgsz"))]
    pub imgsz: Option<[i64; 2]>,
    /// Who counts.
    #[serde(deserialize_with = "convention")]
    #[cfg_attr(test, schemars(schema_with = "schema::convention"))]
    pub convention: Option<Convention>,
    /// The parts of hints; none of them switches hints off.
    #[serde(deserialize_with = "hints")]
    pub hints: Option<Vec<Part>>,
    /// How bad the findings of a rule are.
    #[serde(deserialize_with = "levels")]
    #[cfg_attr(test, schemars(schema_with = "schema::rules"))]
    pub rules: BTreeMap<String, Level>,
    /// The share of a model's parameters or operations that one row may hold before `dominant-layer` warns: 0.5 is half.
    #[serde(deserialize_with = "share")]
    #[cfg_attr(test, schemars(schema_with = "schema::share"))]
    pub dominant_share: Option<f64>,
    /// Which YAML files are model files, whatever they hold: globs, relative to the folder that the settings are for. A
    /// glob after `!` says which are none. The last that matches counts.
    #[serde(deserialize_with = "files")]
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub files: Option<Files>,
    /// What models may cost: of each metric the first that is for a file and a scale counts.
    #[serde(deserialize_with = "budgets::strict")]
    #[cfg_attr(test, schemars(schema_with = "budgets::schema::budgets"))]
    pub budgets: Vec<Entry>,
}

/// Which parts of a label are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The row's index.
    pub index: bool,
    /// The shape of what it returns.
    pub shape: bool,
    /// Its parameters, or those of the model at a scale.
    pub params: bool,
    /// Its operations, or those of the model at a scale.
    pub gflops: bool,
    /// Its share of the model's operations.
    pub share: bool,
}

impl Default for Parts {
    fn default() -> Parts {
        Parts { index: false, shape: true, params: true, gflops: true, share: false }
    }
}

/// A part of a hint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The row's index.
    Index,
    /// The shape of what it returns.
    Shape,
    /// Its parameters.
    Params,
    /// Its operations.
    Gflops,
    /// Its share of the model's operations.
    Share,
}

/// Globs that say which files are model files.
#[derive(Clone)]
pub struct Files {
    folder: PathBuf,
    globs: Vec<(GlobMatcher, bool)>,
}

/// Reads `.yolint.yaml`: the settings, and a sentence for each that can't be used.
pub fn parse(text: &str) -> (Config, Vec<String>) {
    match serde_yaml::from_str::<Value>(text) {
        Ok(value) => read(&value),
        Err(error) => (Config::default(), vec![error.to_string()]),
    }
}

/// Reads an object of settings: the settings, and a sentence for each that can't be used.
pub fn read(value: &Value) -> (Config, Vec<String>) {
    let mut problems = Vec::new();
    let mut config = Config::default();
    let entries = match value {
        Value::Null => return (config, problems),
        Value::Object(entries) => entries,
        other => return (config, vec![format!("the settings must be names with values, but are {other}")]),
    };
    for (name, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
        if name == "budgets" {
            config.budgets = budgets::read(value, &mut problems);
            continue;
        }
        // Each rule's level stands for itself: a wrong one doesn't take the others along.
        let values: Vec<Value> = match value.as_object() {
            Some(levels) if name == "rules" => levels.iter().map(|(rule, level)| one(rule, level)).collect(),
            _ => vec![value.clone()],
        };
        for value in values {
            match serde_json::from_value::<Config>(one(name, &value)) {
                Ok(read) => config = read.or(&config),
                Err(error) => problems.push(error.to_string()),
            }
        }
    }
    (config, problems)
}

fn one(name: &str, value: &Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value.clone())]))
}

/// The settings file that counts for files in a folder: the nearest one, upwards.
pub fn find(folder: &Path, is_file: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|path| is_file(path))
}

impl Config {
    /// These settings, and where they say nothing what others say.
    pub fn or(&self, other: &Config) -> Config {
        let mut rules = other.rules.clone();
        rules.extend(self.rules.iter().map(|(rule, level)| (rule.clone(), *level)));
        Config {
            scale: self.scale.clone().or_else(|| other.scale.clone()),
            imgsz: self.imgsz.or(other.imgsz),
            convention: self.convention.or(other.convention),
            hints: self.hints.clone().or_else(|| other.hints.clone()),
            rules,
            dominant_share: self.dominant_share.or(other.dominant_share),
            files: self.files.clone().or_else(|| other.files.clone()),
            budgets: self.budgets.iter().chain(&other.budgets).cloned().collect(),
        }
    }

    /// The settings of a folder: globs are relative to it.
    pub fn in_folder(mut self, folder: &Path) -> Config {
        if let Some(files) = &mut self.files {
            files.folder = folder.to_owned();
        }
        for entry in &mut self.budgets {
            entry.in_folder(folder);
        }
        self
    }

    /// Image size and convention.
    pub fn options(&self) -> Options {
        let default = Options::default();
        Options {
            imgsz: self.imgsz.unwrap_or(default.imgsz),
            convention: self.convention.unwrap_or(default.convention),
            ..default
        }
    }

    /// The parts of hints.
    pub fn parts(&self) -> Parts {
        let Some(parts) = &self.hints else { return Parts::default() };
        Parts {
            index: parts.contains(&Part::Index),
            shape: parts.contains(&Part::Shape),
            params: parts.contains(&Part::Params),
            gflops: parts.contains(&Part::Gflops),
            share: parts.contains(&Part::Share),
        }
    }

    /// Whether the settings say that a file is a model file, or that it is none.
    pub fn is_model_file(&self, path: &Path) -> Option<bool> {
        self.files.as_ref()?.says(path)
    }

    /// What the file at `path` may cost; the baseline is named, and not read.
    pub fn budgets(&self, path: &Path) -> Budgets {
        let entries = || self.budgets.iter().filter(|entry| entry.is_for(path));
        Budgets {
            settings: entries().flat_map(|entry| entry.budgets.clone()).collect(),
            baseline_path: entries().find_map(|entry| entry.baseline.clone()),
            ..Budgets::default()
        }
    }

    /// How a file is looked at.
    pub fn lint(&self) -> Lint {
        Lint { levels: self.rules.clone(), dominant_share: self.dominant_share, ..Lint::default() }
    }

    /// What is asked for of a file whose name, without directory and ending, is `stem`.
    pub fn request(&self, stem: &str) -> Request {
        Request {
            stem: stem.to_owned(),
            scale: self.scale.clone(),
            options: self.options(),
            lint: self.lint(),
            ..Request::default()
        }
    }
}

impl Files {
    /// Whether a file is among them, or is said not to be; the last glob that matches counts.
    fn says(&self, path: &Path) -> Option<bool> {
        let path = path.strip_prefix(&self.folder).unwrap_or(path);
        self.globs.iter().rev().find(|(glob, _)| glob.is_match(path)).map(|(_, is)| *is)
    }
}

impl PartialEq for Files {
    fn eq(&self, other: &Files) -> bool {
        let globs = |files: &Files| files.globs.iter().map(|(m, is)| (m.glob().clone(), *is)).collect::<Vec<_>>();
        self.folder == other.folder && globs(self) == globs(other)
    }
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let globs = self.globs.iter().map(|(m, is)| format!("{}{}", if *is { "" } else { "!" }, m.glob()));
        f.debug_list().entries(globs).finish()
    }
}

fn scale<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(from)?;
    let text = value.as_str().ok_or_else(|| wrong("scale", "text like \"n\"", &value))?;
    Ok(Some(text.to_owned()).filter(|text| !text.is_empty()))
}

fn imgsz<'de, D: Deserializer<'de>>(from: D) -> Result<Option<[i64; 2]>, D::Error> {
    let value = Value::deserialize(from)?;
    let side = |value: &Value| value.as_i64().filter(|n| (1..=MAX_SIDE).contains(n));
    let sides = match value.as_array().map(Vec::as_slice) {
        None => side(&value).map(|n| [n, n]),
        Some([height, width]) => side(height).zip(side(width)).map(|(height, width)| [height, width]),
        Some(_) => None,
    };
    Ok(Some(sides.ok_or_else(|| wrong("imgsz", "a number like 640 or [height, width]", &value))?))
}

fn convention<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Convention>, D::Error> {
    let value = Value::deserialize(from)?;
    let names: Vec<&str> = Convention::ALL.iter().map(|c| c.name()).collect();
    let parsed = value.as_str().and_then(|name| name.parse().ok());
    Ok(Some(parsed.ok_or_else(|| wrong("convention", &format!("one of {}", names.join(", ")), &value))?))
}

fn hints<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Part>>, D::Error> {
    let value = Value::deserialize(from)?;
    let parts = serde_json::from_value(value.clone());
    Ok(Some(parts.map_err(|_| wrong("hints", "a list of index, shape, params, gflops and share", &value))?))
}

fn levels<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Level>, D::Error> {
    let value = Value::deserialize(from)?;
    let entries = value.as_object().ok_or_else(|| wrong("rules", "names of rules with levels", &value))?;
    let mut levels = BTreeMap::new();
    for (rule, level) in entries {
        if rules::find(rule).is_none() {
            let hint = rules::suggestion(rule).map(|known| format!("; did you mean `{known}`?")).unwrap_or_default();
            return Err(D::Error::custom(format!("`rules`: there is no rule `{rule}`{hint}")));
        }
        let level = match level {
            // What YAML 1.1 makes of a bare `off`.
            Value::Bool(false) => Level::Off,
            level => serde_json::from_value(level.clone())
                .map_err(|_| wrong(&format!("rules.{rule}"), "error, warn, hint or off", level))?,
        };
        levels.insert(rule.clone(), level);
    }
    Ok(levels)
}

fn share<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    let value = Value::deserialize(from)?;
    let share = value.as_f64().filter(|share| *share > 0.0 && *share <= 1.0);
    Ok(Some(share.ok_or_else(|| wrong("dominant_share", "a number above 0 and up to 1", &value))?))
}

fn files<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Files>, D::Error> {
    globs("files", &Value::deserialize(from)?).map(Some).map_err(D::Error::custom)
}

fn globs(name: &str, value: &Value) -> Result<Files, String> {
    let texts = match value {
        Value::String(glob) => Some(vec![glob.clone()]),
        value => serde_json::from_value::<Vec<String>>(value.clone()).ok(),
    };
    let texts = texts.ok_or_else(|| format!("`{name}` must be a list of globs, but is {value}"))?;
    let glob = |text: &String| {
        let (glob, is_model) = text.strip_prefix('!').map_or((text.as_str(), true), |glob| (glob, false));
        let built = GlobBuilder::new(glob).literal_separator(true).build();
        let built = built.map_err(|error| format!("`{name}`: {error}"))?;
        Ok((built.compile_matcher(), is_model))
    };
    let globs: Result<Vec<_>, String> = texts.iter().map(glob).collect();
    Ok(Files { folder: PathBuf::new(), globs: globs? })
}

fn wrong<E: Error>(name: &str, expected: &str, value: &Value) -> E {
    E::custom(format!("`{name}` must be {expected}, but is {value}"))
}

/// What the derived schema can't know.
#[cfg(test)]
mod schema {
    use schemars::{Schema, SchemaGenerator, json_schema};

    use super::MAX_SIDE;
    use crate::cost::Convention;
    use crate::rules::{self, Level};

    pub(super) fn imgsz(_: &mut SchemaGenerator) -> Schema {
        let side = json_schema!({ "type": "integer", "minimum": 1, "maximum": MAX_SIDE });
        json_schema!({ "anyOf": [side, { "type": "array", "items": side, "minItems": 2, "maxItems": 2 }] })
    }

    pub(super) fn convention(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Convention::ALL.iter().map(|convention| convention.name()).collect();
        json_schema!({ "enum": names })
    }

    pub(super) fn share(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "number", "exclusiveMinimum": 0, "maximum": 1 })
    }

    pub(super) fn rules(generator: &mut SchemaGenerator) -> Schema {
        let level = generator.subschema_for::<Level>();
        let names: Vec<&str> = rules::RULES.iter().map(|rule| rule.name).collect();
        json_schema!({ "type": "object", "propertyNames": { "enum": names }, "additionalProperties": level })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;
    use serde_json::json;

    use super::*;

    #[test]
    fn good_settings() {
        let (config, problems) = parse(
            "\
scale: s
imgsz: [480, 640]
convention: fvcore
hints: [index, shape]
rules:
  version-drift: off
  duplicate-key: error
dominant_share: 0.7
files: ['models/**/*.yaml', '!models/old/*']
",
        );
        assert_eq!(problems, [""; 0]);
        let config = config.in_folder(Path::new("/project"));
        let Request { stem, scale, options, .. } = config.request("m");
        assert_eq!(scale.as_deref(), Some("s"));
        assert_eq!(options.imgsz, [480, 640]);
        assert_eq!(options.convention, Convention::Fvcore);
        assert_eq!(stem, "m");
        let parts = config.parts();
        assert!(parts.index && parts.shape && !parts.params && !parts.gflops && !parts.share);
        assert_eq!(config.rules["version-drift"], Level::Off);
        assert_eq!(config.rules["duplicate-key"], Level::Error);
        let is_model_file = |path: &str| config.is_model_file(Path::new(path));
        assert_eq!(is_model_file("/project/models/a/b.yaml"), Some(true));
        assert_eq!(is_model_file("/project/models/old/b.yaml"), Some(false));
        assert_eq!(is_model_file("/project/data.yaml"), None);
        assert_eq!(is_model_file("/elsewhere/models/b.yaml"), None);
        assert_eq!(read(&json!({ "imgsz": 320, "scale": null })).0.imgsz, Some([320, 320]));
        for empty in ["", "# nothing\n", "rules:\n"] {
            assert_eq!(parse(empty), (Config::default(), Vec::new()), "{empty:?}");
        }
    }

    #[test]
    fn wrong_settings_are_told_of_and_passed_over() {
        let (config, problems) = parse(
            "\
scale: 1
imgsz: 0
convention: flops
imagesize: 640
hints: [shape, colour]
rules: {no-such-rule: warn, syntax: fatal, bad-from: hint}
dominant_share: 50
files: ['[']
",
        );
        let said = [
            "`scale` must be text like \"n\", but is 1",
            "`imgsz` must be a number like 640 or [height, width], but is 0",
            "`convention` must be one of ultralytics, thop, fvcore, ptflops, formula, but is \"flops\"",
            "unknown field `imagesize`, expected one of `scale`, `imgsz`, `convention`, `hints`, `rules`, `dominant_share`, `files`, `budgets`",
            "`hints` must be a list of index, shape, params, gflops and share, but is [\"shape\",\"colour\"]",
            "`rules`: there is no rule `no-such-rule`",
            "`rules.syntax` must be error, warn, hint or off, but is \"fatal\"",
            "`dominant_share` must be a number above 0 and up to 1, but is 50",
            "`files`: error parsing glob '[': unclosed character class; missing ']'",
        ];
        assert_eq!(problems, said);
        let rules = BTreeMap::from([("bad-from".to_owned(), Level::Hint)]);
        assert_eq!(config, Config { rules, ..Config::default() });
        for text in ["[1, 2]", "just words", "a: [", "1: 2\n? [3]\n: 4\n"] {
            let (config, problems) = parse(text);
            assert_eq!((config, problems.len()), (Config::default(), 1), "{text:?}");
        }
    }

    #[test]
    fn what_is_set_wins() {
        let editor = read(&json!({ "imgsz": 320, "rules": { "syntax": "warn" } })).0;
        let project = read(&json!({ "imgsz": 640, "scale": "n", "rules": { "syntax": "off", "bad-from": "off" } })).0;
        let both = editor.or(&project);
        assert_eq!((both.imgsz, both.scale.as_deref()), (Some([320, 320]), Some("n")));
        assert_eq!((both.rules["syntax"], both.rules["bad-from"]), (Level::Warn, Level::Off));
    }

    #[test]
    fn the_nearest_file_counts() {
        let there = [Path::new("/a/.yolint.yaml"), Path::new("/a/b/c/.yolint.yaml")];
        let found = |folder: &str| find(Path::new(folder), |path| there.contains(&path));
        assert_eq!(found("/a/b").as_deref(), Some(there[0]));
        assert_eq!(found("/a/b/c/d").as_deref(), Some(there[1]));
        assert_eq!(found("/x"), None);
    }

    /// `UPDATE_EXPECT=1 cargo test schemas` writes them anew.
    #[test]
    fn schemas_are_those_of_the_code() {
        let schema = |title: &str, description: &str| {
            let mut schema = schemars::schema_for!(Config);
            schema.insert("title".to_owned(), json!(title));
            schema.insert("description".to_owned(), json!(description));
            serde_json::to_string_pretty(&schema).expect("JSON") + "\n"
        };
        expect_file!["../schemas/yolint.schema.json"]
            .assert_eq(&schema(".yolint.yaml", "Settings of yolint for the files in a folder and below."));
        expect_file!["../schemas/editor.schema.json"]
            .assert_eq(&schema("yolint", "Settings of yolint's language server: initializationOptions, or the section `yolint` of the editor's settings. They win over .yolint.yaml."));
    }
}
