"""Proof: cases, metrics, reports, previews of a change, benchmarks.

May import `knowledge`, `ingest`, `bot`, `handoff`.
"""
