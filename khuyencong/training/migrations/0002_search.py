from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

from khuyencong.core.search_index import IndexOn, Trigrams


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]

    operations = [
        Trigrams(),
        IndexOn(
            "postgresql", "Learner", GinIndex(fields=["haystack"], opclasses=["gin_trgm_ops"], name="learner_trigrams")
        ),
    ]
