"""Names of hosts, and addresses that are none."""

import ipaddress


def is_number(host: str) -> bool:
    """Whether `host` is an IP address: "192.168.1.5", "[::1]"."""
    try:
        return bool(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        return False


def is_near(address: str) -> bool:
    """Whether an address is this computer or one of the firm's own network; the link-local ones of clouds are not."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    return ip.is_loopback or (ip.is_private and not ip.is_link_local and not ip.is_unspecified)
