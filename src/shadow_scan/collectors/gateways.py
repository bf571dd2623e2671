"""The logs of secure web gateways and of firewalls that see names."""

from __future__ import annotations

from shadow_scan.collectors import (
    agents,
    amazon_balancers,
    azure,
    azure_gateways,
    barracuda,
    cato,
    checkpoint,
    cisco_firewall,
    cloudflare,
    defender,
    forcepoint,
    fortinet,
    google,
    google_flows,
    juniper,
    managed_devices,
    meraki,
    microsoft_w3c,
    netskope,
    olfeo,
    paloalto,
    skyhigh,
    sonicwall,
    sophos,
    stormshield,
    symantec,
    umbrella,
    watchguard,
    webservers,
    wsa,
    zscaler,
)
from shadow_scan.collectors.format import Format

GATEWAYS: tuple[Format, ...] = (
    *(zscaler.ZSCALER, netskope.NETSKOPE, umbrella.UMBRELLA, cloudflare.CLOUDFLARE),
    *(fortinet.FORTINET, paloalto.PALO_ALTO, checkpoint.CHECK_POINT),
    cisco_firewall.CISCO_FIREWALL,
    *(wsa.WSA, skyhigh.SKYHIGH, forcepoint.FORCEPOINT, microsoft_w3c.TMG, microsoft_w3c.IIS),
    *(barracuda.BARRACUDA, cato.CATO, olfeo.OLFEO, sophos.UTM),
    *(agents.CROWDSTRIKE, agents.SENTINELONE, agents.CARBON_BLACK, symantec.SYMANTEC),
    *(managed_devices.OSQUERY, managed_devices.JAMF, managed_devices.ISLAND),
    *(amazon_balancers.AMAZON_BALANCER, azure_gateways.AZURE_GATEWAY, google_flows.GOOGLE_FLOW),
    *(google.GOOGLE, azure.AZURE, azure.ENTRA, defender.DEFENDER),
    *(juniper.JUNIPER, meraki.MERAKI, sonicwall.SONICWALL, sophos.XG),
    *(stormshield.STORMSHIELD, watchguard.WATCHGUARD),
    *(webservers.COMBINED, webservers.HAPROXY, webservers.ENVOY),
)
