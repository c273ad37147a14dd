"""Makes the files in test/outside/fixtures: what PyTorch, Foolbox and Captum compute of the networks in networks.py.

Not part of wmnet, which needs no Python. To repeat it, in a virtual environment outside of the repository:

    pip install torch==2.15.0 foolbox==3.3.4 captum==0.9.0 safetensors==0.8.0 numpy==2.4.6
    python test/outside/make.py

Everything is computed in float64 from weights and images rounded to float32, and rounded to float32 in the end, so that what a test
finds is wmnet's own rounding. The same versions give the same files but for the last bits of what a processor's order of sums decides.
"""

import copy
import gzip
import json
from pathlib import Path

import captum.attr
import eagerpy as ep
import foolbox
import numpy as np
import torch
import torch.nn.functional as F
from foolbox.attacks.gradient_descent_base import uniform_l2_n_balls
from safetensors.numpy import save

import networks as nets

here = Path(__file__).parent
sample = here.parent.parent / "src" / "data" / "mnist-sample"
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def read_idx(name):
    data = gzip.decompress((sample / name).read_bytes())
    dims = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(dims)).reshape(dims)


def shrink(images):
    """28x28 to 12x12: the middle 24x24, each 2x2 its mean."""
    middle = images[:, 2:26, 2:26].astype(np.float64) / 255
    return as_float32(torch.tensor(middle.reshape(-1, 1, 12, 2, 12, 2).mean((3, 5))))


def as_float32(values):
    return values.float().double()


def to_nhwc(x):
    return x.detach().permute(0, 2, 3, 1)


def store(name, tensors, settings):
    arrays = {key: np.ascontiguousarray(value.detach().numpy(), np.float32) for key, value in tensors.items()}
    path = here / "fixtures" / f"{name}.safetensors.gz"
    path.write_bytes(gzip.compress(save(arrays, {"settings": json.dumps(settings)}), 9, mtime=0))
    print(path.name, path.stat().st_size)


