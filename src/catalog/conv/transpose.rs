//! Transposed convolutions: ConvTranspose and DWConvTranspose2d.

use super::Act;
use crate::python::gcd;
use crate::torch::nn::{Conv2d, batch_norm2d, identity};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

fn conv_transpose(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    net(b, "ConvTranspose", |b| {
        let (c1, c2, normalize) = (a.int(0)?, a.int(1)?, a.bool(5));
        let conv = Conv2d::transposed(c1, c2, a.kernel(2)?).stride(a.size(3)?).padding(a.size(4)?);
        let conv_transpose = conv.bias(!normalize).build(b.at("conv_transpose"))?;
        let bn = if normalize { batch_norm2d(b.at("bn"), c2)? } else { identity(b.at("bn"))? };
        let act = Act::from_arg(&a.get(6)).build(b, Act::OF_CONV_TRANSPOSE)?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = conv_transpose.call(r, x)?;
            let x = bn.call(r, x)?;
            act.call(r, x)
        })
    })
}

fn dw_conv_transpose2d(b: &mut Build, a: &Args<'_>) -> Result<Net> {
    let (c1, c2) = (a.int(0)?, a.int(1)?);
    let conv = Conv2d::transposed(c1, c2, a.kernel(2)?).stride(a.size(3)?).padding(a.size(4)?);
    conv.output_padding(a.size(5)?).groups(gcd(c1, c2)).build_derived(b, "DWConvTranspose2d")
}

/// The convolutions of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "ConvTranspose",
        path: "ultralytics.nn.modules.conv.ConvTranspose",
        doc: message!("doc-ConvTranspose"),
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
        doc: message!("doc-DWConvTranspose2d"),
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

#[cfg(test)]
mod tests {
    use crate::catalog::testing::assert_figures;

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("ConvTranspose(32, 64)", "8320 params, 3 layers, [[1, 64, 80, 80]]"),
                ("ConvTranspose(32, 64, 4, 2, 1, False)", "32832 params, 3 layers, [[1, 64, 80, 80]]"),
                ("DWConvTranspose2d(32, 64, 4, 2, 1)", "1088 params, 1 layers, [[1, 64, 80, 80]]"),
            ],
        );
    }
}
