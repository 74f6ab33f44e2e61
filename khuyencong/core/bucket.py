"""Attached files in a bucket that several machines share (`FILES_URL`), for servers that speak S3.

Nobody is ever led to the bucket: files are read by the program and handed out by the views that ask the permission matrix.
Needs the packages of `requirements/wide.in`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage

from khuyencong.config_files import Bucket

# Seconds, and how often a call is tried; sums beyond what S3 first asked for are not known to every server.
CALLS = ClientConfig(
    connect_timeout=3,
    read_timeout=30,
    retries={"max_attempts": 3, "mode": "standard"},
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class BucketStorage(S3Storage):  # type: ignore[misc]  # the library has no types
    """Django's storage over a bucket; what goes wrong there is an OSError, as with files on a disk."""

    def __init__(self, bucket: Bucket) -> None:
        super().__init__(
            access_key=bucket.key_id,
            secret_key=bucket.secret,
            bucket_name=bucket.name,
            location=bucket.folder,
            endpoint_url=bucket.endpoint or None,
            region_name=bucket.region,
            client_config=CALLS,
            default_acl=None,
            file_overwrite=False,
        )

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        with _as_os_error():
            opened: File[bytes] = super()._open(name, mode)
            return opened

    def _save(self, name: str, content: File[bytes]) -> str:
        # What is sent is closed by whoever sends it; the action may still have to read it.
        close = content.close
        content.close = lambda: None  # type: ignore[method-assign]  # as long as this takes
        try:
            with _as_os_error():
                return str(super()._save(name, content))
        finally:
            content.close = close  # type: ignore[method-assign]  # as it was

    def exists(self, name: str) -> bool:
        with _as_os_error():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _as_os_error():
            super().delete(name)

    def url(self, *_args: Any, **_kwargs: Any) -> str:
        raise ValueError("Attached files have no address of their own.")


def names(bucket: Bucket) -> Iterator[str]:
    """The name of every file, as the records know it. Raises OSError."""
    prefix = _prefix(bucket)
    with _as_os_error():
        for page in _client(bucket).get_paginator("list_objects_v2").paginate(Bucket=bucket.name, Prefix=prefix):
            for found in page.get("Contents", ()):
                name = str(found["Key"]).removeprefix(prefix)
                if name and not name.endswith("/"):  # some tools leave a mark for a folder
                    yield name


def fetch(bucket: Bucket, name: str, target: Path) -> None:
    """Copy one file to the disk. FileNotFoundError where it is gone, OSError where the server does not give it."""
    with _as_os_error():
        _client(bucket).download_file(bucket.name, _prefix(bucket) + name, str(target))


def put(bucket: Bucket, name: str, source: Path) -> None:
    """Copy one file from the disk. Raises OSError."""
    with _as_os_error():
        _client(bucket).upload_file(str(source), bucket.name, _prefix(bucket) + name)


def remove(bucket: Bucket, name: str) -> None:
    """Take one file away. Raises OSError."""
    with _as_os_error():
        _client(bucket).delete_object(Bucket=bucket.name, Key=_prefix(bucket) + name)


def _prefix(bucket: Bucket) -> str:
    return f"{bucket.folder}/" if bucket.folder else ""


def _client(bucket: Bucket) -> Any:
    return boto3.client(
        "s3",
        aws_access_key_id=bucket.key_id,
        aws_secret_access_key=bucket.secret,
        endpoint_url=bucket.endpoint or None,
        region_name=bucket.region,
        config=CALLS,
    )


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in {"404", "NoSuchKey"}:
            raise FileNotFoundError("The file is not in the bucket.") from error
        raise OSError(f"The file server refuses: {code}") from error
    except (BotoCoreError, Boto3Error) as error:  # the second: what sends and fetches a file in parts says of it
        raise OSError(f"The file server does not answer: {type(error).__name__}") from error
