"""Logs that no format knows, read by what the trade calls its columns, and by nothing else."""
