//! Spectra.

use super::{Args, Memory, Native, Value, native};
use crate::torch::dtype::{DType, Kind};
use crate::torch::ops::{self, Fault, Result, Spectrum};
use crate::words::message;

const ONE: &str = "input, n=None, dim=-1, norm=None";
const TWO: &str = "input, s=None, dim=(-2,-1), norm=None";
const MANY: &str = "input, s=None, dim=None, norm=None";

pub(super) const NATIVES: &[Native] = &[
    native("torch.fft.fft torch.fft.ifft torch.fft.rfft torch.fft.irfft torch.fft.hfft", ONE, |_, a| {
        let size = a.opt_int(1)?.map(|n| vec![n]);
        if size.as_ref().is_some_and(|n| n[0] < 1) {
            return Err(Fault::value(message!("transform-of-points", size = format!("{size:?}"))));
        }
        transform(a, size.as_deref(), Some(&[a.dim(2)?]))
    })
    .laid(Memory::Unknown),
    native("torch.fft.fft2 torch.fft.ifft2 torch.fft.rfft2 torch.fft.irfft2", TWO, |_, a| several(a, Some(vec![-2, -1])))
        .laid(Memory::Unknown),
    native("torch.fft.fftn torch.fft.ifftn torch.fft.rfftn torch.fft.irfftn", MANY, |_, a| several(a, None))
        .laid(Memory::Unknown),
    native("torch.fft.fftshift torch.fft.ifftshift", "input, dim=None", |_, a| {
        let t = a.tensor(0)?;
        if t.shape.rank() == 0 {
            return Err(Fault::shape(message!("shift-scalar")));
        }
        for dim in a.dims(1)? {
            t.shape.axis(dim)?;
        }
        Ok(t.sized(t.shape).into())
    })
    .laid(Memory::Unknown),
    native("torch.fft.fftfreq torch.fft.rfftfreq", "n, d=1.0, *, dtype=None, **options", |_, a| {
        let n = a.int(0)?;
        a.number(1)?;
        let n = if a.function() == "rfftfreq" { n / 2 + 1 } else { n };
        Ok(Value::tensor(ops::empty(&[n])?, a.dtype(2)?.unwrap_or(DType::Float32)))
    }),
    native(
        "torch.stft Tensor.stft",
        "input, n_fft, hop_length=None, win_length=None, window=None, center=True, pad_mode='reflect', normalized=False, onesided=None, return_complex=None",
        |_, a| {
            let t = a.tensor(0)?;
            let n = a.int(1)?;
            let hop = a.opt_int(2)?.unwrap_or(n / 4);
            if n <= 0 || hop <= 0 || !(1..=2).contains(&t.shape.rank()) {
                return Err(Fault::value(message!("frames-of", n, hop, shape = t.shape)));
            }
            let pad = if a.truthy(5) { 2 * (n / 2) } else { 0 };
            let length = t.shape.dim(-1)? + pad;
            if length < n {
                return Err(Fault::shape(message!("frames-fit", n, shape = t.shape)));
            }
            if !a.truthy(9) || (!a.is_none(8) && !a.truthy(8)) {
                return Err(a.unsupported(message!("stft-results")));
            }
            let lead = &t.shape.dims()[..t.shape.rank() - 1];
            let sizes = [lead, &[n / 2 + 1, (length - n) / hop + 1]].concat();
            Ok(Value::tensor(ops::empty(&sizes)?, t.dtype.complex()))
        },
    )
    .laid(Memory::Unknown),
];

fn several(a: &Args<'_>, default: Option<Vec<isize>>) -> Result<Value> {
    let sizes = if a.is_none(1) { None } else { Some(a.one_or_more(1)?) };
    let dims = match (a.is_given(2), default) {
        (true, _) if !a.is_none(2) => Some(a.dims(2)?),
        (true, _) => None,
        (false, default) => default,
    };
    transform(a, sizes.as_deref(), dims.as_deref())
}

fn transform(a: &Args<'_>, sizes: Option<&[i64]>, dims: Option<&[isize]>) -> Result<Value> {
    let t = a.tensor(0)?;
    let name = a.function();
    let spectrum = match name {
        _ if name.starts_with("rfft") => Spectrum::Half,
        _ if name.starts_with("irfft") || name == "hfft" => Spectrum::Whole,
        _ => Spectrum::Full,
    };
    if !a.is_none(3) && !["backward", "ortho", "forward"].contains(&a.str(3)?) {
        return Err(Fault::value(message!("no-such-normalisation", norm = a.str(3)?)).at_param("norm"));
    }
    let dtype = t.dtype.floating();
    if spectrum == Spectrum::Half && dtype.kind() == Kind::Complex {
        return Err(Fault::value(message!("takes-reals", name, dtype)));
    }
    if matches!(t.dtype, DType::Float16 | DType::BFloat16) {
        return Err(Fault::value(message!("named-not-implemented", name, dtype = t.dtype)));
    }
    let shape = ops::fft(t.shape, sizes, dims, spectrum)?;
    Ok(Value::tensor(shape, if spectrum == Spectrum::Whole { dtype.real() } else { dtype.complex() }))
}
