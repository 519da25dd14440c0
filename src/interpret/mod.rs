//! Runs Python on values of its own: what isn't known stays unknown, with the place and the reason.
//!
//! A `machine` runs the statements of a `frame` (`statement`, `pattern`), whose expressions recurse (`eval`, `arguments`,
//! `comprehension`, `variables`, `assign`). What a value can do is in `attribute`, `item`, `operate`, `compare`, `container`,
//! `iterate`, `call` and `text`, what its class has in `class`, `builtins/` and `methods/`. `modules/` imports, from files that
//! `Sources` gives, or from `library/`. `fuel` ends what takes too long, `rewind` undoes a
//! run, by what cells remember (`tracked`, `keep`), `spare` uses again what earlier runs constructed, `observe` watches a run.

mod arguments;
mod assign;
pub mod attribute;
pub mod builtins;
pub mod call;
pub mod class;
mod class_of;
pub mod code;
pub mod compare;
mod comprehension;
pub mod container;
pub mod elements;
pub mod eval;
pub mod frame;
pub mod fuel;
mod garbage;
mod given;
pub mod item;
pub mod iterate;
mod keep;
pub mod key;
pub mod library;
pub mod machine;
mod methods;
pub mod modules;
pub mod observe;
pub mod operate;
mod pairs;
pub mod pattern;
pub mod rewind;
mod set_attribute;
mod spare;
mod statement;
pub mod symbol;
pub mod text;
mod tracked;
pub mod value;
mod variables;

pub use attribute::Shortcuts;
pub use call::Taken;
pub use class::{Class, Type};
pub use frame::Frame;
pub use given::Given;
pub use key::Key;
pub use library::numpy::{Kind as NumberKind, Numbers, array_of};
pub use library::{Counts, Library};
pub use machine::{Keepsake, Machine};
pub use modules::{Module, Sources};
pub use observe::{Ended, Observer, Tracer};
pub use symbol::Symbol;
pub use tracked::{Content, Journal, Keep, Place as KeptPlace, Tracked, Whole};
pub use value::{Args, Extra, Foreign, Function, Native, NativeFn, Place, Raised, Res, Stop, Unknown, Value};
