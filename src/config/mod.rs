//! Settings from files and editors: what they may be, and what is wrong with those that can't be used.

mod budgets;
mod devices;
mod file;
mod files;
mod framework;
mod rules_per_file;
#[cfg(test)]
mod schema;
mod sought;
mod tree;
pub mod typing;
mod values;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use self::budgets::Entry;
pub use self::file::{FILE_NAME, PYPROJECT, SettingsFile, find, is_settings_file};
use self::files::Files;
pub use self::framework::{FrameworkSetting, ModulesSetting};
use self::rules_per_file::RulesPerFile;
pub use self::sought::Sought;
pub use self::tree::yaml_value;
use crate::analysis::Options;
use crate::bound::Device;
use crate::budget::Budgets;
use crate::check::Request;
use crate::cost::Convention;
use crate::dialect::{Dataset, builtin_declaring};
use crate::rules::{self, Level, Lint};
use crate::text::stem;
use crate::words::{Language, Message, comma, message};

/// Largest height or width of an image.
const MAX_SIDE: i64 = 100_000;

/// Largest number of channels of an image.
pub const MAX_CHANNELS: i64 = 10_000;

/// Largest number of classes.
pub const MAX_CLASSES: i64 = 1_000_000;

/// Largest number of rows that aren't trained.
const MAX_FROZEN: i64 = 10_000;

/// Settings; unset ones take their default.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Config {
    /// Model scale to use in files that define it, such as "n". If unset, the `# yolint: scale n` comment, the file's
    /// name or the first scale decides.
    pub scale: Option<String>,
    /// Image size: 640, or [480, 640] for height and width.
    #[cfg_attr(test, schemars(schema_with = "schema::imgsz"))]
    pub imgsz: Option<[i64; 2]>,
    /// Number of channels of the images. If unset, what `data` says, or 3.
    #[cfg_attr(test, schemars(schema_with = "schema::channels"))]
    pub channels: Option<i64>,
    /// The dataset's YAML file. What it says of the model overrides the model file, as in training: `channels`, the number of
    /// classes, `kpt_shape`. If unset, an editor takes the only dataset of the workspace; false switches that off.
    #[cfg_attr(test, schemars(schema_with = "schema::sought"))]
    pub data: Option<Sought>,
    /// FLOP-counting convention.
    #[cfg_attr(test, schemars(schema_with = "schema::convention"))]
    pub convention: Option<Convention>,
    /// Whether models are looked at as they are deployed: batch norms and parallel convolutions merged, branches of training
    /// taken out. Known of the built-in framework only.
    #[cfg_attr(test, schemars(with = "Option<bool>"))]
    pub fused: Option<bool>,
    /// Model whose weights are loaded before training: a model YAML, a checkpoint, or an official model's name like yolo11n.pt. What
    /// is kept of them is shown. If unset, an editor looks for the official model that a file was made from; false switches that off.
    #[cfg_attr(test, schemars(schema_with = "schema::sought"))]
    pub pretrained: Option<Sought>,
    /// Number of rows that aren't trained, counted from the first, as `freeze` of the framework's training.
    #[cfg_attr(test, schemars(schema_with = "schema::freeze"))]
    pub freeze: Option<i64>,
    /// Devices, each with its peak in operations a second (`fp32`, `fp16`, `int8`) and its `bandwidth` in bytes a second.
    #[cfg_attr(test, schemars(schema_with = "schema::devices"))]
    pub devices: Vec<Device>,
    /// Parts of the hints; an empty list turns hints off.
    pub hints: Option<Vec<Part>>,
    /// Severity of each rule's findings.
    #[cfg_attr(test, schemars(schema_with = "schema::rules"))]
    pub rules: BTreeMap<String, Level>,
    /// Severities of rules in the files that a glob matches, relative to the settings' folder. They override `rules`; of
    /// several globs that match, the last one counts.
    #[cfg_attr(test, schemars(schema_with = "schema::per_file"))]
    pub per_file: Vec<RulesPerFile>,
    /// Share of a model's parameters or operations above which `dominant-layer` warns about a row: 0.5 is half.
    #[cfg_attr(test, schemars(schema_with = "schema::share"))]
    pub dominant_share: Option<f64>,
    /// Globs of the YAML files to treat as model files regardless of their contents, relative to the settings' folder.
    /// A glob after `!` excludes files. The last glob that matches decides.
    #[cfg_attr(test, schemars(with = "Option<Vec<String>>"))]
    pub files: Option<Files>,
    /// Framework whose modules model files use: `auto` looks for its source, `builtin` is the Ultralytics release that yolint
    /// knows, and anything else is a folder that holds a framework's source.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub framework: Option<FrameworkSetting>,
    /// Python files whose classes rows can name, in addition to the framework's modules. Or, for modules whose code isn't there,
    /// what they return: `same` for a map like the one that they read, or a number of channels.
    #[cfg_attr(test, schemars(schema_with = "schema::modules"))]
    pub modules: Option<ModulesSetting>,
    /// Python environment whose packages are read, as its folder or its interpreter.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub python: Option<PathBuf>,
    /// Limits on what models may cost. For each metric, the first entry that matches the file and the scale applies.
    #[cfg_attr(test, schemars(schema_with = "budgets::schema::budgets"))]
    pub budgets: Vec<Entry>,
    /// Language of messages, hints and tables: "en", "zh" or "zh-TW". If unset, the editor's or the system's.
    #[cfg_attr(test, schemars(schema_with = "schema::language"))]
    pub language: Option<Language>,
    /// Another settings file whose settings apply where this one has none, relative to the settings' folder.
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub extend: Option<PathBuf>,
}

