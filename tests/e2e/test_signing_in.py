"""Signing in as people do: a code from the telephone, a passkey, another service, a letter; with and without scripts."""

import re

import pyotp
import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from khuyencong import config_services
from khuyencong.people.models import User
from khuyencong.signin.actions.factors import add_app
from khuyencong.signin.models import AuthenticatorApp, Passkey, UserSession
from khuyencong.signin.oidc import forget_declarations
from khuyencong.signin.tests.provider import CLIENT_ID, SECRET, Provider
from khuyencong.testing import make_project
from tests.e2e.helpers import PASSWORD, button, field, fill_login, give_passwords, heading, link, says, sign_in
from tests.e2e.inspection import Inspector

OFFICER, LEADER = "dong-thap-centre.officer", "dong-thap.leader"
FACTORS = "/tai-khoan-cua-toi/hai-lop/"
NEW_PASSWORD = "gạo nếp cái hoa vàng"


@pytest.fixture
def site(live_server):
    """By its name: a passkey works for no number."""
    assert "localhost" in live_server.url
    return live_server.url


@pytest.fixture
def person(world):
    give_passwords(OFFICER)
    user = User.objects.get(username=OFFICER)
    user.email = "can.bo@soct.example"
    user.save()
    return user


@pytest.fixture
def app(person):
    """The secret of an app that is in use, of which no code was used yet; and the recovery codes."""
    secret = pyotp.random_base32()
    codes = add_app(user=person, secret=secret, code=pyotp.TOTP(secret).now(), origin="test")
    AuthenticatorApp.objects.update(last_step=0)
    return secret, codes


@pytest.fixture
def with_key(open_browser):
    """A page whose computer has a fingerprint reader."""
    page = open_browser()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return page


def type_code(page: Page, secret: str) -> None:
    field(page, "Mã xác thực").fill(pyotp.TOTP(secret).now())
    button(page, "Tiếp tục").click()


def leave(page: Page) -> None:
    page.locator(".kc-user summary").click()
    button(page, "Đăng xuất").click()
    expect(heading(page)).to_have_text("Đăng nhập")


@pytest.mark.parametrize("javascript", [True, False])
def test_app_is_set_up_and_used(open_browser, person, javascript):
    page = sign_in(open_browser(width=360, height=780, javascript=javascript), OFFICER)
    page.locator(".kc-user summary").click()
    link(page, "Tài khoản của tôi").click()
    link(page, "Bật xác thực hai lớp").click()
    link(page, "Thêm ứng dụng").click()
    expect(page.get_by_role("img", name="Mã QR")).to_be_visible()
    secret = page.locator(".kc-code").inner_text().replace(" ", "")
    field(page, "Sáu chữ số trong ứng dụng").fill("000000")
    button(page, "Bật").click()
    expect(page.get_by_role("alert")).to_contain_text("Mã chưa đúng")
    assert page.locator(".kc-code").inner_text().replace(" ", "") == secret
    field(page, "Sáu chữ số trong ứng dụng").fill(pyotp.TOTP(secret).now())
    button(page, "Bật").click()
    codes = page.get_by_role("list", name="Các mã dự phòng").get_by_role("listitem")
    expect(codes).to_have_count(10)
    first = codes.first.inner_text()
    link(page, "Tôi đã cất các mã, tiếp tục").click()
    expect(heading(page)).to_have_text("Việc của tôi")

    AuthenticatorApp.objects.update(last_step=0)  # as if half a minute had passed
    leave(page)
    fill_login(page, OFFICER)
    expect(heading(page)).to_have_text("Xác thực lớp thứ hai")
    type_code(page, secret)
    expect(heading(page)).to_have_text("Việc của tôi")
    leave(page)
    fill_login(page, OFFICER)
    field(page, "Mã xác thực").fill(first)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Việc của tôi")
    says(page, "còn 9 mã")


def test_passkey_is_made_and_is_the_only_step(with_key, person):
    page = sign_in(with_key, OFFICER)
    page.goto(f"{FACTORS}khoa/")
    button(page, "Tạo khóa").click()
    expect(page.get_by_role("alert").first).to_contain_text("Đặt tên cho khóa")
    field(page, "Đặt tên cho khóa").fill("máy ở cơ quan")
    button(page, "Tạo khóa").click()
    expect(heading(page)).to_have_text("Mã dự phòng")
    assert Passkey.objects.get().site == "localhost"
    leave(page)
    button(page, "Đăng nhập bằng khóa truy cập").click()
    expect(heading(page)).to_have_text("Việc của tôi")


