//! Ghost blocks: GhostBottleneck and C3Ghost.

use super::csp::{Csp, PARAMS, c3_like};
use crate::catalog::conv::{Act, Conv, ghost_conv};
use crate::torch::nn::identity;
use crate::torch::ops::{Result, Shape};
use crate::torch::{
    Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, repeated, required, sequential,
};
use crate::words::message;

/// Builds `GhostBottleneck(c1, c2, k, s)`; `down` is the kernel of the depthwise convolutions that there are for a
/// stride of 2 only.
fn ghost_bottleneck(b: &mut Build, c1: i64, c2: i64, down: Option<[i64; 2]>) -> Result<Net> {
    net(b, "GhostBottleneck", |b| {
        let c = c2.div_euclid(2);
        let depthwise = |b: &mut Build, c: i64| match down {
            Some(k) => Conv::dw(c, c).k2(k).s(2).no_act().build(b),
            None => identity(b),
        };
        let conv = sequential(b.at("conv"), |s| {
            s.add(|b| ghost_conv(b, c1, c, [1; 2], [1; 2], 1, &Act::Default))?;
            s.add(|b| depthwise(b, c))?;
            s.add(|b| ghost_conv(b, c, c2, [1; 2], [1; 2], 1, &Act::None))
        })?;
        let shortcut = match down {
            Some(_) => sequential(b.at("shortcut"), |s| {
                s.add(|b| depthwise(b, c1))?;
                s.add(|b| Conv::new(c1, c2).no_act().build(b))
            })?,
            None => identity(b.at("shortcut"))?,
        };
        Ok(move |r: &mut Run, x: Shape| {
            let y = conv.call(r, x)?;
            let z = shortcut.call(r, x)?;
            r.add(y, z)
        })
    })
}

/// The kernel of the depthwise convolutions, where the stride is 2; any other stride means 1.
fn down(a: &Args<'_>) -> Result<Option<[i64; 2]>> {
    if a.get(3).as_float() != Some(2.0) {
        return Ok(None);
    }
    a.plain_int(3)?;
    a.kernel(2).map(Some)
}

fn c3_ghost(b: &mut Build, csp: Csp) -> Result<Net> {
    c3_like(b, "C3Ghost", csp, |b, c| {
        csp.check_bottlenecks(b, c)?;
        repeated(b.at("m"), csp.n, |b| ghost_bottleneck(b, c, c, None))
    })
}

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "GhostBottleneck",
        path: "ultralytics.nn.modules.block.GhostBottleneck",
        doc: message!("doc-GhostBottleneck"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(3)),
            optional("s", T::Int, D::Int(1)),
        ],
        build: |b, a| Ok(ghost_bottleneck(b, a.int(0)?, a.int(1)?, down(a)?)?.into_layer()),
    },
    Spec {
        name: "C3Ghost",
        path: "ultralytics.nn.modules.block.C3Ghost",
        doc: message!("doc-C3Ghost"),
        params: PARAMS,
        build: |b, a| Ok(c3_ghost(b, Csp::from_args(a)?)?.into_layer()),
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
                ("GhostBottleneck(32, 32)", "1208 params, 13 layers, [[1, 32, 40, 40]]"),
                ("GhostBottleneck(32, 64, 3, 2)", "5808 params, 20 layers, [[1, 64, 20, 20]]"),
                ("C3Ghost(32, 64, 2)", "8816 params, 31 layers, [[1, 64, 40, 40]]"),
            ],
        );
    }
}
