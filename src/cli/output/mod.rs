//! How results are printed, one file a form.

pub(super) mod concise;
pub(super) mod diff;
pub(super) mod json;
pub(super) mod pretty;
pub(super) mod table;
