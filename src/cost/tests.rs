//! Compares the conventions with the counters' own figures for single modules, and `docs/conventions.md` with the
//! conventions.

use super::*;
use crate::torch::Op;
use crate::torch::ops::Shape;

/// Figures of ultralytics-thop 2.2.3, thop 0.1.1.post2209072238, fvcore 0.1.5.post20221221 and ptflops 0.7.5 for the
/// modules in [`samples`], with torch 2.15.
const SAID: &str = "
                         ultralytics        thop      fvcore     ptflops
conv2d                        442368      442368      442368      442368
conv2d bias                   512000      512000      512000      544000
conv2d groups                 589824      589824      589824      589824
conv1d                         19200       19200       19200       20000
conv_transpose2d               51200      204800       51200       54400
DWConvTranspose2d              25600           0       25600           0
linear                           640         640         640         650
linear 3-D                      3200        3200        3200        3250
F.linear                        3200           0        3200           0
batch_norm                     25600       25600       12800       12800
batch_norm no affine           12800       12800        6400        6400
layer_norm                      1280        1280        1600         320
layer_norm no affine             640         640        1280         320
F.layer_norm                       0           0        1600           0
group_norm                     25600           0       32000       12800
instance_norm                  12800       12800       25600        6400
instance_norm affine           25600       25600       32000       12800
rms_norm                        1280           0           0           0
silu                               0           0           0        6400
F.silu                             0           0           0        6400
relu                               0           0           0       12800
F.relu                             0           0           0        6400
relu6                              0           0           0        6400
elu                                0           0           0       12800
leaky_relu                         0           0           0        6400
gelu                               0           0           0       12800
hardswish                          0           0           0           0
mish                               0           0           0           0
sigmoid                            0           0           0           0
prelu                           6400        6400           0       12800
relu shared by 3                   0           0           0       76800
prelu shared by 3              19200      172800           0       76800
leaky shared by 3                  0           0           0       57600
silu shared by 3                   0           0           0       19200
max_pool2d                         0           0           0       12800
F.max_pool2d                       0           0           0        6400
avg_pool2d                     16000        1600           0       12800
avg_pool2d no pad              15056        1600           0       12800
avg_pool1d                       640         160           0         640
F.avg_pool2d                       0           0           0        6400
adaptive_avg_pool2d 1           6416        6416        6400       12800
adaptive_avg_pool2d 7          11600        7184        6400       12800
F.adaptive_avg_pool2d              0           0        6400        6400
adaptive_avg_pool1d              528         432           0         640
adaptive_max_pool2d                0           0           0       12800
upsample nearest                   0       25600       25600       51200
upsample nearest-exact             0           0           0       51200
upsample bilinear             281600      281600      102400       51200
upsample bicubic             6630400     6630400           0       51200
UpsamplingNearest2d                0       25600       25600       25600
UpsamplingBilinear2d          281600      281600      102400       25600
F.interpolate size                 0           0       25600       25600
F.interpolate bilinear             0           0      102400       25600
softmax                        18800       18800           0        6400
log_softmax                    19200           0           0           0
softmin                        25200           0           0           0
softmax2d                      18800           0           0        6400
x.softmax                          0           0           0           0
F.softmax                          0           0           0        6400
a @ b                          19200           0       19200           0
a @ b broadcast                28800           0        9600           0
einsum                         17017           0       17020           0
einsum 3                     1573299           0     1573500           0
a + b                              0           0           0           0
mha                           394600           0      364800      552800
mha keyword                   394600           0      364800        None
grid_sample                        0           0        3840           0
cat                                0           0           0           0
";

/// One op of a module, or the same op three times if three modules share one instance.
struct Sample {
    /// Name of its line in [`SAID`].
    name: &'static str,
    class: &'static str,
    call: Call,
    shared_by: u128,
    /// Row of the documentation's table with its cost.
    row: &'static str,
    /// Values of that row's terms, except `in` and `out`, the elements of the input and the output.
    terms: &'static [(&'static str, u128)],
}

/// Makes a sample of an op called `name`, run by a module of `class`, with `row` of the documentation.
fn sample(
    row: &'static str,
    terms: &'static [(&'static str, u128)],
    name: &'static str,
    class: &'static str,
    op: Op,
    [input, output]: [&[i64]; 2],
) -> Sample {
    let call = Call {
        module: ModuleId(0),
        caller: ModuleId(0),
        op,
        input: Shape::new(input),
        output: Shape::new(output),
        seen: Seen::Everywhere,
    };
    Sample { name, class, call, shared_by: 1, row, terms }
}

