# Why layers and ops refuse what they get.

