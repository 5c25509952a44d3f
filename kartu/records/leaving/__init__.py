"""Letting a person go: what ends with his access (`ways`), what is handed over (`owned`, `handing`), the way back."""
