"""Names of torch that are no functions of tensors. A dot in a name is an underscore here: torch.cuda.is_available is cuda_is_available."""

from torch.nn import Module as _Module

__version__ = "2.15.0"
pi = 3.141592653589793
inf = float("inf")
nan = float("nan")
e = 2.718281828459045
newaxis = None
strided = "torch.strided"
contiguous_format = "torch.contiguous_format"
channels_last = "torch.channels_last"
preserve_format = "torch.preserve_format"
version_cuda = None
version_hip = None
version___version__ = __version__
backends_cudnn_enabled = False
backends_cudnn_benchmark = False
backends_cudnn_deterministic = False


class no_grad:
    """Gradients aren't followed, so that all of these do nothing."""

    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False

    def __call__(self, function):
        return function


enable_grad = inference_mode = set_grad_enabled = autocast = no_grad
cuda_amp_autocast = cuda_amp_GradScaler = amp_autocast = cpu_amp_autocast = no_grad
amp_autocast_mode_autocast = cuda_amp_autocast_mode_autocast = no_grad
autograd_no_grad = autograd_set_detect_anomaly = autograd_profiler_record_function = no_grad
profiler_record_function = cuda_stream = cuda_device = no_grad


def _unchanged(function=None, *args, **kwargs):
    return (lambda function: function) if function is None or not callable(function) else function


jit__overload_method = jit_script = jit_ignore = jit_unused = jit_export = jit_script_if_tracing = jit_script_method = compile = _unchanged
compiler_disable = _dynamo_disable = jit_interface = jit_trace = _unchanged
cuda_amp_custom_fwd = cuda_amp_custom_bwd = amp_custom_fwd = amp_custom_bwd = _unchanged
autograd_function_once_differentiable = _unchanged


def _no(*args, **kwargs):
    return False


def amp_is_autocast_available(device_type):
    return device_type in ("cpu", "cuda", "xpu", "mps", "hpu", "xla", "ipu", "mtia", "maia", "privateuseone")


amp_autocast_mode_is_autocast_available = amp_is_autocast_available


cuda_is_available = jit_is_scripting = jit_is_tracing = onnx_is_in_onnx_export = is_grad_enabled = _no
distributed_is_available = distributed_is_initialized = is_autocast_enabled = is_inference_mode_enabled = _no
backends_mps_is_available = backends_mps_is_built = backends_mkldnn_is_available = compiler_is_compiling = _no
_C__get_tracing_state = _C__log_api_usage_once = cuda_amp_common_amp_definitely_not_available = are_deterministic_algorithms_enabled = _no
is_autocast_cpu_enabled = cuda_is_initialized = xpu_is_available = is_anomaly_enabled = _C__is_torch_function_enabled = npu_is_available = _no


def _nothing(*args, **kwargs):
    return None


manual_seed = cuda_manual_seed = cuda_manual_seed_all = cuda_empty_cache = cuda_synchronize = _nothing
set_num_threads = set_default_dtype = set_printoptions = use_deterministic_algorithms = _nothing
set_float32_matmul_precision = set_rng_state = cuda_set_device = _assert = distributed_barrier = _nothing
multiprocessing_set_start_method = multiprocessing_set_sharing_strategy = _nothing


def serialization_get_unsafe_globals_in_checkpoint(*args):
    return []


serialization_add_safe_globals = _nothing


def is_autocast_cache_enabled():
    return True


def get_rng_state():
    import torch
    return torch.empty(5056, dtype=torch.uint8)


class Generator:
    def __init__(self, device="cpu"):
        self.device = device

    def manual_seed(self, seed):
        return self

    def seed(self):
        return 0

    def initial_seed(self):
        return 0


def cuda_device_count():
    return 0


def get_autocast_gpu_dtype():
    import torch
    return torch.float16


def get_autocast_cpu_dtype():
    import torch
    return torch.bfloat16


def ops_torchvision_deform_conv2d(input, weight, offset, mask, bias, stride_h, stride_w, pad_h, pad_w, dil_h, dil_w,
                                  n_weight_grps, n_offset_grps, use_mask):
    """The kernel below torchvision.ops.deform_conv2d."""
    from torchvision.ops import deform_conv2d
    return deform_conv2d(input, offset, weight, bias, (stride_h, stride_w), (pad_h, pad_w), (dil_h, dil_w),
                         mask if use_mask else None)


def get_default_dtype():
    import torch

    return torch.float32


class finfo:
    _KNOWN = {
        "torch.float32": (32, 1.1920928955078125e-07, 3.4028234663852886e38, 1.1754943508222875e-38),
        "torch.float64": (64, 2.220446049250313e-16, 1.7976931348623157e308, 2.2250738585072014e-308),
        "torch.float16": (16, 0.0009765625, 65504.0, 6.103515625e-05),
        "torch.bfloat16": (16, 0.0078125, 3.3895313892515355e38, 1.1754943508222875e-38),
    }

    def __init__(self, type=None):
        type = get_default_dtype() if type is None else type
        if str(type) not in self._KNOWN:
            raise TypeError(f"finfo is of floats, not of {type}")
        self.dtype = str(type)[6:]
        self.bits, self.eps, self.max, self.tiny = self._KNOWN[str(type)]
        self.min, self.smallest_normal, self.resolution = -self.max, self.tiny, None


class iinfo:
    _KNOWN = {"torch.uint8": (0, 8), "torch.int8": (1, 8), "torch.int16": (1, 16), "torch.int32": (1, 32), "torch.int64": (1, 64)}

    def __init__(self, type):
        if str(type) not in self._KNOWN:
            raise TypeError(f"iinfo is of integers, not of {type}")
        self.dtype = str(type)[6:]
        signed, self.bits = self._KNOWN[str(type)]
        self.min = -2**62 * 2 if signed and self.bits == 64 else -2**(self.bits - 1) if signed else 0
        self.max = 2**62 - 1 + 2**62 if self.bits == 64 else 2**(self.bits - signed) - 1


def cartesian_prod(*tensors):
    import torch

    grids = torch.meshgrid(*tensors, indexing="ij")
    return torch.stack([grid.reshape(-1) for grid in grids], 1) if len(tensors) > 1 else tensors[0]


def is_storage(obj):
    return False


def distributed_get_rank(*args):
    return 0


def distributed_get_world_size(*args):
    return 1


def hub_load_state_dict_from_url(*args, **kwargs):
    return {}


utils_model_zoo_load_url = hub_load_state_dict_from_url


class _Context:
    """What the forward pass of a function keeps for its backward pass."""

    needs_input_grad = (False,) * 16

    def save_for_backward(self, *tensors):
        self.saved_tensors = tensors

    def mark_dirty(self, *tensors):
        pass

    def mark_non_differentiable(self, *tensors):
        pass

    def set_materialize_grads(self, value):
        pass


class autograd_Function:
    __module__ = "torch.autograd.function"

    @classmethod
    def apply(cls, *args):
        return cls.forward(_Context(), *args)


autograd_function_Function = autograd_Function
autograd_function_FunctionCtx = _Context


def autograd_Variable(data, *args, **kwargs):
    return data


def utils_checkpoint_checkpoint(function, *args, use_reentrant=None, preserve_rng_state=None, **kwargs):
    return function(*args, **kwargs)


class utils_data_Dataset:
    __module__ = "torch.utils.data.dataset"


class jit_ScriptModule(_Module):
    __module__ = "torch.jit._script"


class optim_Optimizer:
    __module__ = "torch.optim.optimizer"


class optim_lr_scheduler__LRScheduler:
    __module__ = "torch.optim.lr_scheduler"