def test_passkey_is_the_second_step_and_lands_back(with_key, person, world):
    page = sign_in(with_key, OFFICER)
    page.goto(f"{FACTORS}khoa/")
    field(page, "Đặt tên cho khóa").fill("máy ở cơ quan")
    button(page, "Tạo khóa").click()
    expect(heading(page)).to_have_text("Mã dự phòng")
    project = make_project(world)
    leave(page)
    page.goto(project.get_absolute_url())
    fill_login(page, OFFICER)
    button(page, "Dùng khóa truy cập").click()
    expect(heading(page)).to_have_text(project.name)
    # The same computer makes no second key for the same person.
    page.goto(f"{FACTORS}khoa/")
    field(page, "Đặt tên cho khóa").fill("lần nữa")
    button(page, "Tạo khóa").click()
    expect(page.get_by_role("alert")).to_contain_text("đã có khóa truy cập")
    page.goto(FACTORS)
    page.locator("summary", has_text="khóa máy ở cơ quan").click()
    button(page, "Bỏ khóa máy ở cơ quan").click()
    says(page, "Đã bỏ khóa truy cập.")


def test_computer_without_a_key_is_told(open_browser, person):
    page = sign_in(open_browser(), OFFICER)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")  # and no authenticator: nothing answers
    leave(page)
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    button(page, "Đăng nhập bằng khóa truy cập").click()
    expect(page.get_by_role("alert")).to_contain_text("bạn đã hủy, hoặc máy chờ quá lâu")


def test_passkeys_say_that_they_need_scripts(open_browser, person):
    page = open_browser(javascript=False)
    page.goto("/dang-nhap/")
    expect(page.get_by_text("Khóa truy cập cần JavaScript")).to_be_visible()
    expect(button(page, "Đăng nhập bằng khóa truy cập")).to_be_hidden()
    sign_in(page, OFFICER)
    page.goto(f"{FACTORS}khoa/")
    expect(page.get_by_text("Khóa truy cập cần JavaScript")).to_be_visible()
    expect(button(page, "Tạo khóa")).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False])
def test_leader_sets_up_first_and_then_sees_what_was_asked_for(open_browser, world, settings, javascript):
    settings.REQUIRE_SECOND_FACTOR = True
    give_passwords(LEADER)
    page = open_browser(javascript=javascript)
    page.goto("/ke-hoach/")
    fill_login(page, LEADER)
    expect(heading(page)).to_have_text("Xác thực hai lớp")
    expect(page.get_by_role("status")).to_contain_text("bắt buộc xác thực hai lớp")
    page.goto("/de-an/")
    expect(heading(page)).to_have_text("Xác thực hai lớp")
    page.goto("/ke-hoach/")
    link(page, "Thêm ứng dụng").click()
    secret = page.locator(".kc-code").inner_text().replace(" ", "")
    field(page, "Sáu chữ số trong ứng dụng").fill(pyotp.TOTP(secret).now())
    button(page, "Bật").click()
    link(page, "Tôi đã cất các mã, tiếp tục").click()
    expect(page).to_have_url(re.compile(r"/ke-hoach/$"))


def test_what_was_typed_survives_a_session_that_ended_and_a_second_step(open_browser, app, world):
    project = make_project(world)
    page = open_browser()
    page.goto("/dang-nhap/")
    fill_login(page, OFFICER)
    type_code(page, app[0])
    expect(heading(page)).to_have_text("Việc của tôi")
    address = f"/de-an/{project.code}/soan/thuyet-minh/"
    page.goto(address)
    text = "Giảm hao hụt sau thu hoạch từ 20 % còn 5 %."
    field(page, "Mục tiêu").fill(text)
    UserSession.objects.all().delete()
    AuthenticatorApp.objects.update(last_step=0)
    button(page, "Lưu").click()
    fill_login(page, OFFICER)
    type_code(page, app[0])
    expect(page).to_have_url(re.compile(f"{address}$"))
    expect(field(page, "Mục tiêu")).to_have_value(text)


@pytest.mark.parametrize("javascript", [True, False])
def test_other_service_signs_in(open_browser, person, settings, javascript):
    forget_declarations()
    with Provider() as provider:
        provider.person["email"] = person.email
        settings.OIDC_PROVIDER = config_services.Provider(
            issuer=provider.issuer,
            client_id=CLIENT_ID,
            name="Một cửa của tỉnh",
            second_factor=False,
            client_secret=SECRET,
        )
        page = open_browser(javascript=javascript)
        page.goto("/de-an/?trang=1")
        link(page, "Một cửa của tỉnh").click()
        expect(page).to_have_url(re.compile(r"/de-an/\?trang=1$"))
        page.goto("/tai-khoan-cua-toi/")
        button(page, "Bỏ gắn").click()
        says(page, "Đã bỏ gắn.")
        link(page, "Gắn tài khoản").click()
        says(page, "Đã gắn tài khoản với Một cửa của tỉnh.")
    forget_declarations()


