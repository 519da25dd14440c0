//! Rows that take several inputs: Concat joins them, Index picks one.

use crate::python::Literal;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{Build, Default as D, Layer, Run, Spec, Type as T, Value, layer, optional};
use crate::words::message;

fn concat(b: &mut Build, dimension: i64) -> Result<Layer> {
    layer(b, "Concat", |_| {
        Ok(move |r: &mut Run, x: &Value| {
            let tensors = x.tensors()?;
            let joined = r.cat(&tensors, dimension as isize);
            let is_axis = tensors.first().is_none_or(|first| first.axis(dimension as isize).is_ok());
            joined.map(Value::Tensor).map_err(|fault| if is_axis { fault } else { fault.at_param("dimension") })
        })
    })
}

fn index(b: &mut Build, index: Literal) -> Result<Layer> {
    layer(b, "Index", |_| {
        Ok(move |_: &mut Run, x: &Value| match x {
            Value::List(items) => pick(items, &index).cloned(),
            Value::Tensor(shape) => Ok(Value::Tensor(index_tensor(*shape, &index)?)),
            Value::Opaque(what) => Err(Fault::unsupported(message!("index-into", what))),
        })
    })
}

/// `items[index]` of a list.
fn pick<'a>(items: &'a [Value], index: &Literal) -> Result<&'a Value> {
    let Some(i) = index.as_int() else {
        return Err(Fault::value(message!("list-index", index)).at_param("index"));
    };
    let position = if i < 0 { i.checked_add(items.len() as i64) } else { Some(i) };
    position
        .and_then(|p| items.get(usize::try_from(p).ok()?))
        .ok_or_else(|| Fault::value(message!("list-index-range", i, count = items.len())).at_param("index"))
}

/// `x[index]` of a tensor: torch drops the first dimension, or adds one for a bool or `None`.
fn index_tensor(x: Shape, index: &Literal) -> Result<Shape> {
    match *index {
        Literal::Int(i) => {
            let size = x.dim(0)?;
            if !(-size..size).contains(&i) {
                let message = message!("tensor-index-range", i, x);
                return Err(Fault::value(message).at_param("index"));
            }
            Ok(Shape::new(&x.dims()[1..]))
        }
        Literal::Bool(_) | Literal::None => {
            let added = i64::from(*index != Literal::Bool(false));
            Shape::try_new(&[&[added], x.dims()].concat())
        }
        Literal::List(_) | Literal::Tuple(_) => Err(Fault::unsupported(message!("index-not-supported", index))),
        _ => Err(Fault::value(message!("tensor-index", index)).at_param("index")),
    }
}

/// The modules of this family.
pub(super) static SPECS: &[Spec] = &[
    Spec {
        name: "Concat",
        path: "ultralytics.nn.modules.conv.Concat",
        doc: message!("doc-Concat"),
        params: &[optional("dimension", T::Int, D::Int(1))],
        build: |b, a| concat(b, a.plain_int(0)?),
    },
    Spec {
        name: "Index",
        path: "ultralytics.nn.modules.conv.Index",
        doc: message!("doc-Index"),
        params: &[optional("index", T::Int, D::Int(0))],
        build: |b, a| index(b, a.get(0)),
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::{ints, measure};
    use crate::python::Literal;
    use crate::torch::Value;
    use crate::torch::ops::{FaultKind, Result, Shape};

    fn tensor(c: i64, size: i64) -> Value {
        Value::Tensor(Shape::image(c, size, size))
    }

    fn run(name: &str, args: &[Literal], input: &Value) -> Result<Value> {
        Ok(measure(name, args, input)?.output)
    }

    #[test]
    fn concat_joins_channels() {
        let inputs = Value::tuple([tensor(32, 40), tensor(16, 40)]);
        assert_eq!(run("Concat", &[], &inputs), Ok(tensor(48, 40)));
        assert_eq!(run("Concat", &ints(&[-3]), &inputs), Ok(tensor(48, 40)));
        let fault = run("Concat", &ints(&[1]), &Value::tuple([tensor(32, 40), tensor(16, 20)])).unwrap_err();
        assert_eq!((fault.kind, fault.input), (FaultKind::Spatial, Some(1)));
    }

    #[test]
    fn index_picks_from_a_list_or_cuts_a_tensor() {
        let inputs = Value::tuple([tensor(32, 40), tensor(16, 20)]);
        assert_eq!(run("Index", &ints(&[-1]), &inputs), Ok(tensor(16, 20)));
        assert_eq!(run("Index", &ints(&[2]), &inputs).unwrap_err().param, Some("index"));
        assert_eq!(run("Index", &[], &tensor(32, 40)), Ok(Value::Tensor(Shape::new(&[32, 40, 40]))));
    }
}
