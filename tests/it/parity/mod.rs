//! The figures are the framework's and the counters' own.

mod conventions;
mod edited;
mod fit;
mod freeze;
mod fused;
mod heads;
mod hints;
mod official;
mod ops;
mod packages;
mod published;
mod state_dicts;
mod transferred;
