//! What the arguments of a row are to its module: `parse_model` puts some in front, between or behind them.

use super::ultralytics::{BASE_MODULES, BOX_HEADS, REPEAT_MODULES};
use crate::torch::{Param, Spec};

/// An argument that a row can give.
#[derive(Clone, Copy, Debug)]
pub struct RowParam {
    /// Its name.
    pub name: &'static str,
    /// The parameter that it becomes; none where the framework keeps it for itself.
    pub param: Option<&'static Param>,
    /// Whether the row must give it.
    pub is_required: bool,
}

/// The arguments that a row can give to a module, in order.
pub fn row_params(spec: &'static Spec) -> Vec<RowParam> {
    let name = spec.name;
    let is_base = BASE_MODULES.contains(&name);
    // Where the framework inserts arguments of its own.
    let inserted: &[usize] = match name {
        "AIFI" | "CBLinear" | "HGStem" => &[0],
        "HGBlock" => &[0, 4],
        "ImagePoolingAttn" | "RTDETRDecoder" => &[1],
        _ if REPEAT_MODULES.contains(&name) => &[0, 2],
        _ if is_base => &[0],
        _ => &[],
    };
    // What it appends comes right behind what is given: nothing can be left out before, and nothing given after.
    let appended = match name {
        _ if BOX_HEADS.contains(&name) => Some("reg_max"),
        "Depth" | "SemanticSegment" | "v10Detect" => Some("ch"),
        _ => None,
    };
    let end = appended.and_then(|first| spec.params.iter().position(|p| p.name == first));
    let end = if name == "nn.BatchNorm2d" { 0 } else { end.unwrap_or(spec.params.len()) };
    let needed = match name {
        "C2fAttn" => 3,
        "ResNetLayer" => 4,
        _ if appended.is_some() => end,
        _ => usize::from(is_base),
    };
    let kept =
        matches!(name, "TorchVision" | "Index").then_some(RowParam { name: "c2", param: None, is_required: true });
    let given = spec.params[..end].iter().enumerate().filter(|(i, _)| !inserted.contains(i)).map(|(_, param)| param);
    let given = given.enumerate().map(|(j, param)| RowParam {
        name: param.name,
        param: Some(param),
        is_required: j < needed || param.default.is_none(),
    });
    kept.into_iter().chain(given).collect()
}
