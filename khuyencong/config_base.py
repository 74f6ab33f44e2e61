"""What every part of the configuration uses: the error with its sentence, and a switch."""

from collections.abc import Mapping
from pathlib import Path

YES = frozenset({"1", "true", "yes", "on", "có"})
NO = frozenset({"", "0", "false", "no", "off", "không"})


class ConfigError(Exception):
    """A setting is wrong; the message is a Vietnamese sentence for the person who started the program."""


def secret_in_file(environ: Mapping[str, str], name: str, base_dir: Path) -> str:
    """The secret in the file that the variable `name` names, "" where it names none. Raises ConfigError, which repeats nothing of it."""
    file = environ.get(name, "").strip()
    if not file:
        return ""
    path = base_dir / file
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Không đọc được tệp {path} ghi trong {name}.") from error
    if not secret:
        raise ConfigError(f"Tệp {path} ghi trong {name} đang trống.")
    return secret


def switch(environ: Mapping[str, str], name: str) -> bool:
    """Whether a variable is switched on; it is off where it is missing. Raises ConfigError on anything else."""
    value = environ.get(name, "").strip().lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise ConfigError(f"Biến môi trường {name} phải là 1 (bật) hoặc 0 (tắt), không phải “{value}”.")
