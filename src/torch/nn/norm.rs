//! Normalisation layers.

use super::arguments::{device_and_dtype, features, list, opt_float};
use super::spec;
use crate::torch::ops::{self, Fault, FaultKind, Result, Shape};
use crate::torch::{
    Args, Build, Class, Default as D, Layer, Net, Op, Param, Run, Spec, Type as T, net, optional, required,
};
use crate::words::{message, or};

/// Builds `nn.BatchNorm2d(num_features)`.
pub fn batch_norm2d(b: &mut Build, features: i64) -> Result<Net> {
    BatchNorm { class: "BatchNorm2d", ranks: &[4], features, affine: true, tracked: true }.build(b)
}

/// Builds `nn.LayerNorm(normalized_shape)` over one dimension.
pub fn layer_norm(b: &mut Build, features: i64) -> Result<Net> {
    layer_norm_of(b, vec![features], true, true)
}

/// The arguments of a batch norm.
struct BatchNorm {
    class: &'static str,
    /// The ranks that it takes; any from two up where there are none.
    ranks: &'static [usize],
    features: i64,
    affine: bool,
    /// Whether it normalises by statistics gathered while training, rather than by those of the batch.
    tracked: bool,
}

impl BatchNorm {
    fn build(self, b: &mut Build) -> Result<Net> {
        let BatchNorm { class, ranks, features, affine, tracked } = self;
        net(b, Class::of_torch(class), |b| {
            if affine {
                b.param("weight", &[features])?;
                b.param("bias", &[features])?;
            }
            if tracked {
                statistics(b, features)?;
            }
            Ok(move |r: &mut Run, x: Shape| {
                expect_rank(class, ranks, x)?;
                if !tracked {
                    ops::batch_norm_of_batch(x)?;
                }
                let expected = if affine || tracked { features } else { x.dim(1)? };
                r.batch_norm(x, expected, affine)
            })
        })
    }
}

/// The buffers of what gathers statistics while it is trained.
fn statistics(b: &mut Build, features: i64) -> Result<()> {
    b.buffer("running_mean", &[features])?;
    b.buffer("running_var", &[features])?;
    b.buffer("num_batches_tracked", &[])
}

fn expect_rank(class: &str, ranks: &[usize], x: Shape) -> Result<()> {
    if if ranks.is_empty() { x.rank() >= 2 } else { ranks.contains(&x.rank()) } {
        return Ok(());
    }
    Err(Fault::shape(match ranks {
        [] => message!("class-input-two", class, x),
        ranks => message!("class-input-rank", class, ranks = or(ranks), x),
    }))
}

fn batch_norm(b: &mut Build, a: &Args<'_>, class: &'static str, ranks: &'static [usize]) -> Result<Layer> {
    device_and_dtype(a)?;
    let (eps, affine, tracked) = (a.float(1)?, a.bool(3), a.bool(4));
    opt_float(a, 2)?;
    if eps < 0.0 || (eps == 0.0 && !tracked) {
        return Err(a.invalid(1, message!("eps-positive", class, eps)));
    }
    Ok(BatchNorm { class, ranks, features: features(a, 0)?, affine, tracked }.build(b)?.into_layer())
}

/// `N` spatial dimensions, with or without a batch.
fn instance_norm<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    const RANKS: [[usize; 2]; 3] = [[2, 3], [3, 4], [4, 5]];
    let class = ["InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"][N - 1];
    let (affine, tracked) = (a.bool(3), a.bool(4));
    device_and_dtype(a)?;
    a.float(1)?;
    opt_float(a, 2)?;
    // Nothing looks at the number of features where there are neither weights nor statistics.
    let features = if affine || tracked { Some(features(a, 0)?) } else { None };
    let norm = net(b, Class::of_torch(class), |b| {
        if let (true, Some(features)) = (affine, features) {
            b.param("weight", &[features])?;
            b.param("bias", &[features])?;
        }
        if let (true, Some(features)) = (tracked, features) {
            statistics(b, features)?;
        }
        Ok(move |r: &mut Run, x: Shape| {
            expect_rank(class, &RANKS[N - 1], x)?;
            let channels = x.dim(-(N as isize) - 1)?;
            if let Some(features) = features.filter(|&f| f != channels) {
                return Err(Fault::new(
                    FaultKind::Channels,
                    message!("norm-class-channels", class, features, channels, x),
                )
                .of_channels(features, channels));
            }
            if !tracked {
                let batched = [&[1, channels][..], &x.dims()[x.rank() - N..]].concat();
                ops::instance_norm(Shape::new(&batched))?;
            }
            Ok(r.instance_norm(x, affine))
        })
    })?;
    Ok(norm.into_layer())
}

