from django.db import migrations
from django.utils.crypto import salted_hmac

DIGEST, SALT = "hmac:", "khuyencong.establishments.merging"  # those of actions/merging.py


def to_digests(apps, schema_editor):
    """Of what a merge took over only digests stay: names and numbers would outlive their hiding."""
    merges = apps.get_model("establishments", "Merge")
    rows = merges.objects.using(schema_editor.connection.alias).exclude(copied={})
    for made in rows.iterator(chunk_size=500):
        made.copied = {column: value if _is_digest(value) else _digest(value) for column, value in made.copied.items()}
        made.save(update_fields=["copied"])


def _is_digest(value):
    return isinstance(value, str) and value.startswith(DIGEST)


def _digest(value):
    return DIGEST + salted_hmac(SALT, str(value), algorithm="sha256").hexdigest()


class Migration(migrations.Migration):
    dependencies = [("establishments", "0002_search")]

    # Back: undoing a merge of this time then takes nothing away, which a person can do by hand.
    operations = [migrations.RunPython(to_digests, migrations.RunPython.noop)]
