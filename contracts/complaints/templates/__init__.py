"""Templates, and how agencies receive complaints."""
