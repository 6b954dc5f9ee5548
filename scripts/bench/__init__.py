"""Measurements behind `scripts/bench_live` and `scripts/bench_asr`. Never part of the tests."""
