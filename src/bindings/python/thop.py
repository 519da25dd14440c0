"""What prints the figures of thop.profile."""


def _short(number, format):
    for unit, power in (("T", 12), ("G", 9), ("M", 6), ("K", 3)):
        if abs(number) >= 10**power:
            return format % (number / 10.0**power) + unit
    return format % number + "B"


def clever_format(nums, format="%.2f"):
    texts = tuple(_short(number, format) for number in (nums if isinstance(nums, (list, tuple)) else [nums]))
    return texts[0] if len(texts) == 1 else texts
