//! Cheaper convolutions: GhostConv, LightConv and Focus.

use super::{Act, Conv, Padding};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Default as D, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// Builds `GhostConv(c1, c2, k, s, g, act)`: half of the channels, and as many again made of them cheaply.
pub fn ghost_conv(b: &mut Build, c1: i64, c2: i64, k: [i64; 2], s: [i64; 2], g: i64, act: &Act) -> Result<Net> {
    net(b, "GhostConv", |b| {
        let c = c2.div_euclid(2);
        let cv1 = Conv::new(c1, c).k2(k).s2(s).g(g).act(act.clone()).build(b.at("cv1"))?;
        let cv2 = Conv::new(c, c).k(5).g(c).act(act.clone()).build(b.at("cv2"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let z = cv2.call(r, y)?;
            r.cat(&[y, z], 1)
        })
    })
}

/// Builds `LightConv(c1, c2, k, act)`: a 1x1 convolution, then a depthwise one.
pub fn light_conv(b: &mut Build, c1: i64, c2: i64, k: [i64; 2], act: &Act) -> Result<Net> {
    net(b, "LightConv", |b| {
        let conv1 = Conv::new(c1, c2).no_act().build(b.at("conv1"))?;
        let conv2 = Conv::dw(c2, c2).k2(k).act(act.clone()).build(b.at("conv2"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = conv1.call(r, x)?;
            conv2.call(r, x)
        })
    })
}

/// Builds `Focus`: every second pixel of every second row, four times shifted, as channels of one convolution.
fn focus(b: &mut Build, conv: Conv) -> Result<Net> {
    net(b, "Focus", |b| {
        let conv = conv.build(b.at("conv"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let (h, w) = (x.axis(-2)?, x.axis(-1)?);
            let every_second = |x: Shape, axis: usize, from: i64| x.with(axis, (x.dims()[axis] + 1 - from) / 2);
            let shifted = [(0, 0), (1, 0), (0, 1), (1, 1)];
            let parts = shifted.map(|(top, left)| every_second(every_second(x, h, top), w, left));
            let x = r.cat(&parts, 1)?;
            conv.call(r, x)
        })
    })
}

/// The convolutions of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "Focus",
        path: "ultralytics.nn.modules.conv.Focus",
        doc: message!("doc-Focus"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(1)),
            optional("s", T::Size, D::Int(1)),
            optional("p", T::OptSize, D::None),
            optional("g", T::Int, D::Int(1)),
            optional("act", T::Act, D::Bool(true)),
        ],
        build: |b, a| {
            let s = a.size(3)?;
            let conv = Conv::new(a.int(0)? * 4, a.int(1)?).k2(a.kernel(2)?).s2(s);
            let conv = conv.padding(Padding::from_args(a, 4, s)?).g(a.plain_int(5)?).act(Act::from_arg(&a.get(6)));
            Ok(focus(b, conv)?.into_layer())
        },
    },
    Spec {
        name: "GhostConv",
        path: "ultralytics.nn.modules.conv.GhostConv",
        doc: message!("doc-GhostConv"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(1)),
            optional("s", T::Size, D::Int(1)),
            optional("g", T::Int, D::Int(1)),
            optional("act", T::Act, D::Bool(true)),
        ],
        build: |b, a| {
            let act = Act::from_arg(&a.get(5));
            let (k, s) = (a.kernel(2)?, a.size(3)?);
            Ok(ghost_conv(b, a.int(0)?, a.int(1)?, k, s, a.plain_int(4)?, &act)?.into_layer())
        },
    },
];

/// The convolutions of this family that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[Spec {
    name: "LightConv",
    path: "ultralytics.nn.modules.conv.LightConv",
    doc: message!("doc-LightConv"),
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("k", T::Size, D::Int(1)),
        optional("act", T::Act, D::None),
    ],
    build: |b, a| {
        let act = Act::or_relu(b, &a.get(3))?;
        Ok(light_conv(b, a.int(0)?, a.int(1)?, a.kernel(2)?, &act)?.into_layer())
    },
}];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::assert_figures;

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("Focus(32, 64, 3)", "73856 params, 3 layers, [[1, 64, 20, 20]]"),
                ("GhostConv(32, 64, 3, 2)", "10144 params, 5 layers, [[1, 64, 20, 20]]"),
                ("LightConv(32, 64, 3)", "2880 params, 6 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }
}