def train(net, images, labels, epochs=4):
    """Only so that the weights are those of a network that has learnt; the tests train on their own."""
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
    rng = np.random.default_rng(1)
    net.train()
    for _ in range(epochs):
        for batch in np.array_split(rng.permutation(len(images)), len(images) // 64):
            optimizer.zero_grad()
            F.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
    return net.eval()


# --- networks ---------------------------------------------------------------------------------------------------------------------

linf, l2 = 0.1, 1.0
steps = {"linf": {"steps": 10, "rel_stepsize": 0.2}, "l2": {"steps": 10, "rel_stepsize": 0.25}}


def starting_at(attack, start):
    attack.get_random_start = lambda x0, epsilon: x0 + ep.astensor(start(epsilon))
    return attack


def attack(net, images, labels, draws):
    uniform, normal, radius = draws
    model = foolbox.PyTorchModel(net, bounds=(0, 1))
    size = normal[0].numel()
    lengths = normal.flatten(1).norm(dim=1) / radius ** (1 / size)
    in_cube = lambda epsilon: epsilon * (2 * uniform - 1)
    in_ball = lambda epsilon: epsilon * normal / lengths[:, None, None, None]
    fa = foolbox.attacks
    pgd = {"linf": fa.LinfProjectedGradientDescentAttack, "l2": fa.L2ProjectedGradientDescentAttack}
    attacks = {
        "fgsm_linf": (fa.LinfFastGradientAttack(), linf),
        "fgsm_l2": (fa.L2FastGradientAttack(), l2),
        "pgd_linf": (pgd["linf"](**steps["linf"], random_start=False), linf),
        "pgd_l2": (pgd["l2"](**steps["l2"], random_start=False), l2),
        "pgd_linf_start": (starting_at(pgd["linf"](**steps["linf"]), in_cube), linf),
        "pgd_l2_start": (starting_at(pgd["l2"](**steps["l2"]), in_ball), l2),
    }
    # `raw` is what the attack made; `clipped` would only clip it to the range once more.
    return {name: rule(model, images, labels, epsilons=eps)[0] for name, (rule, eps) in attacks.items()}


def by_hand(net, images, labels, epsilon):
    """FGSM as Goodfellow et al. write it, to hold Foolbox itself to something."""
    x = images.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(F.cross_entropy(net(x), labels, reduction="sum"), x)
    return (images + epsilon * gradient.sign()).clamp(0, 1), gradient


def grad_cam(net, images, classes):
    maps = captum.attr.LayerGradCam(net, net.last).attribute(images, classes, relu_attributions=True)[:, 0]
    low, high = maps.amin((1, 2), True), maps.amax((1, 2), True)
    return torch.where(high > low, (maps - low) / (high - low), torch.zeros_like(maps)).detach()


def activations(net, images):
    seen = []
    hook = net.last.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    net(images)
    hook.remove()
    return seen[0]


def surer(net, images, labels):
    """
    The same network with its logits multiplied so that the true one leads by 22 at most: 1 - p is then 3e-10, nothing to float32 and
    still good to 1e-6 in the float64 of these files.
    """
    others = net(images).scatter(1, labels[:, None], -torch.inf).amax(1)
    factor = 22 / (net(images).gather(1, labels[:, None])[:, 0] - others).max()
    copied = copy.deepcopy(net)
    for name in ("dense5|kernel", "dense5|bias"):
        copied.trained[name].data = as_float32(factor * copied.trained[name].data)
    return copied


def make_network(name, net, data):
    images, labels, draws = data["images"], data["labels"], data["draws"]
    found = attack(net, images, labels, draws)
    fgsm, gradient = by_hand(net, images, labels, linf)
    assert torch.equal(fgsm, found["fgsm_linf"])
    logits = net(images)
    mse = {key: F.mse_loss(activations(net, images), activations(net, x), reduction="none").mean((1, 2, 3)) for key, x in found.items()}
    adversarial = {key: net(x) for key, x in found.items()}
    tensors = {
        **{f"weights/{key}": value.detach().clone() for key, value in net.weights.items()},
        "logits": logits,
        "losses": F.cross_entropy(logits, labels, reduction="none"),
        "smoothed_losses": F.cross_entropy(logits, labels, reduction="none", label_smoothing=0.1),
        "gradient": to_nhwc(gradient),
        "gradcam": grad_cam(net, images, logits.argmax(1)),
        **{key: to_nhwc(x) for key, x in found.items()},
        **{f"losses/{key}": F.cross_entropy(z, labels, reduction="none") for key, z in adversarial.items()},
        **{f"errors/{key}": (z.argmax(1) != labels).double() for key, z in adversarial.items()},
        **{f"activation_mse/{key}": value for key, value in mse.items()},
    }
    # Last: training moves the weights.
    tensors["training_losses"] = step_losses(net, torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-7), data)
    print(name, "clean errors", int((logits.argmax(1) != labels).sum()), {k: int(tensors[f"errors/{k}"].sum()) for k in found})
    store(name, tensors, {})


# --- training ---------------------------------------------------------------------------------------------------------------------

batch = 8
rounds = 2


def step_losses(net, optimizer, data, smoothing=0.0):
    images, labels = data["train_images"], data["train_labels"]
    losses = []
    net.train()
    for _ in range(rounds):
        for start in range(0, len(images), batch):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(images[start : start + batch]), labels[start : start + batch], label_smoothing=smoothing)
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
    net.eval()
    return torch.stack(losses)


