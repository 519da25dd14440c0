//! The models that `torchvision.models.get_model` knows.

use super::Architecture;
use super::convnext::convnext;
use super::efficientnet::{L, M, S, efficientnet_b, efficientnet_v2};
use super::mobilenet::{LARGE, SMALL, mobilenet_v2, mobilenet_v3};
use super::regnet::{regnet_x, regnet_y};
use super::resnet::{Block, resnet};
use super::vgg::vgg;
use crate::torch::ops::{Fault, Result};
use crate::words::message;

/// A model that can be built here.
pub(super) struct Model {
    /// Its name.
    pub(super) name: &'static str,
    /// The names of its weights.
    pub(super) weights: &'static [&'static str],
    /// The function that builds it.
    pub(super) architecture: fn() -> Architecture,
}

/// The model called `name`, which is in lower case.
pub(super) fn find(name: &str) -> Result<&'static Model> {
    if let Some(model) = MODELS.iter().find(|model| model.name == name) {
        return Ok(model);
    }
    if OTHERS.contains(&name) {
        return Err(Fault::unsupported(message!("torchvision-model", name)));
    }
    let all = MODELS.iter().map(|model| model.name).chain(OTHERS.iter().copied());
    let (near, distance) = all
        .map(|other| (other, strsim::damerau_levenshtein(name, other)))
        .min_by_key(|(_, distance)| *distance)
        .unwrap_or_default();
    let message = message!("torchvision-no-model", name);
    Err(Fault::value(if distance <= 2 { message!("did-you-mean", message, name = near) } else { message }))
}

/// The names of all models that can be built here.
#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|model| model.name)
}

const V1: &[&str] = &["IMAGENET1K_V1"];
const V1_V2: &[&str] = &["IMAGENET1K_V1", "IMAGENET1K_V2"];
const SWAG: &[&str] = &["IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1"];
const V1_V2_SWAG: &[&str] = &["IMAGENET1K_V1", "IMAGENET1K_V2", "IMAGENET1K_SWAG_E2E_V1", "IMAGENET1K_SWAG_LINEAR_V1"];

