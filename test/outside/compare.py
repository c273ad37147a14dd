"""Computes a run of outside.wmspec once more in PyTorch and Foolbox, from its trained weights, and prints both sides' numbers.

    npx wmnet run test/outside/outside.wmspec --backend wasm --out RUN
    python test/outside/compare.py RUN

Versions as in make.py. Each number is over the 1,000 test images of the sample. Attacks without random numbers run in
float64 and in float32; noise and random starts in float32 with several seeds.
"""

import gzip
import json
import re
import sys
from pathlib import Path

import foolbox
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import networks as nets

sample = Path(__file__).parent.parent.parent / "src" / "data" / "mnist-sample"
torch.set_num_threads(1)
batch = 100
draws = 5
options = {
    "cnn": {},
    "cnn_bn": {"norm": True},
    "cnn_scaled": {"scaled": True},
    "smooth": {"kind": "smooth"},
    "smooth_bn": {"kind": "smooth", "norm": True},
    "unsharp": {"kind": "unsharp"},
}
fa = foolbox.attacks
attacks = {
    ("fgsm", "linf"): lambda _start: fa.LinfFastGradientAttack(),
    ("fgsm", "l2"): lambda _start: fa.L2FastGradientAttack(),
    ("pgd", "linf"): lambda start: fa.LinfPGD(steps=10, rel_stepsize=0.2, random_start=start),
    ("pgd", "l2"): lambda start: fa.L2PGD(steps=10, rel_stepsize=0.25, random_start=start),
}


def read_idx(name):
    data = gzip.decompress((sample / name).read_bytes())
    dims = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * len(dims)).reshape(dims)


def add_noise(rng, call, level, x):
    if call.startswith("uniform"):
        noisy = x + level * rng.random(x.shape)
        if "minmax" not in call:
            return noisy / (1 + level)
        low, high = noisy.min((1, 2, 3), keepdims=True), noisy.max((1, 2, 3), keepdims=True)
        return (noisy - low) / (high - low)
    if call.startswith("gaussian"):
        return np.clip(x + level * rng.normal(size=x.shape), 0, 1)
    draws = rng.random(x.shape)
    return np.where(draws < level / 2, 0, np.where(draws < level, 1, x))


def perturb(net, call, level, x, y, rng):
    if level == 0:
        return x
    name, arguments = re.match(r"(\w+)\((.*)\)", call).groups()
    if name not in ("fgsm", "pgd"):
        return torch.tensor(add_noise(rng, call, level, x.double().numpy())).to(x.dtype)
    rule = attacks[name, "l2" if "norm=l2" in arguments else "linf"]("random_start=true" in arguments)
    return rule(foolbox.PyTorchModel(net, bounds=(0, 1)), x, y, epsilons=level)[0]


def evaluate(net, call, level, images, labels, seed=0):
    """Misclassified images, and the mean squared difference of the last convolutional activations."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    errors, squares = 0, 0.0
    seen = []
    net.last.register_forward_hook(lambda _module, _inputs, output: seen.append(output))
    for start in range(0, len(images), batch):
        x, y = images[start : start + batch], labels[start : start + batch]
        changed = perturb(net, call, level, x, y, rng)
        with torch.no_grad():
            seen.clear()
            net(x)
            errors += int((net(changed).argmax(1) != y).sum())
            squares += float(F.mse_loss(seen[0], seen[1])) * len(x)
    return errors, squares / len(images)


def main(run):
    images = torch.tensor(read_idx("t10k-images-idx3-ubyte.gz").astype(np.float32) / np.float32(255))[:, None]
    labels = torch.tensor(read_idx("t10k-labels-idx1-ubyte.gz").astype(int))
    for path in sorted(Path(run).glob("trials/*/*/trial-1.json")):
        variant = path.parent.name
        result = json.loads(path.read_text())["result"]
        weights = load_file(Path(run) / "models" / path.parent.parent.name / variant / "trial-1" / "weights.safetensors")
        build = lambda kind, **more: nets.SmallNet({k: v.to(kind) for k, v in weights.items()}, **options[variant], **more).eval()
        with torch.no_grad():
            literal, fast = (build(torch.float64, fast=fast)(images[:20].double()) for fast in (False, True))
        assert torch.allclose(literal, fast, rtol=1e-9, atol=1e-9)
        print(variant, "clean errors: wmnet", round(result["test"]["error"] * len(images)), flush=True)
        for sweep in result["sweeps"]:
            call = sweep["call"]
            for point in sweep["points"]:
                level, found = point["level"], point["measures"]
                mine = f"  {call} {level}: wmnet {round(found['error'] * len(images))}, activation MSE {found['activation_mse']:.6f};"
                at = lambda kind, seed=0: evaluate(build(kind, fast=True), call, level, images.to(kind), labels, seed)
                if sweep["kind"] == "noise" or "random_start=true" in call:
                    # Other draws than wmnet's: how far from each other they come out.
                    several = np.array([at(torch.float32, seed) for seed in range(draws)])
                    (errors, mse), (spread, _) = several.mean(0), several.std(0, ddof=1)
                    print(f"{mine} {draws} draws here {errors:.1f} ± {spread:.1f}, {mse:.6f}", flush=True)
                else:
                    (exact, mse), (single, _) = at(torch.float64), at(torch.float32)
                    print(f"{mine} float64 {exact}, {mse:.6f}; float32 {single}", flush=True)


main(sys.argv[1])
