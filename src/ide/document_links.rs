//! Document links from modules to their documentation.

use super::ModelFile;
use super::place::{focus, module_name};
use crate::text::Span;

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
    let link = |row| Some(DocumentLink { span: focus(row), url: file.module(module_name(row))?.page.clone()? });
    file.model.rows.iter().filter_map(link).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_on_names() {
        let text = "backbone:\n  - [-1, 1, Conv, [8]]\n  - [-1, 1, Own, []]\nhead:\n  - [-1, 1, 'nn.ReLU', []]\n";
        let file = ModelFile::read(text, &crate::check::Request::default(), false).unwrap();
        let links = document_links(&file);
        assert_eq!(links.iter().map(|link| link.span.text(text)).collect::<Vec<_>>(), ["Conv", "'nn.ReLU'"]);
    }
}
