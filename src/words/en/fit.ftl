# What edits and searches say.

