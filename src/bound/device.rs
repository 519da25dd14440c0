//! Devices: peak operations and bytes a second, as their makers state them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use crate::words::{Message, comma, message};

/// The number format of weights and maps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32-bit floats; on devices that have it, products in TF32.
    Fp32,
    /// 16-bit floats.
    #[default]
    Fp16,
    /// 8-bit integers.
    Int8,
}

impl Precision {
    /// All of them.
    pub const ALL: [Precision; 3] = [Precision::Fp32, Precision::Fp16, Precision::Int8];

    /// Returns its name: `fp16`.
    pub fn name(self) -> &'static str {
        match self {
            Precision::Fp32 => "fp32",
            Precision::Fp16 => "fp16",
            Precision::Int8 => "int8",
        }
    }

    /// Bytes of a number.
    pub fn bytes(self) -> u128 {
        match self {
            Precision::Fp32 => 4,
            Precision::Fp16 => 2,
            Precision::Int8 => 1,
        }
    }
}

impl FromStr for Precision {
    type Err = Message;

    fn from_str(text: &str) -> Result<Precision, Message> {
        let known = Precision::ALL.into_iter().find(|precision| precision.name() == text);
        known.ok_or_else(|| message!("no-number-format", text))
    }
}

/// A device that models run on.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// Its name: `orin-nano`.
    pub name: Cow<'static, str>,
    /// The most floating point (or integer) operations a second in each number format, of products of dense matrices; none
    /// where its maker names none.
    pub peaks: [Option<f64>; 3],
    /// Bytes a second between the device and its memory.
    pub bandwidth: f64,
    /// Where the figures are from.
    pub source: Cow<'static, str>,
}

impl Device {
    /// Operations a second in a number format.
    pub fn peak(&self, precision: Precision) -> Option<f64> {
        self.peaks[precision as usize]
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

const fn built_in(name: &'static str, peaks: [f64; 3], bandwidth: f64, source: &'static str) -> Device {
    let [fp32, fp16, int8] = peaks;
    Device {
        name: Cow::Borrowed(name),
        peaks: [Some(fp32 * 1e12), Some(fp16 * 1e12), Some(int8 * 1e12)],
        bandwidth: bandwidth * 1e9,
        source: Cow::Borrowed(source),
    }
}

/// The devices that are known. Peaks are those of dense products, in TFLOP/s and TOP/s, with the fastest units of the device;
/// bandwidths in GB/s.
pub static BUILT_IN: [Device; 6] = [
    built_in("t4", [8.1, 65.0, 130.0], 320.0, "NVIDIA T4 data sheet"),
    built_in("a100", [156.0, 312.0, 624.0], 2039.0, "NVIDIA A100 data sheet, 80 GB SXM; fp32 as TF32"),
    built_in(
        "rtx-4090",
        [82.6, 330.3, 660.6],
        1008.0,
        "NVIDIA Ada GPU architecture whitepaper, appendix A; fp16 summed in fp16",
    ),
    built_in("orin-nano", [5.0, 10.0, 20.0], 68.0, "NVIDIA Jetson Orin Nano 8 GB data sheet: 40 sparse INT8 TOPS"),
    built_in(
        "orin-nano-super",
        [8.375, 16.75, 33.5],
        102.0,
        "NVIDIA Jetson Orin Nano Super data sheet: 67 sparse INT8 TOPS, with the clocks of JetPack 6.1",
    ),
    built_in(
        "agx-orin",
        [21.25, 42.5, 137.5],
        204.8,
        "NVIDIA Jetson AGX Orin 64 GB data sheet: 275 sparse INT8 TOPS with its DLAs; fp16 of the GPU alone",
    ),
];

/// The device of a name, among those that a person describes and those that are built in.
///
/// # Errors
/// What to say, with the names of those that there are.
pub fn device<'a>(name: &str, own: &'a [Device]) -> Result<&'a Device, Message> {
    let mut all = own.iter().chain(BUILT_IN.iter());
    all.find(|device| device.name == name).ok_or_else(|| {
        let names: Vec<&str> = own.iter().chain(BUILT_IN.iter()).map(|device| &*device.name).collect();
        message!("unknown-device", name, known = comma(&names))
    })
}