def optimizer_cases():
    """The optimizer's name and arguments in wmnet, the share of label smoothing, and PyTorch's optimizer."""
    o = torch.optim
    return [
        ("sgd", {"lr": 0.1}, 0.0, lambda p: o.SGD(p, lr=0.1)),
        ("sgd", {"lr": 0.1}, 0.1, lambda p: o.SGD(p, lr=0.1)),
        ("sgd", {"lr": 0.05, "momentum": 0.9}, 0.0, lambda p: o.SGD(p, lr=0.05, momentum=0.9)),
        (
            "sgd",
            {"lr": 0.05, "momentum": 0.9, "nesterov": True},
            0.0,
            lambda p: o.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
        ),
        ("adam", {"lr": 0.01}, 0.0, lambda p: o.Adam(p, lr=0.01, eps=1e-7)),
        (
            "adam",
            {"lr": 0.01, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3},
            0.0,
            lambda p: o.Adam(p, lr=0.01, betas=(0.5, 0.9), eps=1e-3),
        ),
        ("adamw", {"lr": 0.01, "weight_decay": 0.1}, 0.0, lambda p: o.AdamW(p, lr=0.01, weight_decay=0.1, eps=1e-7)),
        ("rmsprop", {"lr": 0.01, "rho": 0.8}, 0.0, lambda p: o.RMSprop(p, lr=0.01, alpha=0.8, eps=1e-7)),
    ]


def make_training(data):
    start = {key: as_float32(value) for key, value in nets.mixed_weights(np.random.default_rng(7)).items()}
    tensors = {f"weights/{key}": value for key, value in start.items()}
    cases = []
    for index, (optimizer, args, smoothing, make) in enumerate(optimizer_cases()):
        net = nets.Mixed(start)
        tensors[f"{index}/losses"] = step_losses(net, make(net.parameters()), data, smoothing)
        tensors |= {f"{index}/weights/{key}": value for key, value in net.weights.items()}
        cases.append({"optimizer": optimizer, "args": args, "label_smoothing": smoothing})
    store("training", tensors, {"cases": cases, "batch": batch, "rounds": rounds})


# --- layers -----------------------------------------------------------------------------------------------------------------------

# The call in wmnet, the shape of its input [H, W, C], its weights with their shapes, and the same in PyTorch on [B, C, H, W].
map4 = (6, 5, 4)


def oihw(kernel):
    return kernel.permute(3, 2, 0, 1)


