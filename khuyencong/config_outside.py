"""What the environment says about other systems that we call (`core/outside.py`); each is off until its address is written.

| variable | meaning | default |
| --- | --- | --- |
| `OUTSIDE_NETWORKS` | inner networks that addresses written by users may lead to, `10.20.0.0/16`, separated by commas | none |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from khuyencong.config_base import ConfigError


@dataclass(frozen=True, slots=True)
class Outside:
    """Other systems, and how far calls may go. `networks` are written as `address/length`."""

    networks: tuple[str, ...] = ()


def read_outside(environ: Mapping[str, str]) -> Outside:
    """The variables of other systems. Raises ConfigError."""
    return Outside(networks=_networks(environ))


def _networks(environ: Mapping[str, str]) -> tuple[str, ...]:
    names = [name.strip() for name in environ.get("OUTSIDE_NETWORKS", "").split(",") if name.strip()]
    for name in names:
        try:
            ip_network(name)
        except ValueError as error:
            raise ConfigError(
                f"OUTSIDE_NETWORKS có mạng không hợp lệ “{name}”: hãy ghi dạng 10.20.0.0/16, cách nhau bằng dấu phẩy."
            ) from error
    return tuple(names)
