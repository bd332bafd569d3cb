"""PyTorch at one task of `npm run bench -- language-model`, through transformers.

language-model/participant.ts starts it, writes the set-up as one JSON line (language-model/setup.ts) and then asks for rounds, one a
line; every round is answered with one JSON line. Conversations go on in a static cache, which was up to three times as fast as a
dynamic one, without `generate`, and the output table is applied to each row's last position only; a LoRA step applies it to the
decisions only. Adapters are plain modules without PEFT's wrappers; under bfloat16 they are float32 for the optimiser and the
model's weights are bfloat16, which spares autocast's conversions.

`tuned`: what transformers does not have, a cache that is written in place and read as far as it is filled (no mask where rows
are equally long), and single queries that share keys and values in one product.
"""

import gc
import json
import resource
import sys
import time
import warnings

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn
from transformers import AttentionInterface, AttentionMaskInterface, AutoModelForCausalLM, Cache, DynamicCache, StaticCache
from transformers.cache_utils import DynamicLayer
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask
from transformers.utils import logging

logging.disable_progress_bar()
warnings.filterwarnings("ignore", category=FutureWarning)  # newer versions call `past_key_values` otherwise
setup = json.loads(sys.stdin.readline())
task = setup["task"]
work = task["work"]
torch.set_num_threads(setup["threads"])
dtype = getattr(torch, setup["dtype"])


def grouped_attention(module, query, key, value, mask, scaling=None, **others):
    rows, heads, length, size = query.shape
    if length > 1:
        return sdpa_attention_forward(module, query, key, value, mask, scaling=scaling, **others)
    groups = query.view(rows, key.shape[1], -1, size)
    mixed = F.scaled_dot_product_attention(groups, key, value, attn_mask=mask, scale=scaling)
    return mixed.reshape(rows, 1, heads, size), None


class InPlaceLayer(DynamicLayer):
    def __init__(self, room):
        super().__init__()
        self.room = room

    def lazy_initialization(self, key_states, value_states):
        super().lazy_initialization(key_states, value_states)
        self.filled = 0
        self.places = [x.new_zeros(*x.shape[:2], self.room, x.shape[3]) for x in (key_states, value_states)]

    def update(self, key_states, value_states, *_, **__):
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        start, self.filled = self.filled, self.filled + key_states.shape[2]
        for places, states in zip(self.places, (key_states, value_states)):
            places[:, :, start : self.filled] = states
        self.keys, self.values = (places[:, :, : self.filled] for places in self.places)
        return self.keys, self.values


AttentionInterface.register("grouped", grouped_attention)
AttentionMaskInterface.register("grouped", sdpa_mask)
attention = "grouped" if setup["tuned"] else "sdpa"
model = AutoModelForCausalLM.from_pretrained(setup["model"], dtype=dtype, attn_implementation=attention).eval()
table = model.lm_head.weight
columns = torch.tensor(work["columns"]) if work["columns"] else None
watched = torch.tensor(task["watched"])


def logits(hidden):
    """Of the whole vocabulary, or of the columns asked for; they are looked up anew, since in earnest they change."""
    return F.linear(hidden, table if columns is None else table[columns]).float()


def pad(rows, length):
    return torch.tensor([row + [0] * (length - len(row)) for row in rows])


