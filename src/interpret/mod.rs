//! Runs Python on values of its own: what isn't known stays unknown, with the place and the reason.

pub mod attribute;
pub mod builtins;
pub mod call;
pub mod class;
pub mod code;
pub mod eval;
pub mod frame;
pub mod fuel;
mod garbage;
pub mod item;
pub mod iterate;
pub mod key;
pub mod library;
pub mod machine;
mod methods;
pub mod modules;
pub mod observe;
pub mod operate;
pub mod pattern;
pub mod rewind;
mod statement;
pub mod symbol;
pub mod text;
pub mod value;

pub use attribute::Shortcuts;
pub use call::Taken;
pub use class::{Class, Type};
pub use frame::Frame;
pub use key::Key;
pub use library::Library;
pub use library::numpy::{Kind as NumberKind, Numbers, array_of};
pub use machine::{Keepsake, Machine};
pub use modules::{Module, Sources};
pub use observe::{Ended, Observer, Tracer};
pub use symbol::Symbol;
pub use value::{Args, Extra, Foreign, Function, Native, NativeFn, Place, Raised, Res, Stop, Unknown, Value};
