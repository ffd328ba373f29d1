"""Which network addresses are of the open internet.

Written out instead of asking ``ipaddress.is_global``: what that says of a range differs between versions of
Python, and it calls fec0::/10 (site-local, deprecated and still routed in places) and 64:ff9b:1::/48 (NAT64
into a local network) public.

References:
    https://www.iana.org/assignments/iana-ipv4-special-registry and .../iana-ipv6-special-registry,
    https://www.iana.org/assignments/ipv6-address-space: only 2000::/3 is global unicast.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_SPECIAL_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a carrier's customers
        "127.0.0.0/8",  # this host
        "169.254.0.0/16",  # link-local; clouds answer credentials there
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_SPECIAL_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
"""How a network without IPv4 reaches all of it: judged by the address inside."""


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also where IPv4 is wrapped into IPv6.

    >>> is_public("93.184.216.34"), is_public("fec0::1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        inner = _wrapped(parsed)
        if inner is None:
            return parsed in _GLOBAL_V6 and not any(parsed in network for network in _SPECIAL_V6)
        parsed = inner
    return not any(parsed in network for network in _SPECIAL_V4)


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped
