//! How long a model takes at least on a device: operations over the device's peak, bytes over its bandwidth. Bounds, never
//! estimates.

mod device;
mod traffic;

pub use self::device::{Device, Precision, device};
pub use self::traffic::{Moved, of_row, rows};

use crate::analysis::Analysis;

/// What a model's rows take at least, and the whole model.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// Seconds of each row if maps pass through memory between layers and activations are part of the layer before them.
    pub rows: Vec<f64>,
    /// Their sum.
    pub layer_by_layer: f64,
    /// Seconds that no known way to run the model goes below: the fewest products that convolutions can do with at the device's
    /// peak, or all weights, the image and what comes out read and written once.
    pub hard: f64,
}

/// The bound of a model on a device, for one image; none if a row can't be run or the device has no figure for the type.
pub fn bound(analysis: &Analysis, device: &Device, precision: Precision) -> Option<Bound> {
    let peak = device.peak(precision)?;
    let moved = rows(analysis)?;
    let seconds = |layer: &Moved| {
        let compute = layer.products as f64 * 2.0 / peak;
        compute.max(layer.bytes(precision) as f64 / device.bandwidth)
    };
    let mut row_seconds = Vec::with_capacity(moved.len());
    let (mut products, mut weights) = (0u128, 0u128);
    for layers in &moved {
        row_seconds.push(layers.iter().map(seconds).sum());
        products += layers.iter().map(|layer| layer.least_products).sum::<u128>();
        weights += layers.iter().map(|layer| layer.weights).sum::<u128>();
    }
    let [height, width] = analysis.imgsz;
    let image = u128::try_from(analysis.channels * height * width).ok()?;
    let out = analysis.rows.last()?.output.as_ref()?.bytes()? / 4;
    let once = (weights + image + out) * precision.bytes();
    let hard = (products as f64 * 2.0 / peak).max(once as f64 / device.bandwidth);
    Some(Bound { layer_by_layer: row_seconds.iter().sum(), rows: row_seconds, hard })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Options, analyse};
    use crate::model::ReadFile;

    #[test]
    fn by_hand() {
        // A 3x3 convolution from 3 to 16 channels at stride 2 on 64x64: 32·32·16·27 products, 3·64·64 + 16·32·32 elements of maps.
        let read =
            ReadFile::new("backbone:\n  - [-1, 1, nn.Conv2d, [3, 16, 3, 2, 1]]\nhead:\n  - [-1, 1, nn.ReLU, []]\n");
        let analysis = analyse(&read.model, "", &Options { imgsz: [64, 64], ..Options::default() });
        let device = Device { name: "d".into(), peaks: [Some(1e9), None, None], bandwidth: 1e6, source: "".into() };
        let bound = bound(&analysis, &device, Precision::Fp32).expect("a bound");
        let products = 32.0 * 32.0 * 16.0 * 27.0;
        let elements = 3.0 * 64.0 * 64.0 + 16.0 * 32.0 * 32.0 + 16.0 * 27.0 + 16.0;
        let expected = (products * 2.0 / 1e9f64).max(elements * 4.0 / 1e6);
        assert!((bound.layer_by_layer - expected).abs() < 1e-12, "{bound:?} {expected}");
        assert!((bound.hard - expected).abs() < 1e-12, "{bound:?} {expected}");
        assert_eq!(super::bound(&analysis, &device, Precision::Int8), None);
    }
}
