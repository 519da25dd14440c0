//! Convolutions and their transposes.

use super::arguments::{at_least, device_and_dtype, list};
use super::spec;
use crate::python::Literal;
use crate::torch::ops::{self, ConvSettings, Fault, PadMode, Result, Shape};
use crate::torch::{
    Args, Build, Class, Default as D, Layer, Net, Param, Run, Spec, TensorKind, Type as T, net, optional, required,
};
use crate::words::message;

/// The arguments of `nn.Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
/// bias=True)` and its transpose.
pub type Conv2d = ConvNd<2>;

/// The arguments of a convolution of `N` spatial dimensions, or of a transposed one.
#[derive(Clone, Debug)]
pub struct ConvNd<const N: usize> {
    c1: i64,
    c2: i64,
    k: [i64; N],
    s: [i64; N],
    p: Padding<N>,
    d: [i64; N],
    g: i64,
    bias: bool,
    trained: bool,
    /// The output padding of a transposed convolution; none for a plain one.
    transposed: Option<[i64; N]>,
    /// Torch's complaint when it runs.
    refused: Option<Fault>,
}

/// How a convolution's input is padded.
#[derive(Clone, Debug)]
enum Padding<const N: usize> {
    /// With zeros, the same on both sides, by the convolution itself.
    Zeros([i64; N]),
    /// With zeros, so that the size stays: `padding='same'`.
    Same,
    /// By `pad`, before the convolution.
    Apart(Vec<i64>, PadMode),
}

impl<const N: usize> ConvNd<N> {
    /// A convolution with torch's defaults.
    pub fn new(c1: i64, c2: i64, k: [i64; N]) -> ConvNd<N> {
        ConvNd {
            c1,
            c2,
            k,
            s: [1; N],
            p: Padding::Zeros([0; N]),
            d: [1; N],
            g: 1,
            bias: true,
            trained: true,
            transposed: None,
            refused: None,
        }
    }

    /// A transposed convolution with torch's defaults.
    pub fn transposed(c1: i64, c2: i64, k: [i64; N]) -> ConvNd<N> {
        ConvNd { transposed: Some([0; N]), ..ConvNd::new(c1, c2, k) }
    }

    /// Sets the stride.
    pub fn stride(self, s: [i64; N]) -> ConvNd<N> {
        ConvNd { s, ..self }
    }

    /// Sets the padding.
    pub fn padding(self, p: [i64; N]) -> ConvNd<N> {
        ConvNd { p: Padding::Zeros(p), ..self }
    }

    /// Pads so that the size stays, which takes a stride of 1: `padding='same'`.
    pub fn same_size(self) -> ConvNd<N> {
        ConvNd { p: Padding::Same, ..self }
    }

    /// Sets the padding of the output of a transposed convolution.
    pub fn output_padding(self, p: [i64; N]) -> ConvNd<N> {
        ConvNd { transposed: Some(p), ..self }
    }

    /// Sets the dilation.
    pub fn dilation(self, d: [i64; N]) -> ConvNd<N> {
        ConvNd { d, ..self }
    }

    /// Sets the number of groups.
    pub fn groups(self, g: i64) -> ConvNd<N> {
        ConvNd { g, ..self }
    }

    /// Says whether there is a bias.
    pub fn bias(self, bias: bool) -> ConvNd<N> {
        ConvNd { bias, ..self }
    }

    /// Keeps its weights from being trained: `requires_grad_(False)`.
    pub fn frozen(self) -> ConvNd<N> {
        ConvNd { trained: false, ..self }
    }

    /// Builds it.
    pub fn build(self, b: &mut Build) -> Result<Net> {
        let class = Class::of_torch(self.torch_class());
        self.build_as(b, class)
    }

    /// Builds it as a class derived from torch's.
    pub fn build_derived(self, b: &mut Build, class: &'static str) -> Result<Net> {
        let class = Class::derived(class, self.torch_class());
        self.build_as(b, class)
    }

