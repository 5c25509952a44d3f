"""Measurements. Ratios decide, not seconds: every figure is compared with another one of the same run."""
