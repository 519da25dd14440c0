//! Pools.

use super::arguments::{at_least, exact_size, flag, opt_float, to_float};
use super::spec;
use crate::python::Literal;
use crate::torch::ops::{Fault, PoolSettings, Result, Shape};
use crate::torch::{
    Args, Build, Class, Default as D, Layer, Net, Param, Run, Spec, Type as T, Value, layer, net, optional, required,
};
use crate::words::message;

/// Builds `nn.MaxPool2d(kernel_size, stride, padding)`.
pub fn max_pool2d(b: &mut Build, k: i64, s: i64, p: i64, ceil_mode: bool) -> Result<Net> {
    let windows = Windows { k: [k; 2], s: [s; 2], p: [p; 2], d: [1; 2], ceil_mode };
    net(b, Class::of_torch("MaxPool2d"), |_| Ok(move |r: &mut Run, x: Shape| r.max_pool_nd(x, &windows.settings())))
}

/// Builds `nn.AdaptiveAvgPool2d(size)`.
pub fn adaptive_avg_pool2d(b: &mut Build, size: i64) -> Result<Net> {
    net(b, Class::of_torch("AdaptiveAvgPool2d"), |_| {
        Ok(move |r: &mut Run, x: Shape| r.adaptive_avg_pool(x, &[Some(size); 2]))
    })
}

/// How a pool's window moves.
#[derive(Clone, Copy)]
struct Windows<const N: usize> {
    k: [i64; N],
    s: [i64; N],
    p: [i64; N],
    d: [i64; N],
    ceil_mode: bool,
}

impl<const N: usize> Windows<N> {
    fn settings(&self) -> PoolSettings<'_> {
        PoolSettings {
            kernel: &self.k,
            stride: &self.s,
            padding: &self.p,
            dilation: &self.d,
            ceil_mode: self.ceil_mode,
        }
    }
}

/// The stride, argument `i`: the kernel where it is `None` or an empty list.
fn stride<const N: usize>(a: &Args<'_>, i: usize, kernel: [i64; N]) -> Result<[i64; N]> {
    match a.get(i) {
        Literal::None => Ok(kernel),
        Literal::List(items) | Literal::Tuple(items) if items.is_empty() => Ok(kernel),
        _ => at_least(a, i, a.size(i)?, 1),
    }
}

/// The padding, argument `i`, which may be half of the kernel.
fn padding<const N: usize>(a: &Args<'_>, i: usize, kernel: [i64; N]) -> Result<[i64; N]> {
    let padding = at_least(a, i, a.size(i)?, 0)?;
    if padding.iter().zip(kernel).any(|(&p, k)| p > k / 2) {
        let message = message!("pool-half-padding", kernel = format!("{kernel:?}"), padding = format!("{padding:?}"));
        return Err(a.invalid(i, message));
    }
    Ok(padding)
}

/// A pool that also returns where it found the maxima, if it is asked to.
fn max_layer(
    b: &mut Build,
    class: &'static str,
    return_indices: bool,
    pool: impl Fn(&mut Run, Shape) -> Result<Shape> + 'static,
) -> Result<Layer> {
    layer(b, Class::of_torch(class), |_| {
        Ok(move |r: &mut Run, x: &Value| {
            let y = Value::Tensor(pool(r, x.tensor()?)?);
            Ok(if return_indices { Value::tuple([y.clone(), y]) } else { y })
        })
    })
}

fn max_pool<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let k = at_least(a, 0, a.size(0)?, 1)?;
    let (p, d) = (padding(a, 2, k)?, at_least(a, 3, a.size(3)?, 1)?);
    let windows = Windows::<N> { k, s: stride(a, 1, k)?, p, d, ceil_mode: flag(a, 5)? };
    max_layer(b, ["MaxPool1d", "MaxPool2d", "MaxPool3d"][N - 1], a.bool(4), move |r, x| {
        r.max_pool_nd(x, &windows.settings())
    })
}

fn avg_pool<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    // torch stretches a list of one size, but the framework's counter doesn't and counts something else.
    let stretched = |i: usize| a.get(i).as_list().is_some_and(|items| N > 1 && items.len() < N);
    if (0..3).any(stretched) {
        return Err(Fault::unsupported(message!("pool-fewer-sizes")));
    }
    let k = at_least(a, 0, a.size(0)?, 1)?;
    let windows = Windows::<N> { k, s: stride(a, 1, k)?, p: padding(a, 2, k)?, d: [1; N], ceil_mode: flag(a, 3)? };
    let count_include_pad = flag(a, 4)?;
    if N > 1 && a.get(5) != Literal::None && a.plain_int(5)? == 0 {
        return Err(a.invalid(5, message!("divisor-zero")));
    }
    let pool = net(b, Class::of_torch(["AvgPool1d", "AvgPool2d", "AvgPool3d"][N - 1]), |_| {
        Ok(move |r: &mut Run, x: Shape| r.avg_pool_nd(x, &windows.settings(), count_include_pad))
    })?;
    Ok(pool.into_layer())
}

