"""The contract of ``VideoProvider`` as a pack that runs on any adapter.

``retake providers conform MODULE`` runs it in a process of its own. It builds the adapter as an installation
does, through its entry point, and puts a proxy between it and its trial server that loses and garbles
answers. It needs nothing of this repository's tests and ships nowhere.
"""
