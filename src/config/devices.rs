//! The setting that describes devices.

use serde_json::Value;

use super::values::wrong;
use crate::bound::{Device, Precision};
use crate::words::{Message, message};

pub(super) fn setting(value: &Value) -> Result<Vec<Device>, Message> {
    let expected = message!("expected-devices");
    let devices = value.as_object().and_then(|devices| {
        devices.iter().map(|(name, figures)| device(name, figures)).collect::<Option<Vec<Device>>>()
    });
    devices.ok_or_else(|| wrong("devices", expected, value))
}

fn device(name: &str, figures: &Value) -> Option<Device> {
    let figures = figures.as_object()?;
    let known = |key: &String| key == "bandwidth" || Precision::ALL.iter().any(|precision| precision.name() == key);
    // To PyYAML, 1.3e12 is text.
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let is_positive = |value: &Value| number(value).is_some_and(|n| n > 0.0 && n.is_finite());
    if !figures.iter().all(|(key, value)| known(key) && is_positive(value)) {
        return None;
    }
    let peaks = Precision::ALL.map(|precision| figures.get(precision.name()).and_then(number));
    let bandwidth = number(figures.get("bandwidth")?)?;
    peaks.iter().any(Option::is_some).then(|| Device {
        name: name.to_owned().into(),
        peaks,
        bandwidth,
        source: "the settings".into(),
    })
}
