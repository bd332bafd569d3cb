"""The model of `npm run bench -- engine` in eager PyTorch: one training step and batched decoding with a KV cache.

engine/torch.ts starts it, writes the set-up as one JSON line and then one task a line ("train" or "decode"); every task is
answered with one JSON line of milliseconds and the number that all engines must agree on.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F

setup = json.loads(sys.stdin.readline())
shape, rows, positions, responses = (setup[key] for key in ("shape", "rows", "positions", "responses"))
torch.set_num_threads(setup["threads"])
size = shape["width"] // shape["heads"]


def read(path, dtype):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype)


weights = {}
values = read(setup["weights"], torch.float32)
for parameter in setup["parameters"]:
    count = torch.Size(parameter["shape"]).numel()
    weights[parameter["name"]] = values[:count].reshape(parameter["shape"]).clone().requires_grad_()
    values = values[count:]
ids = read(setup["ids"], torch.int32).reshape(rows, positions + 1).long()

angles = torch.arange(positions)[:, None] * shape["ropeBase"] ** (-torch.arange(size // 2) / (size // 2))
cos, sin = angles.cos().repeat(1, 2), angles.sin().repeat(1, 2)


def rotate(x, at):
    first, second = x.chunk(2, dim=-1)
    return x * cos[at] + torch.cat((-second, first), dim=-1) * sin[at]


def linear(x, name):
    return F.linear(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"))


def norm(x, name):
    return F.rms_norm(x, (shape["width"],), weights[f"{name}.weight"], shape["epsilon"])


def logits(tokens, previous, at, caches=None):
    """Logits of `tokens [rows, n]` at the positions `at` (a slice); with caches, behind what they hold."""
    x = F.embedding(tokens, weights["model.embed_tokens.weight"]) * shape["inputScale"]
    if shape["previousTokenEmbedding"]:
        x = x + F.embedding(previous, weights["model.embed_previous.weight"]) * shape["inputScale"]
    n = tokens.shape[1]
    for layer in range(shape["layers"]):
        name = f"model.layers.{layer}"
        h = norm(x, f"{name}.input_layernorm")
        q, k, v = (
            linear(h, f"{name}.self_attn.{part}_proj").view(rows, n, -1, size).transpose(1, 2) for part in "qkv"
        )
        q, k = rotate(q, at), rotate(k, at)
        if caches is not None:
            keys, vals = caches[layer]
            keys[:, :, at], vals[:, :, at] = k, v
            k, v = keys[:, :, : at.stop], vals[:, :, : at.stop]
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=n > 1)
        x = x + linear(mixed.transpose(1, 2).reshape(rows, n, -1), f"{name}.self_attn.o_proj")
        h = norm(x, f"{name}.post_attention_layernorm")
        gated = F.silu(linear(h, f"{name}.mlp.gate_proj")) * linear(h, f"{name}.mlp.up_proj")
        x = x + linear(gated, f"{name}.mlp.down_proj")
    return F.linear(norm(x, "model.norm"), weights["model.embed_tokens.weight"]) * shape["logitScale"]


options = setup["optimizer"]
optimizer = torch.optim.AdamW(
    weights.values(),
    lr=setup["learningRate"],
    betas=(options["beta1"], options["beta2"]),
    eps=options["epsilon"],
    weight_decay=options["weightDecay"],
)
before = F.pad(ids, (1, 0))[:, :positions]  # the token before each token; 0 before the first


def train():
    out = logits(ids[:, :positions], before, slice(0, positions))
    loss = F.cross_entropy(out.reshape(rows * positions, -1), ids[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights.values(), options["gradientClip"])
    optimizer.step()
    return loss.item()


# Decoding starts from the first weights, as in the other engines, however often training ran.
first = {name: weight.detach().clone() for name, weight in weights.items()}
prompts = positions - responses


@torch.inference_mode()
def prefill():
    empty = (rows, shape["keyValueHeads"], positions, size)
    caches = [(torch.zeros(empty), torch.zeros(empty)) for _ in range(shape["layers"])]
    logits(ids[:, :prompts], before[:, :prompts], slice(0, prompts), caches)
    return caches


@torch.inference_mode()
def decode(caches):
    for at in range(prompts, positions):
        out = logits(ids[:, at : at + 1], before[:, at : at + 1], slice(at, at + 1), caches)
    return out[0, 0, 0].item()


def measure(work):
    clock, cpu = time.perf_counter(), time.process_time()
    check = work()
    wall_ms, cpu_ms = 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)
    print(json.dumps({"wallMs": wall_ms, "cpuMs": cpu_ms, "check": check}), flush=True)


trained = weights
for line in sys.stdin:
    if line.strip() == "train":
        weights = trained
        measure(train)
    else:
        weights = first
        caches = prefill()
        measure(lambda: decode(caches))
