//! Contrastive heads: scores of feature maps against embeddings of text, for open-vocabulary heads.

use crate::torch::nn::batch_norm2d;
use crate::torch::ops::{Fault, Result, Shape};
use crate::torch::{Build, ModuleId, Net, Run};
use crate::words::message;

/// A built `ContrastiveHead` or `BNContrastiveHead`.
pub(super) struct Contrastive {
    id: ModuleId,
    norm: Option<Net>,
}

impl Contrastive {
    /// Builds `BNContrastiveHead(embed)` or, without a batch norm, `ContrastiveHead()`.
    pub(super) fn build(b: &mut Build, embed: i64, with_bn: bool) -> Result<Contrastive> {
        b.module(if with_bn { "BNContrastiveHead" } else { "ContrastiveHead" }, |b, id| {
            b.param("bias", &[1])?;
            b.param("logit_scale", &[])?;
            let norm = with_bn.then(|| batch_norm2d(b.at("norm"), embed)).transpose()?;
            Ok(Contrastive { id, norm })
        })
    }

    /// Runs it on a map `[batch, embed, height, width]` and embeddings `[batch, classes, embed]`:
    /// `[batch, classes, height, width]`.
    pub(super) fn call(&self, r: &mut Run, x: Shape, text: Shape) -> Result<Shape> {
        let (embed, features) = (x.dim(1)?, text.dim(-1)?);
        if embed != features {
            let message = message!("embed-features", embed, features);
            return Err(Fault::value(message).at_param("embed"));
        }
        r.within(self.id, |r| {
            let x = match &self.norm {
                Some(norm) => norm.call(r, x)?,
                None => r.normalize(x),
            };
            let text = r.normalize(text);
            let pixels = r.flatten(x, 2, -1)?;
            let y = r.matmul(text, pixels)?;
            let y = r.view(y, &[&[-1, text.dim(1)?], &x.dims()[2..]].concat())?;
            let scale = r.elementwise("exp", Shape::new(&[]));
            let y = r.mul(y, scale)?;
            r.add(y, Shape::new(&[1]))
        })
    }
}
