//! The header's values that `parse_model` reads.

use super::activation;
use super::modules::Modules;
use crate::catalog;
use crate::dialect::{Dataset, HeaderFault, Scaling};
use crate::model::Model;
use crate::python::Literal;
use crate::torch::ops::{Fault, FaultKind};
use crate::torch::{Activation, Build};
use crate::words::{comma, message};

/// The header's values that `parse_model` reads.
pub(super) struct Header<'a> {
    pub(super) model: &'a Model,
    pub(super) dataset: &'a Dataset,
    pub(super) scale: &'a str,
    pub(super) reg_max: Literal,
    pub(super) end2end: Literal,
    pub(super) scaling: Scaling,
    /// The activation that `activation:` set.
    pub(super) default_act: Activation,
    /// Whether depth, width and cap are known.
    pub(super) usable: bool,
    /// Channels of the image.
    pub(super) channels: i64,
}

/// Reads the header at a scale (empty if the file has none): what it says, a build that begins with it, and what is wrong
/// with it.
pub(super) fn read<'a>(
    modules: &Modules,
    model: &'a Model,
    scale: &'a str,
    dataset: &'a Dataset,
) -> (Header<'a>, Build, Vec<HeaderFault>) {
    let mut faults = Vec::new();
    let channels = input_channels(model, dataset).unwrap_or_else(|fault| {
        faults.push(fault);
        dataset.channels
    });
    faults.extend(missing_keypoints(model));
    let scaling = scaling(model, scale).map_err(|fault| faults.push(fault)).ok();
    let chosen = activation(modules, model).and_then(|act| Ok((catalog::build(&act)?, act)));
    let (build, default_act) = chosen.unwrap_or_else(|fault| {
        faults.push(HeaderFault { key: "activation", scale: None, fault: fault.into(), place: None });
        (Build::default(), Activation::silu())
    });
    let get = |name| value(model, name).cloned();
    let usable = scaling.is_some() && faults.iter().all(|fault| fault.key == "kpt_shape");
    let header = Header {
        model,
        dataset,
        scale,
        reg_max: get("reg_max").unwrap_or(Literal::Int(16)),
        end2end: get("end2end").unwrap_or(Literal::None),
        scaling: scaling.unwrap_or(Scaling {
            depth: Literal::Int(1),
            width: Literal::Int(1),
            max_channels: Literal::Int(1),
        }),
        default_act,
        usable,
        channels,
    };
    (header, build, faults)
}

/// The value of a top-level key. The framework takes the text `None` for the null that was meant.
pub(super) fn value<'a>(model: &'a Model, name: &str) -> Option<&'a Literal> {
    model.get(name).map(|value| if value.as_str() == Some("None") { &Literal::None } else { value })
}

impl Header<'_> {
    /// The value of a top-level key, which a dataset may override.
    pub(super) fn get(&self, name: &str) -> Option<Literal> {
        let own = value(self.model, name)?;
        let given = self.dataset.keys().find(|(key, _)| *key == name);
        Some(given.map_or_else(|| own.clone(), |(_, value)| value))
    }
}

/// Depth, width and cap of a scale.
fn scaling(model: &Model, scale: &str) -> Result<Scaling, HeaderFault> {
    let get = |name| value(model, name).cloned().unwrap_or(Literal::Float(1.0));
    let Some(key) = model.key("scales").filter(|key| key.value.value.truthy()) else {
        return Ok(Scaling {
            depth: get("depth_multiple"),
            width: get("width_multiple"),
            max_channels: Literal::Float(f64::INFINITY),
        });
    };
    let fault = |scale: Option<&str>, fault: Fault| HeaderFault {
        key: "scales",
        scale: scale.map(str::to_owned),
        fault: fault.into(),
        place: None,
    };
    if key.value.names.is_empty() {
        return Err(fault(None, Fault::value(message!("scales-map"))));
    }
    let Some((.., cell)) = model.scales().filter(|(name, ..)| *name == scale).last() else {
        let known: Vec<_> = model.scales().map(|(name, ..)| name).collect();
        return Err(fault(None, Fault::value(message!("no-such-scale", scale, known = comma(known)))));
    };
    let Some([depth, width, max_channels]) = cell.value.as_list() else {
        let value = &cell.value;
        let message = match value.as_list().map(<[Literal]>::len) {
            Some(2) => message!("scale-lacks-max-channels", scale, value),
            Some(4..) => message!("scale-of-more", scale, value),
            _ => message!("scale-must-be", scale, value),
        };
        return Err(fault(Some(scale), Fault::value(message)));
    };
    for (name, value) in [("depth", depth), ("width", width), ("max_channels", max_channels)] {
        if value.as_float().is_none() {
            return Err(fault(Some(scale), Fault::value(message!("scale-value-number", name, scale, value))));
        }
    }
    Ok(Scaling { depth: depth.clone(), width: width.clone(), max_channels: max_channels.clone() })
}

/// Reads `activation:`.
fn activation(modules: &Modules, model: &Model) -> Result<Activation, Fault> {
    match value(model, "activation") {
        None => Ok(Activation::silu()),
        Some(value) if !value.truthy() => Ok(Activation::silu()),
        Some(Literal::Str(text)) => activation::parse(modules, text),
        Some(other) => {
            Err(Fault::new(FaultKind::Arguments, message!("activation-text-form", other, kind = other.type_name())))
        }
    }
}

/// The channels of the input image: the dataset's, except that a classifier's file can say them itself: `channels`.
fn input_channels(model: &Model, dataset: &Dataset) -> Result<i64, HeaderFault> {
    let key = "channels";
    match value(model, key).filter(|_| last_module(model) == "Classify") {
        Some(Literal::Int(ch @ 1..=1_000_000)) => Ok(*ch),
        None => Ok(dataset.channels),
        Some(other) => {
            let message = message!("image-channels", key, other);
            Err(HeaderFault { key, scale: None, fault: Fault::new(FaultKind::Arguments, message).into(), place: None })
        }
    }
}

/// A pose model reads `kpt_shape` at the top of the file, whatever its head is given.
fn missing_keypoints(model: &Model) -> Option<HeaderFault> {
    let is_pose = matches!(last_module(model), "Pose" | "Pose26");
    let message = message!("pose-needs-kpt");
    (is_pose && model.key("kpt_shape").is_none()).then(|| HeaderFault {
        key: "kpt_shape",
        scale: None,
        fault: Fault::value(message).into(),
        place: None,
    })
}

/// The name of the last row's module.
pub(super) fn last_module(model: &Model) -> &str {
    model.rows.last().and_then(|row| row.module_name()).unwrap_or_default()
}
