"""companion: one short prompt beside an organizer's call, and nothing raw kept."""

from __future__ import annotations

import os

__version__ = "0.1.0"

# onnxruntime (from 1.31) reports to its makers over the network and keeps a device id on disk,
# unless this is set before it is loaded: its own `disable_telemetry_events()` comes too late.
# Here, because every part and every process of ours imports this first.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