const MODELS: &[Model] = &[
    Model { name: "resnet18", weights: V1, architecture: || resnet(Block::Basic, [2, 2, 2, 2]) },
    Model { name: "resnet34", weights: V1, architecture: || resnet(Block::Basic, [3, 4, 6, 3]) },
    Model {
        name: "resnet50",
        weights: V1_V2,
        architecture: || resnet(Block::Bottleneck { groups: 1, width: 64 }, [3, 4, 6, 3]),
    },
    Model {
        name: "resnet101",
        weights: V1_V2,
        architecture: || resnet(Block::Bottleneck { groups: 1, width: 64 }, [3, 4, 23, 3]),
    },
    Model {
        name: "resnet152",
        weights: V1_V2,
        architecture: || resnet(Block::Bottleneck { groups: 1, width: 64 }, [3, 8, 36, 3]),
    },
    Model {
        name: "resnext50_32x4d",
        weights: V1_V2,
        architecture: || resnet(Block::Bottleneck { groups: 32, width: 4 }, [3, 4, 6, 3]),
    },
    Model {
        name: "resnext101_32x8d",
        weights: V1_V2,
        architecture: || resnet(Block::Bottleneck { groups: 32, width: 8 }, [3, 4, 23, 3]),
    },
    Model {
        name: "resnext101_64x4d",
        weights: V1,
        architecture: || resnet(Block::Bottleneck { groups: 64, width: 4 }, [3, 4, 23, 3]),
    },
    Model {
        name: "wide_resnet50_2",
        weights: V1_V2,
        architecture: || resnet(Block::Bottleneck { groups: 1, width: 128 }, [3, 4, 6, 3]),
    },
    Model {
        name: "wide_resnet101_2",
        weights: V1_V2,
        architecture: || resnet(Block::Bottleneck { groups: 1, width: 128 }, [3, 4, 23, 3]),
    },
    Model { name: "vgg11", weights: V1, architecture: || vgg([1, 1, 2, 2, 2], false) },
    Model { name: "vgg11_bn", weights: V1, architecture: || vgg([1, 1, 2, 2, 2], true) },
    Model { name: "vgg13", weights: V1, architecture: || vgg([2, 2, 2, 2, 2], false) },
    Model { name: "vgg13_bn", weights: V1, architecture: || vgg([2, 2, 2, 2, 2], true) },
    Model {
        name: "vgg16",
        weights: &["IMAGENET1K_V1", "IMAGENET1K_FEATURES"],
        architecture: || vgg([2, 2, 3, 3, 3], false),
    },
    Model { name: "vgg16_bn", weights: V1, architecture: || vgg([2, 2, 3, 3, 3], true) },
    Model { name: "vgg19", weights: V1, architecture: || vgg([2, 2, 4, 4, 4], false) },
    Model { name: "vgg19_bn", weights: V1, architecture: || vgg([2, 2, 4, 4, 4], true) },
    Model { name: "mobilenet_v2", weights: V1_V2, architecture: || mobilenet_v2() },
    Model { name: "mobilenet_v3_large", weights: V1_V2, architecture: || mobilenet_v3(LARGE, 1280) },
    Model { name: "mobilenet_v3_small", weights: V1, architecture: || mobilenet_v3(SMALL, 1024) },
    Model { name: "efficientnet_b0", weights: V1, architecture: || efficientnet_b(1.0, 1.0) },
    Model { name: "efficientnet_b1", weights: V1_V2, architecture: || efficientnet_b(1.0, 1.1) },
    Model { name: "efficientnet_b2", weights: V1, architecture: || efficientnet_b(1.1, 1.2) },
    Model { name: "efficientnet_b3", weights: V1, architecture: || efficientnet_b(1.2, 1.4) },
    Model { name: "efficientnet_b4", weights: V1, architecture: || efficientnet_b(1.4, 1.8) },
    Model { name: "efficientnet_b5", weights: V1, architecture: || efficientnet_b(1.6, 2.2) },
    Model { name: "efficientnet_b6", weights: V1, architecture: || efficientnet_b(1.8, 2.6) },
    Model { name: "efficientnet_b7", weights: V1, architecture: || efficientnet_b(2.0, 3.1) },
    Model { name: "efficientnet_v2_s", weights: V1, architecture: || efficientnet_v2(S) },
    Model { name: "efficientnet_v2_m", weights: V1, architecture: || efficientnet_v2(M) },
    Model { name: "efficientnet_v2_l", weights: V1, architecture: || efficientnet_v2(L) },
    Model { name: "convnext_tiny", weights: V1, architecture: || convnext(96, [3, 3, 9, 3]) },
    Model { name: "convnext_small", weights: V1, architecture: || convnext(96, [3, 3, 27, 3]) },
    Model { name: "convnext_base", weights: V1, architecture: || convnext(128, [3, 3, 27, 3]) },
    Model { name: "convnext_large", weights: V1, architecture: || convnext(192, [3, 3, 27, 3]) },
    Model { name: "regnet_y_400mf", weights: V1_V2, architecture: || regnet_y(8, [1, 3, 6, 6], [48, 104, 208, 440]) },
    Model { name: "regnet_y_800mf", weights: V1_V2, architecture: || regnet_y(16, [1, 3, 8, 2], [64, 144, 320, 784]) },
    Model { name: "regnet_y_1_6gf", weights: V1_V2, architecture: || regnet_y(24, [2, 6, 17, 2], [48, 120, 336, 888]) },
    Model {
        name: "regnet_y_3_2gf",
        weights: V1_V2,
        architecture: || regnet_y(24, [2, 5, 13, 1], [72, 216, 576, 1512]),
    },
    Model { name: "regnet_y_8gf", weights: V1_V2, architecture: || regnet_y(56, [2, 4, 10, 1], [224, 448, 896, 2016]) },
    Model {
        name: "regnet_y_16gf",
        weights: V1_V2_SWAG,
        architecture: || regnet_y(112, [2, 4, 11, 1], [224, 448, 1232, 3024]),
    },
    Model {
        name: "regnet_y_32gf",
        weights: V1_V2_SWAG,
        architecture: || regnet_y(232, [2, 5, 12, 1], [232, 696, 1392, 3712]),
    },
    Model {
        name: "regnet_y_128gf",
        weights: SWAG,
        architecture: || regnet_y(264, [2, 7, 17, 1], [528, 1056, 2904, 7392]),
    },
    Model { name: "regnet_x_400mf", weights: V1_V2, architecture: || regnet_x(16, [1, 2, 7, 12], [32, 64, 160, 400]) },
    Model { name: "regnet_x_800mf", weights: V1_V2, architecture: || regnet_x(16, [1, 3, 7, 5], [64, 128, 288, 672]) },
    Model { name: "regnet_x_1_6gf", weights: V1_V2, architecture: || regnet_x(24, [2, 4, 10, 2], [72, 168, 408, 912]) },
    Model {
        name: "regnet_x_3_2gf",
        weights: V1_V2,
        architecture: || regnet_x(48, [2, 6, 15, 2], [96, 192, 432, 1008]),
    },
    Model { name: "regnet_x_8gf", weights: V1_V2, architecture: || regnet_x(120, [2, 5, 15, 1], [80, 240, 720, 1920]) },
    Model {
        name: "regnet_x_16gf",
        weights: V1_V2,
        architecture: || regnet_x(128, [2, 6, 13, 1], [256, 512, 896, 2048]),
    },
    Model {
        name: "regnet_x_32gf",
        weights: V1_V2,
        architecture: || regnet_x(168, [2, 7, 13, 1], [336, 672, 1344, 2520]),
    },
];

