"""Tests of client/complaints."""
