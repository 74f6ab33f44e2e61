from django.db import migrations

from khuyencong.core.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("competitions", "0001_initial")]

    operations = [AppendOnly("SheetSignature"), AppendOnly("Reopening"), AppendOnly("Decision")]
