"""Where the commands of this checkout keep what they run."""

from infra.flavour import ROOT

DEFAULT_DATA = ROOT / ".retake" / "studio"
"""What ``retake up`` keeps; git ignores it."""

DEFAULT_DEMO_DATA = ROOT / ".retake" / "demo"

DEFAULT_AGING_DATA = ROOT / ".retake" / "aging"
"""What the demo of old takes keeps until its next run."""
