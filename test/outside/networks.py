"""The paper's layers and networks in PyTorch, from its equations and tables and not from wmnet's code.

Weights have the names and shapes that wmnet gives them in files (docs/weights.md), so that either side reads the other's. Maps are
[B, C, H, W] here, [B, H, W, C] there.
"""

import torch
import torch.nn.functional as F
from torch import nn


def conv(x, weights, at, stride=1, padding=0):
    kernel = weights[f"{at}.kernel"].permute(3, 2, 0, 1)
    return F.conv2d(x, kernel, weights.get(f"{at}.bias"), stride=stride, padding=padding)


def dense(x, weights, at):
    return F.linear(x, weights[f"{at}.kernel"].T, weights[f"{at}.bias"])


def weigh(x, kernel):
    """Eq. 1: one map for each pair of an input and an output channel, [B, Co, Ci, H, W]."""
    return x[:, None] * kernel.permute(3, 2, 0, 1)


def smooth(x, weights, at, k=3, padding=0):
    """Eq. 2: the maps of each output channel under a filter of ones over all input channels, and a bias for each element."""
    maps = weigh(x, weights[f"{at}.kernel"])
    batch, outputs, inputs, height, width = maps.shape
    ones = torch.ones(1, inputs, k, k, dtype=x.dtype)
    y = F.conv2d(maps.reshape(batch * outputs, inputs, height, width), ones, padding=padding)
    return y.reshape(batch, outputs, *y.shape[2:]) + weights[f"{at}.bias"].permute(2, 0, 1)


