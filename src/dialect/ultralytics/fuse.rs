//! A model as it is deployed: batch norms merged into convolutions, parallel convolutions into one, and of a head with two
//! sets of branches the one that is asked for. What `model.fuse()` makes of the modules, and what runs of it then.
//!
//! Source: `BaseModel.fuse` of `ultralytics/nn/tasks.py` 8.4.190 and the `fuse` of the modules that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::torch::{Call, Class, ModuleId, Modules, Op, TensorKind};

/// A model's modules once they are merged.
pub(super) struct Fused {
    /// The modules.
    pub(super) modules: Modules,
    /// Modules that are removed.
    gone: BTreeSet<ModuleId>,
    /// Modules that add up branches, of which one is left.
    merged: BTreeSet<ModuleId>,
    /// Convolutions that replace others, and their callers.
    replaced: BTreeMap<ModuleId, (ModuleId, ModuleId)>,
    /// Convolutions that have a bias now.
    biased: BTreeSet<ModuleId>,
}

/// Merges the modules of a model.
pub(super) fn fuse(modules: &Modules, root: ModuleId) -> Fused {
    let mut fused = Fused {
        modules: modules.clone(),
        gone: BTreeSet::new(),
        merged: BTreeSet::new(),
        replaced: BTreeMap::new(),
        biased: BTreeSet::new(),
    };
    let before: Vec<ModuleId> = modules.walk().below(root).collect();
    for &id in &before {
        fused.merge(id);
    }
    let left: BTreeSet<ModuleId> = fused.modules.walk().below(root).collect();
    fused.gone = before.into_iter().filter(|id| !left.contains(id)).collect();
    fused
}

impl Fused {
    fn merge(&mut self, id: ModuleId) {
        let class = self.modules[id].class.clone();
        match class.name() {
            "Conv" | "DWConv" | "Conv2" if self.child(id, "bn").is_some() => {
                if class.name() == "Conv2" {
                    self.remove(id, "cv2");
                    self.merged.insert(id);
                }
                self.remove(id, "bn");
                self.fix(id, "conv", true);
            }
            "ConvTranspose" => {
                let has_norm = self.child(id, "bn").is_some_and(|bn| self.modules[bn].class.torch() != "Identity");
                self.remove(id, "bn");
                self.fix(id, "conv_transpose", has_norm);
            }
            "RepConv" => {
                let Some(inner) = self.child(id, "conv1").and_then(|conv| self.child(conv, "conv")) else { return };
                self.take_place(id, inner, "conv");
                for name in ["conv1", "conv2", "bn"] {
                    self.remove(id, name);
                }
            }
            "RepVGGDW" => {
                let Some(inner) = self.child(id, "conv").and_then(|conv| self.child(conv, "conv")) else { return };
                self.take_place(id, inner, "conv");
                self.remove(id, "conv1");
            }
            _ if self.child(id, "cv2").is_some() && HEADS.contains(&class.name()) => self.deploy_head(id, class.name()),
            _ => {}
        }
    }

    /// The set of branches that isn't asked for goes, and what only training runs.
    fn deploy_head(&mut self, id: ModuleId, class: &str) {
        let names: Vec<String> = self.modules[id].children().iter().map(|(name, _)| name.to_string()).collect();
        for name in names.iter().filter(|name| name.starts_with("one2one_")) {
            self.remove(id, name);
        }
        if class == "Pose26" {
            self.remove(id, "flow_model");
            self.remove(id, "cv4_sigma");
        }
        if let Some(proto) = self.child(id, "proto") {
            self.remove(proto, "semseg");
        }
    }

    fn child(&self, id: ModuleId, name: &str) -> Option<ModuleId> {
        self.modules[id].children().iter().find(|(held, _)| held.to_string() == name).map(|(_, child)| *child)
    }

    /// Takes a child from a module.
    fn remove(&mut self, id: ModuleId, name: &str) {
        self.modules.remove_child(id, name);
    }

    /// Makes a convolution one that isn't trained, with the bias of the norm that was merged into it.
    fn fix(&mut self, id: ModuleId, name: &str, adds_bias: bool) {
        if let Some(conv) = self.child(id, name) {
            self.freeze(conv, adds_bias);
        }
    }

    fn freeze(&mut self, conv: ModuleId, adds_bias: bool) {
        let tensors = self.modules[conv].tensors().to_vec();
        for (_, tensor) in &tensors {
            self.modules.set_kind(*tensor, TensorKind::Parameter { trained: false });
        }
        let has_bias = tensors.iter().any(|(name, _)| name.to_string() == "bias");
        let weight =
            tensors.iter().find(|(name, _)| name.to_string() == "weight").map(|(_, id)| self.modules[*id].shape);
        let is_transposed = self.modules[conv].class.torch().starts_with("ConvTranspose");
        // A transposed convolution's weight is [in, out / groups, …]; only those without groups are merged here.
        let channels = weight.and_then(|shape| shape.dims().get(usize::from(is_transposed)).copied());
        if let (true, false, Some(channels)) = (adds_bias, has_bias, channels)
            && let Ok(bias) = self.modules.add_tensor(&[channels], TensorKind::Parameter { trained: false })
        {
            self.modules.set_tensor(conv, "bias".into(), bias);
            self.biased.insert(conv);
        }
    }

    /// Puts a plain convolution like `like` into a module that added up several.
    fn take_place(&mut self, id: ModuleId, like: ModuleId, name: &'static str) {
        let conv = self.modules.add(Class::of_torch("Conv2d"));
        if let Some((_, weight)) = self.modules[like].tensors().first().cloned() {
            let shape = self.modules[weight].shape;
            if let Ok(weight) = self.modules.add_tensor(shape.dims(), TensorKind::Parameter { trained: false }) {
                self.modules.set_tensor(conv, "weight".into(), weight);
            }
        }
        self.freeze(conv, true);
        self.modules.set_child(id, name.into(), conv);
        self.replaced.insert(like, (conv, id));
        self.merged.insert(id);
    }

    /// The calls that are left once modules are merged, and the new index of each; one more index than there are calls.
    pub(super) fn calls(&self, calls: &[Call]) -> (Vec<Call>, Vec<usize>) {
        let mut kept = Vec::with_capacity(calls.len());
        let mut places = Vec::with_capacity(calls.len() + 1);
        for call in calls {
            places.push(kept.len());
            let mut call = call.clone();
            match self.replaced.get(&call.module) {
                Some(&(conv, caller)) => (call.module, call.caller) = (conv, caller),
                None if self.gone.contains(&call.module) || self.gone.contains(&call.caller) => continue,
                None if self.merged.contains(&call.module) && matches!(call.op, Op::Arithmetic(_)) => continue,
                None => {}
            }
            if let Op::Conv { bias, .. } | Op::ConvTranspose { bias, .. } = &mut call.op {
                *bias |= self.biased.contains(&call.module);
            }
            kept.push(call);
        }
        places.push(kept.len());
        (kept, places)
    }
}

/// The new range of a row's calls once others are removed.
pub(super) fn moved(calls: &Range<usize>, places: &[usize]) -> Range<usize> {
    let place = |at: usize| places.get(at).or(places.last()).copied().unwrap_or_default();
    place(calls.start)..place(calls.end)
}

/// The heads with branches for boxes, as the framework derives them from its `Detect`.
const HEADS: [&str; 12] = [
    "Detect",
    "Segment",
    "Segment26",
    "OBB",
    "OBB26",
    "Pose",
    "Pose26",
    "WorldDetect",
    "YOLOEDetect",
    "YOLOESegment",
    "YOLOESegment26",
    "v10Detect",
];
