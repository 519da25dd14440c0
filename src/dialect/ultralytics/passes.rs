//! Passes that the framework runs on its own: one that measures strides when it builds a model, and those on small
//! images from which it extrapolates the GFLOPs of its summary line.

use super::forward::forward;
use super::fuse::Fused;
use super::parsed::Parsed;
use super::task::Task;
use crate::cost::{Convention, Counter};
use crate::dialect::{Outcome, RowFault};
use crate::model::Source;
use crate::torch::ops::Shape;
use crate::torch::{Op, Run, Trace};

/// The side of the image on which the framework measures strides when it builds a model.
const STRIDE_PASS: i64 = 256;

/// The first row that fails in the pass that the framework makes when it builds a model with a head of strides.
pub(super) fn stride_fault(parsed: &Parsed) -> Option<(usize, RowFault)> {
    if !parsed.task.measures_strides() || parsed.rows.iter().any(|row| row.layer.is_none()) {
        return None;
    }
    let mut run = Run::silent();
    run.training = true;
    let at = [STRIDE_PASS; 2];
    forward(parsed, Shape::image(parsed.channels, at[0], at[1]), &mut run).into_iter().enumerate().find_map(
        |(i, (outcome, _))| match outcome {
            Outcome::Failed(fault) => Some((i, RowFault { at: Some(at), ..*fault })),
            _ => None,
        },
    )
}

/// The GFLOPs of the framework's summary line; none if it names none.
///
/// They aren't those of a pass at the image's size: if that is a multiple of the model's stride, the framework runs
/// strips of one stride's height and fits a polynomial in their area. For the official files both agree. A model whose
/// first weight isn't one over the image's channels can't be profiled so, and has no GFLOPs.
///
/// Source: `get_flops` of `ultralytics/utils/torch_utils.py` 8.4.190 and `profile` of ultralytics-thop 2.2.3.
pub(super) fn summary_gflops(parsed: &Parsed, fused: Option<&Fused>, imgsz: [i64; 2]) -> Option<f64> {
    let modules = fused.map_or(&parsed.modules, |fused| &fused.modules);
    let first = modules.parameters(parsed.root).next()?;
    let channels = *first.shape.dims().get(1).filter(|&&c| c > 0)?;
    let stride = stride(parsed)?;
    let [height, width] = imgsz;
    let cells = (height / stride).saturating_mul(width / stride);
    let has = |classes: &[&str]| modules.below(parsed.root).any(|m| classes.contains(&m.class.name()));
    let samples = if has(&["MultiheadAttention"]) {
        4
    } else if has(&SIZE_INDEPENDENT) {
        2
    } else {
        1
    };
    let first = min_cells(parsed);
    let planned = first.saturating_mul(samples).saturating_add(samples * (samples - 1) / 2);
    let mut ops: Vec<f64> = Vec::new();
    if height % stride == 0 && width % stride == 0 && planned <= cells / 4 {
        let mut wanted = samples;
        while (ops.len() as i64) < wanted {
            let strip = Shape::image(channels, stride, stride * (first + ops.len() as i64));
            let Some((booked, functional)) = profile(parsed, fused, strip) else {
                ops.clear();
                break;
            };
            ops.push(booked);
            wanted = if functional { 4 } else { samples };
        }
    }
    let t = (cells - first) as f64;
    let total = match ops[..] {
        [a] => a + t * (a / first as f64),
        [a, b] => a + t * (b - a),
        [a, b, c, d] if d - 3.0 * c + 3.0 * b - a == 0.0 => {
            a + t * (b - a) + (t * (t - 1.0) / 2.0).floor() * (c - 2.0 * b + a)
        }
        _ => profile(parsed, fused, Shape::image(channels, height, width))?.0,
    };
    Some(total / 1e9 * 2.0).filter(|&gflops| gflops > 0.0)
}

/// Layers whose cost doesn't grow with the image, or that make that of the layers after them so.
const SIZE_INDEPENDENT: [&str; 12] = [
    "Linear",
    "NonDynamicallyQuantizableLinear",
    "Bilinear",
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
    "AdaptiveMaxPool3d",
    "RNN",
    "GRU",
    "LSTM",
];

/// The multiple to which the framework rounds the sides of an image: the largest of the model's strides, at least 32.
/// None if the model can't be built.
///
/// Source: `check_imgsz` of `ultralytics/utils/checks.py` 8.4.190 and the strides that trainer and predictor give it.
pub(super) fn image_multiple(parsed: &Parsed) -> Option<i64> {
    let is_built = parsed.rows.iter().all(|row| row.layer.is_some());
    is_built.then(|| stride(parsed))?
}

/// The stride that strips are cut by: the largest of the model's, at least 32.
fn stride(parsed: &Parsed) -> Option<i64> {
    if !parsed.task.measures_strides() {
        return Some(32);
    }
    let mut run = Run::silent();
    run.training = true;
    let ran = forward(parsed, Shape::image(parsed.channels, STRIDE_PASS, STRIDE_PASS), &mut run);
    let height = |i: usize| match &ran[i].0 {
        Outcome::Returned(value) => value.first_tensor().filter(|s| s.rank() == 4).map(|s| s.dims()[2]),
        _ => None,
    };
    let smallest = if parsed.task == Task::Semantic {
        (0..ran.len()).filter_map(height).min()
    } else {
        let inputs = &parsed.rows.last()?.from;
        inputs.iter().filter_map(|s| if let Source::Row(j) = s { height(*j) } else { Some(STRIDE_PASS) }).min()
    };
    Some((STRIDE_PASS / smallest.filter(|&h| h > 0)?).max(32))
}

/// The width of the first strip in strides: as many as an RT-DETR decoder needs to fill its queries.
fn min_cells(parsed: &Parsed) -> i64 {
    let heads =
        parsed.rows.iter().filter(|row| row.module.as_ref().is_some_and(|module| module.name == "RTDETRDecoder"));
    let cells = heads.map(|row| {
        let queries = row.args.get(3).and_then(|arg| arg.value.as_int()).unwrap_or(300);
        let per_cell = 4i64.saturating_pow(row.from.len() as u32) - 1;
        queries.saturating_mul(3).saturating_add(per_cell - 1) / per_cell.max(1)
    });
    cells.max().unwrap_or(1).max(1)
}

/// Operations of one pass, and whether some of them are products outside of any counted layer; none if it fails.
fn profile(parsed: &Parsed, fused: Option<&Fused>, image: Shape) -> Option<(f64, bool)> {
    let mut run = Run::recording();
    let ran = forward(parsed, image, &mut run);
    if ran.iter().any(|(outcome, _)| !matches!(outcome, Outcome::Returned(_))) {
        return None;
    }
    let calls = run.finish();
    let calls = fused.map_or_else(|| calls.clone(), |fused| fused.calls(&calls).0);
    let modules = fused.map_or(&parsed.modules, |fused| &fused.modules);
    let is_product = |op: &Op| matches!(op, Op::Matmul { .. } | Op::Einsum { .. });
    let functional = calls.iter().any(|call| is_product(&call.op));
    let booked = Counter::new(Convention::Ultralytics, modules, parsed.root).total(&calls).ok()?;
    Some((booked as f64, functional))
}

/// Whether the summary line takes a model for one whose batch norms are merged into its convolutions: it does if none of
/// the framework's own convolutions is there, as in a torchvision model.
pub(super) fn looks_fused(trace: &Trace) -> bool {
    let own = ["Conv", "Conv2", "DWConv", "ConvTranspose"];
    !trace.modules.below(trace.root).any(|m| own.contains(&m.class.name()))
}
