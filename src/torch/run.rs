//! The calls of a forward pass, from which operations are counted. Their callers are not known here.

use super::module::{ModuleId, Modules};
use super::ops::Shape;
use crate::words::Message;

/// An op that ran.
#[derive(Clone, Debug)]
pub struct Call {
    /// The module in whose `forward` it ran.
    pub module: ModuleId,
    /// The module that called that one.
    pub caller: ModuleId,
    /// A recorded call.
    pub op: Op,
    /// The shape of its (first) input.
    pub input: Shape,
    /// The shape of its (first) output.
    pub output: Shape,
    /// The counters that see it.
    pub seen: Seen,
}

/// The counters that see a call. A hook on a layer sees its own `forward`; if a class that is derived from the layer
/// has another one, the hook sees its inputs and outputs only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// Everyone.
    #[default]
    Everywhere,
    /// Counters of ops: the call of a hook is left out.
    Inside,
    /// Counters by hooks: the call replaces those inside.
    AtModule,
}

/// The ops that some convention counts, with what is needed to count them.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// `conv1d` to `conv3d`; the weight is `[out, in / groups, kernel...]`.
    Conv {
        /// The weight's shape.
        weight: Shape,
        /// Whether a bias is added.
        bias: bool,
    },
    /// `conv_transpose1d` to `3d`; the weight is `[in, out / groups, kernel...]`.
    ConvTranspose {
        /// The weight's shape.
        weight: Shape,
        /// Whether a bias is added.
        bias: bool,
    },
    /// `linear`, with the number of input features.
    Linear {
        /// Size of the last dimension of the input.
        in_features: i64,
        /// Whether a bias is added.
        bias: bool,
    },
    /// `batch_norm`.
    BatchNorm {
        /// Whether there is a learned scale and shift.
        affine: bool,
    },
    /// `layer_norm`.
    LayerNorm {
        /// Whether there is a learned scale and shift.
        affine: bool,
    },
    /// `group_norm`.
    GroupNorm {
        /// Whether there is a learned scale and shift.
        affine: bool,
    },
    /// `instance_norm`.
    InstanceNorm {
        /// Whether there is a learned scale and shift.
        affine: bool,
    },
    /// `rms_norm`.
    RmsNorm {
        /// Whether there is a learned scale.
        affine: bool,
    },
    /// Any other normalisation (`local_response_norm`), by its name in torch.
    OtherNorm(&'static str),
    /// An activation, or another function of single elements, by its name in torch: `silu`, `sigmoid`, `exp`.
    Elementwise(&'static str),
    /// `prelu`.
    Prelu,
    /// `softmax` along a dimension of the size given, by its name in torch (`softmax`, `log_softmax`, `softmin`).
    Softmax {
        /// The op's name in torch: `functional.softmax` where a `forward` calls that function, `softmax` where it calls
        /// the tensor's method. A counter that replaces functions sees only the former.
        name: &'static str,
        /// Size of the dimension that is normalised.
        size: i64,
    },
    /// `add`, `sub`, `mul` or `div` of two tensors (or of a tensor and a learned scalar).
    Arithmetic(&'static str),
    /// `max_pool1d` to `3d`, with the number of elements in a window.
    MaxPool {
        /// Elements in a window.
        window: i64,
    },
    /// `avg_pool1d` to `3d`.
    AvgPool {
        /// Elements in a window.
        window: i64,
        /// Elements of all windows of one plane, without those that lie outside of what counts.
        covered: i64,
    },
    /// `adaptive_avg_pool1d` to `3d`.
    AdaptiveAvgPool,
    /// `adaptive_max_pool1d` to `3d`.
    AdaptiveMaxPool,
    /// `interpolate`, with its mode: `nearest`, `bilinear`, …
    Interpolate {
        /// The mode as torch names it.
        mode: &'static str,
    },
    /// `matmul` or `bmm`, with the size of the dimension that is summed over.
    Matmul {
        /// Size of the contracted dimension.
        inner: i64,
    },
    /// Another function that multiplies matrices (`mm`, `addmm`, `mv`, …), by its name in torch.
    Product {
        /// The op's name.
        name: &'static str,
        /// Size of the contracted dimension.
        inner: i64,
    },
    /// `scaled_dot_product_attention`.
    Attention {
        /// Features of a query and of a value, together.
        features: i64,
        /// Features of a value.
        value: i64,
        /// Number of keys.
        keys: i64,
    },
    /// A recurrent layer or cell.
    Recurrent {
        /// How many products a cell has: 1 of an RNN, 3 of a GRU, 4 of an LSTM.
        gates: i64,
        /// Features of the input.
        input: i64,
        /// Features of the state.
        hidden: i64,
        /// Features that the state is projected to; 0 without projection.
        projected: i64,
        /// Number of layers.
        layers: i64,
        /// 2 if it also reads backwards.
        directions: i64,
        /// Whether biases are added.
        bias: bool,
        /// How often a cell runs, times the items of a batch.
        evaluations: i64,
    },
    /// `bilinear`.
    Bilinear {
        /// Features of the first input.
        first: i64,
        /// Features of the second input.
        second: i64,
    },
    /// `einsum` of two operands: all sizes of the result times those summed over.
    Einsum {
        /// Multiply-accumulates of the product.
        macs: i64,
    },
    /// `multi_head_attention_forward`, projections included.
    MultiheadAttention {
        /// Features of a query.
        embed_dim: i64,
        /// Number of heads.
        num_heads: i64,
        /// Number of queries.
        tgt_len: i64,
        /// Number of keys.
        src_len: i64,
        /// Whether query, key and value were all given by position, as ptflops' hook needs them.
        positional: bool,
    },
    /// `grid_sample`.
    GridSample,
    /// `cat`, `view`, `permute`, `pad`, …: moves elements around. By its name in torch.
    Rearrange(&'static str),
    /// Any other op, by its name in torch.
    Other(&'static str),
    /// The call that a hook would count for a module that isn't followed, and the reason.
    NotCounted(Message),
}

impl Op {
    /// Whether it is a product that programs call as a function.
    pub fn is_product(&self) -> bool {
        matches!(
            self,
            Op::Linear { .. }
                | Op::Matmul { .. }
                | Op::Product { .. }
                | Op::Einsum { .. }
                | Op::Attention { .. }
                | Op::MultiheadAttention { .. }
        )
    }
}

/// A model's modules and their calls.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// Its modules, and others that were built on the way.
    pub modules: Modules,
    /// The module that holds all of its own.
    pub root: ModuleId,
    /// Calls of one forward pass, in eval mode.
    pub calls: Vec<Call>,
}

/// Where no module is running.
const OUTSIDE: ModuleId = ModuleId(u32::MAX);

/// The module whose `forward` is running, and the one that called it.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    module: ModuleId,
    caller: ModuleId,
}

/// What is chosen where elements that aren't known decide, such as by `topk`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// That isn't known. The largest number of elements that were chosen from, or 0.
    Open(i64),
    /// Those from this one on, around the end.
    From(i64),
}

/// Records what runs while modules are called.
pub struct Run {
    calls: Vec<Call>,
    record: bool,
    /// What is chosen where elements that aren't known decide.
    pub choice: Choice,
    /// How often what isn't known decided a branch or a size.
    decided: u64,
    /// The module whose `forward` is running, and the one that called it.
    module: ModuleId,
    caller: ModuleId,
    /// Whether heads are in training mode, as when the framework measures a model's strides.
    pub training: bool,
    /// The text features that a `WorldModel` carries beside the image: `[1, classes, features]`.
    pub text: Option<Shape>,
    /// The prompt embeddings that a `YOLOEModel` hands to its head: `[1, classes, features]`.
    pub prompts: Option<Shape>,
}

impl Run {
    /// A run that records its calls.
    pub fn recording() -> Run {
        Run { calls: Vec::with_capacity(512), record: true, ..Run::silent() }
    }

    /// A run that only follows shapes.
    pub fn silent() -> Run {
        Run {
            calls: Vec::new(),
            record: false,
            choice: Choice::Open(0),
            decided: 0,
            module: OUTSIDE,
            caller: OUTSIDE,
            training: false,
            text: None,
            prompts: None,
        }
    }

    /// The indices of so many of the elements, where what isn't known decides which.
    pub fn choose(&mut self, count: i64, elements: i64) -> Option<Vec<i64>> {
        match &mut self.choice {
            Choice::Open(most) => {
                *most = elements.max(*most);
                None
            }
            Choice::From(first) => Some((0..count).map(|i| (*first + i).rem_euclid(elements)).collect()),
        }
    }

    /// The way to go where a number that isn't known decides: never, always, and each in turn.
    pub fn decide(&mut self) -> Option<bool> {
        let way = self.way()?;
        Some(way == 1 || (way > 1 && (self.decided + way).is_multiple_of(2)))
    }

    /// How many of so many elements are picked where what isn't known decides: none, all, or one, or half of them.
    pub fn count(&mut self, most: i64) -> Option<i64> {
        let way = self.way()?;
        let ways = [0, most, most.min(1), most / 2];
        // What is picked twice isn't taken for as many elements.
        Some(ways[(way + self.decided) as usize % ways.len()])
    }

    /// One of four ways to go.
    fn way(&mut self) -> Option<u64> {
        self.decided += 1;
        match &mut self.choice {
            Choice::Open(most) => {
                *most = (*most).max(4);
                None
            }
            Choice::From(first) => Some(first.rem_euclid(4) as u64),
        }
    }

    /// How many calls were recorded so far.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// Whether no call was recorded so far.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// Takes the calls that were recorded from the `start`th on.
    pub fn split_off(&mut self, start: usize) -> Vec<Call> {
        self.calls.split_off(start.min(self.calls.len()))
    }

    /// Takes the calls that were recorded so far.
    pub fn take(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.calls)
    }

    /// Ends the run.
    pub fn finish(self) -> Vec<Call> {
        self.calls
    }

    /// Runs `forward` as the module `id`'s.
    pub fn within<T>(&mut self, id: ModuleId, forward: impl FnOnce(&mut Run) -> T) -> T {
        let outer = self.enter(id);
        let result = forward(self);
        self.leave(outer);
        result
    }

    /// Assigns the following calls to the module `id`, until [`Run::leave`] is called with the returned value.
    pub fn enter(&mut self, id: ModuleId) -> Running {
        let outer = Running { module: self.module, caller: self.caller };
        (self.module, self.caller) = (id, self.module);
        outer
    }

    /// Assigns the following calls to the module that ran before.
    pub fn leave(&mut self, outer: Running) {
        (self.module, self.caller) = (outer.module, outer.caller);
    }

    /// Records an op of the module that is running; returns its output.
    pub fn record(&mut self, op: Op, input: Shape, output: Shape) -> Shape {
        if self.record {
            let (module, caller, seen) = (self.module, self.caller, Seen::Everywhere);
            self.calls.push(Call { module, caller, op, input, output, seen });
        }
        output
    }

    /// The calls since the `start`th.
    pub fn calls_since(&self, start: usize) -> &[Call] {
        self.calls.get(start..).unwrap_or_default()
    }

    /// Records a call that is known from before.
    pub fn replay(&mut self, call: Call) {
        if self.record {
            self.calls.push(call);
        }
    }

    /// What the module `id` ran since the `start`th call is its caller's: it wasn't called, so that no hook on it sees it.
    pub fn hand_over(&mut self, id: ModuleId, start: usize) {
        let (module, caller) = (self.module, self.caller);
        for call in self.calls.iter_mut().skip(start).filter(|call| call.module == id) {
            (call.module, call.caller) = (module, caller);
        }
    }

    /// The module that is running.
    pub fn running(&self) -> ModuleId {
        self.module
    }

    /// Records the call that a hook on the module `id` counts, in place of those of the calls since the `start`th that
    /// `hidden` picks.
    pub fn record_hooked(
        &mut self,
        id: ModuleId,
        start: usize,
        hidden: impl Fn(&Call) -> bool,
        (op, input, output): (Op, Shape, Shape),
    ) {
        if !self.record {
            return;
        }
        for call in self.calls.iter_mut().skip(start) {
            if call.seen == Seen::Everywhere && hidden(call) {
                call.seen = Seen::Inside;
            }
        }
        self.calls.push(Call { module: id, caller: self.module, op, input, output, seen: Seen::AtModule });
    }
}
