//! Flags that name a device.

use clap::Args;

use super::language;
use crate::bound::{Device, Precision, device};
use crate::words::message;

/// The device whose bound of time is shown.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct DeviceArgs {
    /// Device whose lower bound of time is shown: t4, a100, rtx-4090, orin-nano, orin-nano-super, agx-orin, or one of `devices` in the settings
    #[arg(long, value_name = "DEVICE")]
    device: Option<String>,
    /// Number format on the device: fp32, fp16 or int8
    #[arg(long, value_name = "FORMAT", default_value = "fp16", value_parser = parse_precision)]
    pub(super) precision: Precision,
}

impl DeviceArgs {
    /// The device, among those of the settings and those that are known.
    pub(super) fn device(&self, own: &[Device]) -> Result<Option<Device>, String> {
        let found = self.device.as_deref().map(|name| device(name, own).cloned()).transpose();
        let found = found.map_err(|why| language::say(&why))?;
        match found.as_ref().filter(|device| device.peak(self.precision).is_none()) {
            Some(device) => Err(language::say(&message!(
                "device-without-figure",
                device = &*device.name,
                precision = self.precision.name()
            ))),
            None => Ok(found),
        }
    }
}

fn parse_precision(text: &str) -> Result<Precision, String> {
    text.parse().map_err(|why| language::say(&why))
}
