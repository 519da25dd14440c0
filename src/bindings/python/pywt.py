"""Wavelets of PyWavelets whose filters are short."""

_A, _B = 2 ** 0.5, 3 ** 0.5
_HAAR = [1 / _A, 1 / _A]
_DB2 = [(1 + _B) / (4 * _A), (3 + _B) / (4 * _A), (3 - _B) / (4 * _A), (1 - _B) / (4 * _A)]
_RECONSTRUCTION = {"haar": _HAAR, "db1": _HAAR, "bior1.1": _HAAR, "rbio1.1": _HAAR, "db2": _DB2, "sym2": _DB2}
_BIORTHOGONAL = {"1.1": 2, "1.3": 6, "1.5": 10, "2.2": 6, "2.4": 10, "2.6": 14, "2.8": 18, "3.1": 4, "3.3": 8,
                 "3.5": 12, "3.7": 16, "3.9": 20, "4.4": 10, "5.5": 12, "6.8": 18}


def _length(name):
    """How many coefficients the filters of a wavelet have."""
    name = name.lower()
    if name == "haar":
        return 2
    if name == "dmey":
        return 62
    for family, each, most in ("db", 2, 38), ("sym", 2, 20), ("coif", 6, 17):
        order = name[len(family):]
        if name.startswith(family) and order.isdigit() and 1 <= int(order) <= most and name != "sym1":
            return each * int(order)
    for family in "bior", "rbio":
        if name.startswith(family) and name[4:] in _BIORTHOGONAL:
            return _BIORTHOGONAL[name[4:]]
    raise ValueError(f"Unknown wavelet name '{name}', check wavelist() for the list of available builtin wavelets.")


class Wavelet:
    __module__ = "pywt._extensions._pywt"

    def __init__(self, name="", filter_bank=None):
        if filter_bank is not None:
            self.dec_lo, self.dec_hi, self.rec_lo, self.rec_hi = map(list, filter_bank)
        self.name = name.lower()
        self.dec_len = self.rec_len = _length(name) if filter_bank is None else len(self.dec_lo)
        if filter_bank is None and self.name in _RECONSTRUCTION:
            self.rec_lo = list(_RECONSTRUCTION[self.name])
            self.dec_lo = self.rec_lo[::-1]
            self.rec_hi = [c if k % 2 == 0 else -c for k, c in enumerate(self.dec_lo)]
            self.dec_hi = self.rec_hi[::-1]

    def __getattr__(self, name):
        from pywt_coefficients import filters
        return filters(self.name, name)

    def __len__(self):
        return self.dec_len