    fn torch_class(&self) -> &'static str {
        match self.transposed {
            None => ["Conv1d", "Conv2d", "Conv3d"][N - 1],
            Some(_) => ["ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"][N - 1],
        }
    }

    fn build_as(self, b: &mut Build, class: Class) -> Result<Net> {
        net(b, class, |b| {
            check_groups(self.c1, self.c2, self.g).map_err(|fault| fault.at_param("g"))?;
            let channels = match self.transposed {
                None => [self.c2, self.c1 / self.g],
                Some(_) => [self.c1, self.c2 / self.g],
            };
            let weight = Shape::new(&[&channels[..], &self.k].concat());
            let kind = TensorKind::Parameter { trained: self.trained };
            b.tensor("weight", weight.dims(), kind)?;
            if self.bias {
                b.tensor("bias", &[self.c2], kind)?;
            }
            Ok(move |r: &mut Run, x: Shape| self.forward(r, x, weight))
        })
    }

    fn forward(&self, r: &mut Run, x: Shape, weight: Shape) -> Result<Shape> {
        if let Some(fault) = &self.refused {
            return Err(fault.clone());
        }
        let bias = self.bias;
        let zeros = [0; N];
        let mut settings = ConvSettings { stride: &self.s, padding: &zeros, dilation: &self.d, groups: self.g };
        if let Padding::Zeros(padding) = &self.p {
            settings.padding = padding;
        }
        if let Some(output_padding) = &self.transposed {
            return r.conv_transpose_nd(x, weight, bias, &settings, output_padding);
        }
        let padded = match &self.p {
            Padding::Zeros(_) => x,
            Padding::Same => ops::pad(x, &same_padding(&self.k, &self.d), PadMode::Constant)?,
            Padding::Apart(padding, mode) => r.pad(x, padding, *mode)?,
        };
        r.conv_nd(padded, weight, bias, &settings)
    }
}

/// The pixels that `padding='same'` adds before and after each dimension, the last one first: an odd pixel goes after.
fn same_padding(kernel: &[i64], dilation: &[i64]) -> Vec<i64> {
    let total = kernel.iter().zip(dilation).rev().map(|(&k, &d)| d.saturating_mul(k - 1));
    total.flat_map(|total| [total / 2, total - total / 2]).collect()
}

/// Checks that the constructors of all convolutions share.
fn check_groups(c1: i64, c2: i64, g: i64) -> Result<()> {
    if g <= 0 {
        return Err(Fault::value(message!("groups-positive", g)));
    }
    if c1 % g != 0 {
        let message = message!("input-channels-groups", channels = c1, groups = g);
        return Err(Fault::value(ops::with_divisors(message, c1, c2)));
    }
    if c2 % g != 0 {
        let message = message!("conv-output-channels-groups", channels = c2, groups = g);
        return Err(Fault::value(ops::with_divisors(message, c1, c2)));
    }
    Ok(())
}

/// Argument `i` as sizes of at least `least`. A bool is refused where the convolution runs, not where it is made.
fn sizes<const N: usize>(a: &Args<'_>, i: usize, least: i64, refused: &mut Option<Fault>) -> Result<[i64; N]> {
    let arg = a.get(i);
    let first = arg.as_list().map_or(Some(&arg), <[Literal]>::first);
    if !matches!(first, Some(Literal::Bool(_))) {
        return at_least(a, i, a.size(i)?, least);
    }
    refused.get_or_insert_with(|| a.wrong(i, &arg, message!("an-integer-or-list", count = N)));
    Ok(a.size_of::<N>(i, &arg)?.map(|size| size.max(least)))
}

/// Argument 6, `groups`, with bools as [`sizes`] has them.
fn groups(a: &Args<'_>, refused: &mut Option<Fault>) -> Result<i64> {
    let found = a.plain_int(6);
    match (a.get(6), found) {
        (Literal::Bool(true), Err(fault)) => {
            refused.get_or_insert(fault);
            Ok(1)
        }
        (_, found) => found,
    }
}

fn conv<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    device_and_dtype(a)?;
    let mut refused = None;
    let conv = ConvNd::<N>::new(a.int(0)?, a.plain_int(1)?, at_least(a, 2, a.kernel(2)?, 1)?)
        .stride(sizes(a, 3, 1, &mut refused)?)
        .dilation(sizes(a, 5, 1, &mut refused)?)
        .groups(groups(a, &mut refused)?)
        .bias(a.bool(7));
    check_groups(conv.c1, conv.c2, conv.g).map_err(|fault| fault.at_param("groups"))?;
    let p = padding(a, &conv, &mut refused)?;
    Ok(ConvNd { p, refused, ..conv }.build(b)?.into_layer())
}

