"""Every format that is read, by name, in the order in which they are asked whether a log is theirs.

Each is loaded where it is asked first. To load all takes as long as to read forty thousand lines,
and most logs are known by one of the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import cast

from shadow_scan.collectors.format import Format

_DECLARED = {
    "squid": "squid.NATIVE",
    "squid-ai": "logformat.AI",
    "squid-combined": "squid.HTTPD",
    "w3c": "w3c.W3C",
    "zeek": "zeek.ZEEK",
    "suricata": "suricata.SURICATA",
    "infoblox": "bind.INFOBLOX",
    "efficientip": "bind.EFFICIENTIP",
    "bind": "bind.BIND",
    "dnsmasq": "dnsmasq.DNSMASQ",
    "unbound": "unbound.UNBOUND",
    "windows-dns": "windows_dns.WINDOWS_DNS",
    "pdns-recursor": "powerdns.RECURSOR",
    "dnsdist": "powerdns.DNSDIST",
    "coredns": "coredns.COREDNS",
    "adguard-home": "adguard.ADGUARD",
    "route53-resolver": "route53.ROUTE53",
    "systemd-resolved": "resolved.RESOLVED",
    "sysmon": "sysmon.SYSMON",
    "ocsf": "ocsf.OCSF",
    "technitium": "technitium.TECHNITIUM",
    "dns-collector": "dnscollector.DNS_COLLECTOR",
    "blocky": "blocky.BLOCKY",
    "smokescreen": "smokescreen.SMOKESCREEN",
    "openshell": "openshell.OPENSHELL",
    "e2guardian": "e2guardian.E2GUARDIAN",
    "3proxy": "threeproxy.THREEPROXY",
    "sniproxy": "sniproxy.SNIPROXY",
    "dante": "dante.DANTE",
    "smartdns": "smartdns.SMARTDNS",
    "conntrack": "conntrack.CONNTRACK",
    "nginx-stream": "nginx_stream.NGINX_STREAM",
    "traffic-server": "trafficserver.TRAFFIC_SERVER",
    "squidguard": "squidguard.SQUIDGUARD",
    "tinyproxy": "tinyproxy.TINYPROXY",
    "zscaler": "zscaler.ZSCALER",
    "netskope": "netskope.NETSKOPE",
    "netskope-events": "netskope.EVENTS",
    "umbrella": "umbrella.UMBRELLA",
    "cloudflare": "cloudflare.CLOUDFLARE",
    "fortinet": "fortinet.FORTINET",
    "paloalto": "paloalto.PALO_ALTO",
    "checkpoint": "checkpoint.CHECK_POINT",
    "cisco-firewall": "cisco_firewall.CISCO_FIREWALL",
    "cisco-wsa": "wsa.WSA",
    "skyhigh": "skyhigh.SKYHIGH",
    "forcepoint": "forcepoint.FORCEPOINT",
    "tmg": "microsoft_w3c.TMG",
    "iis": "microsoft_w3c.IIS",
    "barracuda": "barracuda.BARRACUDA",
    "cato": "cato.CATO",
    "olfeo": "olfeo.OLFEO",
    "iboss": "iboss.IBOSS",
    "sophos-utm": "sophos.UTM",
    "crowdstrike": "agents.CROWDSTRIKE",
    "sentinelone": "agents.SENTINELONE",
    "carbon-black": "agents.CARBON_BLACK",
    "symantec-endpoint": "symantec.SYMANTEC",
    "osquery": "managed_devices.OSQUERY",
    "jamf": "managed_devices.JAMF",
    "island": "managed_devices.ISLAND",
    "cloudtrail": "cloudtrail.CLOUDTRAIL",
    "aws-load-balancer": "amazon_balancers.AMAZON_BALANCER",
    "azure-gateway": "azure_gateways.AZURE_GATEWAY",
    "google-flow": "google_flows.GOOGLE_FLOW",
    "hubble": "hubble.HUBBLE",
    "azure-flow": "azure_flows.AZURE_FLOW",
    "cloudflare-http": "cloudflare.CLOUDFLARE_HTTP",
    "vision-one": "vision_one.VISION_ONE",
    "packetbeat": "packetbeat.PACKETBEAT",
    "tshark": "tshark.TSHARK",
    "sophos-web-appliance": "sophos_web.WEB_APPLIANCE",
    "sophos-central": "sophos_central.SOPHOS_CENTRAL",
    "google-secure-web-proxy": "google.GOOGLE",
    "azure-firewall": "azure.AZURE",
    "entra-global-secure-access": "azure.ENTRA",
    "defender": "defender.DEFENDER",
    "juniper-srx": "juniper.JUNIPER",
    "meraki": "meraki.MERAKI",
    "sonicwall": "sonicwall.SONICWALL",
    "sophos-xg": "sophos.XG",
    "stormshield": "stormshield.STORMSHIELD",
    "watchguard": "watchguard.WATCHGUARD",
    "huawei-usg": "huawei.HUAWEI",
    "hillstone": "hillstone.HILLSTONE",
    "sangfor": "sangfor.SANGFOR",
    "zyxel": "zyxel.ZYXEL",
    "kerio": "kerio.KERIO",
    "untangle": "untangle.UNTANGLE",
    "interscan": "interscan.INTERSCAN",
    "clavister": "clavister.CLAVISTER",
    "akamai": "akamai.AKAMAI",
    "draytek": "draytek.DRAYTEK",
    "i-filter": "ifilter.I_FILTER",
    "intersafe": "intersafe.INTERSAFE",
    "nxfilter": "nxfilter.NXFILTER",
    "usergate": "usergate.USERGATE",
    "f5-ssl-orchestrator": "f5.SSL_ORCHESTRATOR",
    "velocloud": "velocloud.VELOCLOUD",
    "nsx": "nsx.NSX",
    "versa": "versa.VERSA",
    "netscaler": "netscaler.NETSCALER",
    "h3c": "h3c.H3C",
    "yamaha-rtx": "yamaha.YAMAHA",
    "filterlog": "packet_filters.FILTERLOG",
    "mikrotik": "packet_filters.MIKROTIK",
    "netfilter": "packet_filters.NETFILTER",
    "gorouter": "gorouter.GOROUTER",
    "web-server": "webservers.COMBINED",
    "haproxy": "webservers.HAPROXY",
    "envoy": "webservers.ENVOY",
    "pihole-ftl": "pihole.PIHOLE",
    "har": "har.HAR",
    "mitmproxy": "mitmproxy.MITMPROXY",
    "nextdns": "nextdns.NEXTDNS",
    "nfdump": "nfdump.NFDUMP",
    "vpc-flow": "vpc_flow.VPC_FLOW",
    "packet-list": "packet_list.PACKET_LIST",
    # Of whatever product: they speak for records that no product's own shape fits.
    "common-security-log": "sentinel.SENTINEL",
    "ecs": "ecs.ECS",
    "access-line": "access_line.ACCESS_LINE",
}
"""Module of `products`, and what it is called there."""


class _Formats(Mapping[str, Format]):
    def __init__(self) -> None:
        self._loaded: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._loaded:
            module, _, called = _DECLARED[name].partition(".")
            declared = getattr(import_module(f"{__package__}.products.{module}"), called)
            self._loaded[name] = cast("Format", declared)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_DECLARED)

    def __len__(self) -> int:
        return len(_DECLARED)


FORMATS: Mapping[str, Format] = _Formats()