@pytest.mark.parametrize("javascript", [True, False])
def test_forgotten_password(open_browser, person, javascript):
    page = open_browser(width=360, height=780, javascript=javascript)
    page.goto("/dang-nhap/")
    link(page, "Quên mật khẩu?").click()
    field(page, "Tên đăng nhập hoặc thư điện tử").fill(person.email)
    button(page, "Gửi liên kết").click()
    says(page, "Nếu có tài khoản ấy")
    page.goto(re.search(r"https?://[^/]+(/quen-mat-khau/\S+)", mail.outbox[0].body).group(1))
    field(page, "Mật khẩu mới").fill("matkhau123")
    field(page, "Nhập lại mật khẩu mới").fill("matkhau123")
    button(page, "Đặt mật khẩu").click()
    expect(page.get_by_role("alert")).to_contain_text("quá quen thuộc")
    field(page, "Mật khẩu mới").fill(NEW_PASSWORD)
    field(page, "Nhập lại mật khẩu mới").fill(NEW_PASSWORD)
    button(page, "Đặt mật khẩu").click()
    says(page, "Đã đặt mật khẩu mới.")
    fill_login(page, OFFICER, NEW_PASSWORD)
    expect(heading(page)).to_have_text("Việc của tôi")


def test_out_everywhere(open_browser, person):
    here, there = sign_in(open_browser(), OFFICER), sign_in(open_browser(javascript=False), OFFICER)
    here.goto("/tai-khoan-cua-toi/")
    expect(here.get_by_role("region", name="Phiên đăng nhập", exact=True).get_by_role("row")).to_have_count(3)
    button(here, "Đăng xuất khỏi mọi nơi").click()
    expect(heading(here)).to_have_text("Đăng nhập")
    there.goto("/de-an/")
    expect(heading(there)).to_have_text("Đăng nhập")


def test_pages_are_for_everybody(open_browser, app, person, settings):
    """Every page of signing in, as it opens and after a mistake: axe, 360 px, a silent console."""
    settings.OIDC_PROVIDER = config_services.Provider(
        issuer="http://127.0.0.1:9",
        client_id=CLIENT_ID,
        name="Một cửa của tỉnh",
        second_factor=False,
        client_secret=SECRET,
    )
    inspector = Inspector(open_browser())
    page = inspector.page
    inspector.open("/dang-nhap/", kind="login with everything")
    inspector.open("/dang-nhap/mot-cua/", status=403, kind="outside refused")
    inspector.open("/quen-mat-khau/", kind="forgotten")
    button(page, "Gửi liên kết").click()
    inspector.inspect("forgotten, a mistake")
    inspector.open("/quen-mat-khau/MQ/x-y/", kind="link that does not work")
    page.goto("/dang-nhap/")
    fill_login(page, OFFICER)
    inspector.inspect("second step")
    field(page, "Mã xác thực").fill("000000")
    button(page, "Tiếp tục").click()
    inspector.inspect("second step, a mistake")
    for _ in range(4):
        field(page, "Mã xác thực").fill("000000")
        button(page, "Tiếp tục").click()
    expect(page.get_by_role("alert")).to_contain_text("Tạm khóa bước xác thực thứ hai")
    inspector.inspect("second step, locked")

    page.context.clear_cookies()
    AuthenticatorApp.objects.all().delete()
    sign_in(page, OFFICER)
    for name in (
        "",
        "xac-nhan/",
        "sua/",
        "mat-khau/",
        "hai-lop/",
        "hai-lop/ung-dung/",
        "hai-lop/khoa/",
        "ma-du-phong/",
    ):
        inspector.open(f"/tai-khoan-cua-toi/{name}", kind=f"account {name}")
    for name, label in (("xac-nhan/", "Tiếp tục"), ("mat-khau/", "Đổi mật khẩu"), ("hai-lop/ung-dung/", "Bật")):
        page.goto(f"/tai-khoan-cua-toi/{name}")
        button(page, label).click()
        expect(page.get_by_role("alert").first).to_be_visible()
        inspector.inspect(f"account {name}, a mistake")
    page.goto(f"{FACTORS}ung-dung/")
    secret = page.locator(".kc-code").inner_text().replace(" ", "")
    field(page, "Sáu chữ số trong ứng dụng").fill(pyotp.TOTP(secret).now())
    button(page, "Bật").click()
    expect(page.get_by_role("list", name="Các mã dự phòng")).to_be_visible()
    inspector.inspect("recovery codes")
    inspector.open(FACTORS, kind="factors in use")
    page.get_by_text("Bỏ ứng dụng").first.click()
    inspector.inspect("factors in use, open")
    assert inspector.faults == {}


def test_by_keyboard_alone(open_browser, app):
    page = open_browser()
    page.goto("/dang-nhap/")
    field(page, "Tên đăng nhập").focus()
    page.keyboard.type(OFFICER)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Xác thực lớp thứ hai")
    for _ in range(8):
        if page.evaluate("document.activeElement.name") == "code":
            break
        page.keyboard.press("Tab")
    page.keyboard.type(pyotp.TOTP(app[0]).now())
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Việc của tôi")
