"""Everything that is done to what is published of a đề án."""

from khuyencong.opendata.actions.publishing import publish_project, withdraw_publication, write_publication

__all__ = ["publish_project", "withdraw_publication", "write_publication"]
