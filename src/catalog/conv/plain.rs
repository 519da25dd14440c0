//! Convolution, batch norm and activation: Conv and its closest kin.

use super::Act;
use crate::python::gcd;
use crate::torch::nn::{Conv2d, batch_norm2d};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

/// The arguments of `Conv(c1, c2, k=1, s=1, p=None, g=1, d=1, act=True)`.
#[derive(Clone)]
pub struct Conv {
    class: &'static str,
    c1: i64,
    c2: i64,
    k: [i64; 2],
    s: [i64; 2],
    p: Padding,
    g: i64,
    d: i64,
    act: Act,
}

impl Conv {
    /// A 1x1 convolution with the default activation.
    pub fn new(c1: i64, c2: i64) -> Conv {
        Conv { class: "Conv", c1, c2, k: [1; 2], s: [1; 2], p: Padding::Half, g: 1, d: 1, act: Act::Default }
    }

    /// `DWConv(c1, c2)`: as many groups as divide both channel counts.
    pub fn dw(c1: i64, c2: i64) -> Conv {
        Conv { class: "DWConv", g: gcd(c1, c2), ..Conv::new(c1, c2) }
    }

    /// Sets the kernel size.
    pub fn k(self, k: i64) -> Conv {
        Conv { k: [k; 2], ..self }
    }

    /// Sets the kernel's height and width.
    pub fn k2(self, k: [i64; 2]) -> Conv {
        Conv { k, ..self }
    }

    /// Sets the stride.
    pub fn s(self, s: i64) -> Conv {
        Conv { s: [s; 2], ..self }
    }

    /// Sets the stride in height and width.
    pub fn s2(self, s: [i64; 2]) -> Conv {
        Conv { s, ..self }
    }

    /// Sets the padding, which is half of the kernel by default.
    pub fn p(self, p: i64) -> Conv {
        Conv { p: Padding::Zeros([p; 2]), ..self }
    }

    /// Sets any padding.
    pub fn padding(self, p: Padding) -> Conv {
        Conv { p, ..self }
    }

    /// Sets the number of groups.
    pub fn g(self, g: i64) -> Conv {
        Conv { g, ..self }
    }

    /// Sets the dilation.
    pub fn d(self, d: i64) -> Conv {
        Conv { d, ..self }
    }

    /// Sets the activation.
    pub fn act(self, act: Act) -> Conv {
        Conv { act, ..self }
    }

    /// Leaves the activation out: `act=False`.
    pub fn no_act(self) -> Conv {
        self.act(Act::None)
    }

    /// Builds it.
    pub fn build(self, b: &mut Build) -> Result<Net> {
        net(b, self.class, |b| {
            let [conv, bn, act] = self.children(b)?;
            Ok(move |r: &mut Run, x: Shape| {
                let x = conv.call(r, x)?;
                let x = bn.call(r, x)?;
                act.call(r, x)
            })
        })
    }

    /// Builds `conv`, `bn` and `act`.
    fn children(&self, b: &mut Build) -> Result<[Net; 3]> {
        let conv = self.conv2d(self.k).build(b.at("conv"))?;
        let bn = batch_norm2d(b.at("bn"), self.c2)?;
        let act = self.act.build(b, Act::OF_CONV)?;
        Ok([conv, bn, act])
    }

    /// The bare convolution, with a kernel of size `k`.
    fn conv2d(&self, k: [i64; 2]) -> Conv2d {
        let conv = Conv2d::new(self.c1, self.c2, k).stride(self.s).dilation([self.d; 2]).groups(self.g).bias(false);
        self.p.of(conv, k, self.d)
    }
}

/// How a convolution is padded.
#[derive(Clone, Copy, Debug)]
pub enum Padding {
    /// With half of the kernel, which a dilation above 1 widens: an odd kernel keeps the size at stride 1.
    Half,
    /// With so many zeros.
    Zeros([i64; 2]),
    /// So that any kernel keeps the size at stride 1.
    Same,
}

impl Padding {
    /// Reads argument `i` for a convolution of stride `s`.
    pub fn from_args(a: &Args<'_>, i: usize, s: [i64; 2]) -> Result<Padding> {
        match a.get(i).as_str() {
            Some("valid") => Ok(Padding::Zeros([0; 2])),
            Some("same") if s == [1; 2] => Ok(Padding::Same),
            Some("same") => Err(a.invalid(i, message!("same-stride", s = format!("{s:?}")))),
            Some(other) => Err(a.invalid(i, message!("padding-or-words", other))),
            None => Ok(a.opt_size(i)?.map_or(Padding::Half, Padding::Zeros)),
        }
    }