fn lp_pool<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let norm = a.get(0);
    if to_float(a, 0, &norm)? == 0.0 {
        return Err(a.invalid(0, message!("norm-type-zero")));
    }
    let k = at_least(a, 1, if N == 1 { [a.plain_int(1)?; N] } else { exact_size(a, 1)? }, 1)?;
    let windows = Windows::<N> { k, s: stride(a, 2, k)?, p: [0; N], d: [1; N], ceil_mode: flag(a, 3)? };
    let pool = net(b, Class::of_torch(["LPPool1d", "LPPool2d", "LPPool3d"][N - 1]), |_| {
        Ok(move |r: &mut Run, x: Shape| r.lp_pool_nd(x, &windows.settings()))
    })?;
    Ok(pool.into_layer())
}

/// The requested output of a fractional pool.
enum Output<const N: usize> {
    Size([i64; N]),
    Ratio([f64; N]),
}

fn fractional_max_pool<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let k = exact_size::<N>(a, 0)?;
    let output = match (a.get(1), a.get(2)) {
        (Literal::None, Literal::None) => {
            return Err(a.invalid(1, message!("output-size-or-ratio")));
        }
        (_, Literal::None) => Output::Size(exact_size(a, 1)?),
        (Literal::None, _) => Output::Ratio(ratios(a, 2)?),
        _ => return Err(a.invalid(1, message!("output-size-and-ratio"))),
    };
    let samples = a.get(4);
    if samples != Literal::None {
        return Err(a.wrong(4, &samples, "None"));
    }
    let class = if N == 2 { "FractionalMaxPool2d" } else { "FractionalMaxPool3d" };
    max_layer(b, class, a.bool(3), move |r, x| {
        let size = match output {
            Output::Size(size) => size,
            Output::Ratio(ratio) => {
                let mut size = [0; N];
                for axis in 0..N {
                    size[axis] = (x.dim(axis as isize - N as isize)? as f64 * ratio[axis]) as i64;
                }
                size
            }
        };
        r.fractional_max_pool(x, &k, &size)
    })
}

/// Argument `i` as one ratio for each dimension, each between 0 and 1.
fn ratios<const N: usize>(a: &Args<'_>, i: usize) -> Result<[f64; N]> {
    let arg = a.get(i);
    let ratios = match &arg {
        Literal::List(items) | Literal::Tuple(items) => items.iter().map(Literal::as_float).collect::<Option<Vec<_>>>(),
        _ => opt_float(a, i)?.map(|ratio| vec![ratio; N]),
    };
    let ratios: Option<[f64; N]> = ratios.and_then(|ratios| ratios.try_into().ok());
    let ratios = ratios.ok_or_else(|| a.wrong(i, &arg, message!("number-or-numbers", count = N)))?;
    if !ratios.iter().all(|&ratio| 0.0 < ratio && ratio < 1.0) {
        return Err(a.invalid(i, message!("output-ratio", arg)));
    }
    Ok(ratios)
}

/// The sizes that an adaptive pool is asked for; `None` in a list keeps a size (but not of a sequence).
fn adaptive_size<const N: usize>(a: &Args<'_>) -> Result<[Option<i64>; N]> {
    let arg = a.get(0);
    if let Literal::Int(size) = arg {
        return Ok([Some(a.bounded(0, size)?); N]);
    }
    let size = |item: &Literal| match item {
        Literal::Int(size) => a.bounded(0, *size).map(Some),
        Literal::None if N > 1 => Ok(None),
        _ => Err(a.wrong(0, &arg, message!("an-integer-or-list", count = N))),
    };
    let sizes = arg.as_list().unwrap_or_default().iter().map(size).collect::<Result<Vec<_>>>()?;
    sizes.try_into().map_err(|_| a.wrong(0, &arg, message!("an-integer-or-list", count = N)))
}

fn adaptive_avg_pool<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let size = adaptive_size::<N>(a)?;
    let pool = net(b, Class::of_torch(["AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d"][N - 1]), |_| {
        Ok(move |r: &mut Run, x: Shape| r.adaptive_avg_pool(x, &size))
    })?;
    Ok(pool.into_layer())
}

