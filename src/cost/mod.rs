//! The cost of an op in each counting convention: one file per convention, each a table `op -> count`.
//!
//! `docs/conventions.md` explains the conventions; a test compares its tables with this code.

use std::fmt;
use std::str::FromStr;

use crate::torch::{Call, Class, ModuleId, Modules, Seen};
use crate::words::{Message, comma, message, printed};

mod formula;
mod fvcore;
mod ptflops;
mod size;
mod thop;
mod ultralytics;
pub mod units;

#[cfg(test)]
mod tests;

/// A counter: its name, its description and its table.
struct Table {
    name: &'static str,
    doc: Message,
    /// 2 if a multiply-accumulate is booked as one op.
    flops_per_op: u128,
    /// Unit of the figures that the counter prints.
    unit: Unit,
    /// Whether it hooks modules, and what it makes of one that several hold.
    hooks: Hooks,
    /// Whether it sees what runs inside of a class that is derived from a layer, and not the layer as a whole.
    sees_inside: bool,
    ops: fn(&Call, Site<'_>) -> Count,
}

/// What a counter does to hook modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hooks {
    /// It hooks none.
    None,
    /// It hooks each module of the model once.
    Once,
    /// It hooks a module anew for each that holds it.
    PerHolder,
}

/// Ops booked for a call, or why the counter itself raises an exception there.
pub type Count = Result<u128, Message>;

/// Lists the conventions: each variant, and the file with its table.
macro_rules! conventions {
    ($($(#[$doc:meta])* $variant:ident = $file:ident,)*) => {
        /// FLOP-counting convention.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum Convention {
            $($(#[$doc])* $variant,)*
        }

        impl Convention {
            /// All conventions, the default first.
            pub const ALL: &[Convention] = &[$(Convention::$variant),*];

            fn table(self) -> &'static Table {
                match self {
                    $(Convention::$variant => &$file::TABLE,)*
                }
            }
        }
    };
}

conventions! {
    /// ultralytics-thop 2.2.3, as Ultralytics 8.4.190 prints it.
    #[default]
    Ultralytics = ultralytics,
    /// The original thop 0.1.1.
    Thop = thop,
    /// fvcore 0.1.5.post20221221.
    Fvcore = fvcore,
    /// ptflops 0.7.5, its `pytorch` backend.
    Ptflops = ptflops,
    /// Textbook formulas.
    Formula = formula,
}

impl Convention {
    /// Returns its name, as in `--convention`.
    pub fn name(self) -> &'static str {
        self.table().name
    }

    /// Returns its description, one sentence.
    pub fn doc(self) -> &'static Message {
        &self.table().doc
    }

    /// FLOPs per booked op: 2 if a multiply-accumulate is booked as one op.
    pub fn flops_per_op(self) -> u128 {
        self.table().flops_per_op
    }

    /// Whether the cost of a call grows with the number of modules that hold the one which runs.
    pub fn counts_holders(self) -> bool {
        self.table().hooks == Hooks::PerHolder
    }

    /// Converts booked ops to FLOPs.
    pub fn flops(self, ops: u128) -> u128 {
        ops.saturating_mul(self.flops_per_op())
    }

    /// Unit of the figures that the counter prints.
    pub fn unit(self) -> Unit {
        self.table().unit
    }

    /// Converts booked ops to the figure that the counter prints, in [`Convention::unit`].
    pub fn displayed(self, ops: u128) -> u128 {
        match self.unit() {
            Unit::Flops => self.flops(ops),
            Unit::Macs => ops,
        }
    }

    /// The same figure with its unit: `0.098 GFLOPs`.
    pub fn format_ops(self, ops: u128) -> String {
        units::ops(self.displayed(ops), self.unit())
    }
}

printed!(Convention, Unit);

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Convention {
    type Err = Message;

    fn from_str(name: &str) -> Result<Convention, Message> {
        let found = Convention::ALL.iter().copied().find(|c| c.name() == name);
        found.ok_or_else(|| {
            let names: Vec<_> = Convention::ALL.iter().map(|c| c.name()).collect();
            message!("unknown-convention", name, known = comma(&names))
        })
    }
}

/// Unit of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Floating-point operations: a multiplication and an addition are two.
    Flops,
    /// Multiply-accumulates: a multiplication and the addition of its result are one.
    Macs,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unit::Flops => "FLOPs",
            Unit::Macs => "MACs",
        })
    }
}

/// Where an op ran, as a hook on the module or a replaced function sees it.
#[derive(Clone, Copy, Debug)]
struct Site<'a> {
    /// The class of the module in whose `forward` the op ran.
    class: &'a Class,
    /// How often that very instance is hooked.
    holders: u128,
}

impl Site<'_> {
    /// The class of `torch.nn` that the module is an instance of: what `isinstance` sees.
    fn instance_of(&self) -> &'static str {
        self.class.torch()
    }

    /// The class of `torch.nn` that is the module's own: what a look at its type sees.
    fn exact(&self) -> &'static str {
        if self.class.is_derived() { "" } else { self.class.torch() }
    }
}

/// Books the calls of one model.
#[derive(Clone, Debug)]
pub struct Counter<'a> {
    convention: Convention,
    modules: &'a Modules,
    /// For each module the number of modules that hold it, none of those outside of the model; empty if the convention
    /// doesn't ask.
    holders: Vec<u32>,
}

impl<'a> Counter<'a> {
    /// A counter for calls of the modules below `root`.
    pub fn new(convention: Convention, modules: &'a Modules, root: ModuleId) -> Counter<'a> {
        let mut holders = Vec::new();
        if convention.table().hooks != Hooks::None {
            holders = modules.holders(root);
            if let Some(own) = holders.get_mut(root.0 as usize) {
                *own = (*own).max(1);
            }
        }
        Counter { convention, modules, holders }
    }

    /// Counts a call; saturates at 128 bits.
    ///
    /// # Errors The reason if the counter itself raises an exception at such a call.
    pub fn ops(&self, call: &Call) -> Count {
        let table = self.convention.table();
        if call.seen == if table.sees_inside { Seen::AtModule } else { Seen::Inside } {
            return Ok(0);
        }
        let class = &self.modules[call.module].class;
        let holders = self.holders.get(call.module.0 as usize).map_or(1, |&n| u128::from(n));
        let holders = if table.hooks == Hooks::Once { holders.min(1) } else { holders };
        (table.ops)(call, Site { class, holders })
    }

    /// Counts several calls.
    ///
    /// # Errors As [`Counter::ops`], for the first call that can't be counted.
    pub fn total<'c>(&self, calls: impl IntoIterator<Item = &'c Call>) -> Count {
        calls.into_iter().try_fold(0u128, |sum, call| Ok(sum.saturating_add(self.ops(call)?)))
    }
}

/// Size of a model's weights in common number formats, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightsBytes {
    /// Four bytes per parameter.
    pub fp32: u64,
    /// Two bytes per parameter.
    pub fp16: u64,
    /// One byte per parameter.
    pub int8: u64,
}

impl WeightsBytes {
    /// Returns the sizes of `params` parameters. Buffers (a batch norm's running means) aren't counted.
    pub fn of(params: u64) -> WeightsBytes {
        WeightsBytes { fp32: params.saturating_mul(4), fp16: params.saturating_mul(2), int8: params }
    }
}
