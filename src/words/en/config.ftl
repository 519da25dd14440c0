# What is said of settings, and of files that are read.

