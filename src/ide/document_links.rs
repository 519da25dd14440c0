//! Document links from modules to their documentation.

use super::ModelFile;
use super::place::{focus, module_name};
use crate::catalog;
use crate::text::Span;
use crate::torch::Spec;

/// A link in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLink {
    /// The name of a module.
    pub span: Span,
    /// A web page.
    pub url: String,
}

/// Returns the links of a file, in the order of its rows.
pub fn document_links(file: &ModelFile) -> Vec<DocumentLink> {
    let link = |row| Some(DocumentLink { span: focus(row), url: docs(catalog::find(module_name(row))?)? });
    file.model.rows.iter().filter_map(link).collect()
}

/// Returns the page about a module.
pub(super) fn docs(spec: &Spec) -> Option<String> {
    let class = spec.path.rsplit('.').next()?;
    if let Some(file) = spec.path.strip_prefix("ultralytics.nn.modules.") {
        let file = file.split('.').next()?;
        return Some(format!("https://docs.ultralytics.com/reference/nn/modules/{file}/#{}", spec.path));
    }
    if spec.path.starts_with("torchvision.ops.") {
        return Some(format!("https://docs.pytorch.org/vision/stable/generated/torchvision.ops.{class}.html"));
    }
    spec.path
        .starts_with("torch.nn.modules.")
        .then(|| format!("https://docs.pytorch.org/docs/stable/generated/torch.nn.{class}.html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        let page = |name: &str| docs(catalog::find(name).unwrap()).unwrap();
        let framework = "https://docs.ultralytics.com/reference/nn/modules";
        assert_eq!(page("C2f"), format!("{framework}/block/#ultralytics.nn.modules.block.C2f"));
        assert_eq!(page("nn.MaxPool2d"), "https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html");
        let vision = "https://docs.pytorch.org/vision/stable/generated";
        assert_eq!(page("torchvision.ops.StochasticDepth"), format!("{vision}/torchvision.ops.StochasticDepth.html"));
    }

    #[test]
    fn links_are_on_names() {
        let text = "backbone:\n  - [-1, 1, Conv, [8]]\n  - [-1, 1, Own, []]\nhead:\n  - [-1, 1, 'nn.ReLU', []]\n";
        let file = ModelFile::read(text, &crate::check::Request::default(), false).unwrap();
        let links = document_links(&file);
        assert_eq!(links.iter().map(|link| link.span.text(text)).collect::<Vec<_>>(), ["Conv", "'nn.ReLU'"]);
    }
}
