//! Half-typed and damaged files: nothing panics, nothing flickers, damage stays where it is.

mod flicker;
mod locality;
mod requests;
mod robust;
