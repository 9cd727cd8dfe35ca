"""One room per chapter, named by its topic: all that belongs to it and to no other."""
