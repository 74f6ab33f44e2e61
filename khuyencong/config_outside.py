"""What the environment says about other systems that we call (`core/outside.py`); each is off until its address is written.

| variable | meaning | default |
| --- | --- | --- |
| `OUTSIDE_NETWORKS` | inner networks that addresses written by users may lead to, `10.20.0.0/16`, separated by commas | none |
| `REGISTER_URL` | the register of companies: `{ma}` in it becomes the tax code | none: no button |
| `REGISTER_TOKEN_FILE` | file with our token there | none is sent |
| `NUMBERING_URL` | the document system that gives numbers to papers | none: numbers are written by hand |
| `NUMBERING_TOKEN_FILE` | file with our token there | none is sent |
| `FEDERATION_URL` | where period packages are sent: `https://…/api/v1/federation` | none: packages are taken there as files |
| `FEDERATION_TOKEN_FILE` | file with our token there | must be written with the address |
| `FEDERATION_KEY_FILE` | private key (PEM, Ed25519) that signs packages | made in `KHUYENCONG_VAR` at first need |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from khuyencong.config_base import ConfigError
from khuyencong.config_services import is_safe_address

PLACE = "{ma}"


@dataclass(frozen=True, slots=True)
class Service:
    """Another system: where it is and with which token it is asked ("": none)."""

    url: str
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Outside:
    """Other systems, and how far calls may go. `networks` are written as `address/length`."""

    networks: tuple[str, ...] = ()
    register: Service | None = None
    numbering: Service | None = None
    upward: Service | None = None
    key_file: str = ""


def read_outside(environ: Mapping[str, str], base_dir: Path, var_dir: Path) -> Outside:
    """The variables of other systems. Raises ConfigError."""
    register = _service(environ, "REGISTER", base_dir)
    if register is not None and register.url.count(PLACE) != 1:
        raise ConfigError(f"REGISTER_URL phải có {PLACE} ở chỗ của mã số thuế, ví dụ https://may.example/dn/{PLACE}.")
    upward = _service(environ, "FEDERATION", base_dir)
    if upward is not None and not upward.token:
        raise ConfigError("Thiếu FEDERATION_TOKEN_FILE: nơi nhận chỉ nhận gói số liệu kèm mã truy cập.")
    key_file = environ.get("FEDERATION_KEY_FILE", "").strip()
    return Outside(
        networks=_networks(environ),
        register=register,
        numbering=_service(environ, "NUMBERING", base_dir),
        upward=upward,
        key_file=str(base_dir / key_file if key_file else var_dir / "federation_key.pem"),
    )


def _service(environ: Mapping[str, str], name: str, base_dir: Path) -> Service | None:
    url = environ.get(f"{name}_URL", "").strip().rstrip("/")
    file = environ.get(f"{name}_TOKEN_FILE", "").strip()
    if not url:
        if file:
            raise ConfigError(f"Thiếu {name}_URL: {name}_TOKEN_FILE chỉ dùng cùng với địa chỉ ấy.")
        return None
    # The place of the tax code is no letter of an address.
    if not is_safe_address(url.replace(PLACE, "0")):
        raise ConfigError(f"{name}_URL phải là địa chỉ https://, không kèm tài khoản.")
    if not file:
        return Service(url)
    try:
        token = (base_dir / file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Không đọc được tệp {base_dir / file} ghi trong {name}_TOKEN_FILE.") from error
    if not token or not token.isascii() or len(token.split()) != 1:
        raise ConfigError(f"Tệp {base_dir / file} ghi trong {name}_TOKEN_FILE phải có đúng một mã truy cập.")
    return Service(url, token)


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