/// What is known of a setting.
struct Setting {
    /// Its name as files write it.
    name: &'static str,
    /// What it means.
    about: Message,
    /// Reads its value.
    read: fn(&mut Config, &Value) -> Result<(), Message>,
}

/// A setting that is read into the field of its name.
macro_rules! setting {
    ($name:ident, $about:expr, $read:path) => {
        Setting {
            name: stringify!($name),
            about: $about,
            read: |config, value| $read(value).map(|read| config.$name = read),
        }
    };
}

/// All settings, in the order of the fields of [`Config`].
const SETTINGS: &[Setting] = &[
    setting!(scale, message!("setting-scale"), values::scale),
    setting!(imgsz, message!("setting-imgsz"), values::imgsz),
    setting!(channels, message!("setting-channels"), values::channels),
    setting!(data, message!("setting-data"), sought::data),
    setting!(convention, message!("setting-convention"), values::convention),
    setting!(fused, message!("setting-fused"), values::fused),
    setting!(pretrained, message!("setting-pretrained"), sought::pretrained),
    setting!(freeze, message!("setting-freeze"), values::freeze),
    setting!(devices, message!("setting-devices"), devices::setting),
    setting!(hints, message!("setting-hints"), values::hints),
    Setting {
        name: "rules",
        about: message!("setting-rules"),
        read: |config, value| values::levels(value).map(|levels| config.rules.extend(levels)),
    },
    setting!(per_file, message!("setting-per-file"), rules_per_file::setting),
    setting!(dominant_share, message!("setting-dominant-share"), values::share),
    setting!(files, message!("setting-files"), files::setting),
    setting!(framework, message!("setting-framework"), framework::setting),
    setting!(modules, message!("setting-modules"), framework::modules),
    setting!(python, message!("setting-python"), framework::python),
    // Its invalid parts are told one by one, by `read`.
    Setting { name: "budgets", about: message!("setting-budgets"), read: |_, _| Ok(()) },
    setting!(language, message!("setting-language"), values::language),
    setting!(extend, message!("setting-extend"), values::extend),
];

/// Returns the names of all settings.
pub fn names() -> impl Iterator<Item = &'static str> {
    SETTINGS.iter().map(|setting| setting.name)
}

