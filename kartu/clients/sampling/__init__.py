"""Made-up clients, alike from one seed: for the demo firm and for measurements at any scale."""
