"""The mails: short, and without a word about health, as others may see them.

A link opens Sacra; what is in it, the mail does not say.
"""

from __future__ import annotations

import datetime

from django.core.mail import EmailMessage
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from sacra.web.ics import title_of
from sacra.web.nudges import Nudge

Lines = list[str]


def asking(email: str, at: datetime.time, address: str, link: str) -> EmailMessage:
    """The one mail that may go to an address before its owner has said yes."""
    said = {"at": time_format(at, "TIME_FORMAT"), "address": address}
    lines = [
        _("Somebody, probably you, asked Sacra (%(address)s) to send short reminders to this "
          "address, at %(at)s.") % said,
        _("Yes, send them: open this link within three days."),
        link,
        _("If it was not you, do nothing: no other mail will come, and the address is deleted."),
    ]  # fmt: skip
    return _mail(email, _("Sacra: please confirm this address"), lines, {})


def reminding(
    email: str, nudge: Nudge, address: str, stop: str, *, last: bool = False
) -> EmailMessage:
    """A reminder, with the links that end them; the last one says that it is."""
    subject, lines = _words(nudge, address)
    if last:
        lines.append(_("This is the last mail for now, as nothing was written for a while. "
                       "They begin again when you write something."))  # fmt: skip
    lines.append(_("You asked for this mail. To get no more of them: %(link)s") % {"link": stop})
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    return _mail(email, subject, lines, headers)


def _words(nudge: Nudge, address: str) -> tuple[str, Lines]:
    diary, progress = f"{address}diary/", f"{address}progress/"
    if nudge.about == "open":
        return "Sacra", [_("Please open Sacra today: %(link)s") % {"link": diary}]
    if nudge.about == "look_back":
        return _("Sacra: time to look back"), [_look_back(progress)]
    if nudge.about == "write":
        said = _("Nothing is written down for the last days. One line is enough: %(link)s")
        return _("Sacra: one line"), [said % {"link": diary}]
    lines = [
        _("Start: %(link)s") % {"link": f"{address}session/"},
        _("Done already, or not today? Write it down: %(link)s") % {"link": diary},
    ]
    return title_of(nudge.minutes), [*lines, *([_look_back(progress)] if nudge.look_back else [])]


def _look_back(link: str) -> str:
    return _("It is time to look back at how it goes: %(link)s") % {"link": link}


def _mail(email: str, subject: str, lines: Lines, headers: dict[str, str]) -> EmailMessage:
    headers = {**headers, "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, "\n\n".join(lines) + "\n", to=[email], headers=headers)
