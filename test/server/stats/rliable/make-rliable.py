"""Makes rliable.json: what rliable (google-research/rliable, Apache-2.0) says of made-up scores.

python3 -m venv venv && venv/bin/pip install rliable 'pandas<3' && venv/bin/python make-rliable.py
"""
import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
from rliable import library, metrics

REPETITIONS = 20_000
PROFILE_REPETITIONS = 2_000
# Between scores and means of scores: whether a threshold is reached must not hang on the last digit.
TAUS = np.arange(20) * 0.05 + 0.0137

random = np.random.RandomState(7)


def scores(seeds: int, tasks: int, low: float, high: float) -> np.ndarray:
    """Success rates [seeds][tasks] in twentieths, as evaluations of 20 games give them: with ties."""
    ease = random.uniform(-0.15, 0.15, size=tasks)
    return np.clip(np.round((random.uniform(low, high, size=(seeds, tasks)) + ease) * 20) / 20, 0, 1)


groups = {
    "strong": scores(8, 6, 0.55, 1.0),
    "middling": scores(5, 6, 0.3, 0.9),
    "weak": scores(6, 6, 0.0, 0.7),
    "few": scores(3, 6, 0.4, 0.8),
}

aggregates = {
    "median": metrics.aggregate_median,
    "iqm": metrics.aggregate_iqm,
    "mean": metrics.aggregate_mean,
    "optimalityGap": metrics.aggregate_optimality_gap,
}


def all_aggregates(x: np.ndarray) -> np.ndarray:
    return np.array([f(x) for f in aggregates.values()])


points, intervals = library.get_interval_estimates(
    groups, all_aggregates, reps=REPETITIONS, random_state=np.random.RandomState(1))

profiles = {}
for kind, by_run in (("runs", True), ("tasks", False)):
    values, bands = library.create_performance_profile(
        groups, TAUS, use_score_distribution=by_run, reps=PROFILE_REPETITIONS)
    profiles[kind] = {name: {"share": values[name].tolist(), "interval": bands[name].tolist()} for name in groups}

pairs = {f"{a},{b}": (groups[a], groups[b]) for a, b in
         [("strong", "middling"), ("middling", "weak"), ("few", "middling"), ("weak", "strong")]}
chances, chance_intervals = library.get_interval_estimates(
    pairs, metrics.probability_of_improvement, reps=PROFILE_REPETITIONS, random_state=np.random.RandomState(2))

# Scores at five checkpoints [seeds][tasks][checkpoints]: the sample-efficiency curve is the IQM at each.
frames = {name: np.stack([np.clip(np.round(x * share * 20) / 20, 0, 1) for share in (0.1, 0.4, 0.6, 0.9, 1.0)], axis=-1)
          for name, x in groups.items()}
iqm_at_each = lambda x: np.array([metrics.aggregate_iqm(x[..., at]) for at in range(x.shape[-1])])
curves, curve_intervals = library.get_interval_estimates(
    frames, iqm_at_each, reps=PROFILE_REPETITIONS, random_state=np.random.RandomState(3))

result = {
    "madeWith": {name: version(name) for name in ("rliable", "arch", "numpy", "scipy")},
    "repetitions": {"aggregates": REPETITIONS, "others": PROFILE_REPETITIONS},
    "taus": np.round(TAUS, 10).tolist(),
    # Ours is [tasks][seeds].
    "scores": {name: x.T.tolist() for name, x in groups.items()},
    "aggregates": {
        name: {kind: {"value": float(points[name][i]), "interval": intervals[name][:, i].tolist()}
               for i, kind in enumerate(aggregates)} for name in groups},
    "profiles": profiles,
    "improvement": {pair: {"value": float(np.squeeze(chances[pair])), "interval": np.squeeze(chance_intervals[pair]).tolist()}
                    for pair in pairs},
    "frames": {name: np.transpose(x, (2, 1, 0)).tolist() for name, x in frames.items()},
    "curves": {name: {"value": curves[name].tolist(), "interval": curve_intervals[name].tolist()} for name in groups},
}
text = json.dumps(json.loads(json.dumps(result), parse_float=lambda x: round(float(x), 6)))
Path(__file__).with_name("rliable.json").write_text(text + "\n")
