from django.apps import AppConfig


class OutreachConfig(AppConfig):
    name = "khuyencong.outreach"
    label = "outreach"
    verbose_name = "Thông tin, tuyên truyền"

    def ready(self) -> None:
        from khuyencong.finance.used import sources
        from khuyencong.outreach.paying import works_of

        if works_of not in sources:
            sources.append(works_of)
