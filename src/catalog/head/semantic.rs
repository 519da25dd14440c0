//! The head for semantic segmentation.

use super::detector::{at_least_one, no_inputs};
use super::head_inputs;
use crate::catalog::conv::Conv;
use crate::torch::nn::Conv2d;
use crate::torch::ops::{Result, Shape};
use crate::torch::{Build, Default as D, Layer, Net, Run, Spec, Type as T, Value, layer, optional, sequential};
use crate::words::message;

/// Builds `SemanticSegment(nc, ch)`: class scores for each pixel of the first map, in training of the second as well.
fn semantic_segment(b: &mut Build, nc: i64, ch: &[i64]) -> Result<Layer> {
    let nc = at_least_one("nc", nc)?;
    let &c = ch.first().ok_or_else(no_inputs)?;
    layer(b, "SemanticSegment", |b| {
        let classifier = classifier(b.at("classifier"), c, c, nc)?;
        let aux_head = ch.get(1).map(|&x| self::classifier(b.at("aux_head"), x, c, nc)).transpose()?;
        Ok(move |r: &mut Run, x: &Value| {
            let logits = classifier.call(r, input(x, 0)?).map_err(|f| f.at_input(0))?;
            match &aux_head {
                Some(aux_head) if r.training => {
                    let aux = aux_head.call(r, input(x, 1)?).map_err(|f| f.at_input(1))?;
                    Ok(Value::tuple([Value::Tensor(logits), Value::Tensor(aux)]))
                }
                _ => Ok(Value::Tensor(logits)),
            }
        })
    })
}

fn classifier(b: &mut Build, x: i64, c: i64, nc: i64) -> Result<Net> {
    sequential(b, |s| {
        s.add(|b| Conv::new(x, c).k(3).build(b))?;
        s.add(|b| Conv2d::new(c, nc, [1; 2]).build(b))
    })
}

/// Input `i`; the framework ignores those after it.
fn input(x: &Value, i: usize) -> Result<Shape> {
    let x = x.list()?.get(i).ok_or_else(|| head_inputs(message!("semantic-input", i)))?;
    x.tensor().map_err(|f| f.at_input(i))
}

/// The heads of this family.
pub static SPECS: &[Spec] = &[Spec {
    name: "SemanticSegment",
    path: "ultralytics.nn.modules.head.SemanticSegment",
    doc: message!("doc-SemanticSegment"),
    params: &[optional("nc", T::Int, D::Int(19)), optional("ch", T::Ints, D::Ints(&[]))],
    build: |b, a| semantic_segment(b, a.plain_int(0)?, &a.ints(1)?),
}];
