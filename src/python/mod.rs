//! What Python makes of text: its values as `repr` prints them, and literals as `ast.literal_eval` reads them.

pub mod file;
pub mod ir;
mod literal;
pub mod parse;
mod value;

pub use literal::{Expr, parse_expression};
pub use value::{Literal, gcd};
