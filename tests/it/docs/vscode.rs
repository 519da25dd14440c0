//! What the VS Code extension says of the settings is what the server takes; `npm run settings` in `editors/vscode` says it. Its texts
//! for Taiwan are written by `UPDATE_EXPECT=1 cargo test --test it docs::vscode` from those in simplified characters.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use expect_test::expect_file;
use serde_json::Value;
use yolint::internals::words::traditional;

fn json(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).expect("JSON")
}

/// `dominant_share` as `dominantShare`, which the server reads alike.
fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    let camel = words.fold(first, |camel, word| camel + &word[..1].to_uppercase() + &word[1..]);
    assert_eq!(yolint::internals::config::canonical(&camel), name);
    camel
}

#[test]
fn settings_are_those_of_the_server() {
    let schema = json("schemas/editor.schema.json");
    let manifest = json("editors/vscode/package.json");
    let settings = &manifest["contributes"]["configuration"]["properties"];
    let names = |value: &Value| -> BTreeSet<String> { value.as_object().expect("an object").keys().cloned().collect() };
    let mut wanted: BTreeSet<String> =
        names(&schema["properties"]).iter().map(|name| format!("yolint.{}", camel_case(name))).collect();
    wanted.extend(["yolint.path".to_owned(), "yolint.trace.server".to_owned()]);
    assert_eq!(names(settings), wanted);
    for name in names(settings) {
        assert!(settings[&name].get("default").is_some(), "{name}: null would be its default");
        let server = name.strip_prefix("yolint.").expect("a setting of the extension");
        assert!(!server.contains('_'), "{name} is in camelCase");
    }
    let rules = "/propertyNames/enum";
    assert_eq!(settings["yolint.rules"].pointer(rules), schema["properties"]["rules"].pointer(rules));
    assert_eq!(settings["yolint.convention"]["enum"], schema["properties"]["convention"]["enum"]);
}

/// The two are released together.
#[test]
fn version_is_that_of_the_server() {
    assert_eq!(json("editors/vscode/package.json")["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn texts_for_taiwan_are_those_in_simplified_characters() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("editors/vscode");
    for name in ["package.nls", "l10n/bundle.l10n"] {
        let simplified = fs::read_to_string(root.join(format!("{name}.zh-cn.json"))).expect("UTF-8");
        expect_file![root.join(format!("{name}.zh-tw.json"))].assert_eq(&traditional(&simplified));
    }
}
