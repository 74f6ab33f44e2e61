from django.apps import AppConfig


class SignInConfig(AppConfig):
    name = "khuyencong.signin"
    label = "signin"
    verbose_name = "Đăng nhập"

    def ready(self) -> None:
        from khuyencong.signin import listeners

        listeners.connect()
