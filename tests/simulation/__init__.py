"""The deterministic simulator: the real engine under a simulated network, disk and clock."""
