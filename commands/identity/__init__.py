"""`sapha id`: what each party of identity does, with drafts in files between them."""
