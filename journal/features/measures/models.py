"""The clinic's questionnaires: published wording, nobody's own, so it lies in the clear."""

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from journal.base import Base


class StoredQuestionnaire(Base):
    """One version, by the hash of all that is asked and counted; never changed, never erased.

    `content` is as `Questionnaire.dumps` has it, `source` the file that it came from.
    """

    __tablename__ = "questionnaires"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    instrument: Mapped[str] = mapped_column(String(32), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    source: Mapped[bytes] = mapped_column(LargeBinary)
    imported_at: Mapped[int] = mapped_column(BigInteger)