/// The modules and functions that were counted. A class of `""` is any module without a rule.
#[rustfmt::skip]
fn samples() -> Vec<Sample> {
    let weight = Shape::new;
    let same: [&[i64]; 2] = [&[1, 16, 20, 20]; 2];
    let tokens: [&[i64]; 2] = [&[1, 5, 64]; 2];
    let halved: [&[i64]; 2] = [&[1, 16, 20, 20], &[1, 16, 10, 10]];
    let doubled: [&[i64]; 2] = [&[1, 16, 20, 20], &[1, 16, 40, 40]];
    let up = |row, name, class, mode| sample(row, &[], name, class, Op::Interpolate { mode }, doubled);
    let act = |row, name, class, op| sample(row, &[], name, class, Op::Elementwise(op), same);
    let softmax = |row, name, class, op| {
        sample(row, &[("rows", 400)], name, class, Op::Softmax { name: op, size: 16 }, same)
    };
    let attention = |row, name, positional| {
        let op = Op::MultiheadAttention { embed_dim: 32, num_heads: 4, tgt_len: 50, src_len: 50, positional };
        let terms = &[
            ("projections", 4 * 50 * 32 * 32), ("biases", 4 * 50 * 32), ("queries", 50 * 32),
            ("products", 2 * 4 * 50 * 50 * 8), ("weights", 4 * 50 * 50), ("rows", 4 * 50),
        ];
        sample(row, terms, name, "MultiheadAttention", op, [&[50, 1, 32]; 2])
    };
    let shared = |sample| Sample { shared_by: 3, ..sample };
    vec![
        sample("`nn.Conv1d` … `nn.Conv3d`", &[("macs", 16 * 32 * 32 * 27), ("bias", 0)], "conv2d", "Conv2d",
            Op::Conv { weight: weight(&[16, 3, 3, 3]), bias: false }, [&[1, 3, 64, 64], &[1, 16, 32, 32]]),
        sample("`nn.Conv1d` … `nn.Conv3d`", &[("macs", 80 * 400 * 16), ("bias", 80 * 400)], "conv2d bias", "Conv2d",
            Op::Conv { weight: weight(&[80, 16, 1, 1]), bias: true }, [&[1, 16, 20, 20], &[1, 80, 20, 20]]),
        sample("`nn.Conv1d` … `nn.Conv3d`", &[("macs", 64 * 256 * 36), ("bias", 0)], "conv2d groups", "Conv2d",
            Op::Conv { weight: weight(&[64, 4, 3, 3]), bias: false }, [&[1, 32, 16, 16], &[1, 64, 16, 16]]),
        sample("`nn.Conv1d` … `nn.Conv3d`", &[("macs", 16 * 50 * 24), ("bias", 16 * 50)], "conv1d", "Conv1d",
            Op::Conv { weight: weight(&[16, 8, 3]), bias: true }, [&[1, 8, 50], &[1, 16, 50]]),
        sample("`nn.ConvTranspose1d` … `nn.ConvTranspose3d`", &[("macs", 16 * 100 * 32), ("bias", 8 * 400), ("growth", 4)],
            "conv_transpose2d", "ConvTranspose2d",
            Op::ConvTranspose { weight: weight(&[16, 8, 2, 2]), bias: true }, [&[1, 16, 10, 10], &[1, 8, 20, 20]]),
        sample("`DWConvTranspose2d`", &[("macs", 16 * 100 * 16)], "DWConvTranspose2d", "DWConvTranspose2d",
            Op::ConvTranspose { weight: weight(&[16, 1, 4, 4]), bias: true }, [&[1, 16, 10, 10], &[1, 16, 20, 20]]),
        sample("`nn.Linear`", &[("macs", 640), ("bias", 10)], "linear", "Linear",
            Op::Linear { in_features: 64, bias: true }, [&[1, 64], &[1, 10]]),
        sample("`nn.Linear`", &[("macs", 3200), ("bias", 50)], "linear 3-D", "Linear",
            Op::Linear { in_features: 64, bias: true }, [&[1, 5, 64], &[1, 5, 10]]),
        sample("`F.linear`", &[("macs", 3200)], "F.linear", "",
            Op::Linear { in_features: 64, bias: false }, [&[1, 5, 64], &[1, 5, 10]]),
        sample("`a @ b`", &[("macs", 2 * 20 * 30 * 16)], "a @ b", "",
            Op::Matmul { inner: 16 }, [&[1, 2, 20, 16], &[1, 2, 20, 30]]),
        sample("", &[], "a @ b broadcast", "", Op::Matmul { inner: 16 }, [&[1, 1, 20, 16], &[1, 3, 20, 30]]),
        sample("", &[], "einsum", "", Op::Einsum { macs: 7 * 13 * 11 * 17 }, [&[1, 17, 13, 11], &[1, 7, 13, 11]]),
        sample("", &[], "einsum 3", "", Op::Einsum { macs: 117 * 113 * 7 * 17 }, [&[1, 117, 7, 17], &[1, 7, 117, 113]]),
        sample("`torch.einsum`", &[("macs", 4000)], "einsum 4000", "", Op::Einsum { macs: 4000 }, [&[1, 4, 10, 10]; 2]),
        attention("`nn.MultiheadAttention`", "mha", true),
        attention("", "mha keyword", false),
        sample("`nn.BatchNorm1d` … `nn.BatchNorm3d`", &[], "batch_norm", "BatchNorm2d", Op::BatchNorm { affine: true }, same),
        sample("the same, `affine=False`", &[], "batch_norm no affine", "BatchNorm2d", Op::BatchNorm { affine: false }, same),
        sample("`nn.LayerNorm`", &[], "layer_norm", "LayerNorm", Op::LayerNorm { affine: true }, tokens),
        sample("", &[], "layer_norm no affine", "LayerNorm", Op::LayerNorm { affine: false }, tokens),
        sample("`F.layer_norm` (`LayerNorm2d`)", &[], "F.layer_norm", "LayerNorm2d", Op::LayerNorm { affine: true }, tokens),
        sample("`nn.GroupNorm`", &[], "group_norm", "GroupNorm", Op::GroupNorm { affine: true }, same),
        sample("`nn.InstanceNorm1d` … `nn.InstanceNorm3d`", &[], "instance_norm", "InstanceNorm2d", Op::InstanceNorm { affine: false }, same),
        sample("the same, `affine=True`", &[], "instance_norm affine", "InstanceNorm2d", Op::InstanceNorm { affine: true }, same),
        sample("`nn.RMSNorm`", &[], "rms_norm", "RMSNorm", Op::RmsNorm { affine: true }, tokens),
        act("`nn.SiLU`, `F.silu`", "silu", "SiLU", "silu"),
        act("`nn.SiLU`, `F.silu`", "F.silu", "", "silu"),
        act("`nn.ReLU`, `nn.ELU`, `nn.GELU`", "relu", "ReLU", "relu"),
        act("`nn.ReLU`, `nn.ELU`, `nn.GELU`", "elu", "ELU", "elu"),
        act("`nn.ReLU`, `nn.ELU`, `nn.GELU`", "gelu", "GELU", "gelu"),
        act("`F.relu`, `F.elu`, `F.gelu`", "F.relu", "", "relu"),
        act("`nn.LeakyReLU`, `nn.ReLU6`", "relu6", "ReLU6", "relu6"),
        act("`nn.LeakyReLU`, `nn.ReLU6`", "leaky_relu", "LeakyReLU", "leaky_relu"),
        sample("`nn.PReLU`", &[], "prelu", "PReLU", Op::Prelu, same),
        act("other activations", "hardswish", "Hardswish", "hardswish"),
        act("other activations", "mish", "Mish", "mish"),
        act("other activations", "sigmoid", "Sigmoid", "sigmoid"),
        shared(act("", "relu shared by 3", "ReLU", "relu")),
        shared(act("", "leaky shared by 3", "LeakyReLU", "leaky_relu")),
        shared(act("", "silu shared by 3", "SiLU", "silu")),
        shared(sample("", &[], "prelu shared by 3", "PReLU", Op::Prelu, same)),
        sample("`nn.MaxPool1d` … `nn.MaxPool3d`", &[], "max_pool2d", "MaxPool2d", Op::MaxPool { window: 25 }, same),
        sample("`F.max_pool2d`", &[], "F.max_pool2d", "", Op::MaxPool { window: 9 }, halved),
        sample("`nn.AvgPool1d` … `nn.AvgPool3d`", &[("windows", 16 * 900)], "avg_pool2d", "AvgPool2d",
            Op::AvgPool { window: 9, covered: 900 }, halved),
        sample("`nn.AvgPool1d` … `nn.AvgPool3d`", &[("windows", 16 * 29 * 29)], "avg_pool2d no pad", "AvgPool2d",
            Op::AvgPool { window: 9, covered: 29 * 29 }, halved),
        sample("`nn.AvgPool1d` … `nn.AvgPool3d`", &[("windows", 16 * 30)], "avg_pool1d", "AvgPool1d",
            Op::AvgPool { window: 3, covered: 30 }, [&[1, 16, 20], &[1, 16, 10]]),
        sample("`F.avg_pool2d`", &[], "F.avg_pool2d", "", Op::AvgPool { window: 4, covered: 4 * 19 * 19 },
            [&[1, 16, 20, 20], &[1, 16, 19, 19]]),
        sample("`nn.AdaptiveAvgPool2d`", &[("windows", 6400)], "adaptive_avg_pool2d 1", "AdaptiveAvgPool2d",
            Op::AdaptiveAvgPool, [&[1, 16, 20, 20], &[1, 16, 1, 1]]),
        sample("`nn.AdaptiveAvgPool2d`", &[("windows", 16 * 26 * 26)], "adaptive_avg_pool2d 7", "AdaptiveAvgPool2d",
            Op::AdaptiveAvgPool, [&[1, 16, 20, 20], &[1, 16, 7, 7]]),
        sample("`nn.AdaptiveAvgPool1d`", &[("windows", 16 * 26)], "adaptive_avg_pool1d", "AdaptiveAvgPool1d",
            Op::AdaptiveAvgPool, [&[1, 16, 20], &[1, 16, 7]]),
        sample("`F.adaptive_avg_pool2d`", &[], "F.adaptive_avg_pool2d", "",
            Op::AdaptiveAvgPool, [&[1, 16, 20, 20], &[1, 16, 1, 1]]),
        sample("`nn.AdaptiveMaxPool1d` … `nn.AdaptiveMaxPool3d`", &[], "adaptive_max_pool2d", "AdaptiveMaxPool2d",
            Op::AdaptiveMaxPool, [&[1, 16, 20, 20], &[1, 16, 1, 1]]),
        up("`nn.Upsample(mode='nearest')`", "upsample nearest", "Upsample", "nearest"),
        up("", "upsample nearest-exact", "Upsample", "nearest-exact"),
        up("`nn.Upsample(mode='bilinear')`", "upsample bilinear", "Upsample", "bilinear"),
        up("`nn.Upsample(mode='bicubic')`", "upsample bicubic", "Upsample", "bicubic"),
        up("", "UpsamplingNearest2d", "UpsamplingNearest2d", "nearest"),
        up("", "UpsamplingBilinear2d", "UpsamplingBilinear2d", "bilinear"),
        up("`F.interpolate(mode='nearest')`", "F.interpolate size", "", "nearest"),
        up("`F.interpolate(mode='bilinear')`", "F.interpolate bilinear", "", "bilinear"),
        softmax("`nn.Softmax`", "softmax", "Softmax", "softmax"),
        softmax("", "log_softmax", "LogSoftmax", "log_softmax"),
        softmax("", "softmin", "Softmin", "softmin"),
        softmax("", "softmax2d", "Softmax2d", "softmax"),
        softmax("`F.softmax`", "F.softmax", "", "functional.softmax"),
        softmax("`x.softmax()`", "x.softmax", "", "softmax"),
        sample("`+`, `-`, `*`, `/`", &[], "a + b", "", Op::Arithmetic("add"), same),
        sample("`F.grid_sample`", &[], "grid_sample", "", Op::GridSample, [&[1, 8, 20, 20], &[1, 8, 30, 4]]),
        sample("`cat`, `view`, `permute`, …", &[], "cat", "", Op::Rearrange("cat"), [&[1, 16, 20, 20], &[1, 32, 20, 20]]),
    ]
}