def layer_cases():
    def conv(call, k, out, groups=1, bias=True, **options):
        shapes = {"kernel": (k, k, 4 // groups, out)} | ({"bias": (out,)} if bias else {})
        return call, map4, shapes, lambda x, w: F.conv2d(x, oihw(w["kernel"]), w.get("bias"), groups=groups, **options)

    def depthwise(x, kernel, multiplier, **options):
        # [k, k, C, M], the M channels made of one next to each other, as PyTorch's groups have them.
        k = kernel.shape[0]
        return F.conv2d(x, kernel.permute(2, 3, 0, 1).reshape(-1, 1, k, k), groups=x.shape[1], **options)

    def separable(x, w):
        return F.conv2d(depthwise(x, w["depthwise_kernel"], 1, padding=1), oihw(w["pointwise_kernel"]), w["bias"])

    def layer_norm(x, w):
        return F.layer_norm(x.permute(0, 2, 3, 1), (4,), w["gamma"], w["beta"], 1e-3).permute(0, 3, 1, 2)

    def batch_norm(x, w):
        return F.batch_norm(x, w["moving_mean"], w["moving_variance"], w["gamma"], w["beta"], False, eps=1e-3)

    def maps(call, shape, bias, rule):
        return call, (6, 5, 3), {"kernel": shape, "bias": bias}, lambda x, w: rule(x, {f"l.{k}": v for k, v in w.items()})

    affine = {"gamma": (4,), "beta": (4,)}
    activation = lambda call, rule: (call, map4, {}, lambda x, _w: rule(x))
    return [
        conv("conv(3, k=3)", 3, 3),
        conv("conv(3, k=3, stride=2, padding=1)", 3, 3, stride=2, padding=1),
        conv("conv(3, k=2, stride=2, padding=1)", 2, 3, stride=2, padding=1),
        conv('conv(3, k=3, dilation=2, padding="same")', 3, 3, dilation=2, padding=2),
        conv("conv(6, k=3, groups=2)", 3, 6, groups=2),
        conv("conv(3, k=1, bias=false)", 1, 3, bias=False),
        (
            "depthwise(k=3, stride=2, padding=1, multiplier=2)",
            map4,
            {"depthwise_kernel": (3, 3, 4, 2), "bias": (8,)},
            lambda x, w: depthwise(x, w["depthwise_kernel"], 2, stride=2, padding=1) + w["bias"][:, None, None],
        ),
        (
            'separable(3, k=3, padding="same")',
            map4,
            {"depthwise_kernel": (3, 3, 4, 1), "pointwise_kernel": (1, 1, 4, 3), "bias": (3,)},
            separable,
        ),
        maps("wm.smooth(2, k=3)", (6, 5, 3, 2), (4, 3, 2), lambda x, w: nets.smooth(x, w, "l")),
        maps("wm.smooth(2, k=5, padding=2)", (6, 5, 3, 2), (6, 5, 2), lambda x, w: nets.smooth(x, w, "l", 5, 2)),
        maps("wm.unsharp(2, k=3)", (6, 5, 3, 2), (6, 5, 2), lambda x, w: nets.unsharp(x, w, "l")),
        maps("wm.unsharp(2, k=5)", (6, 5, 3, 2), (6, 5, 2), lambda x, w: nets.unsharp(x, w, "l", 5)),
        ("scale", map4, {"kernel": map4}, lambda x, w: x * w["kernel"].permute(2, 0, 1)),
        ("maxpool(2)", map4, {}, lambda x, _w: F.max_pool2d(x, 2)),
        ("maxpool(3, stride=1)", map4, {}, lambda x, _w: F.max_pool2d(x, 3, 1)),
        # Of equal largest values PyTorch takes the first, row by row.
        ("maxpool(2) // ties", map4, {}, lambda x, _w: F.max_pool2d(x, 2)),
        ("avgpool(2)", map4, {}, lambda x, _w: F.avg_pool2d(x, 2)),
        ("avgpool(3, stride=2)", map4, {}, lambda x, _w: F.avg_pool2d(x, 3, 2)),
        ("pad(1)", map4, {}, lambda x, _w: F.pad(x, (1, 1, 1, 1))),
        ("crop(1)", map4, {}, lambda x, _w: x[:, :, 1:-1, 1:-1]),
        ("upsample(2)", map4, {}, lambda x, _w: F.interpolate(x, scale_factor=2, mode="nearest")),
        ("batchnorm", map4, affine | {"moving_mean": (4,), "moving_variance": (4,)}, batch_norm),
        ("layernorm", map4, affine, layer_norm),
        ("groupnorm(2)", map4, affine, lambda x, w: F.group_norm(x, 2, w["gamma"], w["beta"], 1e-3)),
        activation("relu", F.relu),
        activation("leaky_relu(0.1)", lambda x: F.leaky_relu(x, 0.1)),
        activation("elu", F.elu),
        activation("selu", F.selu),
        activation("gelu", F.gelu),
        activation("silu", F.silu),
        activation("tanh", torch.tanh),
        activation("sigmoid", torch.sigmoid),
        activation("softmax", lambda x: F.softmax(x, 1)),
    ]


def make_layers():
    """Each layer's output, and the gradients of ⟨output, cotangent⟩ in its input and weights."""
    rng = np.random.default_rng(3)
    draw = lambda shape: as_float32(torch.tensor(rng.normal(size=shape)))
    tensors, cases = {}, []
    for index, (call, (height, width, channels), shapes, rule) in enumerate(layer_cases()):
        x = draw((1, channels, height, width))
        x = (x.round() if call.endswith("// ties") else x).requires_grad_()
        weights = {name: draw(shape) for name, shape in shapes.items()}
        if "moving_variance" in weights:
            weights["moving_variance"] = weights["moving_variance"].abs()
        learnt = {name: value.requires_grad_() for name, value in weights.items() if not name.startswith("moving_")}
        y = rule(x, weights)
        cotangent = draw(y.shape)
        gradients = torch.autograd.grad((y * cotangent).sum(), [x, *learnt.values()])
        made = {"input": to_nhwc(x), "output": to_nhwc(y), "cotangent": to_nhwc(cotangent), "gradients/input": to_nhwc(gradients[0])}
        made |= {f"weights/{name}": value for name, value in weights.items()}
        made |= {f"gradients/{name}": value for name, value in zip(learnt, gradients[1:])}
        tensors |= {f"{index}/{name}": value for name, value in made.items()}
        cases.append({"call": call, "input": [height, width, channels]})
    store("layers", tensors, {"cases": cases})


# --- noise and random starts ------------------------------------------------------------------------------------------------------


def renormalize(images, draws, upper):
    noisy = images + upper * draws
    low, high = noisy.amin((1, 2, 3), True), noisy.amax((1, 2, 3), True)
    return {"minmax": (noisy - low) / (high - low), "divide": noisy / (1 + upper)}


def start_quantiles(sizes, shares):
    """How far from the centre Foolbox's random starts in the l2 ball lie, and one coordinate."""
    torch.manual_seed(5)
    dummy = ep.astensor(torch.zeros(1))
    table = {}
    for size in sizes:
        points = uniform_l2_n_balls(dummy, 1_000_000, size).raw
        table[f"start/{size}/radius"] = torch.quantile(points.norm(dim=1), shares)
        table[f"start/{size}/coordinate"] = torch.quantile(points[:, 0].contiguous(), shares)
    return table


def main():
    (here / "fixtures").mkdir(exist_ok=True)
    test_images, test_labels = shrink(read_idx("t10k-images-idx3-ubyte.gz")), torch.tensor(read_idx("t10k-labels-idx1-ubyte.gz").astype(int))
    train_images, train_labels = shrink(read_idx("train-images-idx3-ubyte.gz")), torch.tensor(read_idx("train-labels-idx1-ubyte.gz").astype(int))
    rng = np.random.default_rng(2019)
    count = 6
    shape = (count, 1, 12, 12)
    draws = [as_float32(torch.tensor(values)) for values in (rng.random(shape), rng.normal(size=shape), rng.random(count))]
    images, labels = test_images[:count], test_labels[:count]
    data = {"images": images, "labels": labels, "draws": draws, "train_images": train_images[:24], "train_labels": train_labels[:24]}
    upper = 0.6
    shares = torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95])
    common = {
        "images": to_nhwc(images),
        "labels": labels.double(),
        "train_images": to_nhwc(data["train_images"]),
        "train_labels": data["train_labels"].double(),
        "draws/uniform": to_nhwc(draws[0]),
        "draws/normal": to_nhwc(draws[1]),
        "draws/radius": draws[2],
        **{f"noise/uniform/{how}": to_nhwc(x) for how, x in renormalize(images, draws[0], upper).items()},
        **start_quantiles((2, 16), shares),
    }
    settings = {"linf": linf, "l2": l2, "steps": steps, "upper": upper, "shares": shares.tolist()}
    store("common", common, settings)
    make_layers()
    make_training(data)

    small = [
        ("cnn", {}),
        ("cnn_bn", {"norm": True}),
        ("cnn_scaled", {"scaled": True}),
        ("smooth", {"kind": "smooth"}),
        ("smooth_bn", {"kind": "smooth", "norm": True}),
        ("smooth_k5", {"kind": "smooth", "k": 5, "padding": 1}),
        ("unsharp", {"kind": "unsharp"}),
    ]
    made = [(name, nets.SmallNet(nets.small_weights(np.random.default_rng(1), **options), **options)) for name, options in small]
    for name, build, weigh, kind in (
        ("residual", nets.ResNet, nets.residual_weights, "conv"),
        ("residual_smooth", nets.ResNet, nets.residual_weights, "smooth"),
        ("densely", nets.DenseNet, nets.densely_weights, "conv"),
        ("densely_unsharp", nets.DenseNet, nets.densely_weights, "unsharp"),
    ):
        made.append((name, build(weigh(np.random.default_rng(1), kind), kind)))
    for name, net in made:
        train(net, train_images, train_labels)
        for value in [*net.parameters(), *net.buffers()]:
            value.data = as_float32(value.data)
        error = (net(test_images).argmax(1) != test_labels).double().mean()
        print(name, "test error", float(error))
        sure = surer(net, images, labels) if name == "smooth" else None
        make_network(name, net, data)
        if sure is not None:
            make_network("smooth_sure", sure, data)


main()