/// Whether a setting has this name, in any spelling.
pub fn is_setting(name: &str) -> bool {
    let name = canonical(name);
    names().any(|known| known == name)
}

/// What a setting means.
fn about(name: &str) -> Option<&'static Message> {
    SETTINGS.iter().find(|setting| setting.name == name).map(|setting| &setting.about)
}

/// A setting that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The way to it: names of settings, and positions in lists.
    pub path: Vec<String>,
    /// Whether its name is wrong, rather than its value.
    pub of_key: bool,
    /// What is wrong.
    pub message: Message,
}

impl Problem {
    fn at<S: Into<String>>(path: impl IntoIterator<Item = S>, message: Message) -> Problem {
        Problem { path: path.into_iter().map(Into::into).collect(), of_key: false, message }
    }

    fn of_key(self) -> Problem {
        Problem { of_key: true, ..self }
    }
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
    /// Row index.
    Index,
    /// Output shape.
    Shape,
    /// Number of parameters.
    Params,
    /// GFLOPs.
    Gflops,
    /// Share of the model's FLOPs.
    Share,
}

/// Parses the text of a `.yolint.yaml`; returns the settings and one message per invalid setting.
pub fn parse(text: &str) -> (Config, Vec<String>) {
    let file = SettingsFile::read(text);
    file.map(|file| (file.config, file.problems.into_iter().map(|(_, message)| message.english()).collect()))
        .unwrap_or_default()
}

/// Reads a JSON object of settings; returns the settings, and what is wrong with those that can't be used.
pub fn read(value: &Value) -> (Config, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut config = Config::default();
    let entries = match value {
        Value::Null => return (config, problems),
        Value::Object(entries) => entries,
        other => {
            let message = message!("settings-mapping", other = other.to_string());
            return (config, vec![Problem::at([""; 0], message)]);
        }
    };
    for (written, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
        let name = canonical(written);
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name) else {
            problems.push(Problem::at([written], unknown(written)).of_key());
            continue;
        };
        if name == "budgets" {
            config.budgets = budgets::read(written, value, &mut problems);
            continue;
        }
        // Rules' levels are read one by one, so that an invalid one doesn't discard the others.
        let values: Vec<(Vec<String>, Value)> = match value.as_object() {
            Some(levels) if name == "rules" => {
                levels.iter().map(|(rule, level)| (vec![written.clone(), rule.clone()], one(rule, level))).collect()
            }
            _ => vec![(vec![written.clone()], value.clone())],
        };
        for (path, value) in values {
            if let Err(message) = (setting.read)(&mut config, &value) {
                let of_key = path.last().is_some_and(|rule| path.len() > 1 && rules::find(rule).is_none());
                problems.push(Problem { of_key, ..Problem::at(path, message) });
            }
        }
    }
    (config, problems)
}

/// Returns a setting's name as files write it: editors write `dominantShare`, and TOML's people `dominant-share`.
pub fn canonical(name: &str) -> String {
    let mut canonical = String::with_capacity(name.len() + 1);
    for c in name.chars() {
        match c {
            '-' => canonical.push('_'),
            c if c.is_ascii_uppercase() => canonical.extend(['_', c.to_ascii_lowercase()]),
            c => canonical.push(c),
        }
    }
    canonical
}

fn unknown(name: &str) -> Message {
    let close = names().map(|known| (strsim::jaro_winkler(&canonical(name), known), known));
    match close.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.8) {
        Some((_, known)) => message!("setting-unknown-like", name, known),
        None => message!("setting-unknown", name, all = comma(names())),
    }
}

fn one(name: &str, value: &Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value.clone())]))
}

