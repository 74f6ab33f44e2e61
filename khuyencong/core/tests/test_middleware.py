from django.test import RequestFactory, override_settings

from khuyencong.core.middleware import BodySizeMiddleware, ProxyMiddleware


def seen(request):
    return request.META["REMOTE_ADDR"]


def test_a_body_that_announces_too_much_is_turned_away_unread(client):
    with override_settings(MAX_REQUEST_BYTES=1000):
        response = client.post("/dang-nhap/", {"username": "x" * 2000})

    assert response.status_code == 413
    assert "quá lớn" in response.content.decode()


def test_a_body_within_the_limit_goes_on():
    request = RequestFactory().post("/", {"a": "b"})

    assert BodySizeMiddleware(lambda _: "on")(request) == "on"


def test_behind_the_proxy_the_last_address_counts():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "10.9.9.9, 203.0.113.7"})

    assert ProxyMiddleware(seen)(request) == "203.0.113.7"


def test_another_machine_speaks_for_itself_alone():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "203.0.113.7"}, REMOTE_ADDR="10.0.0.66")

    assert ProxyMiddleware(seen)(request) == "10.0.0.66"


def test_what_is_no_address_is_not_believed():
    request = RequestFactory().get("/", headers={"X-Forwarded-For": "<script>"})

    assert ProxyMiddleware(seen)(request) == "127.0.0.1"


def test_without_https_nobody_s_header_is_read(settings):
    assert "khuyencong.core.middleware.ProxyMiddleware" not in settings.MIDDLEWARE


def test_the_address_of_a_form_opened_again_gets_a_page(client):
    """After a reload or a new login; Django's own answer is empty."""
    answer = client.get("/dang-xuat/")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "chỉ nhận biểu mẫu" in answer.content.decode()
