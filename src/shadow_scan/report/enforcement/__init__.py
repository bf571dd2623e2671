"""Lists for the programs that enforce a ruling: resolvers, proxies, gateways, detection rules."""

from shadow_scan.report.enforcement.targets import TARGETS, Target, written

__all__ = ["TARGETS", "Target", "written"]
