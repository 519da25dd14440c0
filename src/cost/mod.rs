//! stub
use crate::trace::{Call, Op};
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    Ultralytics,
}
impl Convention {
    pub fn ops(self, _class: &str, call: &Call) -> u128 {
        let n = call.output.numel().unwrap_or(0) as u128;
        match &call.op {
            Op::Conv { weight, .. } => n * weight.dims()[1..].iter().product::<i64>() as u128,
            Op::BatchNorm { .. } => 4 * n,
            _ => 0,
        }
    }
    pub fn flops_per_op(self) -> u128 {
        2
    }
}
