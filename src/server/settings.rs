//! `initializationOptions`: `{"scale": "n", "imgsz": 640, "convention": "ultralytics"}`.

use serde_json::Value;

use crate::analysis::Options;

/// The settings, and a sentence for each that can't be used.
pub(super) fn read(options: Option<&Value>) -> (Options, Vec<String>) {
    let mut settings = Options::default();
    let mut problems = Vec::new();
    match options {
        None | Some(Value::Null) => {}
        Some(Value::Object(entries)) => {
            for (name, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
                if let Err(problem) = set(&mut settings, name, value) {
                    problems.push(problem);
                }
            }
        }
        Some(other) => problems.push(format!("the settings must be an object, but are {other}")),
    }
    (settings, problems)
}

/// Sets the setting of a name, or says why its value can't be used.
pub(super) fn set(settings: &mut Options, name: &str, value: &Value) -> Result<(), String> {
    match name {
        "scale" => {
            let scale = value.as_str().ok_or_else(|| format!("`scale` must be text like \"n\", but is {value}"))?;
            settings.scale = Some(scale.to_owned()).filter(|scale| !scale.is_empty());
        }
        "imgsz" => {
            let expected = || format!("`imgsz` must be a number like 640 or [height, width], but is {value}");
            settings.imgsz = imgsz(value).ok_or_else(expected)?;
        }
        "convention" => {
            let name = value.as_str().ok_or_else(|| format!("`convention` must be text, but is {value}"))?;
            settings.convention = name.parse()?;
        }
        _ => return Err(format!("there is no setting `{name}`; the settings are scale, imgsz and convention")),
    }
    Ok(())
}

fn imgsz(value: &Value) -> Option<[i64; 2]> {
    let side = |value: &Value| value.as_i64().filter(|n| (1..=100_000).contains(n));
    match value.as_array().map(Vec::as_slice) {
        None => side(value).map(|n| [n, n]),
        Some([height, width]) => Some([side(height)?, side(width)?]),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cost::Convention;

    #[test]
    fn good_values() {
        let (settings, problems) = read(Some(&json!({ "scale": "s", "imgsz": [480, 640], "convention": "fvcore" })));
        assert_eq!(problems, [""; 0]);
        assert_eq!(settings.scale.as_deref(), Some("s"));
        assert_eq!(settings.imgsz, [480, 640]);
        assert_eq!(settings.convention, Convention::Fvcore);
        assert_eq!(read(Some(&json!({ "imgsz": 320, "scale": null }))).0.imgsz, [320, 320]);
        assert_eq!(read(None).1, [""; 0]);
    }

    #[test]
    fn bad_values_are_reported_and_ignored() {
        let (settings, problems) =
            read(Some(&json!({ "scale": 1, "imgsz": 0, "convention": "flops", "imagesize": 640 })));
        assert_eq!(problems.len(), 4);
        assert!(problems[1].contains("imgsz"), "{problems:?}");
        assert_eq!((settings.scale, settings.imgsz), (None, [640, 640]));
        assert_eq!(settings.convention, Convention::Ultralytics);
        assert_eq!(read(Some(&json!([]))).1.len(), 1);
    }
}
