from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "khuyencong.training"
    label = "training"
    verbose_name = "Đào tạo, tập huấn"

    def ready(self) -> None:
        from khuyencong.finance.used import sources
        from khuyencong.training.money import allowances_of

        if allowances_of not in sources:
            sources.append(allowances_of)