impl Config {
    /// Returns these settings, completed by `other` where they are unset.
    pub fn or(&self, other: &Config) -> Config {
        let mut rules = other.rules.clone();
        rules.extend(self.rules.iter().map(|(rule, level)| (rule.clone(), *level)));
        Config {
            scale: self.scale.clone().or_else(|| other.scale.clone()),
            imgsz: self.imgsz.or(other.imgsz),
            channels: self.channels.or(other.channels),
            data: self.data.clone().or_else(|| other.data.clone()),
            convention: self.convention.or(other.convention),
            fused: self.fused.or(other.fused),
            pretrained: self.pretrained.clone().or_else(|| other.pretrained.clone()),
            freeze: self.freeze.or(other.freeze),
            devices: self.devices.iter().chain(&other.devices).cloned().collect(),
            hints: self.hints.clone().or_else(|| other.hints.clone()),
            rules,
            per_file: other.per_file.iter().chain(&self.per_file).cloned().collect(),
            dominant_share: self.dominant_share.or(other.dominant_share),
            files: self.files.clone().or_else(|| other.files.clone()),
            framework: self.framework.clone().or_else(|| other.framework.clone()),
            modules: self.modules.clone().or_else(|| other.modules.clone()),
            python: self.python.clone().or_else(|| other.python.clone()),
            budgets: self.budgets.iter().chain(&other.budgets).cloned().collect(),
            language: self.language.or(other.language),
            extend: self.extend.clone().or_else(|| other.extend.clone()),
        }
    }

    /// Makes the globs and paths relative to `folder`.
    pub fn in_folder(mut self, folder: &Path) -> Config {
        if let Some(files) = &mut self.files {
            files.in_folder(folder);
        }
        if let Some(FrameworkSetting::Folder(path)) = &mut self.framework {
            *path = folder.join(&path);
        }
        let files = self.modules.iter_mut().flat_map(|modules| &mut modules.files);
        for path in files.chain(&mut self.python).chain(&mut self.extend) {
            *path = folder.join(&path);
        }
        for file in self.pretrained.iter_mut().chain(&mut self.data) {
            file.in_folder(folder);
        }
        for rules in &mut self.per_file {
            rules.files.in_folder(folder);
        }
        for entry in &mut self.budgets {
            entry.in_folder(folder);
        }
        self
    }

    /// Image size, channels and convention. The dataset's file isn't read.
    pub fn options(&self) -> Options {
        let default = Options::default();
        Options {
            dialect: self.modules.as_ref().map_or(default.dialect, |modules| builtin_declaring(&modules.outputs)),
            dataset: Dataset { channels: self.channels.unwrap_or(default.dataset.channels), ..default.dataset },
            imgsz: self.imgsz.unwrap_or(default.imgsz),
            convention: self.convention.unwrap_or(default.convention),
            fused: self.fused.unwrap_or(default.fused),
        }
    }

    /// Returns which parts hints show.
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

    /// Whether a file is a model file according to the settings; none if they don't mention it.
    pub fn is_model_file(&self, path: &Path) -> Option<bool> {
        self.files.as_ref()?.says(path)
    }

    /// Returns the budgets of the file at `path`. The baseline's path is set, but the file isn't read.
    pub fn budgets(&self, path: &Path) -> Budgets {
        let entries = || self.budgets.iter().filter(|entry| entry.is_for(path));
        Budgets {
            settings: entries().flat_map(|entry| entry.budgets.clone()).collect(),
            baseline_path: entries().find_map(|entry| entry.baseline.clone()),
            floors: entries().flat_map(|entry| entry.floors.clone()).collect(),
            devices: self.devices.clone(),
            ..Budgets::default()
        }
    }

    /// Returns the linter's settings for the file at `path`.
    pub fn lint(&self, path: &Path) -> Lint {
        let mut levels = self.rules.clone();
        for rules in self.per_file.iter().filter(|rules| rules.files.says(path) == Some(true)) {
            levels.extend(rules.levels.clone());
        }
        Lint { levels, dominant_share: self.dominant_share, freeze: self.freeze, ..Lint::default() }
    }

