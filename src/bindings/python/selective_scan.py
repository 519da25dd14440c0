"""Kernels of selective scans: they run on a GPU, so that only the shapes of what they return are known."""


def fwd(u, *args, **kwargs):
    return u.new_empty(u.shape), u.new_empty(u.shape)
