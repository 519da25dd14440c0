//! Pages, manifests and packages say what is true.

mod configuration;
mod packages;
mod pages;
mod readme;
mod vscode;
