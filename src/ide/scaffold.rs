//! Models to start from: what `yolint new` writes, and what completion offers in a file that is empty yet.

use crate::text::Span;
use crate::weights;
use crate::words::{Message, message};

/// A model to start from.
#[derive(Clone, Debug)]
pub struct Scaffold {
    /// Its name: `yolo11`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: Message,
    text: &'static str,
}

/// The architecture of YOLO11, for detection.
pub const YOLO11: Scaffold = Scaffold { name: "yolo11", about: message!("scaffold-yolo11"), text: weights::YOLO11 };

/// The architecture of YOLOv8, for detection.
pub const YOLOV8: Scaffold = Scaffold { name: "yolov8", about: message!("scaffold-yolov8"), text: weights::YOLOV8 };

impl Scaffold {
    /// All of them.
    pub const ALL: [Scaffold; 2] = [YOLO11, YOLOV8];

    /// The text of its file, with a number of classes, or what stands for one.
    pub fn with_classes(&self, nc: &str) -> String {
        self.text.replacen("nc: 80", &format!("nc: {nc}"), 1)
    }
}

/// The word that is typed at `offset` of a text that holds nothing else but comments, where a model can start; none if the
/// text holds more.
pub fn start(text: &str, offset: u32) -> Option<Span> {
    let mut at = 0;
    let mut word = None;
    for line in text.split_inclusive('\n') {
        let typed = line.trim();
        if !typed.is_empty() && !typed.starts_with('#') {
            let start = at + (line.len() - line.trim_start().len()) as u32;
            let is_word = typed.bytes().all(|b| b.is_ascii_alphanumeric());
            if word.is_some() || !is_word || start != at {
                return None;
            }
            word = Some(Span::new(start, start + typed.len() as u32));
        }
        at += line.len() as u32;
    }
    let line = text.get(..offset as usize)?.rsplit('\n').next().unwrap_or_default();
    match word {
        Some(word) => word.touches(offset).then_some(word),
        None => line.trim().is_empty().then(|| Span::new(offset - line.len() as u32, offset)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Request;
    use crate::ide::ModelFile;
    use crate::ide::testing::at_cursor;

    #[test]
    fn where_a_model_can_start() {
        let start = |text: &str| {
            let offset = text.find('|').unwrap();
            super::start(&text.replacen('|', "", 1), offset as u32).map(|span| (span.start, span.end))
        };
        assert_eq!(start("|"), Some((0, 0)));
        assert_eq!(start("# Mine.\n  |"), Some((8, 10)));
        assert_eq!(start("yolo|"), Some((0, 4)));
        assert_eq!(start("# Mine.\n\nyo|lo\n"), Some((9, 13)));
        for more in ["nc: |", "yolo\n|\n", "# |", "key\nyolo|", "- |", "  yolo|"] {
            assert_eq!(start(more), None, "{more}");
        }
    }

    #[test]
    fn all_can_be_built() {
        for scaffold in Scaffold::ALL {
            let text = scaffold.with_classes("3");
            let file = ModelFile::read(&*text, &Request::default(), false).unwrap();
            assert!(file.all().iter().all(|analysis| analysis.totals.is_some()), "{}", scaffold.name);
            assert!(text.contains("nc: 3\n") && !text.contains(['$', '}', '\\']), "{}", scaffold.name);
        }
        let (file, _) = at_cursor(&YOLO11.with_classes("80$0"));
        // The figures of YOLO11n: https://docs.ultralytics.com/models/yolo11/
        assert_eq!(file.at_active_scale().totals.as_ref().map(|totals| totals.params), Some(2_624_080));
    }
}