    /// A convolution of kernel `k` and dilation `d`, padded so.
    pub fn of(self, conv: Conv2d, k: [i64; 2], d: i64) -> Conv2d {
        match self {
            Padding::Half => conv.padding(k.map(|k| if d > 1 { d * (k - 1) + 1 } else { k }.div_euclid(2))),
            Padding::Zeros(p) => conv.padding(p),
            Padding::Same => conv.same_size(),
        }
    }
}

/// Builds `Conv2`: a convolution with a second one of size 1 beside it, for the same sum.
fn conv2(b: &mut Build, conv: &Conv) -> Result<Net> {
    net(b, "Conv2", |b| {
        let [main, bn, act] = conv.children(b)?;
        let cv2 = conv.conv2d([1; 2]).build(b.at("cv2"))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = main.call(r, x)?;
            let z = cv2.call(r, x)?;
            let y = r.add(y, z)?;
            let y = bn.call(r, y)?;
            act.call(r, y)
        })
    })
}

/// `(c1, c2, k, s, p, g, d, act)`
fn conv_from(a: &Args<'_>) -> Result<Conv> {
    let s = a.size(3)?;
    Ok(Conv {
        class: "Conv",
        c1: a.int(0)?,
        c2: a.int(1)?,
        k: a.kernel(2)?,
        s,
        p: Padding::from_args(a, 4, s)?,
        g: a.plain_int(5)?,
        d: a.plain_int(6)?,
        act: Act::from_arg(&a.get(7)),
    })
}

/// The convolutions of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "Conv",
        path: "ultralytics.nn.modules.conv.Conv",
        doc: message!("doc-Conv"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(1)),
            optional("s", T::Size, D::Int(1)),
            optional("p", T::OptSize, D::None),
            optional("g", T::Int, D::Int(1)),
            optional("d", T::Int, D::Int(1)),
            optional("act", T::Act, D::Bool(true)),
        ],
        build: |b, a| Ok(conv_from(a)?.build(b)?.into_layer()),
    },
    Spec {
        name: "Conv2",
        path: "ultralytics.nn.modules.conv.Conv2",
        doc: message!("doc-Conv2"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(3)),
            optional("s", T::Size, D::Int(1)),
            optional("p", T::OptSize, D::None),
            optional("g", T::Int, D::Int(1)),
            optional("d", T::Int, D::Int(1)),
            optional("act", T::Act, D::Bool(true)),
        ],
        build: |b, a| Ok(conv2(b, &conv_from(a)?)?.into_layer()),
    },
    Spec {
        name: "DWConv",
        path: "ultralytics.nn.modules.conv.DWConv",
        doc: message!("doc-DWConv"),
        params: &[
            required("c1", T::Int),
            required("c2", T::Int),
            optional("k", T::Size, D::Int(1)),
            optional("s", T::Size, D::Int(1)),
            optional("d", T::Int, D::Int(1)),
            optional("act", T::Act, D::Bool(true)),
        ],
        build: |b, a| {
            let conv = Conv::dw(a.int(0)?, a.int(1)?).k2(a.kernel(2)?).s2(a.size(3)?).d(a.plain_int(4)?);
            Ok(conv.act(Act::from_arg(&a.get(5))).build(b)?.into_layer())
        },
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::{assert_figures, ints, measure};
    use crate::torch::Value;
    use crate::torch::ops::{FaultKind, Shape};

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("Conv(32, 64, 3, 2)", "18560 params, 3 layers, [[1, 64, 20, 20]]"),
                ("Conv(32, 64, [1, 3], 1, 'same', 2)", "3200 params, 3 layers, [[1, 64, 40, 40]]"),
                ("Conv2(32, 64)", "20608 params, 4 layers, [[1, 64, 40, 40]]"),
                ("DWConv(32, 48, 3)", "960 params, 3 layers, [[1, 48, 40, 40]]"),
            ],
        );
    }

    #[test]
    fn the_default_activation_is_one_instance() {
        let m = measure("C2f", &ints(&[32, 64, 2]), &Value::Tensor(Shape::image(32, 40, 40))).unwrap();
        assert_eq!(m.modules.below(m.root).filter(|m| m.class.name() == "SiLU").count(), 1);
        assert_eq!(m.modules.holders(m.root).into_iter().max(), Some(6));
    }

    #[test]
    fn channels_must_fit() {
        let fault = measure("Conv", &ints(&[3, 64, 3]), &Value::Tensor(Shape::image(32, 40, 40))).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Channels);
    }
}