fn adaptive_max_pool<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    let size = adaptive_size::<N>(a)?;
    let class = ["AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d"][N - 1];
    max_layer(b, class, a.bool(1), move |r, x| r.adaptive_max_pool(x, &size))
}

static MAX: [Param; 6] = [
    required("kernel_size", T::Size),
    optional("stride", T::OptSize, D::None),
    optional("padding", T::Size, D::Int(0)),
    optional("dilation", T::Size, D::Int(1)),
    optional("return_indices", T::Bool, D::Bool(false)),
    optional("ceil_mode", T::Bool, D::Bool(false)),
];
static AVG: [Param; 6] = [
    required("kernel_size", T::Size),
    optional("stride", T::OptSize, D::None),
    optional("padding", T::Size, D::Int(0)),
    optional("ceil_mode", T::Bool, D::Bool(false)),
    optional("count_include_pad", T::Bool, D::Bool(true)),
    optional("divisor_override", T::OptInt, D::None),
];
static AVG_1D: [Param; 5] = [
    required("kernel_size", T::Size),
    optional("stride", T::OptSize, D::None),
    optional("padding", T::Size, D::Int(0)),
    optional("ceil_mode", T::Bool, D::Bool(false)),
    optional("count_include_pad", T::Bool, D::Bool(true)),
];
static LP: [Param; 4] = [
    required("norm_type", T::Float),
    required("kernel_size", T::Size),
    optional("stride", T::OptSize, D::None),
    optional("ceil_mode", T::Bool, D::Bool(false)),
];
static FRACTIONAL: [Param; 5] = [
    required("kernel_size", T::Size),
    optional("output_size", T::OptSize, D::None),
    optional("output_ratio", T::Any, D::None),
    optional("return_indices", T::Bool, D::Bool(false)),
    optional("_random_samples", T::Any, D::None),
];
static ADAPTIVE: [Param; 1] = [required("output_size", T::Size)];
static ADAPTIVE_MAX: [Param; 2] =
    [required("output_size", T::Size), optional("return_indices", T::Bool, D::Bool(false))];

/// The pools that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!("pooling", "MaxPool1d", message!("doc-MaxPool1d"), &MAX, max_pool::<1>),
    spec!("pooling", "MaxPool2d", message!("doc-MaxPool2d"), &MAX, max_pool::<2>),
    spec!("pooling", "MaxPool3d", message!("doc-MaxPool3d"), &MAX, max_pool::<3>),
    spec!("pooling", "AvgPool1d", message!("doc-AvgPool1d"), &AVG_1D, avg_pool::<1>),
    spec!("pooling", "AvgPool2d", message!("doc-AvgPool2d"), &AVG, avg_pool::<2>),
    spec!("pooling", "AvgPool3d", message!("doc-AvgPool3d"), &AVG, avg_pool::<3>),
    spec!("pooling", "LPPool1d", message!("doc-LPPool1d"), &LP, lp_pool::<1>),
    spec!("pooling", "LPPool2d", message!("doc-LPPool2d"), &LP, lp_pool::<2>),
    spec!("pooling", "LPPool3d", message!("doc-LPPool3d"), &LP, lp_pool::<3>),
    spec!("pooling", "FractionalMaxPool2d", message!("doc-FractionalMaxPool2d"), &FRACTIONAL, fractional_max_pool::<2>),
    spec!("pooling", "FractionalMaxPool3d", message!("doc-FractionalMaxPool3d"), &FRACTIONAL, fractional_max_pool::<3>),
    spec!("pooling", "AdaptiveAvgPool1d", message!("doc-AdaptiveAvgPool1d"), &ADAPTIVE, adaptive_avg_pool::<1>),
    spec!("pooling", "AdaptiveAvgPool2d", message!("doc-AdaptiveAvgPool2d"), &ADAPTIVE, adaptive_avg_pool::<2>),
    spec!("pooling", "AdaptiveAvgPool3d", message!("doc-AdaptiveAvgPool1d"), &ADAPTIVE, adaptive_avg_pool::<3>),
    spec!("pooling", "AdaptiveMaxPool1d", message!("doc-AdaptiveMaxPool1d"), &ADAPTIVE_MAX, adaptive_max_pool::<1>),
    spec!("pooling", "AdaptiveMaxPool2d", message!("doc-AdaptiveMaxPool2d"), &ADAPTIVE_MAX, adaptive_max_pool::<2>),
    spec!("pooling", "AdaptiveMaxPool3d", message!("doc-AdaptiveMaxPool1d"), &ADAPTIVE_MAX, adaptive_max_pool::<3>),
];
