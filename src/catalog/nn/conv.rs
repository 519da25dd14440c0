//! `nn.Conv2d` and its relatives.

use crate::catalog::Build;
use crate::catalog::net::{Net, net};
use crate::ops::{self, ConvSettings, Fault, Result, Shape};
use crate::trace::{Op, Run};

/// The arguments of `nn.Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1,
/// bias=True)`.
#[derive(Clone, Debug)]
pub struct Conv2d {
    c1: i64,
    c2: i64,
    k: [i64; 2],
    s: [i64; 2],
    p: [i64; 2],
    d: [i64; 2],
    g: i64,
    bias: bool,
}

impl Conv2d {
    /// A convolution with torch's defaults.
    pub fn new(c1: i64, c2: i64, k: [i64; 2]) -> Conv2d {
        Conv2d { c1, c2, k, s: [1; 2], p: [0; 2], d: [1; 2], g: 1, bias: true }
    }

    /// Sets the stride.
    pub fn stride(self, s: [i64; 2]) -> Conv2d {
        Conv2d { s, ..self }
    }

    /// Sets the padding.
    pub fn padding(self, p: [i64; 2]) -> Conv2d {
        Conv2d { p, ..self }
    }

    /// Sets the dilation.
    pub fn dilation(self, d: [i64; 2]) -> Conv2d {
        Conv2d { d, ..self }
    }

    /// Sets the number of groups.
    pub fn groups(self, g: i64) -> Conv2d {
        Conv2d { g, ..self }
    }

    /// Says whether there is a bias.
    pub fn bias(self, bias: bool) -> Conv2d {
        Conv2d { bias, ..self }
    }

    /// Builds it.
    pub fn build(self, b: &mut Build) -> Result<Net> {
        let Conv2d { c1, c2, k, s, p, d, g, bias } = self;
        net(b, "Conv2d", |b| {
            check_groups(c1, c2, g)?;
            let weight = Shape::new(&[c2, c1 / g, k[0], k[1]]);
            b.param(weight.dims())?;
            if bias {
                b.param(&[c2])?;
            }
            Ok(move |r: &mut Run, x: Shape| {
                let settings = ConvSettings { stride: &s, padding: &p, dilation: &d, groups: g };
                let y = ops::conv_nd(x, weight, &settings)?;
                Ok(r.record(Op::Conv { weight, bias }, x, y))
            })
        })
    }
}

/// What the constructors of all convolutions check.
fn check_groups(c1: i64, c2: i64, g: i64) -> Result<()> {
    if g <= 0 {
        return Err(Fault::value(format!("groups must be a positive integer, but is {g}")).at_param("g"));
    }
    if c1 % g != 0 {
        return Err(Fault::value(format!("{c1} input channels can't be divided into {g} groups")).at_param("g"));
    }
    if c2 % g != 0 {
        return Err(Fault::value(format!("{c2} output channels can't be divided into {g} groups")).at_param("g"));
    }
    Ok(())
}
