"""Complaints: every case has one holder, a stage and a time left that anyone involved can see."""
