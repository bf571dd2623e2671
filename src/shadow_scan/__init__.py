"""shadow-scan: which AI services a company really uses, out of the logs that it has anyway."""

__version__ = "0.1.0"
