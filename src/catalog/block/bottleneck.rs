//! Bottleneck and RepBottleneck: two convolutions, added to their input.

use super::hidden;
use crate::catalog::conv::{Act, Conv, rep_conv};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Param, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// The kernel sizes of a bottleneck's two convolutions.
pub(super) type Kernels = [[i64; 2]; 2];

/// `((3, 3), (3, 3))`
pub(super) const K3: Kernels = [[3; 2]; 2];

/// Builds `Bottleneck(c1, c2, shortcut, g, k, e)`, added to the input where `shortcut` and the channels allow it.
pub(super) fn bottleneck(b: &mut Build, c1: i64, c2: i64, shortcut: bool, g: i64, k: Kernels, e: f64) -> Result<Net> {
    two_convs(b, "Bottleneck", shortcut && c1 == c2, |b| {
        let c = hidden(c2, e)?;
        let cv1 = Conv::new(c1, c).k2(k[0]).build(b.at("cv1"))?;
        let cv2 = Conv::new(c, c2).k2(k[1]).g(g).build(b.at("cv2"))?;
        Ok([cv1, cv2])
    })
}

/// Builds `RepBottleneck(c1, c2, shortcut, g, (3, k2), e)`: its first convolution is a `RepConv`.
pub(super) fn rep_bottleneck(
    b: &mut Build,
    c1: i64,
    c2: i64,
    shortcut: bool,
    g: i64,
    k2: [i64; 2],
    e: f64,
) -> Result<Net> {
    two_convs(b, "RepBottleneck", shortcut && c1 == c2, |b| {
        let c = hidden(c2, e)?;
        let cv1 = rep_conv(b.at("cv1"), c1, c, [1; 2], 1, &Act::Default, false)?;
        let cv2 = Conv::new(c, c2).k2(k2).g(g).build(b.at("cv2"))?;
        Ok([cv1, cv2])
    })
}

fn two_convs(
    b: &mut Build,
    class: &'static str,
    add: bool,
    convs: impl FnOnce(&mut Build) -> Result<[Net; 2]>,
) -> Result<Net> {
    net(b, class, |b| {
        let [cv1, cv2] = convs(b)?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let y = cv2.call(r, y)?;
            if add { r.add(x, y) } else { Ok(y) }
        })
    })
}

/// Argument `i` as the kernel sizes of two convolutions: a list of two, each a number or a list of two.
fn kernels(a: &Args<'_>, i: usize) -> Result<Kernels> {
    let arg = a.get(i);
    match arg.as_list() {
        Some([first, second, ..]) => Ok([a.size_of(i, first)?, a.size_of(i, second)?]),
        _ => Err(a.invalid(i, message!("bottleneck-kernels", arg))),
    }
}

const PARAMS: &[Param] = &[
    required("c1", T::Int),
    required("c2", T::Int),
    optional("shortcut", T::Bool, D::Bool(true)),
    optional("g", T::Int, D::Int(1)),
    optional("k", T::Any, D::Ints(&[3, 3])),
    optional("e", T::Float, D::Float(0.5)),
];

/// The blocks of this family.
pub(super) static SPECS: &[Spec] = &[Spec {
    name: "Bottleneck",
    path: "ultralytics.nn.modules.block.Bottleneck",
    doc: message!("doc-Bottleneck"),
    params: PARAMS,
    build: |b, a| {
        let (k, e) = (kernels(a, 4)?, a.float(5)?);
        Ok(bottleneck(b, a.int(0)?, a.int(1)?, a.bool(2), a.plain_int(3)?, k, e)?.into_layer())
    },
}];

/// Modules that `parse_model` can't name.
pub(super) static UNREGISTERED: &[Spec] = &[Spec {
    name: "RepBottleneck",
    path: "ultralytics.nn.modules.block.RepBottleneck",
    doc: message!("doc-RepBottleneck"),
    params: PARAMS,
    build: |b, a| {
        let ([k1, k2], e) = (kernels(a, 4)?, a.float(5)?);
        let (c1, c2, shortcut, g) = (a.int(0)?, a.int(1)?, a.bool(2), a.plain_int(3)?);
        b.apart(|b| bottleneck(b, c1, c2, shortcut, g, [k1, k2], e))?;
        if k1 != [3; 2] {
            return Err(a.invalid(4, message!("rep-bottleneck", value = a.get(4))));
        }
        Ok(rep_bottleneck(b, c1, c2, shortcut, g, k2, e)?.into_layer())
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
                ("Bottleneck(32, 32)", "9312 params, 5 layers, [[1, 32, 40, 40]]"),
                ("Bottleneck(32, 64, True, 2, [3, [1, 5]], 1.0)", "28928 params, 5 layers, [[1, 64, 40, 40]]"),
                ("RepBottleneck(32, 32)", "9856 params, 10 layers, [[1, 32, 40, 40]]"),
            ],
        );
    }
}
