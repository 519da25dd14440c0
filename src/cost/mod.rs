//! What an op costs, as each counter of the field books it: one file a convention, each a table `op -> count`.
//!
//! `docs/conventions.md` explains the conventions to people; a test holds its tables against this code.

use std::fmt;
use std::str::FromStr;

use crate::torch::{Call, Class, ModuleId, Modules};

mod formula;
mod fvcore;
mod ptflops;
mod size;
mod thop;
mod ultralytics;
pub mod units;

#[cfg(test)]
mod tests;

/// A counter: its name, what it says it counts, and its table.
struct Table {
    name: &'static str,
    doc: &'static str,
    /// 2 where a multiplication and the addition of its result are booked as one op.
    flops_per_op: u128,
    /// What the counter's figures are that people see.
    unit: Unit,
    /// Whether it books the ops of an instance anew for each module that holds it.
    per_holder: bool,
    ops: fn(&Call, Site<'_>) -> Count,
}

/// Ops booked for a call, or why the counter itself stops at it with an exception.
pub type Count = Result<u128, &'static str>;

/// Lists the conventions: the variant, and the file with its table.
macro_rules! conventions {
    ($($(#[$doc:meta])* $variant:ident = $file:ident,)*) => {
        /// Which counter's figures are shown.
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
    /// The textbook.
    Formula = formula,
}

impl Convention {
    /// Its name, as `--convention` takes it.
    pub fn name(self) -> &'static str {
        self.table().name
    }

    /// What it counts, in one sentence.
    pub fn doc(self) -> &'static str {
        self.table().doc
    }

    /// FLOPs in one booked op: 2 where a multiply-accumulate is booked as one.
    pub fn flops_per_op(self) -> u128 {
        self.table().flops_per_op
    }

    /// FLOPs of `ops` booked ops.
    pub fn flops(self, ops: u128) -> u128 {
        ops.saturating_mul(self.flops_per_op())
    }

    /// What the figures are that the counter shows to people.
    pub fn unit(self) -> Unit {
        self.table().unit
    }

    /// The figure, in [`Convention::unit`], that the counter shows to people for `ops` booked ops.
    pub fn shown(self, ops: u128) -> u128 {
        match self.unit() {
            Unit::Flops => self.flops(ops),
            Unit::Macs => ops,
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Convention {
    type Err = String;

    fn from_str(name: &str) -> Result<Convention, String> {
        let found = Convention::ALL.iter().copied().find(|c| c.name() == name);
        found.ok_or_else(|| {
            let names: Vec<_> = Convention::ALL.iter().map(|c| c.name()).collect();
            format!("there is no convention `{name}`; the conventions are {}", names.join(", "))
        })
    }
}

/// What a figure counts.
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

/// Where an op ran: what a hook on the module, or a replaced function, can see of it.
#[derive(Clone, Copy, Debug)]
struct Site<'a> {
    /// The class of the module in whose `forward` the op ran.
    class: &'a Class,
    /// How many modules hold that very instance, for a counter that books its ops anew for each of them.
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
    /// For each module the number of modules that hold it; empty where the convention doesn't ask.
    holders: Vec<u32>,
}

impl<'a> Counter<'a> {
    /// A counter for calls of the modules below `root`.
    pub fn new(convention: Convention, modules: &'a Modules, root: ModuleId) -> Counter<'a> {
        let holders = if convention.table().per_holder { modules.holders(root) } else { Vec::new() };
        Counter { convention, modules, holders }
    }

    /// Books a call; a count beyond 128 bits saturates.
    ///
    /// # Errors
    /// Why the counter itself has no figure, where it stops at such a call with an exception.
    pub fn ops(&self, call: &Call) -> Count {
        let class = &self.modules[call.module].class;
        let holders = self.holders.get(call.module.0 as usize).map_or(1, |&n| u128::from(n));
        (self.convention.table().ops)(call, Site { class, holders })
    }

    /// Books calls one after the other.
    ///
    /// # Errors
    /// As [`Counter::ops`], for the first call that has no figure.
    pub fn total<'c>(&self, calls: impl IntoIterator<Item = &'c Call>) -> Count {
        calls.into_iter().try_fold(0u128, |sum, call| Ok(sum.saturating_add(self.ops(call)?)))
    }
}

/// Bytes that a model's weights take in the number formats that models are shipped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightsBytes {
    /// Four bytes a parameter.
    pub fp32: u64,
    /// Two bytes a parameter.
    pub fp16: u64,
    /// One byte a parameter.
    pub int8: u64,
}

impl WeightsBytes {
    /// The bytes of `params` parameters. Buffers (a batch norm's running means) aren't counted.
    pub fn of(params: u64) -> WeightsBytes {
        WeightsBytes { fp32: params.saturating_mul(4), fp16: params.saturating_mul(2), int8: params }
    }
}
