from django.core.management import call_command
from django.test import override_settings

MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def test_collected_files_name_only_files_that_exist(tmp_path):
    """A stylesheet that names a missing picture would stop the start of a server."""
    storages = {
        "staticfiles": {"BACKEND": MANIFEST},
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    with override_settings(STORAGES=storages, STATIC_ROOT=tmp_path):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").exists()
