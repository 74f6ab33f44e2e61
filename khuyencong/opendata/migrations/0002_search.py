from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from khuyencong.core.search_index import IndexOn, Trigrams


class Migration(migrations.Migration):
    dependencies = [("opendata", "0001_initial")]

    operations = [
        Trigrams(),
        IndexOn(
            "postgresql",
            "Publication",
            GinIndex(fields=["haystack"], opclasses=["gin_trgm_ops"], name="publication_trigrams"),
        ),
        IndexOn(
            "sqlite",
            "Publication",
            models.Index(fields=["state", "-published_on", "-id", "haystack"], name="publication_search"),
        ),
    ]
