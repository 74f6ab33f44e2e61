"""What the environment says about other systems: off by default, and a wrong value ends with a sentence."""

import pytest

from khuyencong.config import ConfigError, read_config
from khuyencong.config_outside import Service


def test_everything_is_off_until_it_is_written(tmp_path):
    outside = read_config({}, tmp_path).outside
    assert (outside.networks, outside.register, outside.numbering, outside.upward) == ((), None, None, None)
    assert outside.key_file.endswith("federation_key.pem")


def test_what_is_written_is_read(tmp_path):
    (tmp_path / "ma.txt").write_text("ma-truy-cap\n")
    environ = {
        "OUTSIDE_NETWORKS": "10.20.0.0/16, fd00::/8",
        "REGISTER_URL": "https://so.example/dn/{ma}/",
        "NUMBERING_URL": "http://127.0.0.1:9000/so",
        "FEDERATION_URL": "https://trung-uong.example/api/v1/federation/",
        "FEDERATION_TOKEN_FILE": "ma.txt",
        "FEDERATION_KEY_FILE": "khoa.pem",
    }
    outside = read_config(environ, tmp_path).outside
    assert outside.networks == ("10.20.0.0/16", "fd00::/8")
    assert outside.register == Service("https://so.example/dn/{ma}")
    assert outside.numbering == Service("http://127.0.0.1:9000/so")
    assert outside.upward == Service("https://trung-uong.example/api/v1/federation", "ma-truy-cap")
    assert outside.key_file == str(tmp_path / "khoa.pem")
    assert "ma-truy-cap" not in repr(outside)


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"OUTSIDE_NETWORKS": "10.20.0.1/16"}, "OUTSIDE_NETWORKS"),
        ({"REGISTER_URL": "https://so.example/dn"}, "{ma}"),
        ({"REGISTER_URL": "http://so.example/{ma}"}, "https"),
        ({"NUMBERING_URL": "https://ai:mat@so.example/"}, "NUMBERING_URL"),
        ({"NUMBERING_TOKEN_FILE": "ma.txt"}, "NUMBERING_URL"),
        ({"FEDERATION_URL": "https://a.example/"}, "FEDERATION_TOKEN_FILE"),
        ({"FEDERATION_URL": "https://a.example/", "FEDERATION_TOKEN_FILE": "khong-co"}, "khong-co"),
        ({"FEDERATION_URL": "https://a.example/", "FEDERATION_TOKEN_FILE": "hai.txt"}, "đúng một mã"),
    ],
)
def test_a_wrong_value_is_told(tmp_path, environ, words):
    (tmp_path / "hai.txt").write_text("mot hai")
    with pytest.raises(ConfigError, match=words):
        read_config(environ, tmp_path)
