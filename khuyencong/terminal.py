"""How the commands speak to the person at the terminal: in Vietnamese, one sentence for what went wrong."""

import argparse
import io
import os
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn, TextIO

from khuyencong.core.text import shown

EXIT_USAGE = 2
UNHEARD = "Không ghi được kết quả ra đầu ra chuẩn."
# What argparse has to say about a line, with the parts that stand in its English sentence.
_COMPLAINTS = (
    (r"unrecognized arguments: (.*)", "thừa «{}»"),
    (r"argument (.*): expected one argument", "{} thiếu giá trị"),
    (r"argument (.*): ignored explicit argument .*", "{} không nhận giá trị"),
    (r"argument .*: invalid choice: '?(.*?)'? \(choose from (.*)\)", "không có lệnh «{}», chỉ có {}"),
    (r"the following arguments are required: (.*)", "thiếu {}"),
    (r"argument (.*): (.*)", "{}: {}"),  # the part after the colon is a sentence of ours
)


class MuteError(Exception):
    """What was to be said cannot be written anywhere; the message is a Vietnamese sentence."""


def fail(sentence: str, code: int) -> int:
    """Write the sentence where errors go, if anywhere; give back the exit code."""
    if sys.stderr is not None:
        try:
            sys.stderr.write(f"{sentence}\n")
            sys.stderr.flush()
        except OSError:
            _drop_the_rest(sys.stderr)
    return code


def say(sentence: str) -> None:
    """Write the sentence where answers go. Who stops reading half-way has had enough; MuteError when nobody can read."""
    if sys.stdout is None:
        raise MuteError(UNHEARD)
    try:
        sys.stdout.write(f"{sentence}\n")
        sys.stdout.flush()
    except OSError as error:
        _drop_the_rest(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            raise MuteError(UNHEARD) from error


def _drop_the_rest(stream: TextIO) -> None:
    """What could not be written would fail once more when Python ends, and change the exit code."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def speak_any_locale() -> None:
    """A terminal that cannot show a letter gets a mark in its place, never a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


class Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: str | None, actions: object, groups: object, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "cách dùng: " if prefix is None else prefix)  # type: ignore[arg-type]  # passed through


class Parser(argparse.ArgumentParser):
    """An argument parser that speaks Vietnamese; `usage_code` is the exit code of a line it does not understand."""

    def __init__(self, *, usage_code: int = EXIT_USAGE, **settings: Any) -> None:
        super().__init__(formatter_class=Formatter, add_help=False, allow_abbrev=False, **settings)
        self.usage_code = usage_code
        self.choices_of = self.add_argument_group("tùy chọn")
        self.choices_of.add_argument("-h", "--help", action="help", help="in hướng dẫn này")

    def error(self, message: str) -> NoReturn:
        sentence = f"Không hiểu dòng lệnh: {_in_vietnamese(message)}. Xem: {self.prog} --help"
        raise SystemExit(fail(sentence, self.usage_code))


class Once(argparse.Action):
    """An option with a value that is given once: of two values nobody knows which one is meant."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        if getattr(namespace, self.dest) is not None:
            parser.error(f"{option_string} nêu hai lần")
        setattr(namespace, self.dest, values)


def _in_vietnamese(message: str) -> str:
    for pattern, told in _COMPLAINTS:
        if match := re.fullmatch(pattern, message, re.DOTALL):
            return told.format(*(shown(part.replace("'", "")) for part in match.groups()))
    return message
