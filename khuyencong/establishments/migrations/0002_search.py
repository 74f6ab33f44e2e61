from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models

from khuyencong.core.search_index import IndexOn, Trigrams


class Migration(migrations.Migration):
    dependencies = [("establishments", "0001_initial")]

    operations = [
        Trigrams(),
        IndexOn(
            "postgresql",
            "Establishment",
            GinIndex(fields=["haystack"], opclasses=["gin_trgm_ops"], name="establishment_trigrams"),
        ),
        # The whole list in its order, for a page far down.
        IndexOn(
            "postgresql",
            "Establishment",
            models.Index(
                fields=["sort_key", "id"],
                condition=models.Q(merged_into__isnull=True),
                name="establishment_in_order",
            ),
        ),
        # All that a search asks about, in the order of the list, for the nation and for one province: the table itself
        # is only read for the rows that are shown.
        IndexOn(
            "sqlite",
            "Establishment",
            models.Index(
                fields=["sort_key", "id", "haystack", "merged_into", "province", "commune", "workers"],
                name="establishment_search",
            ),
        ),
        IndexOn(
            "sqlite",
            "Establishment",
            models.Index(
                fields=["province", "sort_key", "id", "haystack", "merged_into", "commune"],
                name="establishment_in_province",
            ),
        ),
    ]
