//! What a counter's hook sees of a class that is derived from a layer and has a `forward` of its own: the layer's weights,
//! what went in and what came out. It stands for what ran inside.

use std::rc::Rc;

use super::module::Kept;
use super::state::{Torch, torch};
use super::tensor::Tensor;
use crate::interpret::value::Instance;
use crate::interpret::{Machine, Res, Value};
use crate::torch::ops::{self, Shape};
use crate::torch::{Call, Op};
use crate::words::message;

/// Records what hooks see of a call that began at the `start`th op, if its class is a layer's.
pub(super) fn record(
    m: &mut Machine,
    instance: &Rc<Instance>,
    kept: &Kept,
    start: usize,
    [input, output]: [&Value; 2],
) -> Res<()> {
    let torch = torch(m);
    let class = torch.build.borrow().modules[kept.id.get()].class.torch();
    if !is_counted(class) {
        return Ok(());
    }
    let counted = match (Tensor::of(input), Tensor::of(output)) {
        (Some(input), Some(output)) => {
            let (input, output) = (input.shape(), output.shape());
            (op(m, instance, class, input, output)?, input, output)
        }
        _ => (Op::NotCounted(message!("hooked-no-tensor")), Shape::new(&[]), Shape::new(&[])),
    };
    let hidden = |call: &Call| call.module == kept.id.get() || (call.op.is_product() && !is_layer(&torch, call));
    torch.run.borrow_mut().record_hooked(kept.id.get(), start, hidden, counted);
    Ok(())
}

/// Whether an op is that of a layer which is hooked itself.
fn is_layer(torch: &Torch, call: &Call) -> bool {
    let class = torch.build.borrow().modules[call.module].class.torch();
    matches!((&call.op, class), (Op::Linear { .. }, "Linear") | (Op::MultiheadAttention { .. }, "MultiheadAttention"))
}

/// Whether counters have a rule for a class that isn't to count nothing.
fn is_counted(class: &str) -> bool {
    const FAMILIES: [&str; 7] =
        ["Conv", "BatchNorm", "InstanceNorm", "AvgPool", "AdaptiveAvgPool", "Upsampl", "SyncBatch"];
    const CLASSES: [&str; 9] =
        ["LayerNorm", "GroupNorm", "RMSNorm", "PReLU", "Softmax", "Softmax2d", "LogSoftmax", "Softmin", "Linear"];
    FAMILIES.iter().any(|family| class.starts_with(family)) || CLASSES.contains(&class) || class == "Bilinear"
}

/// What the hook of a class counts.
fn op(m: &mut Machine, instance: &Rc<Instance>, class: &str, input: Shape, output: Shape) -> Res<Op> {
    let this = Value::Instance(instance.clone());
    let mut attribute = |name| {
        let name = m.symbol(name);
        m.get_attribute(&this, name)
    };
    let not_counted = Op::NotCounted(message!("hooked-forward"));
    Ok(match class {
        _ if class.starts_with("Conv") => {
            let (weight, groups) = (attribute("weight")?, attribute("groups")?);
            let bias = !attribute("bias")?.is_none();
            let is_transposed = class.starts_with("ConvTranspose");
            let volume = if is_transposed { output } else { input };
            let (Some(weight), Value::Int(groups)) = (Tensor::of(&weight), groups) else { return Ok(not_counted) };
            let weight = weight.shape();
            let axis = (volume.rank() + 1).checked_sub(weight.rank());
            let Some(axis) = axis.filter(|_| weight.rank() > 2 && groups > 0) else { return Ok(not_counted) };
            let weight = weight.with(1, volume.dims()[axis] / groups);
            if is_transposed { Op::ConvTranspose { weight, bias } } else { Op::Conv { weight, bias } }
        }
        "Linear" => match attribute("in_features")? {
            Value::Int(in_features) => Op::Linear { in_features, bias: !attribute("bias")?.is_none() },
            _ => not_counted,
        },
        "LayerNorm" | "RMSNorm" => {
            let affine = matches!(attribute("elementwise_affine")?, Value::Bool(true));
            if class == "LayerNorm" { Op::LayerNorm { affine } } else { Op::RmsNorm { affine } }
        }
        _ if class.contains("Norm") => {
            let affine = matches!(attribute("affine")?, Value::Bool(true));
            match class {
                "GroupNorm" => Op::GroupNorm { affine },
                _ if class.starts_with("Instance") => Op::InstanceNorm { affine },
                _ => Op::BatchNorm { affine },
            }
        }
        "PReLU" => Op::Prelu,
        _ if class.starts_with("AdaptiveAvgPool") => Op::AdaptiveAvgPool,
        _ if class.starts_with("Upsampl") => match attribute("mode")?.as_str().and_then(ops::interpolate_mode) {
            Some(mode) => Op::Interpolate { mode },
            None => not_counted,
        },
        _ => not_counted,
    })
}
