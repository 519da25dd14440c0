//! Transposed convolutions: ConvTranspose and DWConvTranspose2d.

use super::plain::{Act, gcd};
use crate::catalog::net::{Net, net};
use crate::catalog::nn::{batch_norm2d, identity};
use crate::catalog::signature::{Default as D, Spec, Type as T, optional, required};
use crate::catalog::{Args, Build, SharedKey};
use crate::ops::{self, ConvSettings, Fault, Result, Shape};
use crate::trace::{Op, Run};

/// The arguments of `nn.ConvTranspose2d` that these modules set.
struct Transpose {
    c1: i64,
    c2: i64,
    k: [i64; 2],
    s: [i64; 2],
    p: [i64; 2],
    output_padding: [i64; 2],
    g: i64,
    bias: bool,
}

impl Transpose {
    fn build(self, b: &mut Build, class: &'static str) -> Result<Net> {
        let Transpose { c1, c2, k, s, p, output_padding, g, bias } = self;
        net(b, class, |b| {
            if g <= 0 || c1 % g != 0 || c2 % g != 0 {
                return Err(Fault::value(format!("{c1} and {c2} channels can't be divided into {g} groups")));
            }
            let weight = Shape::new(&[c1, c2 / g, k[0], k[1]]);
            b.param(weight.dims())?;
            if bias {
                b.param(&[c2])?;
            }
            Ok(move |r: &mut Run, x: Shape| {
                let settings = ConvSettings { stride: &s, padding: &p, dilation: &[1; 2], groups: g };
                let y = ops::conv_transpose_nd(x, weight, &settings, &output_padding)?;
                Ok(r.record(Op::ConvTranspose { weight, bias }, x, y))
            })
        })
    }
}

fn conv_transpose(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    net(b, "ConvTranspose", |b| {
        let (c1, c2, normalize) = (a.int(0)?, a.int(1)?, a.bool(5));
        let (k, s, p) = (a.kernel(2)?, a.size(3)?, a.size(4)?);
        let transpose = Transpose { c1, c2, k, s, p, output_padding: [0; 2], g: 1, bias: !normalize };
        let conv_transpose = transpose.build(b.at("conv_transpose"), "ConvTranspose2d")?;
        let bn = if normalize { batch_norm2d(b.at("bn"), c2)? } else { identity(b.at("bn"))? };
        let act = Act::from_arg(&a.get(6)).build(b, SharedKey::CONV_TRANSPOSE_ACT)?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = conv_transpose.call(r, x)?;
            let x = bn.call(r, x)?;
            act.call(r, x)
        })
    })
}

fn dw_conv_transpose2d(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    let (c1, c2) = (a.int(0)?, a.int(1)?);
    let (k, s, p, output_padding) = (a.kernel(2)?, a.size(3)?, a.size(4)?, a.size(5)?);
    Transpose { c1, c2, k, s, p, output_padding, g: gcd(c1, c2), bias: true }.build(b, "DWConvTranspose2d")
}

/// The convolutions of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "ConvTranspose",
        path: "ultralytics.nn.modules.conv.ConvTranspose",
        doc: "Transposed convolution, batch norm and activation; doubles the size by default.",
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(2)),
            optional("s", T::Size, D::Int(2)),
            optional("p", T::Size, D::Int(0)),
            optional("bn", T::Bool, D::Bool(true)),
            optional("act", T::Act, D::Bool(true)),
        ],
        build: |b, a| Ok(conv_transpose(b, a)?.into_layer()),
    },
    Spec {
        name: "DWConvTranspose2d",
        path: "ultralytics.nn.modules.conv.DWConvTranspose2d",
        doc: "Depthwise transposed convolution.",
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(1)),
            optional("s", T::Size, D::Int(1)),
            optional("p1", T::Size, D::Int(0)),
            optional("p2", T::Size, D::Int(0)),
        ],
        build: |b, a| Ok(dw_conv_transpose2d(b, a)?.into_layer()),
    },
];
