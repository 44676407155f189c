"""What every command is made of: words of the command line, leaves, groups, help, completion."""
