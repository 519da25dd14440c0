//! `docs/configuration.md` describes each setting as the schemas and the code have it.

use std::path::Path;

use serde_json::Value as Json;
use yolint::internals::config::{self, Config};

const PAGE: &str = include_str!("../../../docs/configuration.md");

fn schema(name: &str) -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).expect("a schema")).expect("JSON")
}

/// The settings of a schema: names and what it says of them.
fn settings(schema: &Json) -> Vec<(&String, &Json)> {
    schema["properties"].as_object().expect("properties").iter().collect()
}

/// What the page says of a setting, up to the next heading.
fn section(name: &str) -> &'static str {
    let start = PAGE.find(&format!("\n### `{name}`\n")).unwrap_or_else(|| panic!("no section on `{name}`"));
    let section = &PAGE[start + 1..];
    section.split("\n##").next().unwrap_or_default()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands behind a label of the section's list.
fn labelled(section: &str, label: &str) -> String {
    let (_, rest) =
        section.split_once(&format!("* **{label}:** ")).unwrap_or_else(|| panic!("no {label} in\n{section}"));
    words(rest.split("\n* ").next().and_then(|rest| rest.split("\n\n").next()).unwrap_or_default())
}

/// The YAML that the section shows.
fn example(section: &str) -> &str {
    let (_, rest) = section.split_once("```yaml\n").unwrap_or_else(|| panic!("no example in\n{section}"));
    rest.split("```").next().unwrap_or_default()
}

/// A schema's type in words.
fn kind(node: &Json, root: &Json) -> String {
    if let Some(name) = node["$ref"].as_str() {
        return kind(&root["$defs"][name.trim_start_matches("#/$defs/")], root);
    }
    if let Some(choices) = node["anyOf"].as_array() {
        return choices.iter().map(|choice| kind(choice, root)).collect::<Vec<_>>().join(", or ");
    }
    if node["const"] == false {
        return "false".to_owned();
    }
    let values = node["enum"].as_array().cloned();
    let constants = || node["oneOf"].as_array()?.iter().map(|value| value.get("const").cloned()).collect();
    if let Some(values) = values.or_else(constants) {
        let names = values.iter().map(|value| format!("`{}`", value.as_str().unwrap_or_default()));
        return names.collect::<Vec<_>>().join(", ");
    }
    let types = node["type"].as_array().map_or(node["type"].as_str(), |types| types[0].as_str());
    match types {
        Some("string") => "text".to_owned(),
        Some("boolean") => "true or false".to_owned(),
        Some("integer") => format!("whole number from {} to {}", node["minimum"], node["maximum"]),
        Some("number") => format!("number above {}, at most {}", node["exclusiveMinimum"], node["maximum"]),
        Some("array") if node["maxItems"].is_number() => format!("list of {} of them", node["maxItems"]),
        Some("array") if node["items"]["properties"].is_object() => "list of entries".to_owned(),
        Some("array") => format!("list of {}", kind(&node["items"], root)),
        Some("object") if node["propertyNames"].is_object() => {
            format!("for each rule's name one of {}", kind(&node["additionalProperties"], root))
        }
        Some("object") if node["patternProperties"].is_object() => "an entry".to_owned(),
        Some("object") => "mapping".to_owned(),
        other => panic!("{other:?}: {node}"),
    }
}

#[test]
fn every_setting_is_described() {
    let schema = schema("yolint.schema.json");
    let described: Vec<&str> = PAGE.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`')).collect();
    let named: Vec<&str> = settings(&schema).iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(described, named);
    for (name, node) in settings(&schema) {
        let section = section(name);
        let description = words(node["description"].as_str().expect("a description"));
        // The first sentence names the setting; where else a value comes from is said under its default.
        let first = description.split_inclusive(". ").next().unwrap_or_default().trim_end();
        assert!(words(section).contains(first), "`{name}`: {first}");
        let kind = kind(node, &schema);
        let kind = if node["enum"].is_array() { format!("one of {kind}") } else { kind };
        assert_eq!(labelled(section, "Type"), kind, "`{name}`");
    }
}

/// What the page says of a setting's default, set by hand, changes nothing.
#[test]
fn defaults_are_those_of_the_code() {
    let mut count = 0;
    for (name, _) in settings(&schema("yolint.schema.json")) {
        let default = labelled(section(name), "Default");
        let Some(value) = default.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) else { continue };
        let (config, problems) = config::parse(&format!("{name}: {value}"));
        assert_eq!(problems, [""; 0], "`{name}`");
        assert_ne!(config, Config::default(), "`{name}`");
        let options = |config: &Config| format!("{:?}", config.options());
        assert_eq!(options(&config), options(&Config::default()), "`{name}`");
        assert_eq!(config.parts(), Config::default().parts(), "`{name}`");
        count += 1;
    }
    assert_eq!(count, 4, "imgsz, convention, hints and framework have one");
}

#[test]
fn examples_are_taken() {
    for (name, _) in settings(&schema("yolint.schema.json")) {
        let section = section(name);
        let (config, problems) = config::parse(example(section));
        assert_eq!(problems, [""; 0], "`{name}`");
        assert_ne!(config, Config::default(), "`{name}`");
        assert!(example(section).starts_with(&format!("{name}:")), "`{name}`");
    }
    let (_, problems) = config::parse(example(PAGE));
    assert_eq!(problems, [""; 0], "the first example of the page");
}

#[test]
fn parts_of_settings_are_described() {
    let schema = schema("yolint.schema.json");
    let hints = section("hints");
    for part in schema["$defs"]["Part"]["oneOf"].as_array().expect("parts") {
        let row = format!(
            "| `{}` | {} |",
            part["const"].as_str().expect("a name"),
            part["description"].as_str().expect("words")
        );
        assert!(hints.contains(&row), "{row}");
    }
    let budgets = section("budgets");
    let entry = &schema["properties"]["budgets"]["anyOf"][0];
    for (name, node) in settings(entry) {
        let kind = kind(node, &schema);
        let row = format!("| `{name}` | {kind} | {} |", node["description"].as_str().expect("words"));
        assert!(budgets.contains(&row), "{row}");
    }
    for (pattern, node) in entry["patternProperties"].as_object().expect("patterns") {
        for metric in
            pattern.split(['(', ')', '|']).filter(|word| word.len() > 3 && word.chars().all(char::is_alphanumeric))
        {
            let is_scope = ["backbone", "head"].contains(&metric);
            let written = if is_scope { format!("`{metric}.`") } else { format!("`{metric}`") };
            assert!(budgets.contains(&written), "{metric}");
        }
        assert!(budgets.contains(node["description"].as_str().expect("words")));
    }
}

/// Editors take the same settings; so one page serves both.
#[test]
fn editors_take_the_same_settings() {
    assert_eq!(schema("editor.schema.json")["properties"], schema("yolint.schema.json")["properties"]);
}