    /// Returns the request that checks the file at `path`.
    pub fn request(&self, path: &Path) -> Request {
        Request {
            stem: stem(path).into_owned(),
            scale: self.scale.clone(),
            options: self.options(),
            lint: self.lint(path),
            language: self.language.unwrap_or_default(),
            ..Request::default()
        }
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
channels: 4
data: ../data.yaml
convention: fvcore
hints: [index, shape]
rules:
  version-drift: off
  duplicate-key: error
dominant_share: 0.7
files: ['models/**/*.yaml', '!models/old/*']
framework: ../fork
modules: [blocks.py]
python: .venv
",
        );
        assert_eq!(problems, [""; 0]);
        let config = config.in_folder(Path::new("/project"));
        let Request { stem, scale, options, .. } = config.request(Path::new("m.yaml"));
        assert_eq!(scale.as_deref(), Some("s"));
        assert_eq!(options.imgsz, [480, 640]);
        assert_eq!(options.dataset.channels, 4);
        assert_eq!(config.data, Some(Sought::At("/project/../data.yaml".into())));
        assert_eq!(options.convention, Convention::Fvcore);
        assert_eq!(stem, "m");
        let parts = config.parts();
        assert!(parts.index && parts.shape && !parts.params && !parts.gflops && !parts.share);
        assert_eq!(config.framework, Some(FrameworkSetting::Folder("/project/../fork".into())));
        assert_eq!(config.modules.clone().unwrap_or_default().files, [PathBuf::from("/project/blocks.py")]);
        assert_eq!(config.python.as_deref(), Some(Path::new("/project/.venv")));
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
    fn invalid_settings_are_reported_and_ignored() {
        let (config, problems) = parse(
            "\
scale: 1
imgsz: 0
channels: RGB
data: 3
convention: flops
imagesize: 640
hints: [shape, colour]
rules: {no-such-rule: warn, syntax: fatal, bad-from: hint}
dominant_share: 50
files: ['[']
framework: [ultralytics]
modules: {blocks: py}
python: 3.11
",
        );
        let said = [
            "`scale` must be text like \"n\", but is 1",
            "`imgsz` must be a number like 640 or [height, width], but is 0",
            "`channels` must be a number like 3, but is \"RGB\"",
            "`data` must be the path of a dataset's YAML file, or false, but is 3",
            "`convention` must be one of ultralytics, thop, fvcore, ptflops, formula, but is \"flops\"",
            "unknown setting `imagesize`: did you mean `imgsz`?",
            "`hints` must be a list of index, shape, params, gflops and share, but is [\"shape\",\"colour\"]",
            "`rules`: unknown rule `no-such-rule`",
            "`rules.syntax` must be error, warn, hint or off, but is \"fatal\"",
            "`dominant_share` must be a number above 0 and up to 1, but is 50",
            "`files`: error parsing glob '[': unclosed character class; missing ']'",
            "`framework` must be `auto`, `builtin` or a folder, but is [\"ultralytics\"]",
            "`modules` must be a list of Python files, or for each module `same` or its output's channels, but is {\"blocks\":\"py\"}",
            "`python` must be the folder of an environment, or an interpreter, but is 3.11",
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

    /// `UPDATE_EXPECT=1 cargo test schemas` rewrites them.
    #[test]
    fn schemas_are_those_of_the_code() {
        let schema = |title: &str, description: &str| {
            let mut schema = schemars::schema_for!(Config);
            let described = schema.get_mut("properties").and_then(Value::as_object_mut).expect("settings");
            assert_eq!(described.keys().map(String::as_str).collect::<Vec<_>>(), names().collect::<Vec<_>>());
            for (name, setting) in described {
                setting["description"] = json!(about(name).expect("a meaning").english());
            }
            schema.insert("title".to_owned(), json!(title));
            schema.insert("description".to_owned(), json!(description));
            serde_json::to_string_pretty(&schema).expect("JSON") + "\n"
        };
        expect_file!["../../schemas/yolint.schema.json"]
            .assert_eq(&schema(".yolint.yaml", "yolint's settings for the files in a folder and below."));
        expect_file!["../../schemas/editor.schema.json"]
            .assert_eq(&schema("yolint", "Settings of yolint's language server: initializationOptions, or the section `yolint` of the editor's settings. They override .yolint.yaml."));
    }
}
