//! Since which release of the framework rows can name a module.

/// The modules that the first release of all hadn't, as `tests/golden/releases.txt` says.
const TABLE: &[(&str, &str)] = &[
    ("A2C2f", "8.3.78"),
    ("AConv", "8.2.35"),
    ("ADown", "8.1.23"),
    ("AIFI", "8.0.98"),
    ("C2PSA", "8.3.0"),
    ("C2fAttn", "8.1.14"),
    ("C2fCIB", "8.2.38"),
    ("C2fPSA", "8.3.0"),
    ("C3k2", "8.3.0"),
    ("CBFuse", "8.1.23"),
    ("CBLinear", "8.1.23"),
    ("Conv2", "8.0.110"),
    ("Depth", "8.4.104"),
    ("ELAN1", "8.2.35"),
    ("HGBlock", "8.0.98"),
    ("HGStem", "8.0.98"),
    ("ImagePoolingAttn", "8.1.14"),
    ("Index", "8.3.59"),
    ("LRPCHead", "8.3.99"),
    ("OBB", "8.0.235"),
    ("OBB26", "8.4.0"),
    ("PSA", "8.2.38"),
    ("Pose", "8.0.66"),
    ("Pose26", "8.4.0"),
    ("RTDETRDecoder", "8.0.98"),
    ("RepC3", "8.0.98"),
    ("RepConv", "8.0.98"),
    ("RepNCSPELAN4", "8.1.23"),
    ("RepVGGDW", "8.2.38"),
    ("ResNetLayer", "8.0.223"),
    ("SCDown", "8.2.38"),
    ("SPPELAN", "8.1.23"),
    ("Segment26", "8.4.0"),
    ("SemanticSegment", "8.4.52"),
    ("TorchVision", "8.3.59"),
    ("WorldDetect", "8.1.14"),
    ("YOLOEDetect", "8.3.99"),
    ("YOLOESegment", "8.3.99"),
    ("YOLOESegment26", "8.4.0"),
    ("v10Detect", "8.2.38"),
];

/// The release since which rows can name a module; none for those of the first release, and for what isn't known.
pub(super) fn since(name: &str) -> Option<&'static str> {
    TABLE.iter().find(|(module, _)| *module == name).map(|(_, release)| *release)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    /// The modules that rows could name from the first release on.
    #[rustfmt::skip]
    const FIRST: [&str; 22] = [
        "Bottleneck", "BottleneckCSP", "C1", "C2", "C2f", "C3", "C3Ghost", "C3TR", "C3x", "Classify", "Concat", "Conv",
        "ConvTranspose", "DWConv", "DWConvTranspose2d", "Detect", "Focus", "GhostBottleneck", "GhostConv", "SPP", "SPPF",
        "Segment",
    ];

    #[test]
    fn every_module_has_its_release() {
        let own = catalog::all().filter(|spec| spec.path.starts_with("ultralytics."));
        let of_none = own.filter(|spec| since(spec.name).is_none() && !FIRST.contains(&spec.name));
        let of_none: Vec<&str> = of_none.map(|spec| spec.name).collect();
        assert_eq!(of_none, [""; 0], "`tests/oracle/releases.py` says since which release rows can name them");
    }

    #[test]
    fn the_table_is_that_of_the_golden_data() {
        let golden = include_str!("../../../tests/golden/releases.txt");
        let table: String = TABLE.iter().map(|(module, release)| format!("{module} {release}\n")).collect();
        assert_eq!(table, golden);
        assert!(TABLE.iter().all(|(module, _)| catalog::all().any(|spec| spec.name == *module)));
    }
}
