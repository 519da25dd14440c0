//! Names of modules that other public YOLO repositories have and the framework doesn't: facts, for messages.

use crate::words::{Value, and};

/// Each repository with the classes that rows of its files can name.
const REPOSITORIES: &[(&str, &[&str])] = &[
    ("Ultralytics 8.2", &["Silence"]),
    ("YOLOv5", &["C3SPP", "Contract", "CrossConv", "Expand", "MixConv2d", "Sum"]),
    (
        "YOLOv6",
        &[
            "BepC3",
            "BiFusion",
            "BottleRep",
            "BottleRep3",
            "CSPBlock",
            "CSPSPPF",
            "ConvBN",
            "ConvBNHS",
            "ConvBNReLU",
            "ConvBNSiLU",
            "ConvModule",
            "DPBlock",
            "DarknetBlock",
            "LinearAddBlock",
            "Lite_EffiBlockS1",
            "Lite_EffiBlockS2",
            "MBLABlock",
            "QARepVGGBlock",
            "QARepVGGBlockV2",
            "RealVGGBlock",
            "RepBlock",
            "RepVGGBlock",
            "SEBlock",
            "SPPFModule",
            "SimCSPSPPF",
            "SimSPPF",
            "Transpose",
        ],
    ),
    (
        "YOLOv7",
        &[
            "BottleneckCSPA",
            "BottleneckCSPB",
            "BottleneckCSPC",
            "Chuncat",
            "Contract",
            "CrossConv",
            "DownC",
            "Expand",
            "Foldcut",
            "Ghost",
            "GhostCSPA",
            "GhostCSPB",
            "GhostCSPC",
            "GhostSPPCSPC",
            "GhostStem",
            "IAuxDetect",
            "IBin",
            "IDetect",
            "IKeypoint",
            "MP",
            "MixConv2d",
            "RepBottleneckCSPA",
            "RepBottleneckCSPB",
            "RepBottleneckCSPC",
            "RepConv_OREPA",
            "RepRes",
            "RepResCSPA",
            "RepResCSPB",
            "RepResCSPC",
            "RepResX",
            "RepResXCSPA",
            "RepResXCSPB",
            "RepResXCSPC",
            "ReOrg",
            "Res",
            "ResCSPA",
            "ResCSPB",
            "ResCSPC",
            "ResX",
            "ResXCSPA",
            "ResXCSPB",
            "ResXCSPC",
            "RobustConv",
            "RobustConv2",
            "SP",
            "SPPCSPC",
            "ST2CSPA",
            "ST2CSPB",
            "ST2CSPC",
            "STCSPA",
            "STCSPB",
            "STCSPC",
            "Shortcut",
            "Stem",
            "Sum",
            "SwinTransformer2Block",
            "SwinTransformerBlock",
        ],
    ),
    (
        "YOLOv13",
        &["DSBottleneck", "DSC3k", "DSC3k2", "DSConv", "DownsampleConv", "FullPAD_Tunnel", "FuseModule", "HyperACE"],
    ),
    (
        "YOLOv9's own repository",
        &[
            "ASPP",
            "CSP",
            "Contract",
            "DDetect",
            "DSegment",
            "DualDDetect",
            "DualDSegment",
            "DualDetect",
            "Expand",
            "MP",
            "MixConv2d",
            "Panoptic",
            "ReOrg",
            "RepConvN",
            "RepNBottleneck",
            "RepNCSP",
            "RepNRes",
            "Res",
            "SP",
            "SPPCSPC",
            "Shortcut",
            "Silence",
            "Sum",
            "TripleDDetect",
            "TripleDetect",
            "UConv",
        ],
    ),
];

/// The repositories that have a module called `name`, as words: `YOLOv5 and YOLOv7`.
pub(super) fn repositories(name: &str) -> Option<Value> {
    let having: Vec<&str> = having(name).collect();
    (!having.is_empty()).then(|| and(having))
}

/// The repositories that have a class of this name.
pub(super) fn having(name: &str) -> impl Iterator<Item = &'static str> {
    REPOSITORIES.iter().filter(move |(_, names)| names.contains(&name)).map(|(repository, _)| *repository)
}

/// The equivalent of the module `name` of another repository: a module and its arguments, as a row gives them.
pub(super) fn equivalent(name: &str) -> Option<&'static str> {
    match name {
        "MP" => Some("nn.MaxPool2d, [2, 2]"),
        "Silence" => Some("nn.Identity, []"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    #[test]
    fn no_name_is_known_here() {
        for (_, names) in REPOSITORIES {
            for name in *names {
                assert!(catalog::all().all(|spec| spec.name != *name), "{name}");
                assert!(!catalog::unregistered().any(|spec| spec.name == *name), "{name}");
            }
            assert!(names.iter().all(|name| names.iter().filter(|other| *other == name).count() == 1));
        }
    }

    #[test]
    fn repositories_are_named() {
        assert_eq!(repositories("SPPCSPC"), Some(and(["YOLOv7", "YOLOv9's own repository"])));
        assert_eq!(repositories("Conv"), None);
    }
}
