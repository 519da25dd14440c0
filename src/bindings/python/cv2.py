"""What models take of OpenCV."""

import numpy as _numpy
import torch as _torch


def getGaussianKernel(ksize, sigma, ktype=None):
    if not isinstance(ksize, int) or ksize < 1 or ktype is not None:
        _torch._yolint.undecided("cv2.getGaussianKernel")
    # Its elements aren't followed.
    return _numpy.empty((ksize, 1))