fn group_norm(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    device_and_dtype(a)?;
    let (groups, channels, affine) = (a.plain_int(0)?, a.plain_int(1)?, a.bool(3));
    a.float(2)?;
    if groups <= 0 || channels % groups != 0 {
        return Err(a.invalid(
            0,
            ops::with_divisors(message!("channels-num-groups", got = channels, groups), channels, channels),
        ));
    }
    let norm = net(b, Class::of_torch("GroupNorm"), |b| {
        if affine {
            b.param("weight", &[channels])?;
            b.param("bias", &[channels])?;
        }
        Ok(move |r: &mut Run, x: Shape| {
            let expected = if affine { channels } else { x.dim(1)? };
            r.group_norm(x, groups, expected, affine)
        })
    })?;
    Ok(norm.into_layer())
}

fn layer_norm_of(b: &mut Build, normalized: Vec<i64>, affine: bool, bias: bool) -> Result<Net> {
    net(b, Class::of_torch("LayerNorm"), |b| {
        if affine {
            b.param("weight", &normalized)?;
        }
        if affine && bias {
            b.param("bias", &normalized)?;
        }
        Ok(move |r: &mut Run, x: Shape| r.layer_norm(x, &normalized, affine))
    })
}

fn layer_norm_layer(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    device_and_dtype(a)?;
    a.float(1)?;
    Ok(layer_norm_of(b, list(a, 0, 1)?, a.bool(2), a.bool(3))?.into_layer())
}

fn rms_norm(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    device_and_dtype(a)?;
    let (normalized, affine) = (list(a, 0, 1)?, a.bool(2));
    opt_float(a, 1)?;
    let norm = net(b, Class::of_torch("RMSNorm"), |b| {
        if affine {
            b.param("weight", &normalized)?;
        }
        Ok(move |r: &mut Run, x: Shape| r.rms_norm(x, &normalized, affine))
    })?;
    Ok(norm.into_layer())
}

fn local_response_norm(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let size = a.plain_int(0)?;
    (1..4).try_for_each(|i| a.float(i).map(|_| ()))?;
    let norm = net(b, Class::of_torch("LocalResponseNorm"), |_| {
        Ok(move |r: &mut Run, x: Shape| r.local_response_norm(x, size))
    })?;
    Ok(norm.into_layer())
}

fn cross_map_lrn2d(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    (1..4).try_for_each(|i| a.float(i).map(|_| ()))?;
    let size = a.float(0)?;
    // What torch adds before the first channel; negative sizes down to −2 round to nothing.
    let before = ((size - 1.0) / 2.0 + 1.0) as i64;
    if size == 0.0 {
        return Err(a.invalid(0, message!("cross-map-size")));
    }
    let norm = net(b, Class::of_torch("CrossMapLRN2d"), |_| {
        Ok(move |r: &mut Run, x: Shape| {
            let [_, c, ..] = x.bchw()?;
            if c == 0 || (c > 1 && before < 0) {
                return Err(Fault::value(message!("cross-map-channels", size, x)));
            }
            Ok(r.record(Op::OtherNorm("cross_map_lrn2d"), x, x))
        })
    })?;
    Ok(norm.into_layer())
}

static BATCH: [Param; 7] = [
    required("num_features", T::Int),
    optional("eps", T::Float, D::Float(1e-5)),
    optional("momentum", T::Float, D::Float(0.1)),
    optional("affine", T::Bool, D::Bool(true)),
    optional("track_running_stats", T::Bool, D::Bool(true)),
    optional("device", T::Any, D::None),
    optional("dtype", T::Any, D::None),
];
static INSTANCE: [Param; 7] = [
    required("num_features", T::Int),
    optional("eps", T::Float, D::Float(1e-5)),
    optional("momentum", T::Float, D::Float(0.1)),
    optional("affine", T::Bool, D::Bool(false)),
    optional("track_running_stats", T::Bool, D::Bool(false)),
    optional("device", T::Any, D::None),
    optional("dtype", T::Any, D::None),
];

