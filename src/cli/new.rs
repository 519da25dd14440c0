//! `yolint new`: a model YAML to start from.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Failure, Outcome, language, write};
use crate::dialect::can_carry_scale;
use crate::ide::scaffold::{self, Scaffold};
use crate::words::message;

/// Arguments of `yolint new`.
#[derive(Args, Debug)]
pub(super) struct NewArgs {
    /// File to write, which must not be there yet; `-` prints it
    #[arg(value_name = "FILE", default_value = "yolo11-custom.yaml")]
    file: PathBuf,
    /// Model to start from
    #[arg(long, value_enum, default_value_t = Base::Yolo11)]
    base: Base,
    /// Number of classes
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u32).range(1..))]
    nc: u32,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Base {
    /// The architecture of YOLO11, for detection
    Yolo11,
    /// The architecture of YOLOv8, for detection
    Yolov8,
}

impl Base {
    fn scaffold(self) -> Scaffold {
        match self {
            Base::Yolo11 => scaffold::YOLO11,
            Base::Yolov8 => scaffold::YOLOV8,
        }
    }
}

/// Writes the file.
pub(super) fn run(args: &NewArgs, out: &mut impl Write) -> Result<Outcome, Failure> {
    let text = args.base.scaffold().with_classes(&args.nc.to_string());
    if args.file.as_os_str() == "-" {
        out.write_all(text.as_bytes())?;
        return Ok(Outcome::Clean);
    }
    write::create(&args.file, &text)?;
    let name = args.file.display().to_string();
    let argument = if name.contains(' ') { format!("\"{name}\"") } else { name.clone() };
    language::tell(&message!("model-written", name, argument));
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
    if !can_carry_scale(&stem) {
        language::tell(&message!("new-name-no-scale", help = message!("scale-name-help", stem)));
    }
    Ok(Outcome::Clean)
}
