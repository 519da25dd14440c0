//! Layers of `torchvision.ops`.

use super::nn::{Activation, Conv2d, activation, adaptive_avg_pool2d, batch_norm2d};
use super::ops::{Fault, FaultKind, Result, Shape};
use super::{Args, Build, Class, Default as D, Layer, Net, Run, Spec, Type as T, Value};
use super::{in_turn, layer, net, optional, required};
use crate::python::Literal;
use crate::words::message;

/// Why a row can't call `name`, which is `torchvision.ops.` and something that no layer here is called.
pub fn why_unknown(name: &str) -> Fault {
    let class = name.strip_prefix("torchvision.ops.").unwrap_or(name);
    if OTHERS.contains(&class) {
        return Fault::unsupported(message!("torchvision-not-supported", class));
    }
    Fault::new(FaultKind::Module, message!("torchvision-has-no", class))
}

/// Other names of `torchvision.ops`: classes that aren't modelled, functions, files.
const OTHERS: &[&str] = &[
    "Conv3dNormActivation",
    "DeformConv2d",
    "DropBlock2d",
    "DropBlock3d",
    "FeaturePyramidNetwork",
    "MLP",
    "MultiScaleRoIAlign",
    "PSRoIAlign",
    "PSRoIPool",
    "RoIAlign",
    "RoIPool",
    "batched_nms",
    "box_area",
    "box_convert",
    "box_iou",
    "boxes",
    "ciou_loss",
    "clip_boxes_to_image",
    "complete_box_iou",
    "complete_box_iou_loss",
    "deform_conv",
    "deform_conv2d",
    "diou_loss",
    "distance_box_iou",
    "distance_box_iou_loss",
    "drop_block",
    "drop_block2d",
    "drop_block3d",
    "feature_pyramid_network",
    "focal_loss",
    "generalized_box_iou",
    "generalized_box_iou_loss",
    "giou_loss",
    "masks_to_boxes",
    "misc",
    "nms",
    "poolers",
    "ps_roi_align",
    "ps_roi_pool",
    "remove_small_boxes",
    "roi_align",
    "roi_pool",
    "sigmoid_focal_loss",
    "stochastic_depth",
];

/// A class can only be left at its default: a row has no way to write one.
fn default_class(a: &Args<'_>, i: usize) -> Result<()> {
    match a.given(i) {
        None => Ok(()),
        Some(_) => Err(a.wrong(i, &a.get(i), message!("a-class-no-row"))),
    }
}

/// Builds `SqueezeExcitation(channels, squeezed, activation, scale_activation)`.
pub fn squeeze_excitation(
    b: &mut Build,
    channels: i64,
    squeezed: i64,
    act: &Activation,
    scale_act: &Activation,
) -> Result<Net> {
    net(b, "SqueezeExcitation", |b| {
        let steps = [
            adaptive_avg_pool2d(b.at("avgpool"), 1)?,
            Conv2d::new(channels, squeezed, [1; 2]).build(b.at("fc1"))?,
            Conv2d::new(squeezed, channels, [1; 2]).build(b.at("fc2"))?,
            activation(b.at("activation"), act)?,
            activation(b.at("scale_activation"), scale_act)?,
        ];
        Ok(move |r: &mut Run, x: Shape| {
            let [pool, fc1, fc2, act, scale_act] = &steps;
            let scale = [pool, fc1, act, fc2, scale_act].into_iter().try_fold(x, |scale, step| step.call(r, scale))?;
            r.mul(scale, x)
        })
    })
}

fn squeeze_excitation_from(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let (channels, squeezed) = (a.int(0)?, a.int(1)?);
    default_class(a, 2)?;
    default_class(a, 3)?;
    let block = squeeze_excitation(b, channels, squeezed, &Activation::relu(), &Activation::sigmoid())?;
    Ok(block.into_layer())
}

/// Its weights and statistics are buffers: it has no parameters.
fn frozen_batch_norm2d(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let features = a.int(0)?;
    a.float(1)?;
    if features < 0 {
        return Err(a.invalid(0, message!("num-features-negative", features)));
    }
    let norm = net(b, "FrozenBatchNorm2d", |b| {
        for name in ["weight", "bias", "running_mean", "running_var"] {
            b.buffer(name, &[features])?;
        }
        Ok(move |r: &mut Run, x: Shape| {
            let weight = Shape::image(features, 1, 1);
            let x = r.mul(x, weight)?;
            r.add(x, weight)
        })
    })?;
    Ok(norm.into_layer())
}

fn stochastic_depth(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let (p, mode) = (a.float(0)?, a.str(1)?);
    if !(0.0..=1.0).contains(&p) {
        return Err(a.invalid(0, message!("drop-probability", p)));
    }
    if mode != "batch" && mode != "row" {
        return Err(a.invalid(1, message!("mode-batch-row", mode)));
    }
    layer(b, "StochasticDepth", |_| Ok(|_: &mut Run, x: &Value| Ok(x.clone())))
}

