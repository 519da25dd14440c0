//! A program builds modules and calls them.

use std::sync::Arc;

use super::{graph, input, install, shape_of, take_calls};
use crate::cost::{Convention, Counter};
use crate::interpret::{Args, Machine, Sources, Stop};
use crate::python::file::File;

struct Nowhere;

impl Sources for Nowhere {
    fn file(&self, _: &str) -> Option<Arc<File>> {
        None
    }

    fn is_folder(&self, _: &str) -> bool {
        false
    }

    fn roots(&self) -> &[String] {
        &[]
    }
}

/// Parameters, multiply-accumulates and output of `model` of a program, called with an image; or what stopped it.
fn run(program: &str, image: &[i64]) -> Result<(u64, u128, String), String> {
    let mut m = Machine::new(Arc::new(Nowhere));
    install(&mut m);
    let module = m.module_of("program", Arc::new(File::new("program.py", program)));
    let said = |m: &mut Machine, stop: Stop| match stop {
        Stop::Raise(raised) => m.describe(&raised),
        Stop::Unknown(unknown) => format!("unknown: {} {:?}", unknown.reason.english(), unknown.place),
    };
    let result = m.run_module(&module);
    result.map_err(|stop| said(&mut m, stop))?;
    let name = m.symbol("model");
    let model = m.get_attribute(&crate::interpret::Value::Module(module), name);
    let model = model.map_err(|stop| said(&mut m, stop))?;
    let image = input(&mut m, image);
    let output = m.call(&model, Args::of(vec![image])).map_err(|stop| said(&mut m, stop))?;
    let calls = take_calls(&mut m);
    let root = graph(&mut m, &model).map_err(|stop| said(&mut m, stop))?;
    let torch = m.kept::<super::Torch>().expect("torch");
    let modules = &torch.build.borrow().modules;
    let ops = Counter::new(Convention::Ultralytics, modules, root).total(&calls).expect("counted");
    let output = shape_of(&output).map(|value| format!("{:?}", value.shapes())).unwrap_or_default();
    Ok((modules.walk().count(root).params, ops, output))
}

/// As torch and ultralytics-thop say.
#[test]
fn a_block_with_residual_and_shuffle() {
    let program = "
import torch
import torch.nn as nn
from torch.nn import functional as F

class Conv(nn.Module):
    act = nn.SiLU()

    def __init__(self, c1, c2, k=1, s=1):
        super().__init__()
        self.conv = nn.Conv2d(c1, c2, k, s, k // 2, bias=False)
        self.bn = nn.BatchNorm2d(c2)

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))

class Block(nn.Module):
    def __init__(self, c, n=2):
        super().__init__()
        self.cv1 = Conv(c, 2 * c)
        self.m = nn.ModuleList(nn.Sequential(Conv(c, c, 3), Conv(c, c, 3)) for _ in range(n))
        self.cv2 = Conv((2 + n) * c, c)
        self.gamma = nn.Parameter(torch.ones(c), requires_grad=True)

    def forward(self, x):
        y = list(self.cv1(x).chunk(2, 1))
        y.extend(m(y[-1]) for m in self.m)
        out = self.cv2(torch.cat(y, 1))
        b, c, h, w = out.shape
        attn = out.flatten(2).transpose(1, 2) @ out.view(b, c, -1)
        return x + out * self.gamma.view(1, -1, 1, 1), attn.softmax(-1)

model = Block(16)
";
    assert_eq!(run(program, &[1, 16, 8, 8]), Ok((10_992, 782_336, "[[1, 16, 8, 8], [1, 64, 64]]".to_owned())));
}