/// The normalisations that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!("batchnorm", "BatchNorm1d", message!("doc-BatchNorm1d"), &BATCH, |b, a| {
        batch_norm(b, a, "BatchNorm1d", &[2, 3])
    }),
    spec!("batchnorm", "BatchNorm2d", message!("doc-BatchNorm2d"), &BATCH, |b, a| {
        batch_norm(b, a, "BatchNorm2d", &[4])
    }),
    spec!("batchnorm", "BatchNorm3d", message!("doc-BatchNorm3d"), &BATCH, |b, a| {
        batch_norm(b, a, "BatchNorm3d", &[5])
    }),
    spec!(
        "batchnorm",
        "SyncBatchNorm",
        message!("doc-SyncBatchNorm"),
        &[
            required("num_features", T::Int),
            optional("eps", T::Float, D::Float(1e-5)),
            optional("momentum", T::Float, D::Float(0.1)),
            optional("affine", T::Bool, D::Bool(true)),
            optional("track_running_stats", T::Bool, D::Bool(true)),
            optional("process_group", T::Any, D::None),
            optional("device", T::Any, D::None),
            optional("dtype", T::Any, D::None),
        ],
        |b, a| batch_norm(b, a, "SyncBatchNorm", &[])
    ),
    spec!("instancenorm", "InstanceNorm1d", message!("doc-InstanceNorm1d"), &INSTANCE, instance_norm::<1>),
    spec!("instancenorm", "InstanceNorm2d", message!("doc-InstanceNorm2d"), &INSTANCE, instance_norm::<2>),
    spec!("instancenorm", "InstanceNorm3d", message!("doc-InstanceNorm3d"), &INSTANCE, instance_norm::<3>),
    spec!(
        "normalization",
        "GroupNorm",
        message!("doc-GroupNorm"),
        &[
            required("num_groups", T::Int),
            required("num_channels", T::Int),
            optional("eps", T::Float, D::Float(1e-5)),
            optional("affine", T::Bool, D::Bool(true)),
            optional("device", T::Any, D::None),
            optional("dtype", T::Any, D::None),
        ],
        group_norm
    ),
    spec!(
        "normalization",
        "LayerNorm",
        message!("doc-LayerNorm"),
        &[
            required("normalized_shape", T::Ints),
            optional("eps", T::Float, D::Float(1e-5)),
            optional("elementwise_affine", T::Bool, D::Bool(true)),
            optional("bias", T::Bool, D::Bool(true)),
            optional("device", T::Any, D::None),
            optional("dtype", T::Any, D::None),
        ],
        layer_norm_layer
    ),
    spec!(
        "normalization",
        "RMSNorm",
        message!("doc-RMSNorm"),
        &[
            required("normalized_shape", T::Ints),
            optional("eps", T::Float, D::None),
            optional("elementwise_affine", T::Bool, D::Bool(true)),
            optional("device", T::Any, D::None),
            optional("dtype", T::Any, D::None),
        ],
        rms_norm
    ),
    spec!(
        "normalization",
        "LocalResponseNorm",
        message!("doc-LocalResponseNorm"),
        &[
            required("size", T::Int),
            optional("alpha", T::Float, D::Float(1e-4)),
            optional("beta", T::Float, D::Float(0.75)),
            optional("k", T::Float, D::Float(1.0)),
        ],
        local_response_norm
    ),
    spec!(
        "normalization",
        "CrossMapLRN2d",
        message!("doc-CrossMapLRN2d"),
        &[
            required("size", T::Int),
            optional("alpha", T::Float, D::Float(1e-4)),
            optional("beta", T::Float, D::Float(0.75)),
            optional("k", T::Float, D::Int(1)),
        ],
        cross_map_lrn2d
    ),
];
