"""The statistics of complaints as one HTML page with plots."""

from client.complaints.report.page import render

__all__ = ["render"]
