//! What a model keeps of another's weights, as all forms of `yolint weights` render it.

use super::compared::Compared;
use crate::weights::Found;

/// What a model keeps of another's weights.
pub(super) struct Kept {
    /// The model.
    pub(super) mine: Compared,
    /// The base, and what is kept of it.
    pub(super) found: Found,
    /// How the base was found; none if it was named.
    pub(super) how: Option<How>,
}

/// How the base of a model was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// It is the official model that is most like it.
    Likely,
    /// It is its version in git.
    InGit,
}
