"""What the environment says about what several machines share: attached files in a bucket, counts in the database.

| variable | meaning | default |
| --- | --- | --- |
| `FILES_URL` | `s3://bucket`, or of a server of one's own `s3://bucket/folder?endpoint=https://files.example&region=vn` | the folder `files` in `KHUYENCONG_VAR` |
| `FILES_KEY_ID` | the name of our key there | |
| `FILES_SECRET_FILE` | file that holds the key itself, for our eyes only | |
| `CACHE` | `database`: how often somebody asks is counted in PostgreSQL, for all processes and machines together | each process for itself |
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from khuyencong.config_base import ConfigError
from khuyencong.config_services import is_safe_address

DEFAULT_REGION = "us-east-1"  # what servers take that have no regions
OPTIONS = frozenset({"endpoint", "region"})
FORM = "FILES_URL phải có dạng s3://tên-bucket hoặc s3://tên-bucket/thư-mục?endpoint=https://máy-chủ-tệp."


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of a server that speaks S3. `endpoint` is "" for Amazon's own, `folder` "" for the whole bucket."""

    name: str
    folder: str
    endpoint: str
    region: str
    key_id: str
    secret: str = field(repr=False)


def read_cache(environ: Mapping[str, str], engine: str) -> bool:
    """Whether counts are shared. Raises ConfigError."""
    where = environ.get("CACHE", "").strip()
    if where not in {"", "database"}:
        raise ConfigError("CACHE chỉ nhận giá trị database, hoặc để trống.")
    if where and engine != "postgresql":
        raise ConfigError("CACHE=database chỉ dùng khi DATABASE_URL là PostgreSQL.")
    return bool(where)


def read_files(environ: Mapping[str, str], base_dir: Path) -> Bucket | None:
    """The FILES_… variables; None where the files lie in a folder. Raises ConfigError."""
    url, key_id, file = (environ.get(name, "").strip() for name in ("FILES_URL", "FILES_KEY_ID", "FILES_SECRET_FILE"))
    if not url:
        if key_id or file:
            raise ConfigError("Thiếu FILES_URL: FILES_KEY_ID và FILES_SECRET_FILE chỉ dùng cùng với địa chỉ ấy.")
        return None
    if not key_id or not file:
        raise ConfigError("FILES_URL cần cả FILES_KEY_ID và FILES_SECRET_FILE.")
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or parts.fragment or options.keys() - OPTIONS:
        raise ConfigError(FORM)
    endpoint = options.get("endpoint", "").rstrip("/")
    if endpoint and not is_safe_address(endpoint):
        raise ConfigError("FILES_URL: endpoint phải là địa chỉ https://, không kèm tài khoản.")
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ConfigError("FILES_URL cần thêm gói: pip install --require-hashes -r requirements/wide.txt.")
    try:
        secret = (base_dir / file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Không đọc được tệp {base_dir / file} ghi trong FILES_SECRET_FILE.") from error
    if not secret:
        raise ConfigError(f"Tệp {base_dir / file} ghi trong FILES_SECRET_FILE đang trống.")
    return Bucket(
        name=parts.netloc,
        folder=unquote(parts.path).strip("/"),
        endpoint=endpoint,
        region=options.get("region", DEFAULT_REGION),
        key_id=key_id,
        secret=secret,
    )
