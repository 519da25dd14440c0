//! Ops that run: one method of [`Run`](super::Run) an op, which works out its shape by [`ops`](super::ops) and records
//! the call. Layers and modules call these, and nothing else.
//!
//! Ops that only move elements are recorded too, but not indexing in Python (`x[..., ::2]`).

mod conv;
mod elementwise;
mod matmul;
mod norm;
mod pool;
mod rearrange;
mod resize;