/// Returns a convention's count for a sample; none if the counter raises an exception.
fn booked(convention: Convention, sample: &Sample) -> Option<u128> {
    let class = match sample.class {
        derived @ "DWConvTranspose2d" => Class::derived(derived, "ConvTranspose2d"),
        class => Class::of_torch(class),
    };
    let site = Site { class: &class, holders: sample.shared_by };
    Some((convention.table().ops)(&sample.call, site).ok()? * sample.shared_by)
}

/// Compares a convention with its column in [`SAID`].
fn check_said(convention: Convention) {
    let mut lines = SAID.trim().lines();
    let names: Vec<&str> = lines.next().expect("a line of names").split_whitespace().collect();
    let column = names.iter().position(|name| *name == convention.name()).expect("a column of the convention");
    let samples = samples();
    for line in lines {
        let words: Vec<_> = line.split_whitespace().collect();
        let (name, figures) = words.split_at(words.len() - names.len());
        let name = name.join(" ");
        let sample = samples.iter().find(|s| s.name == name).unwrap_or_else(|| panic!("there is no sample `{name}`"));
        assert_eq!(booked(convention, sample), figures[column].parse().ok(), "{name}");
    }
}

#[test]
fn ultralytics_books_what_its_counter_says() {
    check_said(Convention::Ultralytics);
}

