//! Names of modules that other public YOLO repositories have: facts, for messages.

use crate::catalog;
use crate::words::{Message, Value, and, message};

/// A repository, and the classes that rows of its files can name.
struct Repository {
    name: &'static str,
    /// Those that the framework doesn't have.
    own: &'static [&'static str],
    /// Those that the framework has too; none where it is all of them.
    shared: Option<&'static [&'static str]>,
}

const REPOSITORIES: &[Repository] = &[
    Repository { name: "Ultralytics 8.2", own: &["Silence"], shared: None },
    Repository {
        name: "YOLOv5",
        own: &["C3SPP", "Contract", "CrossConv", "Expand", "MixConv2d", "Sum"],
        shared: Some(&[
            "Bottleneck",
            "BottleneckCSP",
            "C3",
            "C3Ghost",
            "C3TR",
            "C3x",
            "Classify",
            "Concat",
            "Conv",
            "DWConv",
            "DWConvTranspose2d",
            "Detect",
            "Focus",
            "GhostBottleneck",
            "GhostConv",
            "Proto",
            "SPP",
            "SPPF",
            "Segment",
            "TransformerBlock",
        ]),
    },
    Repository {
        name: "YOLOv6",
        own: &[
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
            "EffDecHead",
            "LinearAddBlock",
            "Lite_EffiBlockS1",
            "Lite_EffiBlockS2",
            "MBLABlock",
            "QARepVGGBlock",
            "QARepVGGBlockV2",
            "RealVGGBlock",
            "RepBlock",
            "RepVGGBlock",
            "RepVGGBlockv6",
            "SEBlock",
            "SPPFModule",
            "SimCSPSPPF",
            "SimConv",
            "SimSPPF",
            "Transpose",
        ],
        shared: None,
    },
    Repository {
        name: "YOLOv7",
        own: &[
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
            "ReOrg",
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
        shared: Some(&[
            "Bottleneck",
            "Concat",
            "Conv",
            "DWConv",
            "Detect",
            "Focus",
            "GhostConv",
            "RepConv",
            "SPP",
            "SPPF",
            "TransformerBlock",
        ]),
    },
    Repository {
        name: "YOLOv13",
        own: &[
            "DSBottleneck",
            "DSC3k",
            "DSC3k2",
            "DSConv",
            "DownsampleConv",
            "FullPAD_Tunnel",
            "FuseModule",
            "HyperACE",
        ],
        shared: None,
    },
    Repository {
        name: "YOLOv9",
        own: &[
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
        shared: Some(&[
            "AConv",
            "ADown",
            "Bottleneck",
            "BottleneckCSP",
            "CBFuse",
            "CBLinear",
            "Classify",
            "Concat",
            "Conv",
            "ConvTranspose",
            "DFL",
            "DWConv",
            "DWConvTranspose2d",
            "Detect",
            "ELAN1",
            "Proto",
            "RepNCSPELAN4",
            "SPP",
            "SPPELAN",
            "SPPF",
            "Segment",
        ]),
    },
];

/// The repositories that have a module called `name`, as words: `YOLOv5 and YOLOv7`.
pub(super) fn repositories(name: &str) -> Option<Value> {
    let having: Vec<Message> = having(name).map(called).collect();
    (!having.is_empty()).then(|| and(having))
}

/// A repository as it is called among others: there are files of YOLOv9 for the framework as well.
fn called(name: &str) -> Message {
    if name == "YOLOv9" { message!("repository-own", name) } else { name.into() }
}

/// The repositories that have a class of this name, which the framework may have too.
pub(super) fn having(name: &str) -> impl Iterator<Item = &'static str> {
    let is_shared = move |shared: Option<&[&str]>| match shared {
        Some(shared) => shared.contains(&name),
        None => catalog::all().any(|spec| spec.name == name),
    };
    REPOSITORIES.iter().filter(move |of| of.own.contains(&name) || is_shared(of.shared)).map(|of| of.name)
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

    #[test]
    fn no_name_is_known_here() {
        for Repository { own, shared, .. } in REPOSITORIES {
            let is_unregistered = |name: &str| catalog::unregistered().any(|spec| spec.name == name);
            let is_known = |name: &str| catalog::all().any(|spec| spec.name == name);
            for name in *own {
                assert!(!is_known(name) && !is_unregistered(name), "{name}");
            }
            for name in shared.iter().copied().flatten() {
                assert!(is_known(name) || is_unregistered(name), "{name}");
            }
            assert!(own.is_sorted() && shared.is_none_or(|shared| shared.is_sorted()));
        }
    }

    #[test]
    fn repositories_are_named() {
        assert_eq!(repositories("SPPCSPC"), Some(and(["YOLOv7".into(), message!("repository-own", name = "YOLOv9")])));
        assert_eq!(repositories("Mixture"), None);
    }
}
