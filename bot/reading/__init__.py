"""Reading a passage beside the question: whether it answers, or is only about the same thing.

`reader` reads, with the weights in `weights.safetensors`; `reading.json` says what they were tuned
from and on. May import `knowledge`, and of `bot` its errors and confidence.
"""