class Talk:
    """Rows are right-padded, positions are each row's own; a mask hides padding, where there is any."""

    def __init__(self):
        self.cache = DynamicCache(config=model.config)
        self.lengths = torch.zeros(len(work["prompts"] or work["promptOf"]), dtype=torch.long)
        self.mask = torch.zeros(len(self.lengths), 0, dtype=torch.long)

    def feed(self, rows):
        counts = torch.tensor([len(row) for row in rows])
        longest = int(counts.max())
        positions = torch.arange(longest)
        self.mask = torch.cat((self.mask, (positions < counts[:, None]).long()), dim=1)
        hidden = model.model(
            input_ids=pad(rows, longest),
            position_ids=self.lengths[:, None] + positions,
            attention_mask=None if bool(self.mask.all()) else self.mask,
            past_key_values=self.cache,
            use_cache=True,
        ).last_hidden_state
        self.lengths = self.lengths + counts
        return logits(hidden[torch.arange(len(rows)), counts - 1])

    def take(self, rows, more):
        """Goes on with these rows, and room for so many more tokens."""
        room, layers = self.mask.shape[1] + more, self.cache.layers
        if setup["tuned"]:
            self.cache = Cache(layers=[InPlaceLayer(room) for _ in layers])
        else:
            self.cache = StaticCache(config=model.config, max_cache_len=room)
        rows = torch.tensor(rows)
        for number, layer in enumerate(layers):
            self.cache.update(layer.keys[rows], layer.values[rows], number)
            layer.reset()
        self.lengths, self.mask = self.lengths[rows], self.mask[rows]


class Talks:
    @torch.inference_mode()
    def prepare(self):
        self.talk = None
        self.talk = Talk()
        if work["prompts"]:
            self.talk.feed(work["prompts"])
            more = sum(max(len(row) for row in rows) for rows in work["calls"])
            self.talk.take(work["promptOf"], more)

    @torch.inference_mode()
    def run(self):
        for rows in work["calls"]:
            out = self.talk.feed(rows)
        return (out if columns is not None else out[:, watched]).flatten().tolist()


class Adapted(nn.Module):
    def __init__(self, base, a, b):
        super().__init__()
        self.base = base
        self.a, self.b = nn.Parameter(a), nn.Parameter(b)

    def forward(self, x):
        low = F.linear(x, self.a.to(x.dtype))
        return self.base(x) + F.linear(low, self.b.to(x.dtype)) * (work["alpha"] / work["rank"])


class Steps:
    """Rows in calls of `ROWS`, gradients added up, then one step of AdamW."""

    ROWS = 2

    def __init__(self):
        model.requires_grad_(False)
        weights = load_file(f"{setup['adapter']}/adapter_model.safetensors")
        self.trained = []
        for name, layer in [*model.named_modules()]:
            a = weights.get(f"base_model.model.{name}.lora_A.weight")
            if a is None:
                continue
            b = weights[f"base_model.model.{name}.lora_B.weight"]
            adapted = Adapted(layer, a.float(), b.float())
            parent, _, last = name.rpartition(".")
            setattr(model.get_submodule(parent), last, adapted)
            self.trained += [adapted.a, adapted.b]
        self.optimizer = torch.optim.AdamW(
            self.trained, lr=work["learningRate"], betas=(0.9, 0.99), eps=1e-8, weight_decay=0, fused=True
        )

    def prepare(self):
        pass

    def run(self):
        total = sum(len(row) for row in work["chosen"])
        loss_sum = 0
        for first in range(0, len(work["rows"]), self.ROWS):
            part = slice(first, first + self.ROWS)
            hidden = model.model(input_ids=torch.tensor(work["rows"][part]), use_cache=False).last_hidden_state
            positions = torch.tensor(work["positions"][part]) - 1
            deciding = hidden[torch.arange(len(positions))[:, None], positions].flatten(0, 1)
            chosen = torch.tensor(work["chosen"][part]).flatten()
            if columns is not None:
                chosen = (chosen[:, None] == columns).long().argmax(1)
            loss = F.cross_entropy(logits(deciding), chosen, reduction="sum") / total
            loss.backward()
            loss_sum += loss.item()
        norm = nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return [loss_sum, norm.item()]


job = Talks() if work["kind"] == "talk" else Steps()
print("ready", flush=True)
for _ in sys.stdin:
    job.prepare()
    gc.collect()
    clock, cpu = time.perf_counter(), time.process_time()
    outcome = job.run()
    wall_ms, cpu_ms = 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(
        json.dumps({"wallMs": wall_ms, "cpuMs": cpu_ms, "peakBytes": peak, "outcome": outcome, "compiled": 0}), flush=True
    )
