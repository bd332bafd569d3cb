"""The model of `npm run bench -- engine` and `gpu` in PyTorch, eager or compiled: one training step and batched decoding with a KV cache.

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
torch.set_float32_matmul_precision("high" if setup["tf32"] else "highest")
torch.set_default_device(setup["device"])
size = shape["width"] // shape["heads"]


def read(path, dtype):
    with open(path, "rb") as file:
        return torch.frombuffer(bytearray(file.read()), dtype=dtype).to(setup["device"])


def first_values(parameter):
    """As sizes.ts makes them: the numbers over and over, from a place of the weight's own."""
    if parameter["deviation"] is None:
        return torch.ones(parameter["shape"])
    if parameter["deviation"] == 0:
        return torch.zeros(parameter["shape"])
    count = torch.Size(parameter["shape"]).numel()
    at = parameter["first"]
    values = (numbers * parameter["deviation"]).repeat((at + count) // len(numbers) + 1)
    return values[at : at + count].reshape(parameter["shape"]).clone()


numbers = read(setup["numbers"], torch.float32)
weights = {parameter["name"]: first_values(parameter).requires_grad_() for parameter in setup["parameters"]}
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


def logits(tokens, previous, at, caches=None, seen=None):
    """
    Logits of `tokens [rows, n]` at the positions `at` (a slice); with caches, behind what they hold. Compiled, so that every token has
    the same shapes, `at` is a tensor and the whole cache is read through the mask `seen`.
    """
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
            k, v = (keys, vals) if seen is not None else (keys[:, :, : at.stop], vals[:, :, : at.stop])
        is_grouped = shape["heads"] != shape["keyValueHeads"]
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=seen, is_causal=n > 1, enable_gqa=is_grouped)
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


def loss_of(tokens, previous, targets):
    out = logits(tokens, previous, slice(0, positions))
    return F.cross_entropy(out.reshape(tokens.shape[0] * positions, -1), targets.reshape(-1))


def next_logits(tokens, previous, at, caches):
    seen = (torch.arange(positions) <= at).view(1, 1, 1, positions)
    return logits(tokens, previous, at.view(1), caches, seen)


if setup["compile"]:
    loss_of, next_logits = torch.compile(loss_of, dynamic=False), torch.compile(next_logits, dynamic=False)


def train():
    loss = loss_of(ids[:, :positions], before, ids[:, 1:])
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights.values(), options["gradientClip"])
    optimizer.step()
    return loss.item()


# Decoding starts from the first weights, as in the other engines, however often training ran.
first = {name: weight.detach().clone() for name, weight in weights.items()}
prompts = positions - responses


@torch.no_grad()
def prefill():
    empty = (rows, shape["keyValueHeads"], positions, size)
    caches = [(torch.zeros(empty), torch.zeros(empty)) for _ in range(shape["layers"])]
    logits(ids[:, :prompts], before[:, :prompts], slice(0, prompts), caches)
    return caches


@torch.no_grad()
def decode(caches):
    for at in range(prompts, positions):
        tokens, previous = ids[:, at : at + 1], before[:, at : at + 1]
        if setup["compile"]:
            out = next_logits(tokens, previous, torch.tensor(at), caches)
        else:
            out = logits(tokens, previous, slice(at, at + 1), caches)
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
