"""What the real Python client is recorded with: python client-session.py URL (mlflow-skinny)."""

import sys

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
mlflow.set_experiment("alfworld")
with mlflow.start_run(run_name="grpo, seed 1") as run:
    mlflow.log_params({"learning_rate": 1e-6, "model": "Qwen2.5-1.5B", "seed": 1})
    mlflow.set_tags({"team": "credit", "mlflow.note.content": "A **note**"})
    for step in range(1, 4):
        metrics = {"reward": step / 4, "kl": step / 100, "completions/mean_length": 30 + step}
        mlflow.log_metrics(metrics, step=step)
    mlflow.log_metric("loss", float("nan"), step=2)
    mlflow.log_metric("loss", float("inf"), step=3)
    mlflow.log_text("hello\nworld", "notes/hello.txt")
    mlflow.log_dict({"a": [1, 2]}, "config.json")

client = mlflow.MlflowClient()
run_id = run.info.run_id
got = mlflow.get_run(run_id)
print(got.info.status, got.info.run_name, got.data.metrics, got.data.params)
found = mlflow.search_runs(
    experiment_names=["alfworld"],
    filter_string="metrics.reward > 0.5 and params.model = 'Qwen2.5-1.5B'",
    order_by=["metrics.reward DESC"],
    output_format="list",
)
print([each.info.run_id == run_id for each in found])
for key in ("loss", "kl"):
    print(key, [(point.step, point.value) for point in client.get_metric_history(run_id, key)])
print([(file.path, file.is_dir) for file in client.list_artifacts(run_id)])
print([file.path for file in client.list_artifacts(run_id, "notes")])
print(mlflow.artifacts.load_text(f"runs:/{run_id}/notes/hello.txt"))
print(mlflow.artifacts.load_dict(f"runs:/{run_id}/config.json"))
for wrong in (
    lambda: client.log_param(run_id, "model", "another"),
    lambda: client.get_run("nosuchrun"),
    lambda: client.log_metric(run_id, "loss", 1, step=-1),
):
    try:
        wrong()
    except mlflow.MlflowException as error:
        print(error.error_code)
