"""What a failure to send an e-mail means, and how it is told."""

import re
import smtplib
from enum import StrEnum
from typing import Final

from core.mail.models import OutboxMail
from core.mail.transport import Passage
from core.text import clean_text

_PERMANENT: Final = 500


class Failure(StrEnum):
    """What to do about an e-mail that was not sent."""

    REFUSED = "refused"  # for good: another try would be refused as well
    PUT_OFF = "put-off"  # by a server that answers: tried again some times
    SERVER_AWAY = "server-away"  # nothing is wrong with the message: tried again for days
    IN_DOUBT = "in-doubt"  # the text was on its way, and no answer came


def meaning(error: Exception, passage: Passage) -> Failure:
    """Return what ``error`` means for a message that came as far as ``passage`` says."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _text in error.recipients.values()]
        return Failure.REFUSED if all(code >= _PERMANENT for code in codes) else Failure.PUT_OFF
    if isinstance(error, smtplib.SMTPDataError):
        return Failure.REFUSED if error.smtp_code >= _PERMANENT else Failure.PUT_OFF
    if passage.text_begun:
        return Failure.IN_DOUBT
    if isinstance(error, ValueError):
        # An address or a header that no server could be given.
        return Failure.REFUSED
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPSenderRefused):
        return Failure.SERVER_AWAY
    return Failure.PUT_OFF


def told(error: Exception, mail: OutboxMail) -> str:
    """Return ``error`` for the row and the log, without the addresses, which servers like to repeat."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        text = "; ".join(f"{code} {_decoded(answer)}" for code, answer in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        text = f"{error.smtp_code} {_decoded(error.smtp_error)}"
    else:
        text = f"{type(error).__name__}: {error}"
    for address in (mail.to, mail.reply_to):
        if address:
            text = re.sub(re.escape(address), "…", text, flags=re.IGNORECASE)
    return " ".join(clean_text(text).split())[:500]


def _decoded(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
