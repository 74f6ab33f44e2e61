import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from khuyencong.audit.models import AuditEvent
from khuyencong.signin.models import AuthenticatorApp, RecoveryCode


def test_all_factors_of_a_person_are_taken_off_and_the_reason_is_kept(app, person, client, capsys):
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    call_command("remove_second_factor", person.username.upper(), reason="Mất điện thoại; ông Ba đã gặp trực tiếp.")
    assert not AuthenticatorApp.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert "Mất điện thoại" in AuditEvent.objects.get(action="auth.second_factor.removed").note
    assert client.get(reverse("work")).status_code == 302  # whoever found the telephone is signed out
    assert person.username in capsys.readouterr().out


@pytest.mark.parametrize(("who", "reason"), [("khong.co", "x"), ("{person}", "x"), ("{person}", "  ")])
def test_mistyped_name_and_missing_reason_are_refused(person, who, reason):
    with pytest.raises(CommandError):
        call_command("remove_second_factor", who.format(person=person.username), reason=reason)