#[test]
fn thop_books_what_thop_says() {
    check_said(Convention::Thop);
}

#[test]
fn fvcore_books_what_fvcore_says() {
    check_said(Convention::Fvcore);
}

#[test]
fn ptflops_books_what_ptflops_says() {
    check_said(Convention::Ptflops);
}

/// The documentation's table gives each op's count in each convention as a formula.
#[test]
fn the_documentation_tells_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/conventions.md");
    let doc = std::fs::read_to_string(path).expect("the documentation can be read");
    let rows: Vec<Vec<&str>> = doc
        .lines()
        .skip_while(|line| !line.starts_with("| op |"))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let names: Vec<_> = Convention::ALL.iter().map(|c| format!("`{c}`")).collect();
    assert_eq!(rows[0][1..], names);

    let samples = samples();
    for row in &rows[2..] {
        assert!(samples.iter().any(|s| s.row == row[0]), "no sample of the row {}", row[0]);
    }
    for sample in samples.iter().filter(|s| !s.row.is_empty()) {
        let row = rows.iter().find(|row| row[0] == sample.row);
        let row = row.unwrap_or_else(|| panic!("the table has no row {}", sample.row));
        for (&convention, cell) in Convention::ALL.iter().zip(&row[1..]) {
            let (booked, told) = (booked(convention, sample), evaluate(cell, sample));
            assert_eq!(booked, Some(told), "{convention} of {}: the table says {cell}", sample.name);
        }
    }
}