/// The other models of torchvision.
const OTHERS: &[&str] = &[
    "alexnet",
    "deeplabv3_mobilenet_v3_large",
    "deeplabv3_resnet101",
    "deeplabv3_resnet50",
    "densenet121",
    "densenet161",
    "densenet169",
    "densenet201",
    "fasterrcnn_mobilenet_v3_large_320_fpn",
    "fasterrcnn_mobilenet_v3_large_fpn",
    "fasterrcnn_resnet50_fpn",
    "fasterrcnn_resnet50_fpn_v2",
    "fcn_resnet101",
    "fcn_resnet50",
    "fcos_resnet50_fpn",
    "googlenet",
    "inception_v3",
    "keypointrcnn_resnet50_fpn",
    "lraspp_mobilenet_v3_large",
    "maskrcnn_resnet50_fpn",
    "maskrcnn_resnet50_fpn_v2",
    "maxvit_t",
    "mc3_18",
    "mnasnet0_5",
    "mnasnet0_75",
    "mnasnet1_0",
    "mnasnet1_3",
    "mvit_v1_b",
    "mvit_v2_s",
    "quantized_googlenet",
    "quantized_inception_v3",
    "quantized_mobilenet_v2",
    "quantized_mobilenet_v3_large",
    "quantized_resnet18",
    "quantized_resnet50",
    "quantized_resnext101_32x8d",
    "quantized_resnext101_64x4d",
    "quantized_shufflenet_v2_x0_5",
    "quantized_shufflenet_v2_x1_0",
    "quantized_shufflenet_v2_x1_5",
    "quantized_shufflenet_v2_x2_0",
    "r2plus1d_18",
    "r3d_18",
    "raft_large",
    "raft_small",
    "retinanet_resnet50_fpn",
    "retinanet_resnet50_fpn_v2",
    "s3d",
    "shufflenet_v2_x0_5",
    "shufflenet_v2_x1_0",
    "shufflenet_v2_x1_5",
    "shufflenet_v2_x2_0",
    "squeezenet1_0",
    "squeezenet1_1",
    "ssd300_vgg16",
    "ssdlite320_mobilenet_v3_large",
    "swin3d_b",
    "swin3d_s",
    "swin3d_t",
    "swin_b",
    "swin_s",
    "swin_t",
    "swin_v2_b",
    "swin_v2_s",
    "swin_v2_t",
    "vit_b_16",
    "vit_b_32",
    "vit_h_14",
    "vit_l_16",
    "vit_l_32",
];
