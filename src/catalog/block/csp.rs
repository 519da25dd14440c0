//! Cross-stage partial blocks: Bottleneck, C2f, C3, C3k2 and their kin.

use super::hidden;
use crate::catalog::Build;
use crate::catalog::conv::Conv;
use crate::catalog::net::{Net, net};
use crate::catalog::signature::{Default as D, Spec, Type as T, optional, required};
use crate::ops::{self, Result, Shape};
use crate::trace::Run;

/// Builds `Bottleneck(c1, c2, shortcut, g, k, e)`: two convolutions, added to the input where shapes allow.
pub fn bottleneck(b: &mut Build, c1: i64, c2: i64, shortcut: bool, g: i64, k: [[i64; 2]; 2], e: f64) -> Result<Net> {
    net(b, "Bottleneck", |b| {
        let c = hidden(c2, e);
        let cv1 = Conv::new(c1, c).k2(k[0]).build(b.at("cv1"))?;
        let cv2 = Conv::new(c, c2).k2(k[1]).g(g).build(b.at("cv2"))?;
        let add = shortcut && c1 == c2;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let y = cv2.call(r, y)?;
            if add { r.add(x, y) } else { Ok(y) }
        })
    })
}

/// Builds a module on the plan of `C2f`: split in two, a chain of `n` modules whose every output is kept, fuse.
pub fn c2f_like(
    b: &mut Build,
    class: &'static str,
    c1: i64,
    c2: i64,
    n: i64,
    e: f64,
    item: impl FnMut(&mut Build, i64) -> Result<Net>,
) -> Result<Net> {
    let mut item = item;
    net(b, class, |b| {
        let c = hidden(c2, e);
        let cv1 = Conv::new(c1, 2 * c).build(b.at("cv1"))?;
        let cv2 = Conv::new((2 + n) * c, c2).build(b.at("cv2"))?;
        let m = b.list("ModuleList", "m", n, |b, _| item(b, c))?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = cv1.call(r, x)?;
            let mut y = ops::chunk(y, 2, 1)?;
            chain(r, &m, &mut y)?;
            let y = r.cat(&y, 1)?;
            cv2.call(r, y)
        })
    })
}

/// Calls each module on the last of `y` and appends what it returns.
pub fn chain(r: &mut Run, nets: &[Net], y: &mut Vec<Shape>) -> Result<()> {
    for net in nets {
        let last = y[y.len() - 1];
        y.push(net.call(r, last)?);
    }
    Ok(())
}

/// Builds `C2f(c1, c2, n, shortcut, g, e)`.
pub fn c2f(b: &mut Build, c1: i64, c2: i64, n: i64, shortcut: bool, g: i64, e: f64) -> Result<Net> {
    c2f_like(b, "C2f", c1, c2, n, e, |b, c| bottleneck(b, c, c, shortcut, g, [[3; 2]; 2], 1.0))
}

/// The blocks of this family.
pub static SPECS: &[Spec] = &[Spec {
    name: "C2f",
    path: "ultralytics.nn.modules.block.C2f",
    doc: "CSP bottleneck with two convolutions that keeps the output of each bottleneck.",
    params: &[
        required("c1", T::Int),
        required("c2", T::Int),
        optional("n", T::Int, D::Int(1)),
        optional("shortcut", T::Bool, D::Bool(false)),
        optional("g", T::Int, D::Int(1)),
        optional("e", T::Float, D::Float(0.5)),
    ],
    build: |b, a| Ok(c2f(b, a.int(0)?, a.int(1)?, a.int(2)?, a.bool(3), a.int(4)?, a.float(5)?)?.into_layer()),
}];

#[cfg(test)]
mod tests {
    use crate::catalog::Value;
    use crate::catalog::testing::{ints, measure};
    use crate::ops::Shape;

    /// Figures said by torch for `C2f(32, 32, 1, True)` on a 160x160 map, as in row 2 of YOLOv8n.
    #[test]
    fn c2f_of_yolov8n() {
        let mut args = ints(&[32, 32, 1]);
        args.push(crate::catalog::Arg::Bool(true));
        let m = measure("C2f", &args, &Value::Tensor(Shape::image(32, 160, 160))).unwrap();
        assert_eq!(m.params, 7360);
        assert_eq!(m.output, Value::Tensor(Shape::image(32, 160, 160)));
    }
}