/// Evaluates a cell such as `3·in − rows`: sums and differences of products of numbers and terms.
fn evaluate(cell: &str, sample: &Sample) -> u128 {
    let value = |word: &str| -> u128 {
        let own = sample.terms.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        match word {
            "in" => size::numel(&sample.call.input),
            "out" => size::numel(&sample.call.output),
            _ => own.or(word.parse().ok()).unwrap_or_else(|| panic!("no term {word} of {}", sample.name)),
        }
    };
    let product = |text: &str| text.split('·').map(value).product::<u128>();
    let mut parts = cell.split_whitespace();
    let mut sum = product(parts.next().expect("a product"));
    while let Some(sign) = parts.next() {
        let part = product(parts.next().expect("a product"));
        sum = if sign == "+" { sum + part } else { sum - part };
    }
    sum
}

#[test]
fn sizes_beyond_128_bits_saturate() {
    let huge = Shape::new(&[1, i64::MAX, i64::MAX, 2]);
    let op = Op::Conv { weight: Shape::new(&[i64::MAX, i64::MAX, 3, 3]), bias: true };
    let (module, caller) = (ModuleId(0), ModuleId(0));
    let call = Call { module, caller, op, input: huge, output: huge, seen: Seen::Everywhere };
    for &convention in Convention::ALL {
        let ops =
            (convention.table().ops)(&call, Site { class: &Class::of_torch("Conv2d"), holders: 1 }).expect("a count");
        assert_eq!((ops, convention.flops(ops)), (u128::MAX, u128::MAX));
    }
}

#[test]
fn names_are_parsed_as_printed() {
    for &convention in Convention::ALL {
        assert_eq!(convention.to_string().parse(), Ok(convention));
    }
    assert_eq!(Convention::default(), Convention::Ultralytics);
    let error = "unknown convention `flops`; use one of ultralytics, thop, fvcore, ptflops, formula";
    assert_eq!("flops".parse::<Convention>().map_err(|why| why.english()), Err(error.to_owned()));
}

#[test]
fn weights() {
    assert_eq!(WeightsBytes::of(2_624_080), WeightsBytes { fp32: 10_496_320, fp16: 5_248_160, int8: 2_624_080 });
    assert_eq!(WeightsBytes::of(u64::MAX).fp32, u64::MAX);
}