fn permute(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let dims = a.ints(0)?;
    let permute = net(b, "Permute", |_| {
        Ok(move |r: &mut Run, x: Shape| {
            let order = dims.iter().map(|&dim| x.axis(dim as isize)).collect::<Result<Vec<_>>>()?;
            r.permute(x, &order)
        })
    })?;
    Ok(permute.into_layer())
}

fn conv2d_norm_activation(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let layer_class = |i: usize| match a.given(i) {
        Some(Literal::None) => Ok(false),
        _ => default_class(a, i).map(|()| true),
    };
    let (norm, act) = (layer_class(6)?, layer_class(7)?);
    // The number of dimensions is read off the kernel, or off the dilation where the padding depends on it.
    let dimensions = if a.get(4) == Literal::None { &[2, 8][..] } else { &[2] };
    for &i in dimensions {
        let arg = a.get(i);
        if arg.as_list().is_some_and(|sizes| sizes.len() != 2) {
            return Err(a.wrong(i, &arg, message!("an-integer-or-list", count = 2)));
        }
    }
    let (k, d) = (a.size::<2>(2)?, a.size::<2>(8)?);
    if a.get(4).as_str().is_some() {
        return Err(Fault::unsupported(message!("padding-in-words")));
    }
    let same = |axis: usize| (k[axis] - 1).div_euclid(2).saturating_mul(d[axis]);
    let padding = a.opt_size(4)?.unwrap_or_else(|| [same(0), same(1)]);
    let bias = if a.get(10) == Literal::None { !norm } else { a.bool(10) };
    let (c1, c2) = (a.int(0)?, a.int(1)?);
    let conv = Conv2d::new(c1, c2, k).stride(a.size(3)?).padding(padding).dilation(d).groups(a.int(5)?).bias(bias);
    let block = net(b, Class::derived("Conv2dNormActivation", "Sequential"), |b| {
        let mut steps: Vec<Net> = vec![conv.build(b.at(0))?];
        if norm {
            steps.push(batch_norm2d(b.at(steps.len()), c2)?);
        }
        if act {
            steps.push(activation(b.at(steps.len()), &Activation::relu())?);
        }
        Ok(move |r: &mut Run, x: Shape| in_turn(r, &steps, x))
    })?;
    Ok(block.into_layer())
}

/// The layers that a row can name.
pub static SPECS: &[Spec] = &[
    Spec {
        name: "torchvision.ops.SqueezeExcitation",
        path: "torchvision.ops.misc.SqueezeExcitation",
        doc: message!("doc-SqueezeExcitation"),
        params: &[
            required("input_channels", T::Int),
            required("squeeze_channels", T::Int),
            optional("activation", T::Any, D::Str("torch.nn.ReLU")),
            optional("scale_activation", T::Any, D::Str("torch.nn.Sigmoid")),
        ],
        build: squeeze_excitation_from,
    },
    Spec {
        name: "torchvision.ops.FrozenBatchNorm2d",
        path: "torchvision.ops.misc.FrozenBatchNorm2d",
        doc: message!("doc-FrozenBatchNorm2d"),
        params: &[required("num_features", T::Int), optional("eps", T::Float, D::Float(1e-5))],
        build: frozen_batch_norm2d,
    },
    Spec {
        name: "torchvision.ops.StochasticDepth",
        path: "torchvision.ops.stochastic_depth.StochasticDepth",
        doc: message!("doc-StochasticDepth"),
        params: &[required("p", T::Float), required("mode", T::Str)],
        build: stochastic_depth,
    },
    Spec {
        name: "torchvision.ops.Permute",
        path: "torchvision.ops.misc.Permute",
        doc: message!("doc-Permute"),
        params: &[required("dims", T::Ints)],
        build: permute,
    },
    Spec {
        name: "torchvision.ops.Conv2dNormActivation",
        path: "torchvision.ops.misc.Conv2dNormActivation",
        doc: message!("doc-Conv2dNormActivation"),
        params: &[
            required("in_channels", T::Int),
            required("out_channels", T::Int),
            optional("kernel_size", T::Size, D::Int(3)),
            optional("stride", T::Size, D::Int(1)),
            optional("padding", T::OptSize, D::None),
            optional("groups", T::Int, D::Int(1)),
            optional("norm_layer", T::Any, D::Str("torch.nn.BatchNorm2d")),
            optional("activation_layer", T::Any, D::Str("torch.nn.ReLU")),
            optional("dilation", T::Size, D::Int(1)),
            optional("inplace", T::Bool, D::Bool(true)),
            optional("bias", T::Any, D::None),
        ],
        build: conv2d_norm_activation,
    },
];
