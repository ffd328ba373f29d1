"""Mends of the emulated S3."""

from ministack.services import s3

from infra.local.mends.anchors import Anchors

_SWALLOWED = """\
    except Exception as e:
        logger.warning("Failed to persist S3 object %s/%s: %s", bucket, key, e)
"""


def durable_objects() -> None:
    """Refuse an object that could not be written to disk; it was acknowledged and lost at the next stop."""
    anchors = Anchors("durable_objects")
    anchors.require(holds=s3.S3_PERSIST is True, detail="objects are not kept on disk")
    anchors.rewrite(s3, "_persist_object", [(_SWALLOWED, _SWALLOWED + "        raise\n")])
