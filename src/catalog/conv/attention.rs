//! Attention over channels and over pixels: ChannelAttention, SpatialAttention and CBAM.

use crate::torch::nn::{Activation, Conv2d, activation, adaptive_avg_pool2d};
use crate::torch::ops::{Result, Shape};
use crate::torch::{Args, Build, Default as D, Net, Run, Spec, Type as T, net, optional, required};
use crate::words::message;

fn channel_attention(b: &mut Build, channels: i64) -> Result<Net> {
    net(b, "ChannelAttention", |b| {
        let pool = adaptive_avg_pool2d(b.at("pool"), 1)?;
        let fc = Conv2d::new(channels, channels, [1; 2]).build(b.at("fc"))?;
        let act = activation(b.at("act"), &Activation::sigmoid())?;
        Ok(move |r: &mut Run, x: Shape| {
            let y = pool.call(r, x)?;
            let y = fc.call(r, y)?;
            let y = act.call(r, y)?;
            r.mul(x, y)
        })
    })
}

fn spatial_attention(b: &mut Build, kernel_size: i64) -> Result<Net> {
    net(b, "SpatialAttention", |b| {
        let cv1 = Conv2d::new(2, 1, [kernel_size; 2]).padding([kernel_size / 2; 2]).bias(false).build(b.at("cv1"))?;
        let act = activation(b.at("act"), &Activation::sigmoid())?;
        Ok(move |r: &mut Run, x: Shape| {
            let mean = r.reduce("mean", x, 1, true)?;
            let max = r.reduce("max", x, 1, true)?;
            let y = r.cat(&[mean, max], 1)?;
            let y = cv1.call(r, y)?;
            let y = act.call(r, y)?;
            r.mul(x, y)
        })
    })
}

fn cbam(b: &mut Build, c1: i64, kernel_size: i64) -> Result<Net> {
    net(b, "CBAM", |b| {
        let channel = channel_attention(b.at("channel_attention"), c1)?;
        let spatial = spatial_attention(b.at("spatial_attention"), kernel_size)?;
        Ok(move |r: &mut Run, x: Shape| {
            let x = channel.call(r, x)?;
            spatial.call(r, x)
        })
    })
}

fn kernel_size(a: &Args<'_>, i: usize) -> Result<i64> {
    match a.plain_int(i)? {
        k @ (3 | 7) => Ok(k),
        k => Err(a.invalid(i, message!("spatial-attention", k))),
    }
}

/// The attentions of this file, none of which `parse_model` can name.
pub(super) static UNREGISTERED: &[Spec] = &[
    Spec {
        name: "ChannelAttention",
        path: "ultralytics.nn.modules.conv.ChannelAttention",
        doc: message!("doc-ChannelAttention"),
        params: &[required("channels", T::Int)],
        build: |b, a| Ok(channel_attention(b, a.int(0)?)?.into_layer()),
    },
    Spec {
        name: "SpatialAttention",
        path: "ultralytics.nn.modules.conv.SpatialAttention",
        doc: message!("doc-SpatialAttention"),
        params: &[optional("kernel_size", T::Int, D::Int(7))],
        build: |b, a| Ok(spatial_attention(b, kernel_size(a, 0)?)?.into_layer()),
    },
    Spec {
        name: "CBAM",
        path: "ultralytics.nn.modules.conv.CBAM",
        doc: message!("doc-CBAM"),
        params: &[required("c1", T::Int), optional("kernel_size", T::Int, D::Int(7))],
        build: |b, a| Ok(cbam(b, a.int(0)?, kernel_size(a, 1)?)?.into_layer()),
    },
];

#[cfg(test)]
mod tests {
    use crate::catalog::testing::assert_figures;

    /// Figures said by torch.
    #[test]
    fn figures() {
        assert_figures(
            &[1, 32, 40, 40],
            &[
                ("ChannelAttention(32)", "1056 params, 3 layers, [[1, 32, 40, 40]]"),
                ("SpatialAttention()", "98 params, 2 layers, [[1, 32, 40, 40]]"),
                ("CBAM(32, 3)", "1074 params, 5 layers, [[1, 32, 40, 40]]"),
            ],
        );
    }
}
