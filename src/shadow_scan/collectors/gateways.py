"""The logs of secure web gateways and of firewalls that see names."""

from __future__ import annotations

from shadow_scan.collectors import cloudflare, fortinet, paloalto, umbrella, zscaler
from shadow_scan.collectors.format import Format

GATEWAYS: tuple[Format, ...] = (
    *(zscaler.ZSCALER, umbrella.UMBRELLA, cloudflare.CLOUDFLARE),
    *(fortinet.FORTINET, paloalto.PALO_ALTO),
)
