"""The logs of secure web gateways and of firewalls that see names."""

from __future__ import annotations

from shadow_scan.collectors import (
    barracuda,
    cato,
    cloud,
    cloudflare,
    defender,
    fortinet,
    juniper,
    meraki,
    olfeo,
    paloalto,
    sonicwall,
    sophos,
    stormshield,
    umbrella,
    watchguard,
    webservers,
    zscaler,
)
from shadow_scan.collectors.format import Format

GATEWAYS: tuple[Format, ...] = (
    *(zscaler.ZSCALER, umbrella.UMBRELLA, cloudflare.CLOUDFLARE),
    *(fortinet.FORTINET, paloalto.PALO_ALTO),
    *(barracuda.BARRACUDA, cato.CATO, olfeo.OLFEO, sophos.UTM),
    *(cloud.GOOGLE, cloud.AZURE, cloud.ENTRA, defender.DEFENDER),
    *(juniper.JUNIPER, meraki.MERAKI, sonicwall.SONICWALL, sophos.XG),
    *(stormshield.STORMSHIELD, watchguard.WATCHGUARD),
    *(webservers.COMBINED, webservers.HAPROXY, webservers.ENVOY),
)
