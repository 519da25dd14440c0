//! Pages, manifests and packages say what is true.

mod configuration;
mod model_schema;
mod output_schemas;
mod packages;
mod pages;
mod readme;
mod translations;
mod vscode;
