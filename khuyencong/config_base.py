"""What every part of the configuration uses: the error with its sentence, and a switch."""

from collections.abc import Mapping

YES = frozenset({"1", "true", "yes", "on", "có"})
NO = frozenset({"", "0", "false", "no", "off", "không"})


class ConfigError(Exception):
    """A setting is wrong; the message is a Vietnamese sentence for the person who started the program."""


def switch(environ: Mapping[str, str], name: str) -> bool:
    """Whether a variable is switched on; it is off where it is missing. Raises ConfigError on anything else."""
    value = environ.get(name, "").strip().lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise ConfigError(f"Biến môi trường {name} phải là 1 (bật) hoặc 0 (tắt), không phải “{value}”.")
