"""What the project promises about speed: `python -m benchmarks`.

A workload is a module `bNN_*.py` here (or `autocomplete.py`) with `run() -> list[Row]`.
"""
