"""What `sapha complaint` does, for citizens, agencies and supervisors."""