def unsharp(x, weights, at, k=3):
    """Eqs. 3 and 4: twice each map without its smoothed self, of the same size, summed over the input channels; and a bias."""
    maps = weigh(x, weights[f"{at}.kernel"])
    batch, outputs, inputs, height, width = maps.shape
    ones = torch.ones(1, 1, k, k, dtype=x.dtype)
    flat = maps.reshape(-1, 1, height, width)
    sharp = (2 * flat - F.conv2d(flat, ones, padding=(k - 1) // 2)).reshape(maps.shape)
    return sharp.sum(2) + weights[f"{at}.bias"].permute(2, 0, 1)


def fast_smooth(x, weights, at, k=3, padding=0):
    """Eq. 2 with the sum over the input channels first, for networks of full size; compare.py holds it to `smooth`."""
    summed = torch.einsum("bihw,hwio->bohw", x, weights[f"{at}.kernel"])
    ones = torch.ones(summed.shape[1], 1, k, k, dtype=x.dtype)
    y = F.conv2d(summed, ones, padding=padding, groups=summed.shape[1])
    return y + weights[f"{at}.bias"].permute(2, 0, 1)


def fast_unsharp(x, weights, at, k=3):
    summed = torch.einsum("bihw,hwio->bohw", x, weights[f"{at}.kernel"])
    ones = torch.ones(summed.shape[1], 1, k, k, dtype=x.dtype)
    boxed = F.conv2d(summed, ones, padding=(k - 1) // 2, groups=summed.shape[1])
    return 2 * summed - boxed + weights[f"{at}.bias"].permute(2, 0, 1)


def flatten(x):
    """Pixel by pixel, the channels of each together: wmnet's order."""
    return x.permute(0, 2, 3, 1).flatten(1)


class Net(nn.Module):
    """A network whose weights are a table by wmnet's names. `last` passes on the last convolutional activations, for hooks."""

    def __init__(self, weights):
        super().__init__()
        self.trained = nn.ParameterDict()
        for name, value in weights.items():
            if ".moving_" in name:
                self.register_buffer(name.replace(".", "|"), value.clone())
            else:
                self.trained[name.replace(".", "|")] = nn.Parameter(value.clone())
        self.last = nn.Identity()

    @property
    def weights(self):
        tables = (self.trained.items(), self.named_buffers())
        return {name.replace("|", "."): value for table in tables for name, value in table}

    def norm(self, x, weights, at):
        """PyTorch's own batch normalisation, with Keras's constants: momentum 0.99 there is 0.01 here."""
        statistics = [weights[f"{at}.batchnorm.moving_{name}"] for name in ("mean", "variance")]
        affine = [weights[f"{at}.batchnorm.{name}"] for name in ("gamma", "beta")]
        return F.batch_norm(x, *statistics, *affine, training=self.training, momentum=0.01, eps=1e-3)


def add_weights(rng, weights, at, shape, bias, fan_in):
    weights[f"{at}.kernel"] = torch.tensor(rng.normal(0, (2 / fan_in) ** 0.5, shape))
    weights[f"{at}.bias"] = torch.zeros(bias, dtype=torch.float64)


def add_norm(weights, at, channels):
    for name, value in (("gamma", 1), ("beta", 0), ("moving_mean", 0), ("moving_variance", 1)):
        weights[f"{at}.batchnorm.{name}"] = torch.full((channels,), float(value), dtype=torch.float64)


class SmallNet(Net):
    """Table 1: three layers of one kind, a dense layer, the logits."""

    def __init__(self, weights, kind="conv", k=3, padding=0, norm=False, scaled=False, fast=False):
        super().__init__(weights)
        self.kind, self.k, self.padding, self.has_norm, self.scaled, self.fast = kind, k, padding, norm, scaled, fast

    def layer(self, x, weights, at):
        if self.kind == "conv":
            return conv(x, weights, f"{at}.conv0", padding=self.padding)
        if self.kind == "smooth":
            rule = fast_smooth if self.fast else smooth
            return rule(x, weights, f"{at}.wm_smooth0", self.k, self.padding)
        return (fast_unsharp if self.fast else unsharp)(x, weights, f"{at}.wm_unsharp0", self.k)

    def forward(self, x):
        weights = self.weights
        if self.scaled:
            x = x * weights["then1.scale0.kernel"].permute(2, 0, 1)
        for index in (1, 2, 3):
            x = self.layer(x, weights, f"for2.{index}")
            if self.has_norm:
                x = self.norm(x, weights, f"for2.{index}.norm0")
            x = torch.relu(x)
        x = torch.relu(dense(flatten(self.last(x)), weights, "dense4"))
        return dense(x, weights, "dense5")


def small_weights(rng, kind="conv", k=3, padding=0, norm=False, scaled=False):
    weights, size, channels = {}, 12, 1
    if scaled:
        weights["then1.scale0.kernel"] = torch.ones(size, size, 1, dtype=torch.float64)
    for index, width in enumerate((4, 4, 3), start=1):
        next_size = size if kind == "unsharp" else size + 2 * padding - k + 1
        at = f"for2.{index}"
        if kind == "conv":
            add_weights(rng, weights, f"{at}.conv0", (k, k, channels, width), (width,), k * k * channels)
        else:
            bias = (next_size, next_size, width)
            add_weights(rng, weights, f"{at}.wm_{kind}0", (size, size, channels, width), bias, k * k * channels)
        if norm:
            add_norm(weights, f"{at}.norm0", width)
        size, channels = next_size, width
    add_weights(rng, weights, "dense4", (size * size * channels, 8), (8,), size * size * channels)
    add_weights(rng, weights, "dense5", (8, 10), (10,), 8)
    return weights


class ResNet(Net):
    """Table 3 on a small scale: two 3x3 layers and a shortcut, a strided 1x1 convolution on it; ReLU after the sum."""

    blocks = (("resblock1", 1, 3, 12, 1), ("resblock2.1", 3, 4, 6, 2), ("resblock2.2", 4, 4, 3, 2))

    def __init__(self, weights, kind="conv"):
        super().__init__(weights)
        self.kind = kind

    def forward(self, x):
        weights = self.weights
        for at, _inputs, _outputs, _size, stride in self.blocks:
            y = torch.relu(conv(x, weights, f"{at}.residual0.conv0", stride=stride, padding=1))
            if self.kind == "conv":
                y = conv(y, weights, f"{at}.residual0.conv1", padding=1)
            else:
                y = smooth(y, weights, f"{at}.residual0.wm_smooth1", padding=1)
            if at == "resblock2.2":
                y = self.last(y)
            x = torch.relu(y + conv(x, weights, f"{at}.shortcut0.conv", stride=stride))
        return dense(x.mean((2, 3)), weights, "dense4")


def residual_weights(rng, kind="conv"):
    weights = {}
    for at, inputs, outputs, size, _stride in ResNet.blocks:
        add_weights(rng, weights, f"{at}.residual0.conv0", (3, 3, inputs, outputs), (outputs,), 9 * inputs)
        if kind == "conv":
            add_weights(rng, weights, f"{at}.residual0.conv1", (3, 3, outputs, outputs), (outputs,), 9 * outputs)
        else:
            shapes = (size, size, outputs, outputs), (size, size, outputs)
            add_weights(rng, weights, f"{at}.residual0.wm_smooth1", *shapes, 9 * outputs)
        add_weights(rng, weights, f"{at}.shortcut0.conv", (1, 1, inputs, outputs), (outputs,), inputs)
    add_weights(rng, weights, "dense4", (4, 10), (10,), 4)
    return weights


class DenseNet(Net):
    """Table 4 on a small scale: each layer sees all before it; max pooling halves the size."""

    def __init__(self, weights, kind="conv"):
        super().__init__(weights)
        self.kind = kind

    def forward(self, x):
        weights = self.weights
        x = torch.relu(conv(x, weights, "conv1", padding=1))
        for at in ("densely2.1", "densely2.2", "densely4.1", "densely4.2"):
            if at == "densely4.1":
                x = F.max_pool2d(x, 2)
            if self.kind == "unsharp" and at.endswith(".1"):
                y = unsharp(x, weights, f"{at}.wm_unsharp0")
            else:
                y = conv(x, weights, f"{at}.conv0", padding=1)
            y = torch.relu(y)
            x = torch.cat([x, self.last(y) if at == "densely4.2" else y], 1)
        return dense(x.mean((2, 3)), weights, "dense6")


def densely_weights(rng, kind="conv"):
    weights = {}
    add_weights(rng, weights, "conv1", (3, 3, 1, 4), (4,), 9)
    places = ("densely2.1", 4, 12), ("densely2.2", 7, 12), ("densely4.1", 10, 6), ("densely4.2", 13, 6)
    for at, inputs, size in places:
        if kind == "unsharp" and at.endswith(".1"):
            add_weights(rng, weights, f"{at}.wm_unsharp0", (size, size, inputs, 3), (size, size, 3), 9 * inputs)
        else:
            add_weights(rng, weights, f"{at}.conv0", (3, 3, inputs, 3), (3,), 9 * inputs)
    add_weights(rng, weights, "dense6", (16, 10), (10,), 16)
    return weights


class Mixed(Net):
    """A convolution, both weight map layers and batch normalisation in one network, for the optimizers."""

    def forward(self, x):
        weights = self.weights
        x = torch.relu(self.norm(conv(x, weights, "conv1"), weights, "norm1"))
        x = torch.relu(smooth(x, weights, "wm_smooth2"))
        x = torch.relu(self.norm(unsharp(x, weights, "wm_unsharp3"), weights, "norm3"))
        return dense(torch.relu(dense(flatten(self.last(x)), weights, "dense5")), weights, "dense6")


def mixed_weights(rng):
    weights = {}
    add_weights(rng, weights, "conv1", (3, 3, 1, 3), (3,), 9)
    del weights["conv1.bias"]
    add_norm(weights, "norm1", 3)
    add_weights(rng, weights, "wm_smooth2", (10, 10, 3, 3), (8, 8, 3), 27)
    add_weights(rng, weights, "wm_unsharp3", (8, 8, 3, 2), (8, 8, 2), 27)
    add_norm(weights, "norm3", 2)
    add_weights(rng, weights, "dense5", (128, 6), (6,), 128)
    add_weights(rng, weights, "dense6", (6, 10), (10,), 6)
    return weights
