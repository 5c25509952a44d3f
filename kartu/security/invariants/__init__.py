"""What must always hold of a firm's data, whatever fell over: `kartu check` asks each of these."""

from kartu.security.invariants.registry import Finding, Invariant, invariants, verify

__all__ = ["Finding", "Invariant", "invariants", "verify"]
