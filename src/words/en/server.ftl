# What the server says.