/// The parameters `padding` (4) and `padding_mode` (8) of a convolution.
fn padding<const N: usize>(a: &Args<'_>, conv: &ConvNd<N>, refused: &mut Option<Fault>) -> Result<Padding<N>> {
    let mode = match a.get(8).as_str() {
        Some("zeros") => None,
        Some("reflect") => Some(PadMode::Reflect),
        Some("replicate") => Some(PadMode::Replicate),
        Some("circular") => Some(PadMode::Circular),
        _ => {
            let got = a.get(8);
            return Err(a.invalid(8, message!("padding-mode", got)));
        }
    };
    let given = a.get(4);
    if given.as_str() == Some("same") && conv.s.iter().any(|&s| s != 1) {
        return Err(a.invalid(4, message!("padding-same", stride = format!("{:?}", conv.s))));
    }
    Ok(match (given.as_str(), mode) {
        (Some("same"), None) => Padding::Same,
        (Some("same"), Some(mode)) => Padding::Apart(same_padding(&conv.k, &conv.d), mode),
        (Some("valid"), None) => Padding::Zeros([0; N]),
        (Some("valid"), Some(mode)) => Padding::Apart(vec![0; 2 * N], mode),
        (Some(_), _) => return Err(a.invalid(4, message!("padding-size", given))),
        (None, None) => Padding::Zeros(sizes(a, 4, 0, refused)?),
        (None, Some(mode)) => {
            let both_sides = list(a, 4, N)?.into_iter().rev().flat_map(|p| [p, p]);
            Padding::Apart(both_sides.collect(), mode)
        }
    })
}

fn conv_transpose<const N: usize>(b: &mut Build, a: &Args<'_>) -> Result<Layer> {
    device_and_dtype(a)?;
    let mut refused = None;
    let conv = ConvNd::<N>::transposed(a.int(0)?, a.plain_int(1)?, at_least(a, 2, a.kernel(2)?, 1)?)
        .stride(sizes(a, 3, 1, &mut refused)?)
        .padding(sizes(a, 4, 0, &mut refused)?)
        .output_padding(sizes(a, 5, 0, &mut refused)?)
        .groups(groups(a, &mut refused)?)
        .bias(a.bool(7))
        .dilation(sizes(a, 8, 1, &mut refused)?);
    check_groups(conv.c1, conv.c2, conv.g).map_err(|fault| fault.at_param("groups"))?;
    let mode = a.get(9);
    if mode != Literal::Str("zeros".to_owned()) {
        return Err(a.invalid(9, message!("transposed-zeros", mode)));
    }
    Ok(ConvNd { refused, ..conv }.build(b)?.into_layer())
}

static CONV: [Param; 11] = [
    required("in_channels", T::Int),
    required("out_channels", T::Int),
    required("kernel_size", T::Size),
    optional("stride", T::Size, D::Int(1)),
    optional("padding", T::Size, D::Int(0)),
    optional("dilation", T::Size, D::Int(1)),
    optional("groups", T::Int, D::Int(1)),
    optional("bias", T::Bool, D::Bool(true)),
    optional("padding_mode", T::Str, D::Str("zeros")),
    optional("device", T::Any, D::None),
    optional("dtype", T::Any, D::None),
];
static CONV_TRANSPOSE: [Param; 12] = [
    required("in_channels", T::Int),
    required("out_channels", T::Int),
    required("kernel_size", T::Size),
    optional("stride", T::Size, D::Int(1)),
    optional("padding", T::Size, D::Int(0)),
    optional("output_padding", T::Size, D::Int(0)),
    optional("groups", T::Int, D::Int(1)),
    optional("bias", T::Bool, D::Bool(true)),
    optional("dilation", T::Size, D::Int(1)),
    optional("padding_mode", T::Str, D::Str("zeros")),
    optional("device", T::Any, D::None),
    optional("dtype", T::Any, D::None),
];

/// The convolutions that a row can name.
pub(super) static SPECS: &[Spec] = &[
    spec!("conv", "Conv1d", message!("doc-Conv1d"), &CONV, conv::<1>),
    spec!("conv", "Conv2d", message!("doc-Conv2d"), &CONV, conv::<2>),
    spec!("conv", "Conv3d", message!("doc-Conv3d"), &CONV, conv::<3>),
    spec!("conv", "ConvTranspose1d", message!("doc-ConvTranspose1d"), &CONV_TRANSPOSE, conv_transpose::<1>),
    spec!("conv", "ConvTranspose2d", message!("doc-ConvTranspose2d"), &CONV_TRANSPOSE, conv_transpose::<2>),
    spec!("conv", "ConvTranspose3d", message!("doc-ConvTranspose3d"), &CONV_TRANSPOSE, conv_transpose::<3>),
];
