from django.apps import AppConfig


class EffectsConfig(AppConfig):
    name = "khuyencong.effects"
    label = "effects"
    verbose_name = "Hiệu quả"

    def ready(self) -> None:
        from khuyencong.effects.opening import open_on_step
        from khuyencong.projects.states import followers

        if open_on_step not in followers:
            followers.append(open_on_step)
