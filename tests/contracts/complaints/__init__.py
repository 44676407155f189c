"""The law of complaints."""
